"""Which column of a file is what, and which movie a row is."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marquee import importing
from marquee.errors import InvalidInput
from marquee.models.library import NewMovie

IMDB_TITLE = ("Title", "Original Title", "URL", "Title Type", "IMDb Rating", "Runtime (mins)", "Year", "Genres")
IMDB_REST = ("Num Votes", "Release Date", "Directors")
IMDB_RATINGS = ("Const", "Your Rating", "Date Rated", *IMDB_TITLE, *IMDB_REST)
IMDB_WATCHLIST = (
    *("Position", "Const", "Created", "Modified", "Description"),
    *IMDB_TITLE,
    *IMDB_REST,
    *("Your Rating", "Date Rated"),
)
LETTERBOXD = {
    "ratings": ("Date", "Name", "Year", "Letterboxd URI", "Rating"),
    "watched": ("Date", "Name", "Year", "Letterboxd URI"),
    "diary": ("Date", "Name", "Year", "Letterboxd URI", "Rating", "Rewatch", "Tags", "Watched Date"),
}


def movie(**values: object) -> NewMovie:
    return importing.to_movie(values, importing.mapping_for(values, {}))


def reason(**values: object) -> str:
    with pytest.raises(InvalidInput) as caught:
        movie(**values)
    return str(caught.value)


@pytest.mark.parametrize(
    ("columns", "name", "rating"),
    [
        (IMDB_RATINGS, "IMDb ratings", "Your Rating"),
        (tuple(each for each in IMDB_RATINGS if each != "Original Title"), "IMDb ratings", "Your Rating"),
        (IMDB_WATCHLIST, "IMDb watchlist", "IMDb Rating"),
    ],
)
def test_exports_of_imdb_are_known(columns: tuple[str, ...], name: str, rating: str) -> None:
    assert importing.recognise(columns) == (
        name,
        {"title": "Title", "genres": "Genres", "rating": rating, "year": "Year", "imdb_id": "Const"},
    )


@pytest.mark.parametrize("kind", LETTERBOXD)
def test_exports_of_letterboxd_are_known_with_their_stars_and_without_genres(kind: str) -> None:
    name, mapping = importing.recognise(LETTERBOXD[kind])

    assert name == "Letterboxd"
    assert mapping["title"] == "Name"
    assert ("rating" in mapping) == (kind != "watched")
    row = {
        "Date": "2022-01-20",
        "Name": "Heat",
        "Year": "1995",
        "Letterboxd URI": "https://boxd.it/2a",
        "Rating": "4.5",
    }
    assert importing.to_movie({each: row.get(each, "") for each in LETTERBOXD[kind]}, mapping) == NewMovie(
        title="Heat", genres=("Unknown",), rating=None if kind == "watched" else 9.0, year=1995
    )


def test_row_of_imdb_is_a_movie() -> None:
    values = dict.fromkeys(IMDB_RATINGS, "") | {
        "Const": "tt0113277",
        "Your Rating": "9",
        "Title": "Heat",
        "IMDb Rating": "8.3",
        "Year": "1995",
        "Genres": "Action, Crime, Drama",
    }
    assert importing.to_movie(values, importing.mapping_for(values, {})) == NewMovie(
        title="Heat", genres=("Action", "Crime", "Drama"), rating=9.0, year=1995, imdb_id="tt0113277"
    )


def test_file_of_r1_is_a_movie() -> None:
    assert movie(title="Heat", genre="Crime", rating=8.3, year=1995) == NewMovie(
        title="Heat", genres=("Crime",), rating=8.3, year=1995
    )
    assert movie(title="Heat", genre="Crime", rating=None, year=None) == NewMovie(title="Heat", genres=("Crime",))


@pytest.mark.parametrize(
    ("found", "meant"),
    [
        ("Drama, Crime", ("Drama", "Crime")),
        ("Adventure|Children", ("Adventure", "Children")),
        ("Kids & Family; Action, Spies", ("Kids & Family", "Action, Spies")),
        ('[{"id": 1, "name": "Drama"}]', ("Drama",)),
        (["Drama", {"name": "Crime"}], ("Drama", "Crime")),
        ("Drama,,drama , N/A", ("Drama",)),
        ("[Drama]", ("[Drama]",)),
    ],
)
def test_genres_are_parted_as_people_write_them(found: object, meant: tuple[str, ...]) -> None:
    assert movie(title="x", genres=found).genres == meant


@pytest.mark.parametrize(
    ("found", "meant"),
    [
        ("7.25", 7.3),
        (7.04, 7.0),
        ("7,5", 7.5),
        ("10", 10.0),
        ("", None),
        ("N/A", None),
        ("nan", None),
        (None, None),
        (0, 0.0),
        ("-0.0", 0.0),
    ],
)
def test_rating_has_one_decimal_and_may_be_unknown(found: object, meant: float | None) -> None:
    assert movie(title="x", genre="Drama", rating=found).rating == meant


@pytest.mark.parametrize(
    ("found", "meant"),
    [
        ("1995", 1995),
        (1995.0, 1995),
        ("1995.0", 1995),
        ("1995-12-15", 1995),
        ("1995-12-15T00:00:00Z", 1995),
        ("15.12.1995", 1995),
        ("12/15/1995", 1995),
        ("", None),
    ],
)
def test_year_may_be_a_date(found: object, meant: int | None) -> None:
    assert movie(title="x", genre="Drama", year=found).year == meant


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"title": " ", "genre": "Drama"}, "title must have 1 to 255 characters (found ' ')"),
        ({"title": "x"}, "genres must be 1 to 10 names (nothing there)"),
        ({"title": "x", "genre": "Drama", "rating": "TV-MA"}, "rating must be a number (found 'TV-MA')"),
        ({"title": "x", "genre": "Drama", "rating": True}, "rating must be a number (found 'True')"),
        ({"title": "x", "genre": "Drama", "rating": 10.01}, "rating must be 0 to 10 with at most one decimal"),
        ({"title": "x", "genre": "Drama", "rating": -0.01}, "rating must be 0 to 10 with at most one decimal"),
        ({"title": "x", "genre": "Drama", "rating": float("inf")}, "rating must be a number"),
        ({"title": "x", "genre": "Drama", "year": "95"}, "year must be a whole number from 1900 to 2100 (found '95')"),
        ({"title": "x", "genre": "Drama", "imdb_id": "nm1"}, "imdb_id must look like tt0133093 (found 'nm1')"),
        ({"title": "x", "genre": 3}, "genres must be text (found '3')"),
    ],
)
def test_row_that_is_no_movie_says_why(values: dict[str, object], said: str) -> None:
    assert reason(**values).startswith(said)


def test_row_with_two_problems_says_both() -> None:
    assert reason(title="", genre="Drama", year="soon").count("; ") == 1


def test_title_is_one_line_and_may_be_a_number() -> None:
    assert movie(title="The Memphis Belle: A Story of a\nFlying Fortress", genre="War").title.endswith(
        "of a Flying Fortress"
    )
    assert movie(title=1917, genre="War").title == "1917"


def test_title_with_its_year_is_parted_only_where_the_file_has_no_other_year() -> None:
    movielens = {"movieId": "1", "title": "Toy Story (1995)", "genres": "Animation|Comedy"}
    assert movie(**movielens) == NewMovie(title="Toy Story", genres=("Animation", "Comedy"), year=1995)
    assert movie(title="2012 (2009)", genre="Action", year="2009").title == "2012 (2009)"


def test_id_of_imdb_may_lack_its_letters() -> None:
    assert movie(title="x", genre="y", imdbId="0114709").imdb_id == "tt0114709"
    assert movie(title="x", genre="y", imdbId=114709).imdb_id == "tt0114709"


def test_what_somebody_chose_counts_where_the_file_has_it() -> None:
    assert importing.mapping_for(["title", "genre", "Note"], {"rating": "Note", "year": "Missing"}) == {
        "title": "title",
        "genres": "genre",
        "rating": "Note",
    }
    assert importing.mapping_for(["title", "rating"], {"rating": "", "default_genre": "Unknown"}) == {
        "title": "title",
        "default_genre": "Unknown",
    }


@pytest.mark.parametrize(
    "mapping", [{"titel": "x"}, {"title": ""}, {"rating_of": "7"}, {"default_genre": "x" * 101}, {"rating_of": ""}]
)
def test_mapping_that_means_nothing_is_refused(mapping: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        importing.check_mapping(mapping)


@given(st.integers(0, 1000), st.sampled_from(importing.RATING_SCALES))
def test_stars_become_tenths(hundredths: int, highest: str) -> None:
    found = Decimal(hundredths) * Decimal(highest) / 1000
    values = {"title": "x", "genre": "y", "rating": str(found)}
    rating = importing.to_movie(values, importing.mapping_for(values, {"rating_of": highest})).rating
    assert rating is not None
    assert abs(Decimal(str(rating)) - Decimal(hundredths) / 100) <= Decimal("0.05")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
fields = st.sampled_from(["title", "genre", "genres", "rating", "year", "tmdb_id", "imdb_id", "x"])


@given(st.dictionaries(fields, json_values), st.dictionaries(fields, fields))
def test_whatever_a_row_holds_it_is_a_movie_or_invalid(values: dict[str, object], chosen: dict[str, str]) -> None:
    with suppress(InvalidInput):
        assert importing.to_movie(values, importing.mapping_for(values, chosen)).title
    importing.row_text(values).encode()
