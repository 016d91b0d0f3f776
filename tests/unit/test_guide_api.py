import base64
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from guide_api import stores
from marquee.models.reference import Genre, Source
from marquee.models.titles import Title
from marquee.models.viewers import Preferences
from tests.fakes.api_gateway import Answer, call
from tests.fakes.titles import details, listed, listing, title
from tests.unit.conftest import Cloud

SOURCES = [
    Source(id="203", name="Netflix", type="sub", regions=("GB",)),
    Source(id="26", name="Prime Video", type="sub", regions=("GB",)),
]
GENRES = [Genre(id="4", name="Comedy", tmdb_id=35), Genre(id="28", name="Game Show")]


@pytest.fixture
def guide(cloud: Cloud) -> Cloud:
    for store in vars(stores).values():
        if hasattr(store, "cache_clear"):
            store.cache_clear()
    cloud.reference.reconcile_sources(SOURCES, ["GB"], ["GB"])
    cloud.reference.reconcile_genres(GENRES)
    return cloud


def put(cloud: Cloud, *titles: Title) -> None:
    listed(cloud.titles, *titles)


def choose(cloud: Cloud, *sources: str, user: str = "anna", genres: tuple[str, ...] = ("4",)) -> None:
    cloud.viewers.replace_preferences(user, Preferences(sources=sources, genres=genres))


def ids(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.body
    return [each["id"] for each in answer.json["titles"]]


def cursor(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_services_and_genres_are_public(guide: Cloud) -> None:
    sources, genres = call("GET", "/sources", user=None), call("GET", "/genres", user=None)

    assert (sources.status, genres.status) == (200, 200)
    assert sources.json == {
        "sources": [
            {"id": "203", "name": "Netflix", "type": "sub", "logo": None, "regions": ["GB"]},
            {"id": "26", "name": "Prime Video", "type": "sub", "logo": None, "regions": ["GB"]},
        ],
        "next": None,
    }
    assert genres.json["genres"] == [
        {"id": "4", "name": "Comedy", "tmdb_id": 35},
        {"id": "28", "name": "Game Show", "tmdb_id": None},
    ]


@pytest.mark.parametrize(
    ("path", "query", "code", "shown"),
    [
        pytest.param("/titles", {"limit": "0"}, "invalid_input", "0", id="limit too small"),
        pytest.param("/titles", {"limit": "101"}, "invalid_input", "101", id="limit too large"),
        pytest.param("/titles", {"limit": "many"}, "invalid_input", "many", id="limit no number"),
        pytest.param("/titles", {"sort": "best"}, "invalid_input", "best", id="unknown order"),
        pytest.param("/titles", {"sort": "release"}, "invalid_input", "release", id="order of another name"),
        pytest.param("/titles", {"type": "opera"}, "invalid_input", "opera", id="unknown type"),
        pytest.param("/titles", {"source": "abc"}, "invalid_input", "abc", id="source no id"),
        pytest.param("/titles", {"source": ["203", "999"]}, "unknown_ids", "999", id="no such source"),
        pytest.param("/titles", {"genre": "5"}, "unknown_ids", "5", id="no such genre"),
        pytest.param("/titles", {"gnere": "4"}, "unknown_parameter", "gnere", id="misspelt filter"),
        pytest.param("/titles", {"next": "!!"}, "invalid_cursor", "!!", id="cursor no base64"),
        pytest.param("/titles", {"next": "é"}, "invalid_cursor", "next", id="cursor no ASCII"),
        pytest.param("/titles", {"next": ""}, "invalid_cursor", "next", id="cursor empty"),
        pytest.param("/titles", {"next": cursor(["newest", "x"])}, "invalid_cursor", "next", id="of another order"),
        pytest.param("/titles", {"next": cursor(["rating", 5])}, "invalid_cursor", "next", id="cursor of a number"),
        pytest.param(
            "/titles", {"next": cursor(["rating", "\ud800#1"])}, "invalid_cursor", "next", id="of no position"
        ),
        pytest.param("/titles", {"next": cursor(7)}, "invalid_cursor", "next", id="cursor of nothing"),
        pytest.param(
            "/titles", {"next": cursor(["rating", "x" * 300])}, "invalid_cursor", "next", id="cursor too long"
        ),
        pytest.param(
            "/titles",
            {"next": base64.urlsafe_b64encode(b"[" * 6000).decode()},
            "invalid_cursor",
            "next",
            id="cursor nested without end",
        ),
        pytest.param("/titles/abc", {}, "invalid_input", "abc", id="title no id"),
        pytest.param("/titles/-1", {}, "invalid_input", "-1", id="title negative"),
        pytest.param("/titles/1", {"region": "US"}, "unknown_parameter", "region", id="unknown parameter of a title"),
        pytest.param("/sources", {"region": "US"}, "unknown_parameter", "region", id="unknown parameter of services"),
        pytest.param("/genres", {"x": "1"}, "unknown_parameter", "x", id="unknown parameter of genres"),
        pytest.param("/preferences", {"user": "ben"}, "unknown_parameter", "user", id="somebody else's preferences"),
    ],
)
def test_bad_request_is_refused_with_its_code_and_the_offending_value(
    guide: Cloud, path: str, query: dict[str, Any], code: str, shown: str
) -> None:
    answer = call("GET", path, query=query)

    assert (answer.status, answer.code) == (400, code), answer.body
    assert shown in answer.body
    assert answer.headers["Content-Type"].startswith("application/json")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/preferences", None),
        ("PUT", "/preferences", {"sources": [], "genres": []}),
        ("GET", "/titles", None),
        ("GET", "/titles/1", None),
    ],
)
@pytest.mark.parametrize(
    "who", [pytest.param({"user": None}, id="no token"), pytest.param({"token_use": "access"}, id="access token")]
)
def test_without_an_id_token_nobody_gets_in(
    guide: Cloud, method: str, path: str, body: object, who: dict[str, Any]
) -> None:
    answer = call(method, path, body=body, **who)

    assert (answer.status, answer.code) == (401, "unauthorized")


def test_address_that_does_not_exist_is_not_found(guide: Cloud) -> None:
    for method, path in (("GET", "/nothing"), ("GET", "/titles/404"), ("DELETE", "/preferences")):
        assert (call(method, path).status, call(method, path).code) == (404, "not_found")


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(ClientError({"Error": {"Code": "X", "Message": "arn:aws:secret-table"}}, "Query"), id="refused"),
        pytest.param(EndpointConnectionError(endpoint_url="https://secret-table"), id="unreachable"),
    ],
)
def test_failure_of_the_store_is_503_without_its_inside(
    guide: Cloud, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(stores.catalogue(), "client", type("Down", (), {"query": staticmethod(fail)}))

    for path in ("/sources", "/titles/1"):
        answer = call("GET", path)
        assert (answer.status, answer.code) == (503, "temporarily_unavailable")
        assert "secret-table" not in answer.body
        assert "Error" not in answer.body


def test_title_shows_its_card_with_the_names_of_r0(guide: Cloud) -> None:
    facts = listing(title="Amélie", year=2001, popularity=97.5, imdb_id="tt1", tmdb_id=7, tmdb_type="movie")
    told = details(plot_overview="Plot", poster="https://p", user_rating=8.0, release_date="2001-04-25")
    put(guide, title("1", "GB:203:4", "US:157:4", listing=facts, details=told))
    choose(guide, "203")

    assert call("GET", "/titles").json == {
        "titles": [
            {
                "id": "1",
                "title": "Amélie",
                "year": 2001,
                "type": "movie",
                "plot_overview": "Plot",
                "poster": "https://p",
                "user_rating": 8.0,
                "popularity": 97.5,
                "release_date": "2001-04-25",
                "source_ids": ["203"],
                "genre_ids": ["4"],
                "imdb_id": "tt1",
                "tmdb_id": 7,
                "tmdb_type": "movie",
                "followed": False,
                "watched": False,
                "hidden": False,
            }
        ],
        "next": None,
    }


@pytest.mark.parametrize("sort", ["rating", "popularity", "newest"])
def test_pages_lead_through_all_pairs_to_the_end_without_repetition(guide: Cloud, sort: str) -> None:
    for number in range(1, 8):
        told = details(user_rating=number % 3 + 1.0, release_date=f"20{10 + number % 4}-01-01")
        places = ["GB:203:4"] if number % 2 else ["GB:203:4", "GB:26:4", "GB:26:28"]
        put(guide, title(str(number), *places, listing=listing(popularity=number % 5), details=told))
    choose(guide, "203", "26", genres=("4", "28"))

    found: list[dict[str, Any]] = []
    query: dict[str, Any] = {"sort": sort, "limit": "2"}
    for _ in range(10):
        page = call("GET", "/titles", query=query).json
        found += page["titles"]
        if page["next"] is None:
            break
        query["next"] = page["next"]

    field = {"rating": "user_rating", "popularity": "popularity", "newest": "release_date"}[sort]
    assert len(found) == len({each["id"] for each in found}) == 7
    assert [each[field] for each in found] == sorted((each[field] for each in found), reverse=True)


def test_filter_on_a_service_that_i_did_not_choose_finds_nothing(guide: Cloud) -> None:
    put(guide, title("1", "GB:26:4"))
    choose(guide, "203")

    assert call("GET", "/titles", query={"source": "26"}).json == {"titles": [], "next": None}
