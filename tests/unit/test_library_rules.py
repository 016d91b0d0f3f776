"""What a movie may be, when two are the same, and under which words a title stands."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marquee.errors import InvalidInput
from marquee.library import GENRES, YEARS, genre_key, identities, make_movie, problem, question, tokens
from marquee.library_header import average, changed, dashboard, too_many_genres
from marquee.library_units import judge
from marquee.models.library import GenreCount, Header
from tests.fakes.library import film

ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text(), max_size=3)


def refused(**facts: Any) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        make_movie(**{"title": "Heat", "genres": ["Crime"], **facts})
    details: Any = caught.value.details
    return {each["field"]: each["problem"] for each in details}


def test_texts_are_trimmed_and_numbers_may_be_text() -> None:
    made = make_movie(title=" Heat ", genres=[" Crime "], rating="8.3", year="1995", tmdb_id="949", imdb_id="tt0113277")

    assert made == film("Heat", "Crime", rating=8.3, year=1995, tmdb_id=949, imdb_id="tt0113277")


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_what_is_blank_is_unknown(blank: str | None) -> None:
    made = make_movie(title="Heat", genres=["Crime"], rating=blank, year=blank, tmdb_id=blank, imdb_id=blank)

    assert made == film("Heat", "Crime")


@pytest.mark.parametrize(("rating", "kept"), [(0, 0.0), (10, 10.0), ("7", 7.0), (7.1, 7.1), (Decimal("7.50"), 7.5)])
def test_rating_keeps_one_decimal(rating: object, kept: float) -> None:
    assert make_movie(title="Heat", genres=["Crime"], rating=rating).rating == kept


@pytest.mark.parametrize("rating", [-0.1, 10.1, 7.25, "good", float("nan"), float("inf"), True, "1e999999", [7]])
def test_rating_outside_its_scale_is_refused(rating: object) -> None:
    assert refused(rating=rating).keys() == {"rating"}


@pytest.mark.parametrize("year", [1899, 2101, 1995.5, "MCMXCV", True, 10**50])
def test_year_outside_its_range_is_refused(year: object) -> None:
    assert refused(year=year).keys() == {"year"}


@pytest.mark.parametrize("title", ["", " ", "x" * 256, "a\x00b", "a\nb", "\ud800", 7, None])
def test_title_that_is_no_title_is_refused(title: object) -> None:
    assert refused(title=title).keys() == {"title"}


@pytest.mark.parametrize("genres", [[], [""], ["x" * 101], ["a\tb"], [7], [f"g{n}" for n in range(GENRES + 1)]])
def test_genres_that_are_none_are_refused(genres: list[object]) -> None:
    assert refused(genres=genres).keys() == {"genres"}


@pytest.mark.parametrize("ids", [{"tmdb_id": 0}, {"tmdb_id": 2**53}, {"imdb_id": "0113277"}, {"imdb_id": 113277}])
def test_id_of_another_form_is_refused(ids: dict[str, object]) -> None:
    assert refused(**ids).keys() == ids.keys()


def test_every_problem_is_named_at_once() -> None:
    assert refused(title="", genres=[], rating=11, year=1).keys() == {"title", "genres", "rating", "year"}


def test_genre_in_another_case_is_the_same_genre() -> None:
    assert make_movie(title="Heat", genres=["Crime", "CRIME ", "Drama"]).genres == ("Crime", "Drama")
    assert genre_key(" Comédie") == genre_key("COMÉDIE") != genre_key("Comedie")


@given(st.fixed_dictionaries(dict.fromkeys(("title", "rating", "year", "tmdb_id", "imdb_id"), ANYTHING)), ANYTHING)
def test_any_value_is_a_movie_or_refused(facts: dict[str, Any], genre: object) -> None:
    try:
        movie = make_movie(**facts, genres=[genre])
    except InvalidInput:
        return
    assert problem(movie) is None
    assert make_movie(**movie.model_dump()) == movie


def test_movies_with_the_same_facts_are_the_same_where_facts_are_unknown_too() -> None:
    assert identities(film("Heat", "Crime", "Drama")) == identities(film("Heat ", "drama", "CRIME"))


@pytest.mark.parametrize(
    "other", [film("heat", "Crime"), film("Heat", "Drama"), film("Heat", "Crime", rating=0), film(year=1995)]
)
def test_movies_that_differ_in_one_fact_are_two(other: Any) -> None:
    assert not set(identities(film("Heat", "Crime"))) & set(identities(other))


def test_movies_with_one_id_are_the_same_whatever_they_are_called() -> None:
    verdicts = judge([film(tmdb_id=949), film("Collateral", tmdb_id=949), film("Ali", imdb_id="tt1")], {}, Header())

    assert [each.state for each in verdicts] == ["added", "duplicate", "added"]


def test_tokens_are_beginnings_words_and_the_name_of_every_word() -> None:
    assert {"s", "spide", "spider", "man", "spiderman", "=spiderman"} <= set(tokens("Spider-Man"))
    assert "i" in tokens("Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb")


def test_title_without_letters_stands_under_itself() -> None:
    assert tokens("$!") == ["=$!"]
    assert question(" $! ").name_token == "=$!"


@pytest.mark.parametrize("text", ["", "  ", " ".join(f"word{n}" for n in range(41))])
def test_question_that_asks_nothing_or_too_much_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        question(text)


def test_average_is_rounded_exactly() -> None:
    assert average(0, 0) is None
    assert average(65 + 66, 2) == 6.55
    assert average(1, 8) == 0.01
    assert average(100 * 3, 3) == 10.0


def test_dashboard_shows_ten_genres_by_number_then_name_and_twenty_years() -> None:
    genres = {f"g{n}": GenreCount(name=f"G{n:02}", movies=n // 2) for n in range(12)}
    header = Header(genres=genres, years={str(year): 1 for year in YEARS[:30]})

    shown = dashboard(header)

    assert [each.name for each in shown.top_genres[:4]] == ["G10", "G11", "G08", "G09"]
    assert (len(shown.top_genres), len(shown.by_year), shown.by_year[0].year) == (10, 20, 1929)


def test_numbers_that_are_added_and_taken_away_leave_nothing() -> None:
    movies = [film("Heat", "Crime", rating=8.3, year=1995), film("Ali")]

    full = changed(Header(), removed=[], added=movies)

    assert (full.total, full.rated, full.rating_sum, full.years) == (2, 1, 83, {"1995": 1})
    assert changed(full, removed=movies, added=[]) == Header(version=2)


def test_genre_keeps_the_name_it_had_first() -> None:
    header = changed(Header(), removed=[], added=[film("Heat", "CRIME")])
    header = changed(header, removed=[], added=[film("Ali", "crime")])

    assert header.genres == {"crime": GenreCount(name="CRIME", movies=2)}


def test_thousand_genres_leave_no_room_for_another_one_but_for_movies() -> None:
    full = Header(genres={f"g{n}": GenreCount(name=f"G{n}", movies=1) for n in range(1000)})

    assert too_many_genres(full, film("Heat", "G7"), set()) is None
    assert "no room for crime" in (too_many_genres(full, film("Heat", "Crime"), set()) or "")
    states = [each.state for each in judge([film("Heat", "Crime"), film("Ali", "G1")], {}, full)]
    assert states == ["invalid", "added"]
