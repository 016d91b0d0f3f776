from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guide_api.pages import ROUNDS, Page, cut, hiding, read_page
from marquee import guide
from marquee.models.titles import Card, Title
from marquee.repositories.guide_index import Filter, FoundRow, GuideIndex, PageRequest, Sort
from marquee.repositories.titles import TitleRepository
from tests.fakes.table import MemoryTable
from tests.fakes.titles import details, listed, listing, title, tmdb

PAIRS = [("203", "4"), ("203", "7"), ("26", "4")]
PLACES = [f"{region}:{source}:{genre}" for region in ("GB", "US") for source, genre in PAIRS]
EXECUTOR = ThreadPoolExecutor(2)
SORTS: dict[Sort, Callable[[Card], str]] = {
    "rating": guide.rating_sort,
    "popularity": guide.popularity_sort,
    "newest": guide.release_sort,
}
FIRST = PageRequest(region="GB", sort="rating", limit=20)


class Catalogue:
    """Titles in a table in memory, and what a page of them should be by the plainest of rules."""

    def __init__(self, titles: Sequence[Title]) -> None:
        self.table = MemoryTable()
        self.cards = {each.id: guide.card(each) for each in titles}
        told = {each.id: each.tmdb.genre_ids if each.tmdb and not each.details else () for each in titles}
        self.genres = {card.id: {*card.genre_ids, *told[card.id]} for card in self.cards.values()}
        listed(TitleRepository(self.table), *titles)

    def page(self, wanted: PageRequest) -> Page:
        self.table.queries = self.table.rows_read = 0
        return read_page(PAIRS, wanted, GuideIndex(self.table).pair_page, EXECUTOR)

    def pages(self, wanted: PageRequest) -> list[str]:
        """Walk through all pages; returns the ids shown."""
        shown: list[str] = []
        for _ in range(100):
            page = self.page(wanted)
            assert len(page.rows) <= wanted.limit
            shown += [row.card().id for row in page.rows]
            if page.next is None:
                return shown
            wanted = replace(wanted, after=page.next)
        raise AssertionError("there is no end to the pages")

    def expected(self, wanted: PageRequest) -> list[str]:
        """Return the ids of all titles that fit, in order."""
        fitting = [
            card
            for card in self.cards.values()
            if card.availability.get("GB") and fits(card, self.genres[card.id], wanted.filter)
        ]
        return [card.id for card in sorted(fitting, key=SORTS[wanted.sort], reverse=True)]


def fits(card: Card, genres: set[str], wanted: Filter) -> bool:
    year, rating = card.year, card.user_rating
    return (
        (not wanted.types or card.type in wanted.types)
        and (wanted.year_from is None or (year is not None and year >= wanted.year_from))
        and (wanted.year_to is None or (year is not None and year <= wanted.year_to))
        and (wanted.min_rating is None or (rating is not None and rating >= wanted.min_rating))
        and set(wanted.genres_all) <= genres
        and not set(wanted.genres_none) & genres
        and card.id not in wanted.without
    )


@st.composite
def titles(draw: st.DrawFn) -> list[Title]:
    return [
        title(
            str(number),
            *draw(st.sets(st.sampled_from(PLACES), min_size=1)),
            listing=listing(
                type=draw(st.sampled_from(["movie", "tv_series"])),
                year=draw(st.sampled_from([None, 1999, 2004])),
                popularity=draw(st.sampled_from([None, 5.0, 50.0, 100.0])),
            ),
            details=details(
                user_rating=draw(st.sampled_from([None, 0.0, 7.9, 8.0, 10.0])),
                release_date=draw(st.sampled_from([None, "1999-05-01", "2004-12-31"])),
                genre_ids=draw(st.sampled_from([(), ("4",), ("7", "9")])),
            ),
            tmdb=draw(st.sampled_from([None, tmdb(genre_ids=("7",)), tmdb(genre_ids=("4", "9"))])),
        )
        for number in range(1, draw(st.integers(0, 14)) + 1)
    ]


FILTERS = st.builds(
    Filter,
    types=st.sampled_from([(), ("movie",), ("movie", "tv_series")]),
    year_from=st.sampled_from([None, 1999, 2000]),
    year_to=st.sampled_from([None, 2003, 2004]),
    min_rating=st.sampled_from([None, 0.0, 8.0]),
    genres_all=st.sampled_from([(), ("4",), ("4", "7")]),
    genres_none=st.sampled_from([(), ("9",)]),
    without=st.frozensets(st.integers(1, 14).map(str)),
)


@settings(max_examples=200, deadline=None)
@given(titles(), st.sampled_from(sorted(SORTS)), st.integers(1, 5), st.just(Filter()) | FILTERS)
def test_pages_hold_every_title_that_fits_once_and_in_order(
    given: list[Title], sort: Sort, limit: int, filter: Filter
) -> None:
    catalogue = Catalogue(given)
    wanted = PageRequest(region="GB", sort=sort, limit=limit, filter=filter)

    assert catalogue.pages(wanted) == catalogue.expected(wanted)


def many(count: int, *places: str, **facts: Any) -> list[Title]:
    """Return titles of which a smaller id is rated better."""
    return [
        title(str(n), *places, listing=listing(**facts), details=details(user_rating=10 - n / 100))
        for n in range(1, count + 1)
    ]


def test_first_page_takes_one_query_a_pair_and_hardly_more_rows_than_it_shows() -> None:
    catalogue = Catalogue(many(100, *PLACES[:3]))

    page = catalogue.page(FIRST)

    assert (len(page.rows), catalogue.table.queries, catalogue.table.rows_read) == (20, 3, 66)


def test_pair_that_can_hide_nothing_is_not_read_again() -> None:
    worse = [
        title(str(n), PLACES[1], listing=listing(type="tv_series"), details=details(user_rating=5.0))
        for n in range(201, 300)
    ]
    catalogue = Catalogue([*many(40, PLACES[0]), *worse])

    page = catalogue.page(replace(FIRST, filter=Filter(without=frozenset(map(str, range(1, 21))))))

    assert [row.card().id for row in page.rows] == [str(n) for n in range(21, 41)]
    assert catalogue.table.queries <= 5


def test_viewer_who_has_watched_the_best_two_hundred_gets_a_full_page() -> None:
    catalogue = Catalogue(many(260, *PLACES[:3]))

    page = catalogue.page(replace(FIRST, filter=Filter(without=frozenset(map(str, range(1, 201))))))

    assert [row.card().id for row in page.rows] == [str(n) for n in range(201, 221)]
    assert catalogue.table.queries <= 3 * 3


def test_filter_that_leaves_nothing_ends_a_page_early_with_a_cursor() -> None:
    catalogue = Catalogue(many(400, PLACES[0], type="short_film"))

    page = catalogue.page(replace(FIRST, limit=2, filter=Filter(types=("movie",))))

    assert page.rows == ()
    assert page.next is not None
    assert catalogue.table.queries == ROUNDS + 2


def test_rating_that_is_too_low_is_not_even_read() -> None:
    catalogue = Catalogue(many(100, PLACES[0]))

    page = catalogue.page(replace(FIRST, limit=50, filter=Filter(min_rating=9.9)))

    assert (len(page.rows), page.next, catalogue.table.rows_read) == (10, None, 10)


def test_full_last_page_has_no_cursor() -> None:
    catalogue = Catalogue(many(4, PLACES[0]))

    first = catalogue.page(replace(FIRST, limit=2))
    second = catalogue.page(replace(FIRST, limit=2, after=first.next))

    assert (len(first.rows), len(second.rows), second.next) == (2, 2, None)


def test_no_pairs_make_an_empty_page() -> None:
    assert read_page([], FIRST, GuideIndex(MemoryTable()).pair_page, EXECUTOR) == Page((), None)


def rows(*positions: str) -> dict[str, FoundRow]:
    return {each: FoundRow(each, each, {}) for each in positions}


@pytest.mark.parametrize(
    ("unread", "due"),
    [
        pytest.param({("1", "4"): None, ("2", "4"): None}, [("1", "4"), ("2", "4")], id="nothing read yet"),
        pytest.param({("1", "4"): "6", ("2", "4"): "4"}, [("1", "4")], id="only what stopped above"),
        pytest.param({("1", "4"): "5"}, [], id="stopped where the next page begins"),
    ],
)
def test_pairs_that_stopped_above_the_next_page_are_read_again(
    unread: dict[tuple[str, str], str | None], due: list[tuple[str, str]]
) -> None:
    assert hiding(rows("9", "8", "5"), unread, limit=2) == due


@pytest.mark.parametrize(
    ("unread", "limit", "shown", "following"),
    [
        pytest.param({}, 5, ["9", "8", "5"], None, id="all at their end"),
        pytest.param({("1", "4"): "8"}, 5, ["9", "8"], "8", id="one stopped: below it nothing is certain"),
        pytest.param({("1", "4"): "4", ("2", "4"): "9"}, 5, ["9"], "9", id="the higher stop counts"),
        pytest.param({("1", "4"): "4"}, 2, ["9", "8"], "8", id="more than a page"),
        pytest.param({}, 3, ["9", "8", "5"], None, id="a full last page"),
    ],
)
def test_page_shows_only_what_is_certain(
    unread: dict[tuple[str, str], str | None], limit: int, shown: list[str], following: str | None
) -> None:
    page = cut(rows("5", "9", "8"), unread, limit)

    assert ([row.title for row in page.rows], page.next) == (shown, following)
