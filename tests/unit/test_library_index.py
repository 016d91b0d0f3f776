"""The order of movies, filters and pages, against plain Python over the same movies."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from marquee.errors import InvalidInput
from marquee.library import genre_key
from marquee.library_index import ALL, PLACE, Filter, Index, Place, names_of, places, read_place
from marquee.library_units import MOST_BITMAPS, portions
from marquee.models.library import NewMovie
from tests.fakes.library import film, memory_desk

MOVIES = st.builds(
    film,
    st.just("Heat"),
    st.sampled_from(["Crime", "Drama", "War"]),
    rating=st.none() | st.integers(0, 100).map(lambda worth: worth / 10),
    year=st.none() | st.integers(1990, 1993),
)
SHELVES = st.dictionaries(st.integers(0, 200_000), MOVIES, max_size=60)


def index_of(shelf: dict[int, NewMovie]) -> Index:
    bitmaps: dict[str, BitMap] = {}
    for ordinal, movie in shelf.items():
        for name in names_of(movie):
            bitmaps.setdefault(name, BitMap()).add(ordinal)
    return Index(bitmaps)


def in_order(shelf: dict[int, NewMovie]) -> list[int]:
    def rank(ordinal: int) -> tuple[float, int]:
        rating = shelf[ordinal].rating
        return (1 if rating is None else -rating, ordinal)

    return sorted(shelf, key=rank)


@given(SHELVES, st.integers(1, 7))
def test_pages_show_every_movie_once_in_order(shelf: dict[int, NewMovie], limit: int) -> None:
    index, shown, after = index_of(shelf), list[int](), None
    for _ in range(len(shelf) + 1):
        page, after = places(index, [index[ALL]], limit, after=after and read_place(str(after)))
        shown += [place.ordinal for place in page]
        if after is None:
            break

    assert shown == in_order(shelf)


@given(SHELVES, st.integers(0, 70))
def test_page_from_a_number_begins_there(shelf: dict[int, NewMovie], start: int) -> None:
    index = index_of(shelf)

    page, after = places(index, [index[ALL]], 5, skip=start)

    assert [place.ordinal for place in page] == in_order(shelf)[start : start + 5]
    assert (after is None) == (start + 5 >= len(shelf))


@given(SHELVES, st.data())
def test_tiers_follow_each_other_each_in_order(shelf: dict[int, NewMovie], data: st.DataObject) -> None:
    index = index_of(shelf)
    first = BitMap(data.draw(st.sets(st.sampled_from(sorted(shelf)))) if shelf else ())
    shown, after = list[int](), None
    for _ in range(len(shelf) + 1):
        page, after = places(index, [first, index[ALL] - first], 3, after=after)
        shown += [place.ordinal for place in page]
        if after is None:
            break

    ordered = in_order(shelf)
    assert shown == [each for each in ordered if each in first] + [each for each in ordered if each not in first]


@given(
    SHELVES,
    st.lists(st.sampled_from(["crime", "DRAMA", " War", "none"]), max_size=3),
    st.none() | st.floats(-1, 12, allow_nan=False),
    st.none() | st.integers(1989, 1993),
)
def test_filter_finds_what_fits_in_any_combination(
    shelf: dict[int, NewMovie], genres: list[str], least: float | None, year: int | None
) -> None:
    found = index_of(shelf).fitting(Filter(tuple(genres), least, year))

    keys = set(map(genre_key, genres))
    assert set(found) == {
        ordinal
        for ordinal, movie in shelf.items()
        if (not keys or keys & set(map(genre_key, movie.genres)))
        and (least is None or (movie.rating is not None and movie.rating >= least))
        and (year is None or movie.year == year)
    }


@given(SHELVES)
def test_ratings_add_up(shelf: dict[int, NewMovie]) -> None:
    index = index_of(shelf)

    assert index.rating_sum(index[ALL]) == sum(round(movie.rating * 10) for movie in shelf.values() if movie.rating)


@pytest.mark.parametrize("place", [Place(0, 100, 0), Place(1, -1, 123_456_789), Place(0, 7, 5)])
def test_place_is_read_as_it_was_written(place: Place) -> None:
    assert PLACE.fullmatch(str(place))
    assert read_place(str(place)) == place


def test_more_genres_than_one_read_can_hold_are_refused() -> None:
    Filter(tuple(f"G{n}" for n in range(50)) * 2)
    with pytest.raises(InvalidInput):
        Filter(tuple(f"G{n}" for n in range(51)))


@given(st.lists(st.builds(film, st.just("A"), st.integers(0, 300).map("g{}".format), year=st.integers(1900, 2100))))
def test_portions_hold_every_movie_once_and_few_bitmaps(movies: list[NewMovie]) -> None:
    parts = list(portions(movies))

    assert [position for part in parts for position in part] == list(range(len(movies)))
    assert all(len({name for each in part for name in names_of(movies[each])}) <= MOST_BITMAPS for part in parts)


def requests_of(client: Any, work: Any) -> dict[str, int]:
    client.made.clear()
    work()
    return dict(client.made)


def test_each_answer_has_its_number_of_requests() -> None:
    desk, client = memory_desk()
    added = desk.add(film("The Spiderwick Chronicles", "Fantasy", rating=6.5, year=2008), film("Heat", rating=8.3))

    assert requests_of(client, desk.index.dashboard) == {"GetItem": 1}
    assert requests_of(client, lambda: desk.index.top_rated(limit=100)) == {"TransactGetItems": 1, "BatchGetItem": 1}
    assert requests_of(client, lambda: desk.index.filter(Filter(("Fantasy",), 6, 2008), limit=100)) == {
        "TransactGetItems": 1,
        "BatchGetItem": 1,
    }
    assert requests_of(client, lambda: desk.index.search("the spid", limit=100)) == {
        "TransactGetItems": 1,
        "BatchGetItem": 2,
    }
    assert requests_of(client, lambda: desk.index.search("spiderw", limit=100)) == {
        "TransactGetItems": 1,
        "BatchGetItem": 2,
        "Query": 1,
    }
    assert requests_of(client, lambda: desk.index.movie(added[0].movie_id)) == {"GetItem": 1, "BatchGetItem": 1}
