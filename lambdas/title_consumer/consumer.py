"""Applies `title.listed` and `listing.completed` events to the catalogue."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from marquee import listing
from marquee.guide import Placement, placements
from marquee.messages import envelope
from marquee.messages.envelope import MalformedEvent
from marquee.messages.titles import ListingCompleted, TitleListed, listing_completed, title_listed
from marquee.models.listings import History, PairListing
from marquee.models.titles import Title
from marquee.quarantining import Quarantine
from marquee.repositories.guide_index import GuideIndex
from marquee.repositories.listings import ListingRepository, Place
from marquee.repositories.titles import TitleRepository
from marquee.stream_records import StreamRecord
from marquee.telemetry import MetricUnit, metrics

Listings = dict[Place, History]


@dataclass(frozen=True)
class Sighting:
    """One `title.listed` event, with the record that brought it."""

    payload: TitleListed
    as_of: str
    record: StreamRecord

    def placements(self) -> list[Placement]:
        """Return where the event puts the title: every service it names, under every genre it names."""
        listed = self.payload
        return [Placement(listed.region, source, genre) for source in listed.source_ids for genre in listed.genre_ids]


@dataclass(frozen=True)
class Completion:
    """One `listing.completed` event, with the record that brought it."""

    payload: ListingCompleted
    as_of: str
    record: StreamRecord


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
        quarantine: Quarantine,
        unchosen: Callable[[Iterable[tuple[str, str]]], Collection[tuple[str, str]]],
    ) -> None:
        self._titles = titles
        self._index = index
        self._listings = listings
        self._quarantine = quarantine
        self._unchosen = unchosen

    def consume(self, records: Iterable[StreamRecord]) -> set[str]:
        """Apply a batch; returns the sequence numbers of records that have to be delivered again."""
        sightings: dict[str, list[Sighting]] = defaultdict(list)
        completions: list[Completion] = []
        for record in records:
            try:
                read = read_event(record)
            except MalformedEvent as error:
                self._quarantine.set_aside(record, str(error))
                continue
            if isinstance(read, Sighting):
                sightings[read.payload.id].append(read)
            elif isinstance(read, Completion):
                completions.append(read)
        metrics.add_metric("TitleEvents", MetricUnit.Count, sum(map(len, sightings.values())))
        failed = self._apply_sightings(sightings)
        for completion in completions:
            failed |= self._quarantine.attempt([completion.record], partial(self._apply_completion, completion))
        return failed

    def _apply_sightings(self, sightings: dict[str, list[Sighting]]) -> set[str]:
        wanted = {place.key for events in sightings.values() for event in events for place in event.placements()}
        last = self._listings.completed(wanted)
        known = self._titles.get_many(sightings)
        failed = self._apply_with(sightings, last, known)
        # A listing may have been completed on another shard meanwhile; it has seen what was written before it, and
        # what was written after it sees it here.
        later = {key: found for key, found in self._listings.completed(wanted).items() if found != last.get(key)}
        concerned = {
            title_id: events
            for title_id, events in sightings.items()
            if any(place.key in later for event in events for place in event.placements())
        }
        return failed | self._apply_with(concerned, later, {})

    def _apply_with(self, sightings: dict[str, list[Sighting]], last: Listings, known: dict[str, Title]) -> set[str]:
        failed: set[str] = set()
        for title_id, events in sightings.items():
            apply = partial(self._titles.apply, title_id, known=known.get(title_id))
            failed |= self._quarantine.attempt(
                [event.record for event in events], partial(apply, partial(sighted, events=events, last=last))
            )
        return failed

    def _apply_completion(self, completion: Completion) -> None:
        """Remember the listing, then judge anew every title that is not simply still there.

        In this order: a title that another shard is writing is found here, or finds the listing remembered. A
        repetition does the same again and changes nothing; a late listing finds its place among the others.
        """
        payload = completion.payload
        place = Placement(payload.region, payload.source_id, payload.genre_id)
        complete = PairListing(as_of=completion.as_of, title_ids=frozenset(payload.title_ids))
        history = self._listings.remember(place.key, complete)
        rows = self._index.rows_of_pair(place.source_id, place.genre_id)
        shown = {row.card.id for row in rows if place.region in row.regions}
        known = shown.union(*(each.title_ids for each in history))
        concerned = self._titles.get_many(known - (shown & history[0].title_ids))
        unlisted = self._unchosen({pair for title in concerned.values() for pair in siblings(title, place)})
        for title in concerned.values():
            review = partial(reviewed, place=place, history=history, unlisted=unlisted)
            self._titles.apply(title.id, review, known=title)


def read_event(record: StreamRecord) -> Sighting | Completion | None:
    """Return what a record says, None if it is somebody else's; raises MalformedEvent."""
    event = envelope.parse(record.data)
    as_of, event_type = event.header.publishTimestamp, event.header.eventType
    if event_type == envelope.TITLE_LISTED:
        return Sighting(title_listed(event), as_of, record)
    if event_type == envelope.LISTING_COMPLETED:
        return Completion(listing_completed(event), as_of, record)
    if event_type.startswith(envelope.ACTIVITY_PREFIX):
        return None
    raise MalformedEvent(f"unknown event type {event_type!r}")


def sighted(title: Title | None, *, events: Sequence[Sighting], last: Listings) -> Title | None:
    """Return the title after all its sightings in a batch."""
    for event in events:
        title = listing.with_listing(title, event.payload.id, listing.facts(event.payload, event.as_of))
        for place in event.placements():
            title = listing.seen(title, place, event.as_of, last.get(place.key, ()))
    return title


def siblings(title: Title, place: Placement) -> set[tuple[str, str]]:
    """Return the other pairs of a service under which a title is listed."""
    service = (place.region, place.source_id)
    listed = {(each.source_id, each.genre_id) for each in placements(title) if (each.region, each.source_id) == service}
    return listed - {(place.source_id, place.genre_id)}


def reviewed(
    title: Title | None, *, place: Placement, history: History, unlisted: Collection[tuple[str, str]]
) -> Title | None:
    """Return the title after the listings of a pair have changed, None if there is none."""
    return title and listing.without_unlisted(listing.reviewed(title, place, history), place, unlisted)
