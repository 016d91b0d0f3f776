from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guide_api import search_pages
from guide_api.search_pages import PLACE, ROUNDS, HitPage, Place, Wanted, find, read_place
from local.catalogue.demo import load_demo
from marquee import guide, search
from marquee.models.titles import Card, Title
from marquee.repositories import search_index
from marquee.repositories.search_index import FoundHit, SearchIndex
from marquee.repositories.titles import TitleRepository
from tests.fakes.table import MemoryTable
from tests.fakes.titles import listed, listing, title

EXECUTOR = ThreadPoolExecutor(2)
START = Place()
WORDS = ["the", "It", "Terminator", "terminal", "Wall-E", "1917", "2019", "M", "Amélie"]


class Catalogue:
    """Titles in a table in memory, and what a search should find by the plainest of rules."""

    def __init__(self, titles: Sequence[Title]) -> None:
        self.table = MemoryTable()
        self.cards = {each.id: guide.card(each) for each in titles}
        listed(TitleRepository(self.table), *titles)

    def page(self, text: str, limit: int = 20, after: Place = START, movies: bool = False) -> HitPage:
        question = search.question(text)
        assert question is not None
        self.table.queries = self.table.rows_read = 0
        keep = (lambda hit: hit.type == "movie") if movies else None
        return find(Wanted(question, limit, after, keep), SearchIndex(self.table), EXECUTOR)

    def ids(self, text: str, limit: int = 20) -> list[str]:
        return [hit.card().id for hit in self.page(text, limit).hits]

    def pages(self, text: str, limit: int, movies: bool) -> list[str]:
        """Walk through all pages; returns the ids shown."""
        shown: list[str] = []
        after = START
        for _ in range(200):
            page = self.page(text, limit, after, movies)
            assert len(page.hits) <= limit
            shown += [hit.card().id for hit in page.hits]
            if page.next is None:
                return shown
            assert PLACE.fullmatch(str(page.next))
            after = read_place(str(page.next))
        raise AssertionError("there is no end to the pages")

    def expected(self, text: str, movies: bool) -> list[str]:
        """Return the ids of all titles that answer, in order."""
        fitting = [
            (tier, search.position(card), card.id)
            for card in self.cards.values()
            if (tier := tier_of(card, text)) is not None and (not movies or card.type == "movie")
        ]
        return [title_id for *_, title_id in sorted(fitting)]


def tier_of(card: Card, text: str) -> int | None:
    question = search.question(text)
    assert question is not None
    whole = search.joined(search.words(card.title))
    return question.tier(" ".join(search.title_words(card.title)), whole, card.year)


@st.composite
def titles(draw: st.DrawFn) -> list[Title]:
    return [
        title(
            str(number),
            listing=listing(
                title=" ".join(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4))),
                type=draw(st.sampled_from(["movie", "tv_series"])),
                year=draw(st.sampled_from([None, 1917, 2019])),
                popularity=draw(st.sampled_from([None, 5.0, 99.99, 100.0])),
            ),
        )
        for number in range(1, draw(st.integers(0, 12)) + 1)
    ]


QUESTIONS = st.lists(
    st.sampled_from(
        ["t", "M", "1", "th", "it", "term", "termina", "terminator", "wall", "walle", "1917", "2019", "AMÉ", "ter"]
    ),
    min_size=1,
    max_size=3,
).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(titles(), QUESTIONS, st.integers(1, 4), st.booleans(), st.booleans())
def test_pages_hold_every_answer_once_and_in_order(
    given: list[Title], text: str, limit: int, movies: bool, crowded: bool
) -> None:
    catalogue = Catalogue(given)

    with pytest.MonkeyPatch.context() as patch:
        if crowded:
            # With few rows a Query, lists go on for several, and long words are found by their first five letters.
            patch.setattr(search_index, "WHOLE_WORDS", 2)
            patch.setattr(search_pages, "MANY", 2)
            patch.setattr(search_pages, "FEW", 0)
            patch.setattr(search_pages, "ROUNDS", 3)
        found = catalogue.pages(text, limit, movies)

    assert found == catalogue.expected(text, movies)


def film(number: int, name: str, year: int | None = 2000, popularity: float | None = 50.0) -> Title:
    return title(str(number), listing=listing(title=name, year=year, popularity=popularity))


def test_exact_title_and_year_come_first_then_popularity() -> None:
    catalogue = Catalogue(
        [
            film(1, "Dune", 1984, 50.0),
            film(2, "Dune", 2021, 1.0),
            film(3, "Dune: Part Two", 2024, 99.0),
            film(4, "Dune Drifter", 2021, 98.0),
            film(5, "The Dunes", 2021, None),
        ]
    )

    assert catalogue.ids("dune") == ["1", "2", "3", "4", "5"]
    assert catalogue.ids("Dune 2021") == ["2", "4", "5"]
    assert catalogue.ids("dun 2024") == ["3"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("m", ["1"]),
        ("Z", []),
        ("w", ["3"]),
        ("a", ["4"]),
        ("千", ["5"]),
        ("it", ["2"]),
        ("wall e", ["3"]),
        ("walle", ["3"]),
        ("amelie", ["4"]),
        ("千と", ["5"]),
    ],
)
def test_short_accented_and_foreign_titles_are_found(text: str, found: list[str]) -> None:
    catalogue = Catalogue(
        [film(1, "M"), film(2, "It"), film(3, "WALL·E"), film(4, "Amélie"), film(5, "千と千尋の神隠し")]
    )

    assert catalogue.ids(text) == found


def test_search_of_one_word_takes_two_queries_and_hardly_more_rows_than_it_shows() -> None:
    catalogue = Catalogue([film(number, f"The Film {number}") for number in range(1, 301)])

    page = catalogue.page("the")

    assert (len(page.hits), catalogue.table.queries, catalogue.table.rows_read) == (20, 2, 30)


def test_one_letter_finds_the_most_popular_words_that_begin_with_it() -> None:
    catalogue = Catalogue([film(number, f"A Big Bang {number}", popularity=number / 4) for number in range(1, 301)])

    page = catalogue.page("b")

    assert [hit.card().id for hit in page.hits] == [str(number) for number in range(300, 280, -1)]
    assert (catalogue.table.queries, catalogue.table.rows_read) == (2, 30)


def test_rare_word_beside_a_common_one_is_found_on_the_first_page() -> None:
    common = [film(number, f"The American {number}", popularity=99.0) for number in range(1, 701)]
    catalogue = Catalogue([*common, film(999, "The Americanisation of Emily", 1964, 1.0)])

    assert catalogue.ids("the americanis") == ["999"]
    assert catalogue.ids("the em") == ["999"]
    assert catalogue.ids("the amer 1964") == ["999"]


def test_words_in_common_lists_are_read_a_bounded_number_of_times_and_the_search_goes_on() -> None:
    films, fires = (
        [film(start + number, f"{name} {number:04d}", popularity=99.0) for number in range(700)]
        for start, name in ((1000, "Film"), (2000, "Fire"))
    )
    catalogue = Catalogue([*films, *fires, film(999, "Film of Fire", popularity=1.0)])

    page = catalogue.page("film fire")

    assert (page.hits, catalogue.table.queries) == ((), ROUNDS + 1)
    assert catalogue.pages("film fire", 20, movies=False) == ["999"]


def test_place_comes_back_as_it_was_written() -> None:
    place = Place(3, search.position(Card(id="7", title="T", type="movie")))

    assert read_place(str(place)) == place


def test_every_title_of_the_demo_catalogue_is_found_by_three_letters_of_any_word_and_its_year() -> None:
    demo = load_demo().titles
    known = [film(each.id, each.title, each.year, each.popularity) for each in demo.values()]
    catalogue = Catalogue(known)

    missed = [
        (card.title, word)
        for card in catalogue.cards.values()
        for word in {word[:3] for word in search.title_words(card.title) if len(word) > 1}
        if card.year and card.id not in catalogue.ids(f"{word} {card.year}")
    ]

    assert missed == []


def test_hit_reads_as_a_card_without_its_plot() -> None:
    catalogue = Catalogue([film(1, "Dune")])

    (hit,) = catalogue.page("dune").hits

    assert isinstance(hit, FoundHit)
    assert hit.card() == catalogue.cards["1"]
