"""A library counted anew from its movies: what differs is named, and mended if asked to."""

import os
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from pyroaring import BitMap

from library_recount import handler
from library_recount.recount import Recount
from marquee import aws, keys
from marquee.errors import Conflict
from marquee.models.library import MAIN, Movie
from marquee.repositories.library_items import bitmap_item, read_bitmap
from marquee.repositories.library_store import LibraryStore
from marquee.repositories.table import ConditionFailed, Item, Table
from tests.fakes.library import Desk, film, memory_desk
from tests.unit.conftest import Cloud, FakeContext

LIBRARY, WORDS = keys.library(MAIN), keys.library_words(MAIN)


def filled() -> Desk:
    desk, _ = memory_desk()
    desk.add(
        *(film(f"Movie {n}", "Crime", "War"[: n % 4] or "Drama", rating=n % 101 / 10, year=1990) for n in range(9))
    )
    desk.take(desk.ask("delete", None, desk.movies()[4].id), desk.ask("edit", film("Heat"), desk.movies()[5].id))
    return desk


def set_bits(desk: Desk, key: tuple[str, str], bits: BitMap) -> None:
    desk.table.put(bitmap_item(key, bits))


def forget_total(desk: Desk) -> None:
    header = desk.table.get(LIBRARY, keys.HEADER) or {}
    desk.table.put({**header, "total": 1, "rating_sum": 7, "years": {"1889": 3}})


def lose_digit(desk: Desk) -> None:
    desk.table.batch_write(deletes=[(LIBRARY, "rating:1")])


def invent_genre(desk: Desk) -> None:
    set_bits(desk, (LIBRARY, "genre:western"), BitMap([1, 2]))


def lose_word(desk: Desk) -> None:
    desk.table.batch_write(deletes=[(WORDS, "movie")])


def mistake_word(desk: Desk) -> None:
    set_bits(desk, (WORDS, "heat"), BitMap([0]))


def lose_movie(desk: Desk) -> None:
    desk.table.batch_write(deletes=[(keys.library_block(MAIN, 3), keys.library_place(3))])


@pytest.mark.parametrize(
    "damage",
    [forget_total, lose_digit, invent_genre, lose_word, mistake_word, lose_movie],
    ids=lambda each: each.__name__,
)
def test_damage_is_named_and_mended(damage: Callable[[Desk], None]) -> None:
    desk = filled()
    recount = Recount(desk.table, MAIN)
    assert recount.count().differences == []

    damage(desk)

    assert recount.count().differences
    assert recount.mend().differences
    assert recount.count().differences == []
    assert desk.index.dashboard().total == len(desk.movies())


def test_library_that_is_right_is_not_written() -> None:
    desk = filled()
    before = desk.index.header()

    assert Recount(desk.table, MAIN).mend().differences == []
    assert desk.index.header() == before
    assert Recount(memory_desk()[0].table, MAIN).mend().right.total == 0


def test_what_a_stopped_writer_left_is_no_difference() -> None:
    desk = filled()
    bits = read_bitmap(desk.table.get(WORDS, "movie") or {})
    set_bits(desk, (WORDS, "movie"), bits | BitMap([500]))

    assert Recount(desk.table, MAIN).count().differences == []


def test_many_wrong_bitmaps_are_mended_in_several_transactions() -> None:
    desk = filled()
    for number in range(250):
        set_bits(desk, (LIBRARY, f"genre:g{number}"), BitMap([1]))

    assert len(Recount(desk.table, MAIN).mend().differences) == 250
    assert Recount(desk.table, MAIN).count().differences == []


def test_mending_that_was_overtaken_counts_again_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    desk, transact = filled(), Table.transact
    forget_total(desk)
    overtaken = iter([True])

    def overtake(self: Table, actions: list[object]) -> None:
        if next(overtaken, False):
            desk.add(film("Meanwhile"))
        transact(self, actions)  # type: ignore[arg-type]

    monkeypatch.setattr("marquee.repositories.library_store.time.sleep", lambda _: None)
    monkeypatch.setattr(Table, "transact", overtake)

    Recount(desk.table, MAIN).mend()

    assert desk.index.search("meanwhile", limit=1).total == 1
    assert Recount(desk.table, MAIN).count().differences == []


def test_writer_whose_pen_was_taken_by_mending_writes_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = filled()
    write, mended = LibraryStore.write_words, iter([True])
    lose_digit(desk)

    def mend_first(self: LibraryStore, movies: Sequence[Movie]) -> None:
        if next(mended, False):
            Recount(desk.table, MAIN).mend()
        write(self, movies)

    monkeypatch.setattr(LibraryStore, "write_words", mend_first)

    assert desk.add(film("Movie of another"))[0].state == "added"
    assert Recount(desk.table, MAIN).count().differences == []


def test_word_that_was_mended_after_a_writer_had_read_it_stays_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = filled()
    put, mended = Table.put, iter([True])
    set_bits(desk, (WORDS, "movie"), BitMap([0]))

    def mend_first(self: Table, item: Item, **more: Any) -> None:
        if item["PK"] == WORDS and next(mended, False):
            assert Recount(desk.table, MAIN).mend().differences
        put(self, item, **more)

    monkeypatch.setattr(Table, "put", mend_first)

    assert desk.add(film("Movie of another"))[0].state == "added"
    assert next(mended, False) is False
    assert Recount(desk.table, MAIN).count().differences == []


def test_library_that_never_stands_still_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = filled()
    query = desk.table.query

    def changed_meanwhile(*arguments: object, **more: object) -> object:
        desk.add(film(f"Another {desk.index.header().version}"))
        return query(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.table, "query", changed_meanwhile)

    with pytest.raises(Conflict):
        Recount(desk.table, MAIN).count()


def test_job_says_what_was_found_and_mended(cloud: Cloud, context: FakeContext) -> None:
    desk = Desk(Table(aws.dynamodb(), os.environ["LIBRARY_TABLE"]))
    desk.add(film("Heat", rating=8.3))
    forget_total(desk)

    counted = handler.lambda_handler({}, context)
    mended = handler.lambda_handler({"repair": True, "started_by": "ann"}, context)

    assert counted["counts"]["differences"] == len(counted["differences"]) > 0
    assert mended["counts"]["repaired"] == counted["counts"]["differences"]
    job = cloud.jobs.get(mended["job_id"])
    assert job is not None
    assert (job.kind, job.state, job.started_by) == ("library_recount", "succeeded", "ann")
    assert desk.index.dashboard().average_rating == 8.3


def test_condition_that_never_holds_is_a_conflict(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = filled()
    forget_total(desk)

    def overtaken(_: object) -> None:
        raise ConditionFailed("always")

    monkeypatch.setattr("marquee.repositories.library_store.time.sleep", lambda _: None)
    monkeypatch.setattr(desk.table, "transact", overtaken)

    with pytest.raises(Conflict):
        Recount(desk.table, MAIN).mend()
