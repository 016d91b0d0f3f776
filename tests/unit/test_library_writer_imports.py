"""Batches of an import, and their undo."""

import pytest

from marquee.models.imports import ImportFailure
from marquee.models.library import GenreCount
from marquee.repositories.table import ConditionFailed
from tests.fakes.library import Desk, batch, film, memory_desk, undo


def fates(desk: Desk) -> tuple[int, int, int, int]:
    counts = desk.counts("i")
    return counts.added, counts.duplicate, counts.failed, counts.left


def failures(desk: Desk) -> list[ImportFailure]:
    return desk.imports.failures("i", 100)[0]


@pytest.fixture
def desk() -> Desk:
    made, _ = memory_desk()
    made.begin_import("i", 4)
    return made


def test_rows_are_added_with_their_source_and_every_fate_is_counted(desk: Desk) -> None:
    desk.add(film("Heat"))

    assert desk.take(batch("i", "b", [film("Ali", year=2001), film("Heat"), film("x", year=1), film("Ali", year=2001)]))

    ali = desk.index.movie("i-b-2")
    assert ali is not None
    assert (ali.source, ali.added_by) == ("import:i", "ann")
    assert fates(desk) == (1, 2, 1, 0)
    assert [(each.file, each.line) for each in failures(desk)] == [("b.csv", 4)]
    assert "year" in failures(desk)[0].reason


def test_same_batch_ten_times_counts_once(desk: Desk) -> None:
    message = batch("i", "b", [film("Heat"), film("Ali")])

    assert all(desk.take(*[message] * 10))

    assert fates(desk) == (2, 0, 0, 2)
    assert len(desk.movies()) == 2


def test_row_that_comes_in_another_batch_is_a_duplicate_even_if_it_was_edited(desk: Desk) -> None:
    first = batch("i", "b", [film("Heat")])
    desk.take(first, desk.ask("edit", film("Ali"), "i-b-2"))

    desk.take(first.model_copy(update={"batch": "another"}))

    assert fates(desk) == (1, 1, 0, 2)
    assert [each.title for each in desk.movies()] == ["Ali"]


def test_rows_with_more_genres_than_a_transaction_takes_are_all_added(desk: Desk) -> None:
    movies = [film(f"Movie {n}", *(f"Genre {n} {k}" for k in range(10))) for n in range(30)]

    desk.take(batch("i", "b", movies))

    assert len(desk.movies()) == 30
    assert len(desk.index.header().genres) == 300


def test_genre_for_which_there_is_no_room_fails_its_row_alone(desk: Desk) -> None:
    full = desk.index.header().model_copy(
        update={"version": 1, "genres": {f"g{n}": GenreCount(name=f"G{n}", movies=1) for n in range(1000)}}
    )
    desk.table.put({"PK": "library:main", "SK": "header", **full.model_dump()})

    desk.take(batch("i", "b", [film("Heat", "G1"), film("Ali", "New")]))

    assert fates(desk) == (1, 0, 1, 2)
    assert "no room for new" in failures(desk)[0].reason


def test_batch_of_an_unknown_import_is_set_aside(desk: Desk) -> None:
    message = batch("unknown", "b", [film("Heat")])

    assert desk.take(message) == [True]

    assert [each["MessageBody"] for each in desk.dead.sent] == [message.model_dump_json()]
    assert desk.movies() == []


def test_batch_that_can_never_be_written_counts_its_rows_as_failed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def defect(*_: object) -> None:
        raise ValueError("a defect")

    monkeypatch.setattr("library_writer.batches.judge", defect)

    assert desk.take(batch("i", "b", [film("Heat"), film("Ali")])) == [True]

    assert fates(desk) == (0, 0, 2, 2)
    assert [each.line for each in failures(desk)] == [2, 3]
    assert len(desk.dead.sent) == 1


def test_undo_that_comes_again_counts_once_and_frees_what_was_unique(desk: Desk) -> None:
    message = batch("i", "b", [film(f"Movie {n}", tmdb_id=n + 1) for n in range(4)])
    desk.take(message)
    again = undo("i", "u", desk.noted("i"))

    assert all(desk.take(*[again] * 10))

    counts = desk.counts("i")
    assert (counts.removed, counts.kept, desk.movies()) == (4, 0, [])
    assert desk.add(film("Movie 0", tmdb_id=1))[0].state == "added"


def test_undo_takes_out_no_movie_of_somebody_else(desk: Desk) -> None:
    desk.add(film("Mine"))

    desk.take(undo("i", "u", [0]))

    assert [each.title for each in desk.movies()] == ["Mine"]


def test_writer_that_was_overtaken_reads_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    message, transact = batch("i", "b", [film("Heat"), film("Ali")]), desk.table.transact
    overtaken = iter([True])

    def overtake(actions: list[object]) -> None:
        if next(overtaken, False):
            desk.add(film("Ali"))
        transact(actions)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.table, "transact", overtake)

    assert desk.take(message) == [True]

    assert fates(desk) == (1, 1, 0, 2)
    assert sorted(each.title for each in desk.movies()) == ["Ali", "Heat"]


def test_writer_that_is_always_overtaken_lets_the_message_come_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(_: object) -> None:
        raise ConditionFailed("always")

    monkeypatch.setattr("marquee.repositories.library_store.time.sleep", lambda _: None)
    monkeypatch.setattr(desk.table, "transact", overtaken)

    assert desk.take(batch("i", "b", [film("Heat")])) == [False]
