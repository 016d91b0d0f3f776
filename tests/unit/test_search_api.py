import base64
import json
from typing import Any

import pytest

from guide_api import stores
from guide_api.routes.search import cursor_kind
from marquee import search
from marquee.models.reference import Genre, Source
from marquee.models.viewers import Preferences
from tests.fakes.api_gateway import Answer, call
from tests.fakes.titles import details, listed, listing, title
from tests.unit.conftest import Cloud


@pytest.fixture
def services(cloud: Cloud) -> Cloud:
    for store in vars(stores).values():
        if hasattr(store, "cache_clear"):
            store.cache_clear()
    cloud.reference.reconcile_sources([Source(id="203", name="Netflix", type="sub", regions=("GB",))], ["GB"], ["GB"])
    cloud.reference.reconcile_genres([Genre(id="4", name="Comedy")])
    cloud.viewers.replace_preferences("anna", Preferences(sources=("203",), genres=("4",)))
    return cloud


@pytest.fixture
def guide(services: Cloud) -> Cloud:
    facts = listing(title="Dune", year=2021, popularity=90.0, imdb_id="tt1", tmdb_id=7, tmdb_type="movie")
    listed(
        services.titles,
        title("1", "GB:203:4", listing=facts, details=details(plot_overview="Sand.", poster="p", user_rating=8.0)),
        title("2", "GB:26:4", "US:203:4", listing=listing(title="Dune", year=1984, popularity=50.0)),
        title("3", "GB:203:7", listing=listing(title="Dune: Prophecy", type="tv_series", popularity=99.0)),
    )
    return services


def ids(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.body
    return [each["id"] for each in answer.json["titles"]]


def cursor(kind: str, position: str) -> str:
    """Return a cursor at a position; `search` stands for the kind of the question `x`."""
    asked = search.question("x")
    assert asked is not None
    kind = cursor_kind(asked, False, []) if kind == "search" else kind
    return base64.urlsafe_b64encode(json.dumps([kind, position]).encode()).decode().rstrip("=")


def test_hit_shows_the_card_without_its_plot(guide: Cloud) -> None:
    guide.viewers_table.put({"PK": "user:anna", "SK": "marks", "watched": {1}})

    assert call("GET", "/search", query={"q": "dune 2021"}).json == {
        "titles": [
            {
                "id": "1",
                "title": "Dune",
                "year": 2021,
                "type": "movie",
                "poster": "p",
                "user_rating": 8.0,
                "popularity": 90.0,
                "release_date": None,
                "source_ids": ["203"],
                "genre_ids": ["4"],
                "imdb_id": "tt1",
                "tmdb_id": 7,
                "tmdb_type": "movie",
                "followed": False,
                "watched": True,
                "hidden": False,
            }
        ],
        "next": None,
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param({"q": "DÜN"}, ["3", "1", "2"], id="most popular first"),
        pytest.param({"q": "dune"}, ["1", "2", "3"], id="name first"),
        pytest.param({"q": "dune", "mine": "true"}, ["1", "3"], id="on my services in my country, genres aside"),
        pytest.param({"q": "dune", "type": "tv_series"}, ["3"], id="a type"),
        pytest.param({"q": "dune", "type": ["tv_series", "movie"], "mine": "true"}, ["1", "3"], id="two types, mine"),
        pytest.param({"q": "dune", "limit": "1"}, ["1"], id="one"),
        pytest.param({"q": "nothing"}, [], id="nothing"),
    ],
)
def test_search_finds_what_fits_in_order(guide: Cloud, query: dict[str, Any], found: list[str]) -> None:
    assert ids(call("GET", "/search", query=query)) == found


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"q": "dun"}, id="other words"),
        pytest.param({"q": "dune 2021"}, id="a year more"),
        pytest.param({"q": "dune", "mine": "true"}, id="only mine"),
        pytest.param({"q": "dune", "type": "movie"}, id="a type"),
    ],
)
def test_cursor_belongs_to_its_question(guide: Cloud, other: dict[str, Any]) -> None:
    cursor = call("GET", "/search", query={"q": "dune", "limit": "1"}).json["next"]

    answer = call("GET", "/search", query={**other, "next": cursor})
    assert (answer.status, answer.code) == (400, "invalid_cursor"), answer.body
    assert cursor in answer.body


def test_cursor_belongs_to_the_same_question_however_it_is_written(guide: Cloud) -> None:
    query: dict[str, Any] = {"q": "dune", "limit": "1", "type": ["movie", "tv_series"]}
    cursor = call("GET", "/search", query=query).json["next"]

    again = {"q": " DÜNE! ", "type": ["tv_series", "movie", "movie"], "mine": "false", "next": cursor}
    assert ids(call("GET", "/search", query=again)) == ["2", "3"]


def test_cursor_of_the_longest_question_is_not_too_long(services: Cloud) -> None:
    q = "\ufdfa" * 100  # one sign that is folded to four words
    names = [title(str(n), listing=listing(title=q[:50])) for n in (1, 2)]
    listed(services.titles, *names)

    first = call("GET", "/search", query={"q": q[:50], "limit": "1"})
    second = call("GET", "/search", query={"q": q[:50], "next": first.json["next"]})

    assert (ids(first), ids(second)) == (["1"], ["2"])
    assert call("GET", "/search", query={"q": q}).status == 200


def test_pages_lead_through_all_answers(guide: Cloud) -> None:
    found: list[str] = []
    query: dict[str, str | list[str]] = {"q": "dune", "limit": "1"}
    for _ in range(5):
        answer = call("GET", "/search", query=query)
        found += ids(answer)
        if answer.json["next"] is None:
            break
        query["next"] = answer.json["next"]

    assert found == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("query", "code", "shown"),
    [
        pytest.param({}, "invalid_input", "q", id="no question"),
        pytest.param({"q": ""}, "invalid_input", "q", id="empty"),
        pytest.param({"q": "x" * 101}, "invalid_input", "xxx", id="too long"),
        pytest.param({"q": "?!"}, "invalid_input", "?!", id="only signs"),
        pytest.param({"q": "x", "limit": "51"}, "invalid_input", "51", id="limit too large"),
        pytest.param({"q": "x", "limit": "0"}, "invalid_input", "0", id="limit too small"),
        pytest.param({"q": "x", "type": "opera"}, "invalid_input", "opera", id="unknown type"),
        pytest.param({"q": "x", "mine": "perhaps"}, "invalid_input", "perhaps", id="neither yes nor no"),
        pytest.param({"q": "x", "region": "US"}, "unknown_parameter", "region", id="unknown parameter"),
        pytest.param({"q": "x", "next": "!!"}, "invalid_cursor", "!!", id="no cursor"),
        pytest.param({"q": "x", "next": cursor("rating", "3#")}, "invalid_cursor", "next", id="cursor of another list"),
        pytest.param(
            {"q": "x", "next": cursor("search", "3#x")}, "invalid_cursor", "next", id="cursor without a place"
        ),
        pytest.param(
            {"q": "x", "next": cursor("search", f"4#100.00#{1:019}")}, "invalid_cursor", "next", id="beyond the end"
        ),
    ],
)
def test_bad_question_is_refused_with_the_offending_value(
    services: Cloud, query: dict[str, Any], code: str, shown: str
) -> None:
    answer = call("GET", "/search", query=query)

    assert (answer.status, answer.code) == (400, code), answer.body
    assert shown in answer.body


def test_search_needs_an_id_token(services: Cloud) -> None:
    for who in ({"user": None}, {"token_use": "access"}):
        assert call("GET", "/search", query={"q": "dune"}, **who).status == 401
