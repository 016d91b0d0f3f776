"""Whatever comes again and wherever the writer is stopped, every change counts once and in order."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from library_recount.recount import Recount
from marquee.library import genre_keys, identities
from marquee.messages.library import MovieChange
from marquee.models.library import MAIN, NewMovie
from tests.fakes.interruptions import Crash, crashing
from tests.fakes.library import Desk, batch, film, memory_desk, undo

TITLES = st.sampled_from(["Heat", "Ali", "The Thief"])
FILMS = st.builds(
    film,
    TITLES,
    st.sampled_from(["Crime", "crime", "Drama"]),
    rating=st.none() | st.sampled_from([0.0, 7.5, 10.0]),
    year=st.none() | st.just(1995),
    tmdb_id=st.none() | st.integers(1, 2),
)
# What is asked, and of which of the movies that were asked for before.
CHANGES = st.tuples(st.sampled_from(["add", "add", "edit", "delete"]), FILMS, st.integers(0, 9))


class Shelf:
    """A library in plain Python: movies by id in the order in which they came or were edited."""

    def __init__(self) -> None:
        self.movies: dict[str, NewMovie] = {}

    def do(self, message: MovieChange) -> str:
        others = [movie for movie_id, movie in self.movies.items() if movie_id != message.movie_id]
        if message.change != "add" and message.movie_id not in self.movies:
            return "missing"
        if message.change == "delete" or message.movie is None:
            del self.movies[message.movie_id]
            return "deleted"
        if set(identities(message.movie)) & {digest for other in others for digest in identities(other)}:
            return "duplicate"
        self.movies.pop(message.movie_id, None)
        self.movies[message.movie_id] = message.movie
        return "added" if message.change == "add" else "changed"


def asked(desk: Desk, changes: Sequence[tuple[Any, NewMovie, int]]) -> list[MovieChange]:
    """Ask for changes: an edit or a delete is of one of the movies that were asked for until then."""
    messages: list[MovieChange] = []
    for kind, movie, number in changes:
        known = [each.movie_id for each in messages if each.change == "add"]
        if kind == "add" or not known:
            messages.append(desk.ask("add", movie))
        else:
            messages.append(desk.ask(kind, None if kind == "delete" else movie, known[number % len(known)]))
    return messages


def assert_is(desk: Desk, shelf: Shelf) -> None:
    """Check that a library holds what it should, and that nothing of its index differs from its movies."""
    assert [(each.id, each.title, each.rating) for each in desk.movies()] == [
        (movie_id, movie.title, movie.rating) for movie_id, movie in shelf.movies.items()
    ]
    assert Recount(desk.table, MAIN).count().differences == []
    for movie_id, movie in shelf.movies.items():
        found = desk.index.movie(movie_id)
        assert found is not None
        assert genre_keys(found.genres) == genre_keys(movie.genres)
        assert movie_id in {each.id for each in desk.index.search(movie.title, limit=100).movies}


@settings(max_examples=60, deadline=None)
@given(st.lists(CHANGES, max_size=12), st.data())
def test_any_history_with_repetitions_ends_as_in_plain_python(
    changes: list[tuple[Any, NewMovie, int]], data: st.DataObject
) -> None:
    desk, _ = memory_desk()
    shelf, outcomes = Shelf(), list[str]()
    messages = asked(desk, changes)
    for number, message in enumerate(messages):
        outcomes.append(shelf.do(message))
        again = data.draw(st.lists(st.sampled_from(messages[: number + 1]), max_size=2))
        assert all(desk.take(message, *again))

    assert [desk.answer(each).state for each in messages] == outcomes
    assert_is(desk, shelf)


@settings(max_examples=60, deadline=None)
@given(st.lists(CHANGES, min_size=1, max_size=6), st.lists(st.integers(0, 12), max_size=12))
def test_writer_stopped_anywhere_goes_on_as_if_it_had_not(
    changes: list[tuple[Any, NewMovie, int]], stops: list[int]
) -> None:
    desk, client = memory_desk()
    shelf = Shelf()
    messages = asked(desk, changes)
    outcomes = [shelf.do(each) for each in messages]
    for message in messages:
        for stop in [*stops, 1000]:
            client.interrupt = crashing(stop)
            try:
                desk.take(message)
            except Crash:
                continue
            finally:
                client.interrupt = lambda _: None

    assert [desk.answer(each).state for each in messages] == outcomes
    assert_is(desk, shelf)


def stopped_after_every_request(desk: Desk, client: Any, message: Any) -> int:
    """Stop the writer after 0, 1, 2 … requests until it comes to its end; returns how often it was stopped."""
    for stop in range(1000):
        client.interrupt = crashing(stop)
        try:
            assert desk.take(message) == [True]
        except Crash:
            continue
        finally:
            client.interrupt = lambda _: None
        return stop
    raise AssertionError("the writer never came to its end")


def test_import_stopped_after_every_request_counts_each_row_once() -> None:
    desk, client = memory_desk()
    rows = [film(f"Movie {n}", f"Genre {n % 60}", rating=n % 101 / 10, year=1900 + n) for n in range(100)]
    desk.begin_import("i", 101)
    message = batch("i", "b", [*rows[:99], rows[0]])

    stops = stopped_after_every_request(desk, client, message)

    counts = desk.counts("i")
    assert stops > 10
    assert (counts.added, counts.duplicate, counts.failed, counts.left) == (99, 1, 0, 1)
    assert [each.id for each in desk.movies()] == [row.movie_id for row in message.rows[:99]]
    assert Recount(desk.table, MAIN).count().differences == []


def test_undo_stopped_after_every_request_leaves_what_was_not_imported_and_what_was_edited_since() -> None:
    desk, client = memory_desk()
    kept = desk.add(film("Mine"))[0]
    desk.begin_import("i", 12)
    message = batch("i", "b", [film(f"Movie {n}", year=1990) for n in range(12)])
    stopped_after_every_request(desk, client, message)
    desk.take(desk.ask("edit", film("Edited"), "i-b-2"), desk.ask("delete", None, "i-b-3"))

    stopped_after_every_request(desk, client, undo("i", "u", desk.noted("i")))

    counts = desk.counts("i")
    assert (counts.added, counts.removed, counts.kept) == (12, 10, 2)
    assert desk.imports.get("i").counts.left == 0
    assert [(each.id, each.title) for each in desk.movies()] == [(kept.movie_id, "Mine"), ("i-b-2", "Edited")]
    assert Recount(desk.table, MAIN).count().differences == []


def test_ordinal_never_means_two_movies_even_if_a_message_is_given_up() -> None:
    desk, client = memory_desk()
    given_up = desk.ask("add", film("Zebra"))
    client.interrupt = crashing(5)
    with pytest.raises(Crash):
        desk.take(given_up)
    client.interrupt = lambda _: None

    desk.add(film("Heat"))

    assert desk.index.search("zebra", limit=10).total == 0
    assert [each.title for each in desk.movies()] == ["Heat"]


def before_request(number: int, act: Callable[[], object]) -> tuple[Callable[[str], None], list[str]]:
    """Return an interruption in which somebody acts before the n-th request, and the requests that it has seen."""
    seen: list[str] = []

    def interrupt(operation: str) -> None:
        seen.append(operation)
        if len(seen) == number:
            act()

    return interrupt, seen


@pytest.mark.parametrize("kind", ["add", "import"])
def test_two_writers_at_once_lose_no_word(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marquee.repositories.library_store.time.sleep", lambda _: None)
    number, seen = 0, [""]
    while len(seen) > number:
        number += 1
        desk, client = memory_desk()
        desk.add(film("The End"))
        desk.begin_import("i", 1)
        mine = desk.ask("add", film("The Heat")) if kind == "add" else batch("i", "b", [film("The Heat")])
        another = desk.ask("add", film("The Heathen"))
        client.interrupt, seen = before_request(number, partial(desk.take, another))

        assert desk.take(mine, another) == [True, True]

        assert sorted(each.title for each in desk.movies()) == ["The End", "The Heat", "The Heathen"]
        assert Recount(desk.table, MAIN).count().differences == []
    assert number > 10
