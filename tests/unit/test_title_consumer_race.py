"""Two shards at once: a title is not shown under a pair whose last complete listing does not hold it."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from marquee.models.listings import History
from marquee.models.titles import IndexRow
from marquee.quarantining import Quarantine
from marquee.queue import Queue
from marquee.repositories.guide_index import GuideIndex
from marquee.repositories.listings import ListingRepository, Place
from marquee.repositories.quarantine import QuarantineRepository
from marquee.repositories.titles import TitleRepository
from marquee.stream_records import StreamRecord
from tests.fakes.pairs import chosen
from tests.fakes.table import MemoryTable
from tests.fakes.titles import DAY1, DAY2, DAY3
from tests.unit.events import listing_completed, title_listed
from title_consumer.consumer import TitleConsumer

HERE: dict[str, Any] = {"source_ids": ["203"], "genre_ids": ["4"], "region": "GB"}
Meanwhile = list[Callable[[], object]]


class OvertakenListings(ListingRepository):
    """Answers with what stood there before somebody else's work, each of `meanwhile` once."""

    def __init__(self, table: MemoryTable, meanwhile: Meanwhile) -> None:
        super().__init__(table)
        self.meanwhile = meanwhile

    def completed(self, wanted: Iterable[Place]) -> dict[Place, History]:
        found = super().completed(wanted)
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return found


class OvertakenIndex(GuideIndex):
    """Answers with what stood there before somebody else's work, each of `meanwhile` once."""

    def __init__(self, table: MemoryTable, meanwhile: Meanwhile) -> None:
        super().__init__(table)
        self.meanwhile = meanwhile

    def rows_of_pair(self, source_id: str, genre_id: str) -> Iterator[IndexRow]:
        found = list(super().rows_of_pair(source_id, genre_id))
        if self.meanwhile:
            self.meanwhile.pop(0)()
        yield from found


class Shards:
    """The tables of consumers that work at once."""

    def __init__(self) -> None:
        self.catalogue, self.operations = MemoryTable(), MemoryTable()

    def consume(
        self, *events: dict[str, Any], after_listings: Meanwhile | None = None, after_rows: Meanwhile | None = None
    ) -> set[str]:
        consumer = TitleConsumer(
            TitleRepository(self.catalogue),
            OvertakenIndex(self.catalogue, after_rows or []),
            OvertakenListings(self.operations, after_listings or []),
            Quarantine(QuarantineRepository(self.operations), Queue(None, "")),  # type: ignore[arg-type]
            chosen,
        )
        return consumer.consume(StreamRecord(str(n), json.dumps(each).encode()) for n, each in enumerate(events))

    def shown(self) -> set[str]:
        return {row.card.id for row in GuideIndex(self.catalogue).rows_of_pair("203", "4")}

    def left_at(self, title_id: str = "11") -> str | None:
        title = TitleRepository(self.catalogue).get(title_id)
        assert title is not None
        return title.attributions["GB:203:4"].left_at


@pytest.fixture
def shards() -> Shards:
    return Shards()


@pytest.mark.parametrize(
    ("as_of", "held", "shown"),
    [
        pytest.param(DAY2, [], set(), id="a later listing does not hold it"),
        pytest.param(DAY2, [11], {"11"}, id="a later listing holds it"),
        pytest.param(DAY1, [], {"11"}, id="a listing of the same moment says nothing"),
    ],
)
def test_listing_completed_on_another_shard_after_the_sighting_read_decides(
    shards: Shards, as_of: str, held: list[int], shown: set[str]
) -> None:
    other = [lambda: shards.consume(listing_completed("203", "4", as_of, held))]

    assert shards.consume(title_listed(11, DAY1, **HERE), after_listings=other) == set()  # type: ignore[arg-type]

    assert other == []
    assert shards.shown() == shown
    assert shards.left_at() == (None if shown else as_of)


def test_newer_listing_replaces_the_one_that_the_sighting_read(shards: Shards) -> None:
    shards.consume(listing_completed("203", "4", DAY2, [11]))
    other: Meanwhile = [lambda: shards.consume(listing_completed("203", "4", DAY3, []))]

    shards.consume(title_listed(11, DAY1, **HERE), title_listed(12, DAY1), after_listings=other)

    assert (shards.shown(), shards.left_at()) == (set(), DAY3)


def test_sighting_written_after_the_completion_read_its_rows_finds_the_listing(shards: Shards) -> None:
    other: Meanwhile = [lambda: shards.consume(title_listed(11, DAY1, **HERE))]

    shards.consume(listing_completed("203", "4", DAY2, []), after_rows=other)

    assert other == []
    assert (shards.shown(), shards.left_at()) == (set(), DAY2)


def test_completion_that_broke_off_after_its_listing_was_stored_takes_titles_away_when_it_comes_again(
    shards: Shards, monkeypatch: pytest.MonkeyPatch
) -> None:
    shards.consume(title_listed(11, DAY1, **HERE), title_listed(12, DAY1, **HERE))
    write = shards.catalogue.transact

    def refuse(_: object) -> None:
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "TransactWriteItems")

    monkeypatch.setattr(shards.catalogue, "transact", refuse)
    assert shards.consume(listing_completed("203", "4", DAY2, [12])) == {"0"}
    place = ("GB", "203", "4")
    assert ListingRepository(shards.operations).completed([place])[place][0].as_of == DAY2
    monkeypatch.setattr(shards.catalogue, "transact", write)

    assert shards.consume(listing_completed("203", "4", DAY2, [12])) == set()

    assert (shards.shown(), shards.left_at(), shards.left_at("12")) == ({"12"}, DAY2, None)


def test_completion_that_comes_again_changes_nothing(shards: Shards) -> None:
    shards.consume(title_listed(11, DAY1, **HERE), listing_completed("203", "4", DAY2, []))
    before = shards.catalogue.stored, shards.operations.stored

    shards.consume(listing_completed("203", "4", DAY2, []))

    assert (shards.catalogue.stored, shards.operations.stored) == before
