from typing import Any

import pytest

from guide_api import stores
from marquee.models.reference import Genre, Source
from marquee.models.viewers import Preferences
from tests.fakes.api_gateway import Answer, call
from tests.fakes.titles import details, listed, listing, title, tmdb
from tests.unit.conftest import Cloud

SOURCES = [Source(id=each, name=f"Service {each}", type="sub", regions=("GB",)) for each in ("203", "26", "372")]
GENRES = [Genre(id=each, name=f"Genre {each}") for each in ("4", "7", "28", "33")]


@pytest.fixture
def services(cloud: Cloud) -> Cloud:
    """Three services and four genres; anna has two and likes three."""
    for store in vars(stores).values():
        if hasattr(store, "cache_clear"):
            store.cache_clear()
    cloud.reference.reconcile_sources(SOURCES, ["GB"], ["GB"])
    cloud.reference.reconcile_genres(GENRES)
    cloud.viewers.replace_preferences("anna", Preferences(sources=("203", "26"), genres=("4", "7", "28")))
    return cloud


@pytest.fixture
def guide(services: Cloud) -> Cloud:
    """A catalogue of five titles, three of them on anna's services."""
    listed(
        services.titles,
        title("1", "GB:203:4", listing=listing(year=1999, popularity=10.0), details=details(user_rating=9.0)),
        title(
            "2",
            "GB:203:4",
            "GB:203:7",
            listing=listing(type="tv_series", year=2004, popularity=90.0),
            details=details(user_rating=7.0, release_date="2004-06-01", genre_ids=("4", "7", "33")),
        ),
        title("3", "GB:26:7", listing=listing(type="short_film"), details=details(genre_ids=("7",))),
        title("4", "US:203:4"),
        title("5", "GB:372:4"),
    )
    return services


def test_genre_that_only_tmdb_knows_counts_in_filters_and_is_not_shown(services: Cloud) -> None:
    listed(services.titles, title("1", "GB:203:4", tmdb=tmdb(genre_ids=("33",))), title("2", "GB:203:4"))

    assert ids(call("GET", "/titles", query={"exclude_genre": "33"})) == ["2"]
    both = call("GET", "/titles", query={"genre": ["4", "33"], "genre_match": "all"})
    assert ids(both) == ["1"]
    assert both.json["titles"][0]["genre_ids"] == ["4"]


def mark(cloud: Cloud, **kinds: set[int]) -> None:
    cloud.viewers_table.put({"PK": "user:anna", "SK": "marks", **kinds})


def ids(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.body
    return [each["id"] for each in answer.json["titles"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param({}, ["1", "2", "3"], id="all of mine, best rated first"),
        pytest.param({"sort": "popularity"}, ["2", "1", "3"], id="most popular first"),
        pytest.param({"sort": "newest"}, ["2", "1", "3"], id="newest first, undated last"),
        pytest.param({"source": "26"}, ["3"], id="a service"),
        pytest.param({"source": ["26", "203"]}, ["1", "2", "3"], id="two services"),
        pytest.param({"genre": "7"}, ["2", "3"], id="a genre"),
        pytest.param({"genre": ["4", "7"]}, ["1", "2", "3"], id="any of two genres"),
        pytest.param({"genre": ["4", "7"], "genre_match": "all"}, ["2"], id="all of two genres"),
        pytest.param({"genre": ["4", "33"], "genre_match": "all"}, ["2"], id="all of two, one of them not mine"),
        pytest.param({"genre": ["4", "4"], "genre_match": "all"}, ["1", "2"], id="one genre twice"),
        pytest.param({"genre": "33", "genre_match": "all"}, [], id="only a genre that is not mine"),
        pytest.param({"genre_match": "all"}, ["1", "2", "3"], id="all of no genre"),
        pytest.param({"exclude_genre": "4"}, ["3"], id="without a genre"),
        pytest.param({"exclude_genre": "33"}, ["1", "3"], id="without a genre that is not mine"),
        pytest.param({"genre": "4", "exclude_genre": ["7", "28"]}, ["1"], id="a genre without two others"),
        pytest.param({"genre": "4", "exclude_genre": "4"}, [], id="a genre without itself"),
        pytest.param({"type": "tv_series"}, ["2"], id="a type"),
        pytest.param({"type": ["tv_series", "short_film"]}, ["2", "3"], id="two types"),
        pytest.param({"year_from": "2000"}, ["2"], id="from a year on"),
        pytest.param({"year_to": "2000"}, ["1"], id="up to a year"),
        pytest.param({"year_from": "1999", "year_to": "2004"}, ["1", "2"], id="between two years"),
        pytest.param({"min_rating": "7"}, ["1", "2"], id="rated at least"),
        pytest.param({"min_rating": "7.5"}, ["1"], id="rated better"),
        pytest.param({"min_rating": "0"}, ["1", "2"], id="rated at all"),
        pytest.param({"min_rating": "1e-300"}, ["1", "2"], id="rated by a hair"),
        pytest.param({"min_rating": "7", "sort": "newest"}, ["2", "1"], id="rated at least, newest first"),
        pytest.param({"source": "26", "genre": "28"}, [], id="a pair with nothing in it"),
    ],
)
def test_filters_narrow_and_order_what_i_chose(guide: Cloud, query: dict[str, Any], found: list[str]) -> None:
    assert ids(call("GET", "/titles", query=query)) == found


@pytest.mark.parametrize(
    ("include", "found"),
    [
        ([], ["3"]),
        (["watched"], ["1", "3"]),
        (["hidden"], ["2", "3"]),
        (["watched", "hidden"], ["1", "2", "3"]),
    ],
    ids=str,
)
def test_watched_and_hidden_titles_are_left_out_unless_asked_for(
    guide: Cloud, include: list[str], found: list[str]
) -> None:
    mark(guide, watched={1}, hidden={2}, followed={3})

    answer = call("GET", "/titles", query={"include": include} if include else {})

    assert ids(answer) == found
    flags = {each["id"]: (each["followed"], each["watched"], each["hidden"]) for each in answer.json["titles"]}
    marked = {"1": (False, True, False), "2": (False, False, True), "3": (True, False, False)}
    assert flags == {each: marked[each] for each in found}


@pytest.mark.parametrize(
    ("query", "code", "shown"),
    [
        pytest.param({"year_from": "2005", "year_to": "2004"}, "invalid_input", "2005", id="years reversed"),
        pytest.param({"year_from": "soon"}, "invalid_input", "soon", id="year no number"),
        pytest.param({"year_to": "0"}, "invalid_input", "0", id="year too small"),
        pytest.param({"year_to": "10000"}, "invalid_input", "10000", id="year too large"),
        pytest.param({"min_rating": "10.1"}, "invalid_input", "10.1", id="rating too large"),
        pytest.param({"min_rating": "-1"}, "invalid_input", "-1", id="rating too small"),
        pytest.param({"min_rating": "nan"}, "invalid_input", "nan", id="rating no number"),
        pytest.param({"genre_match": "some"}, "invalid_input", "some", id="unknown way of matching"),
        pytest.param({"exclude_genre": "5"}, "unknown_ids", "5", id="no such genre to leave out"),
        pytest.param({"exclude_genre": "x"}, "invalid_input", "x", id="genre to leave out no id"),
        pytest.param({"type": ["movie", "opera"]}, "invalid_input", "opera", id="one of two types unknown"),
        pytest.param({"include": "seen"}, "invalid_input", "seen", id="unknown mark"),
    ],
)
def test_bad_filter_is_refused_with_the_offending_value(
    services: Cloud, query: dict[str, Any], code: str, shown: str
) -> None:
    answer = call("GET", "/titles", query=query)

    assert (answer.status, answer.code) == (400, code), answer.body
    assert shown in answer.body


def test_page_that_is_walked_on_after_marking_shows_no_title_twice(guide: Cloud) -> None:
    first = call("GET", "/titles", query={"limit": "1"})
    mark(guide, watched={1})

    second = call("GET", "/titles", query={"limit": "5", "next": first.json["next"]})

    assert (ids(first), ids(second)) == (["1"], ["2", "3"])
