"""Fetches what the providers know of a title and puts it into the catalogue."""

import time
from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING

from marquee import answers, aws, clock, enrichment, providers, settings
from marquee.enrichment import TMDB, WATCHMODE
from marquee.errors import QuotaExhausted, UpstreamError, UpstreamNotFound
from marquee.models.reference import Genre, Source
from marquee.models.titles import Offer, Title
from marquee.repositories.followers import has_followers
from marquee.repositories.reference import ReferenceRepository
from marquee.repositories.table import Table
from marquee.repositories.titles import TitleRepository
from marquee.telemetry import MetricUnit, logger, metrics
from marquee.traffic import TrafficClass

if TYPE_CHECKING:
    from marquee.clients.tmdb import TmdbClient
    from marquee.clients.watchmode import WatchModeClient
    from marquee.repositories.governors import Reservation

REFERENCE_SECONDS = 600.0

Fetch = Callable[[Title, TrafficClass, float], Title | None]


class Enricher:
    """Completes titles: TMDB first, because it costs no credits, then WatchMode as far as its credits go.

    Each provider's part is written on its own and only over an older one, so a title may be completed twice, at the
    same time or in any order. What fails or finds no credits leaves the title as it was: due, and found by the
    next sweep.
    """

    def __init__(
        self,
        titles: TitleRepository,
        reference: ReferenceRepository,
        watchmode: "WatchModeClient",
        tmdb: "TmdbClient",
        regions: tuple[str, ...],
        has_followers: Callable[[str], bool],
    ) -> None:
        self._titles = titles
        self._reference = reference
        self._watchmode = watchmode
        self._tmdb = tmdb
        self._regions = regions
        self._has_followers = has_followers
        self._sources: list[Source] = []
        self._sources_read_at = float("-inf")
        self._genres: list[Genre] = []
        self._genres_read_at = float("-inf")

    def reserve(self, titles: int, deadline: float) -> "Reservation":
        """Set calls to TMDB aside for a batch of `give_card`, so that its titles share one write to the governor."""
        return self._tmdb.reserve(titles, TrafficClass.SCHEDULED, deadline=deadline)

    def give_card(self, title: Title, reservation: "Reservation", deadline: float) -> None:
        """Fetch the first part of a pending title: from TMDB if it can be found there, else from WatchMode.

        Raises UpstreamError; calls wait for their turn until `deadline` (epoch seconds).
        """
        fetched = self._fetch_tmdb(title, TrafficClass.SCHEDULED, deadline, reservation)
        if fetched is not None and fetched.enrichment_state == "pending":
            self._within_budget(self._fetch_details, fetched, TrafficClass.SCHEDULED, deadline)

    def complete(self, title_id: str, traffic: TrafficClass, deadline: float, *, doubted_at: str | None = None) -> None:
        """Fetch each part of a title that is missing or stale; a failure of one provider does not stop the other.

        A part from before `doubted_at` is stale whatever its age; one asked for since has settled the doubt.

        What somebody follows is stale sooner, and where TMDB now sees it elsewhere, WatchMode is asked at once: its
        word is the one that followers are told. Raises the first UpstreamError after both have been tried.
        """
        title = self._noticed(title_id)
        if title is None:
            return
        now, errors = clock.now(), []
        for wanted, fetch in ((TMDB, self._fetch_tmdb), (WATCHMODE, self._fetch_details)):
            if title is not None and (_is_due(title, wanted, now, doubted_at) or self._is_in_doubt(title, wanted, now)):
                try:
                    title = self._within_budget(fetch, title, traffic, deadline)
                except UpstreamError as error:
                    errors.append(error)
        if title is not None:
            self._drop_expired(title, now)
        if errors:
            raise errors[0]

    def _is_in_doubt(self, title: Title, provider: str, began: str) -> bool:
        """Return whether TMDB has said since `began` that a followed title came to a service or left one."""
        if provider != WATCHMODE or not title.followed or title.tmdb is None or title.tmdb.as_of < began:
            return False
        offers = self._titles.get_with_offers(title.id)[1]
        return any(answers.moved(offer.tmdb, title.tmdb.as_of) for offer in offers)

    def _noticed(self, title_id: str) -> Title | None:
        """Return a title after taking note whether anybody follows it."""
        title = self._titles.get(title_id)
        if title is None:
            return None
        change = {"followed": self._has_followers(title_id)}
        return self._titles.apply(title_id, lambda now: now and now.model_copy(update=change), known=title)

    def _within_budget(self, fetch: Fetch, title: Title, traffic: TrafficClass, deadline: float) -> Title | None:
        """Fetch unless the credits for this class of traffic are spent; then the title stays as it is."""
        try:
            return fetch(title, traffic, deadline)
        except QuotaExhausted as error:
            logger.info("no credits for a title", title_id=title.id, traffic=traffic, reason=str(error))
            metrics.add_metric("EnrichmentWithoutCredits", MetricUnit.Count, 1)
            return title

    def _fetch_tmdb(
        self, title: Title, traffic: TrafficClass, deadline: float, reservation: "Reservation | None" = None
    ) -> Title | None:
        as_of, key, imdb_id = clock.now(), enrichment.tmdb_key(title), enrichment.imdb_id(title)
        if key is None and imdb_id is None:
            return title
        if key is None and imdb_id is not None:
            found = self._tmdb.find_by_imdb(imdb_id, traffic, deadline=deadline)
            key = (found.media_type, found.id) if found else None
        try:
            answer = self._tmdb.title(*key, traffic, deadline=deadline, reservation=reservation) if key else None
        except UpstreamNotFound:
            answer = None
        if answer is None:
            return self._gone(title, TMDB, as_of)
        options = answers.tmdb_options(answer, self._regions, self._known_sources())
        self._set_offers(title.id, TMDB, options, as_of, title.tmdb.as_of if title.tmdb else None)
        facts = answers.tmdb_facts(answer, self._regions[0], as_of, self._known_genres())
        metrics.add_metric("TitlesFromTmdb", MetricUnit.Count, 1)
        return self._titles.apply(title.id, lambda now: now and enrichment.with_tmdb(now, facts), known=title)

    def _fetch_details(self, title: Title, traffic: TrafficClass, deadline: float) -> Title | None:
        as_of = clock.now()
        try:
            answer = self._watchmode.details(int(title.id), self._regions, traffic, deadline=deadline)
        except UpstreamNotFound:
            return self._gone(title, WATCHMODE, as_of)
        options = answers.watchmode_options(answer, self._regions)
        self._set_offers(title.id, WATCHMODE, options, as_of, title.details.as_of if title.details else None)
        details = answers.details(answer, as_of)
        metrics.add_metric("TitlesFromWatchMode", MetricUnit.Count, 1)
        return self._titles.apply(title.id, lambda now: now and enrichment.with_details(now, details), known=title)

    def _gone(self, title: Title, provider: str, as_of: str) -> Title | None:
        """Take note that a provider does not know the title; it has not said that the title left any service."""
        logger.info("title unknown to a provider", title_id=title.id, provider=provider)
        self._withdraw_offers(title.id, provider, as_of)
        return self._titles.apply(title.id, lambda now: now and enrichment.without(now, provider, as_of), known=title)

    def _set_offers(
        self, title_id: str, provider: str, current: answers.Options, as_of: str, asked_before: str | None
    ) -> None:
        stored: list[Offer] = self._titles.get_with_offers(title_id)[1]
        offers = answers.provider_offers(stored, provider, current, as_of, asked_before)
        self._titles.set_provider_offers(title_id, provider, offers)

    def _withdraw_offers(self, title_id: str, provider: str, as_of: str) -> None:
        self._set_offers(title_id, provider, {}, as_of, asked_before=None)

    def _drop_expired(self, title: Title, now: str) -> None:
        """Take away what TMDB's terms no longer allow to keep, if it could not be fetched anew."""
        if enrichment.without_expired(title, now) != title:
            self._withdraw_offers(title.id, TMDB, now)
            self._titles.apply(title.id, lambda found: found and enrichment.without_expired(found, now), known=title)

    def _known_sources(self) -> list[Source]:
        if time.monotonic() - self._sources_read_at > REFERENCE_SECONDS:
            self._sources = self._reference.sources()
            self._sources_read_at = time.monotonic()
        return self._sources

    def _known_genres(self) -> list[Genre]:
        if time.monotonic() - self._genres_read_at > REFERENCE_SECONDS:
            self._genres = self._reference.genres()
            self._genres_read_at = time.monotonic()
        return self._genres


@cache
def enricher() -> Enricher:
    """Return the enricher of a function, made once from its settings."""
    catalogue = Table(aws.dynamodb(), settings.required("CATALOGUE_TABLE"))
    viewers = Table(aws.dynamodb(), settings.required("VIEWERS_TABLE"))
    return Enricher(
        TitleRepository(catalogue),
        ReferenceRepository(catalogue),
        providers.watchmode(),
        providers.tmdb(),
        settings.regions(),
        partial(has_followers, viewers),
    )


def _is_due(title: Title, provider: str, now: str, doubted_at: str | None) -> bool:
    """Return whether a provider's part, or its word that it has none, is missing, stale or in doubt."""
    part = title.details if provider == WATCHMODE else title.tmdb
    as_of = part.as_of if part else title.unknown_to.get(provider)
    if as_of is None or (doubted_at is not None and as_of < doubted_at):
        return True
    return enrichment.is_stale(title, as_of, now, provider)
