from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guide_api.pages import ROUNDS, Fetched, Page, merge, read_page
from marquee.models.titles import IndexRow
from marquee.repositories.guide_index import SORT_KEYS, FoundRow, PageRequest, to_row_item
from marquee.repositories.table import encode
from tests.fakes.titles import row

PAIRS = [("203", "4"), ("203", "7"), ("26", "4")]
EXECUTOR = ThreadPoolExecutor(2)
Sort = Literal["rating", "release"]


def found(each: IndexRow, name: str = "rating_sort") -> FoundRow:
    """Return a row as a Query finds it."""
    return FoundRow(f"title:{each.card.id}", getattr(each, name), encode(to_row_item(each)))


class Index:
    """The guide index in memory: like a Query, it reads `limit` rows before it filters them."""

    def __init__(self, rows: Iterable[IndexRow]) -> None:
        self.rows = list(rows)
        self.queries = 0

    def fetch(self, source_id: str, genre_id: str, wanted: PageRequest) -> Fetched:
        self.queries += 1
        name = SORT_KEYS[wanted.sort]
        here = [each for each in self.rows if (each.source_id, each.genre_id) == (source_id, genre_id)]
        below = [each for each in here if wanted.after is None or getattr(each, name) < wanted.after]
        read = sorted(below, key=lambda each: getattr(each, name), reverse=True)[: wanted.limit]
        stopped = getattr(read[-1], name) if len(read) == wanted.limit else None
        return [found(each, name) for each in read if wanted.type in (None, each.card.type)], stopped

    def page(self, wanted: PageRequest) -> Page:
        return read_page(PAIRS, wanted, self.fetch, EXECUTOR)


@st.composite
def indexes(draw: st.DrawFn) -> Index:
    rows: list[IndexRow] = []
    for number in range(draw(st.integers(0, 12))):
        sorts = {"rating": draw(st.sampled_from("135")), "release": draw(st.sampled_from("246"))}
        kind = draw(st.sampled_from(["movie", "tv_series"]))
        for pair in draw(st.sets(st.sampled_from(PAIRS), min_size=1)):
            rows.append(row(str(number), pair, **sorts, type=kind))
    return Index(rows)


@settings(max_examples=150, deadline=None)
@given(indexes(), st.sampled_from(["rating", "release"]), st.integers(1, 5), st.sampled_from([None, "movie"]))
def test_pages_hold_every_title_once_in_order(index: Index, sort: Sort, limit: int, type: str | None) -> None:
    shown: list[FoundRow] = []
    after: str | None = None
    for _ in range(50):
        page = index.page(PageRequest(region="GB", sort=sort, limit=limit, after=after, type=type))
        assert len(page.rows) <= limit
        shown += page.rows
        after = page.next
        if after is None:
            break

    truth = {each.card.id: getattr(each, SORT_KEYS[sort]) for each in index.rows if type in (None, each.card.type)}
    assert after is None
    assert [each.card().id for each in shown] == sorted(truth, key=lambda each: truth[each], reverse=True)


def test_first_page_takes_one_query_a_pair() -> None:
    index = Index(row(str(number), PAIRS[0], rating="5", release="5") for number in range(100))

    page = index.page(PageRequest(region="GB", sort="rating", limit=20))

    assert (len(page.rows), index.queries) == (20, len(PAIRS))


def test_filter_that_leaves_nothing_ends_a_page_early_with_a_cursor() -> None:
    index = Index(row(str(number), PAIRS[0], rating="5", release="5", type="short_film") for number in range(100))

    page = index.page(PageRequest(region="GB", sort="rating", limit=2, type="movie"))

    assert page.rows == ()
    assert page.next is not None
    assert index.queries == ROUNDS * len(PAIRS)


def test_full_last_page_has_no_cursor() -> None:
    index = Index(row(str(number), PAIRS[0], rating="5", release="5") for number in range(4))

    first = index.page(PageRequest(region="GB", sort="rating", limit=2))
    second = index.page(PageRequest(region="GB", sort="rating", limit=2, after=first.next))

    assert (len(first.rows), len(second.rows), second.next) == (2, 2, None)


def test_no_pairs_make_an_empty_page() -> None:
    wanted = PageRequest(region="GB", sort="rating", limit=2)

    assert read_page([], wanted, Index([]).fetch, EXECUTOR) == Page((), None)


@pytest.mark.parametrize(
    ("stops", "shown", "certain"),
    [
        pytest.param((None, None), ["9", "5", "1"], None, id="both at their end"),
        pytest.param(("5", None), ["9", "5"], "5", id="one stopped: below it nothing is certain"),
        pytest.param(("5", "1"), ["9", "5"], "5", id="the higher stop counts"),
    ],
)
def test_merge_shows_only_what_is_certain(stops: tuple[str | None, ...], shown: list[str], certain: str | None) -> None:
    left = [row(each, PAIRS[0], rating=each, release="0") for each in ("9", "5")]
    right = [row(each, PAIRS[1], rating=each, release="0") for each in ("9", "1")]
    full = {each: f"{each}#{each.zfill(19)}" for each in ("9", "5", "1")}
    stopped = [full[each] if each else None for each in stops]

    rows, position = merge([(list(map(found, left)), stopped[0]), (list(map(found, right)), stopped[1])])

    assert ([each.card().id for each in rows], position) == (shown, full[certain] if certain else None)
