"""From listings to the arrivals log: each change once, whatever the order and number of the events and records."""

import copy
import json
import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from availability_watch.watch import AvailabilityWatch
from marquee import clock
from marquee.messages.notifications import Announcement
from marquee.models.changes import Change
from marquee.quarantining import Quarantine
from marquee.queue import Queue
from marquee.repositories.arrivals import ArrivalLog
from marquee.repositories.guide_index import GuideIndex
from marquee.repositories.listings import ListingRepository
from marquee.repositories.quarantine import QuarantineRepository
from marquee.repositories.table import encode
from marquee.repositories.titles import TitleRepository
from marquee.stream_records import StreamRecord
from tests.fakes.enrichers import stream_event
from tests.fakes.pairs import chosen
from tests.fakes.table import MemoryTable
from tests.unit.events import listing_completed, title_listed
from title_consumer.consumer import TitleConsumer

START = clock.parse("2026-11-01T05:00:00.000Z")
GENRES = ("4", "7")
TITLES = (1, 2, 3)
Days = list[set[int]]


class StreamingTable(MemoryTable):
    """A table with a stream: items before and after each write."""

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[tuple[Any, Any]] = []

    def transact(self, actions: Sequence[Mapping[str, Any]]) -> None:
        before = copy.deepcopy(self.stored)
        super().transact(actions)
        for key, item in self.stored.items():
            if item != before.get(key):
                self.changes.append((encode(before[key]) if key in before else None, encode(item)))


class Sent(Queue):
    """A queue that keeps what is sent."""

    def __init__(self) -> None:
        self.changes: list[Change] = []

    def send(self, messages: Iterable[BaseModel]) -> int:
        sent = [message.change for message in messages if isinstance(message, Announcement)]
        self.changes += sent
        return len(sent)


def moment(day: int, genre: str) -> str:
    """The pairs of a service are listed one after the other."""
    return clock.timestamp(START + timedelta(days=day, minutes=int(genre)))


def events_of(day: int, before: set[int], now: set[int], genres: Mapping[int, set[str]]) -> list[dict[str, Any]]:
    """Return what title_ingestion publishes on a day: what is new under each pair, then all that is there."""
    found = []
    for genre in GENRES:
        where: dict[str, Any] = {"source_ids": ["203"], "genre_ids": [genre], "region": "GB"}
        here = {each for each in TITLES if genre in genres[each]}
        found += [title_listed(each, moment(day, genre), **where) for each in sorted((now - before) & here)]
        found.append(listing_completed("203", genre, moment(day, genre), sorted(now & here)))
    return found


def log_after(days: Days, genres: Mapping[int, set[str]], seed: int) -> tuple[list[Change], list[Change]]:
    """Return the log and the announcements after days whose events and records come twice and shuffled."""
    catalogue, operations, sent, chance = StreamingTable(), MemoryTable(), Sent(), random.Random(seed)
    titles, listings = TitleRepository(catalogue), ListingRepository(operations)
    quarantine = Quarantine(QuarantineRepository(operations), sent)
    consumer = TitleConsumer(titles, GuideIndex(catalogue), listings, quarantine, chosen)
    watch = AvailabilityWatch(titles, listings, ArrivalLog(catalogue), sent)
    for day, now in enumerate(days):
        events = 2 * events_of(day, days[day - 1] if day else set(), now, genres)
        chance.shuffle(events)
        for each in events:
            consumer.consume([StreamRecord("1", json.dumps(each).encode())])
            if chance.random() < 0.5:
                deliver(watch, catalogue, chance)
        deliver(watch, catalogue, chance)
    return [Change.model_validate(row) for (pk, _), row in catalogue.stored.items() if "arrivals:" in pk], sent.changes


def deliver(watch: AvailabilityWatch, catalogue: StreamingTable, chance: random.Random) -> None:
    changes, catalogue.changes = catalogue.changes, []
    for _ in range(chance.randint(1, 3)):
        assert watch.watch(stream_event(*changes)["Records"]) == set()
    catalogue.changes = []


@settings(max_examples=80, deadline=None)
@given(
    days=st.lists(st.sets(st.sampled_from(TITLES)), min_size=1, max_size=8),
    genres=st.fixed_dictionaries(
        {each: st.sets(st.sampled_from(GENRES), min_size=1) for each in TITLES},
    ),
    seed=st.integers(0, 2**32),
)
def test_each_arrival_and_departure_since_the_first_listing_is_one_row(
    days: Days, genres: dict[int, set[str]], seed: int
) -> None:
    log, announced = log_after(days, genres, seed)

    expected = []
    for day in range(1, len(days)):
        expected += [("arrived", str(each), moment(day, "0")[:10]) for each in days[day] - days[day - 1]]
        expected += [("left", str(each), moment(day, "0")[:10]) for each in days[day - 1] - days[day]]
    assert sorted((each.kind, each.title_id, each.at[:10]) for each in log) == sorted(expected)
    assert {each.id for each in announced} == {each.id for each in log}
    assert all(each.checked_before and each.checked_before < each.at for each in log)
