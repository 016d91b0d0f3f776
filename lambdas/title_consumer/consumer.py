"""Applies `title.listed` and `listing.completed` events to the catalogue."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from marquee import listing
from marquee.errors import Conflict
from marquee.guide import Placement
from marquee.messages import envelope
from marquee.messages.envelope import MalformedEvent
from marquee.messages.titles import ListingCompleted, TitleListed, listing_completed, title_listed
from marquee.messages.work import QuarantineNotice
from marquee.models.operations import PairListing
from marquee.models.titles import Title
from marquee.queue import Queue
from marquee.repositories.guide_index import GuideIndex
from marquee.repositories.listings import ListingRepository
from marquee.repositories.quarantine import QuarantineRepository
from marquee.repositories.titles import TitleRepository
from marquee.telemetry import MetricUnit, logger, metrics

# A record that fails with one of these is delivered again by the stream; anything else is a defect and stops the batch.
TRANSIENT = (Conflict, ClientError, BotoCoreError)

Listings = dict[tuple[str, str, str], PairListing]


@dataclass(frozen=True)
class StreamRecord:
    """One record as the stream delivers it."""

    sequence_number: str
    data: bytes


@dataclass(frozen=True)
class Sighting:
    """One `title.listed` event, with the record that brought it."""

    payload: TitleListed
    as_of: str
    sequence_number: str

    def placements(self) -> list[Placement]:
        """Return where the event puts the title: every service it names, under every genre it names."""
        listed = self.payload
        return [Placement(listed.region, source, genre) for source in listed.source_ids for genre in listed.genre_ids]


class TitleConsumer:
    """Consumes batches of the programme-events stream.

    Idempotent and independent of order: facts are merged by `as_of`, presence under a pair is decided by the latest
    word on the pair, quarantine records are keyed by the bytes of the event. So a batch may come twice, in part or
    late; only a write that changes something is made.
    """

    def __init__(
        self,
        titles: TitleRepository,
        index: GuideIndex,
        listings: ListingRepository,
        quarantine: QuarantineRepository,
        queue: Queue,
    ) -> None:
        self._titles = titles
        self._index = index
        self._listings = listings
        self._quarantine = quarantine
        self._queue = queue

    def consume(self, records: Iterable[StreamRecord]) -> set[str]:
        """Apply a batch; returns the sequence numbers of records that have to be delivered again."""
        sightings: dict[str, list[Sighting]] = defaultdict(list)
        completions: list[tuple[str, ListingCompleted, str]] = []
        for record in records:
            try:
                event = envelope.parse(record.data)
                as_of = event.header.publishTimestamp
                if event.header.eventType == envelope.TITLE_LISTED:
                    sighting = Sighting(title_listed(event), as_of, record.sequence_number)
                    sightings[sighting.payload.id].append(sighting)
                elif event.header.eventType == envelope.LISTING_COMPLETED:
                    completions.append((record.sequence_number, listing_completed(event), as_of))
                elif not event.header.eventType.startswith(envelope.ACTIVITY_PREFIX):
                    raise MalformedEvent(f"unknown event type {event.header.eventType!r}")
            except MalformedEvent as error:
                self._set_aside(record, str(error))
        failed = self._apply_sightings(sightings)
        for sequence_number, payload, as_of in completions:
            try:
                self._apply_completion(payload, as_of)
            except TRANSIENT as error:
                _log_retry(error, source_id=payload.source_id, genre_id=payload.genre_id, region=payload.region)
                failed.add(sequence_number)
        return failed

    def _apply_sightings(self, sightings: dict[str, list[Sighting]]) -> set[str]:
        wanted = {
            (place.region, place.source_id, place.genre_id)
            for events in sightings.values()
            for event in events
            for place in event.placements()
        }
        last = self._listings.completed(wanted)
        known = self._titles.get_many(sightings)
        failed: set[str] = set()
        for title_id, events in sightings.items():
            try:
                self._titles.apply(title_id, partial(sighted, events=events, last=last), known=known.get(title_id))
            except TRANSIENT as error:
                _log_retry(error, title_id=title_id)
                failed |= {event.sequence_number for event in events}
        metrics.add_metric("TitleEvents", MetricUnit.Count, sum(map(len, sightings.values())))
        return failed

    def _apply_completion(self, payload: ListingCompleted, as_of: str) -> None:
        """Take away what the listing no longer holds and give back what it holds again, then remember the listing.

        A listing that is not newer than the last one is a repetition or late, and changes nothing.
        """
        place = Placement(payload.region, payload.source_id, payload.genre_id)
        key = (place.region, place.source_id, place.genre_id)
        last = self._listings.completed([key]).get(key)
        if last is not None and last.as_of >= as_of:
            return
        complete = PairListing(
            region=place.region,
            source_id=place.source_id,
            genre_id=place.genre_id,
            as_of=as_of,
            title_ids=frozenset(payload.title_ids),
        )
        rows = self._index.rows_of_pair(place.source_id, place.genre_id)
        shown = {row.card.id for row in rows if place.region in row.regions}
        for title_id in sorted(shown - complete.title_ids):
            self._titles.apply(title_id, lambda title: title and listing.departed(title, place, as_of))
        for title in self._titles.get_many(complete.title_ids - shown).values():
            self._titles.apply(title.id, lambda title: title and listing.still_there(title, place, as_of), known=title)
        self._listings.complete(complete)

    def _set_aside(self, record: StreamRecord, reason: str) -> None:
        event_id = envelope.content_id(record.data)
        origin = f"programme-events:{record.sequence_number}"
        self._quarantine.add(event_id, reason=reason, original=record.data, origin=origin)
        self._queue.send([QuarantineNotice(event_id=event_id, reason=reason)])
        metrics.add_metric("QuarantinedEvents", MetricUnit.Count, 1)
        logger.warning("event set aside", event_id=event_id, reason=reason)


def sighted(title: Title | None, *, events: Sequence[Sighting], last: Listings) -> Title | None:
    """Return the title after all its sightings in a batch."""
    for event in events:
        title = listing.with_listing(title, event.payload.id, listing.facts(event.payload, event.as_of))
        for place in event.placements():
            pair = last.get((place.region, place.source_id, place.genre_id))
            title = listing.seen(title, place, event.as_of, pair)
    return title


def _log_retry(error: Exception, **ids: str) -> None:
    found = {"error_type": type(error).__name__, "reason": str(error), **ids}
    logger.warning("record will be delivered again", extra=found)
