"""The catalogue is the same whatever the order and number of the events that made it."""

import json
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from marquee.quarantining import Quarantine
from marquee.queue import Queue
from marquee.repositories.guide_index import GuideIndex
from marquee.repositories.listings import ListingRepository
from marquee.repositories.quarantine import QuarantineRepository
from marquee.repositories.titles import TitleRepository
from marquee.stream_records import StreamRecord
from tests.fakes.pairs import chosen
from tests.fakes.table import MemoryTable
from tests.unit.events import listing_completed, title_listed
from title_consumer.consumer import TitleConsumer

DAYS = [f"2026-11-{day:02d}T05:00:00.000Z" for day in range(1, 6)]
PAIRS = [("203", "4"), ("203", "7"), ("26", "4")]


def catalogue_after(batches: list[list[dict[str, Any]]]) -> dict[tuple[str, str], Any]:
    """Return the catalogue without what counts writes."""
    catalogue, operations = MemoryTable(), MemoryTable()
    queue = Queue(None, "")  # type: ignore[arg-type]
    consumer = TitleConsumer(
        TitleRepository(catalogue),
        GuideIndex(catalogue),
        ListingRepository(operations),
        Quarantine(QuarantineRepository(operations), queue),
        chosen,
    )
    for batch in batches:
        records = [StreamRecord(str(n), json.dumps(each).encode()) for n, each in enumerate(batch)]
        assert consumer.consume(records) == set()
    return {key: {**item, "version": None} for key, item in catalogue.stored.items()}


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Days of listings as title_ingestion publishes them: what is new or renamed, then all that is there."""
    events = []
    for source, genre in PAIRS:
        before: set[int] = set()
        for day in DAYS:
            now = draw(st.sets(st.integers(1, 5), max_size=5))
            news = (now - before) | draw(st.sets(st.sampled_from(sorted(now)), max_size=2) if now else st.just(set()))
            name = draw(st.sampled_from(["A", "B"]))
            where: dict[str, Any] = {"source_ids": [source], "genre_ids": [genre], "region": "GB"}
            events += [title_listed(each, day, title=f"{name} {each}", **where) for each in sorted(news)]
            events.append(listing_completed(source, genre, day, sorted(now)))
            before = now
    return events


@settings(max_examples=60, deadline=None)
@given(history=histories(), seed=st.integers(0, 2**32), size=st.integers(1, 12))
def test_events_twice_and_shuffled_end_in_the_same_table(history: list[dict[str, Any]], seed: int, size: int) -> None:
    shuffled = history * 2
    random.Random(seed).shuffle(shuffled)
    batches = [shuffled[start : start + size] for start in range(0, len(shuffled), size)]

    assert catalogue_after(batches) == catalogue_after([[event] for event in history])


@settings(max_examples=60, deadline=None)
@given(history=histories())
def test_guide_shows_under_each_pair_exactly_what_its_last_listing_held(history: list[dict[str, Any]]) -> None:
    last = {(each["payload"].get("source_id"), each["payload"].get("genre_id")): each["payload"] for each in history}

    catalogue = catalogue_after([history])

    for source, genre in PAIRS:
        shown = {sk for pk, sk in catalogue if pk == f"source:{source}:genre:{genre}"}
        assert shown == {f"title:{each}" for each in last[source, genre]["title_ids"]}
