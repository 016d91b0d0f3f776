"""Reacts to changed preferences and to those who begin or cease to follow a title."""

from collections.abc import Iterable

from marquee import clock, keys
from marquee.messages.work import EnrichmentRequest, ListingRequest
from marquee.queue import Queue
from marquee.repositories.jobs import JobRepository
from marquee.repositories.listings import ListingRepository, Place
from marquee.repositories.reference import ReferenceRepository
from marquee.repositories.viewers import Pair, ViewerRepository
from marquee.telemetry import MetricUnit, logger, metrics
from marquee.traffic import TrafficClass

STARTED_BY = "viewer"
# A pair that was asked for is not asked for again within this time, unless it has been listed since.
ASKED_SECONDS = 600
# The planner lists every chosen pair once a day. What was listed longer ago than this was nobody's choice, and the
# first viewer who chooses it again must not wait for the next day.
FORGOTTEN_SECONDS = 26 * 3600


class PreferenceWatch:
    """Counts pairs and asks for those that nobody has listed yet.

    It works from what the viewer has chosen now, not from what a stream record says: repeated, late or reordered
    records lead to the same counts. Asking comes after counting but looks at all pairs of the viewer, and what the
    viewer gained is remembered until then, so what a crash kept from being asked for is asked for by the repetition.
    A title whose followers change is queued without saying how: enrichment looks whether anybody follows it.
    """

    def __init__(
        self,
        viewers: ViewerRepository,
        listings: ListingRepository,
        reference: ReferenceRepository,
        jobs: JobRepository,
        listing_queue: Queue,
        enrichment_queue: Queue,
        regions: tuple[str, ...],
    ) -> None:
        self._viewers = viewers
        self._listings = listings
        self._reference = reference
        self._jobs = jobs
        self._listing_queue = listing_queue
        self._enrichment_queue = enrichment_queue
        self._regions = regions

    def preferences_changed(self, user_id: str) -> None:
        """Recount the pairs of one viewer and ask for what is missing."""
        counted = self._viewers.recount(user_id)
        if not counted.pairs:
            return
        served = {source.id: set(source.regions) for source in self._reference.sources()}
        wanted = [
            (region, source_id, genre_id)
            for source_id, genre_id in sorted(counted.pairs)
            for region in self._regions
            if region in served.get(source_id, ())
        ]
        missing = self._missing(wanted, counted.gained)
        if missing:
            self._ask(user_id, missing)
        if counted.gained:
            self._viewers.looked_after(user_id, counted.gained)

    def followers_changed(self, title_ids: Iterable[str]) -> None:
        """Have titles looked at that somebody has begun or ceased to follow."""
        asked = self._enrichment_queue.send(
            EnrichmentRequest(title_id=title_id, traffic=TrafficClass.VIEWER) for title_id in title_ids
        )
        metrics.add_metric("FollowedTitlesAskedFor", MetricUnit.Count, asked)
        logger.info("titles with other followers asked for", titles=asked)

    def _missing(self, wanted: list[Place], gained: frozenset[Pair]) -> list[Place]:
        """Return what was never listed, and what this viewer has just chosen and nobody had for a while."""
        listed, now = self._listings.listed_at(wanted), clock.now()

        def forgotten(place: Place) -> bool:
            return place[1:] in gained and clock.seconds_between(listed[place][0], now) > FORGOTTEN_SECONDS

        missing = [place for place in wanted if place not in listed or forgotten(place)]
        asked = self._listings.asked_at(missing)
        return [
            place for place in missing if place not in asked or clock.seconds_between(asked[place], now) > ASKED_SECONDS
        ]

    def _ask(self, user_id: str, missing: list[Place]) -> None:
        cause, now = keys.preferences(user_id), clock.now()
        # A run is remembered for longer than an account may be: it does not say whose wish it was.
        job_id = self._jobs.start("listing", started_by=STARTED_BY, input={"pairs": len(missing)})
        requests = [
            ListingRequest(
                job_id=job_id,
                region=region,
                source_id=source_id,
                genre_id=genre_id,
                cause=cause,
                traffic=TrafficClass.VIEWER,
                requested_at=now,
            )
            for region, source_id, genre_id in missing
        ]
        with self._jobs.failing(job_id):
            self._jobs.add_parts(job_id, {keys.listing_part(*pair): "queued" for pair in missing}, counts={})
            self._listing_queue.send(requests)
            self._listings.record_asked(missing, now)
        metrics.add_metric("PairsAskedFor", MetricUnit.Count, len(missing))
        logger.info("pairs asked for", job_id=job_id, pairs=len(missing))
