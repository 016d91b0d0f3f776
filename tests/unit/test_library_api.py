from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from library_api import stores
from tests.fakes.library_api import LibraryApi, library_api
from tests.unit.conftest import Cloud

SHELF: tuple[dict[str, Any], ...] = (
    {"title": "Amélie", "genres": ["Comedy", "Romance"], "rating": 8.3, "year": 2001, "imdb_id": "tt0211915"},
    {"title": "Alien", "genre": "Horror", "rating": 8.5, "year": 1979, "tmdb_id": 348},
    {"title": "Aliens & Others 100%", "genres": ["Action", "Horror"], "rating": 8.3, "year": 1986},
    {"title": "The Room", "genre": "drama"},
    {"title": "Alien Autopsy", "genre": "Comedy", "rating": 4.9, "year": 2006},
    {"title": "Zero", "genre": "Drama", "rating": 0, "year": 2001},
)
BEST_FIRST = ["Alien", "Amélie", "Aliens & Others 100%", "Alien Autopsy", "Zero", "The Room"]


@pytest.fixture
def library(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[LibraryApi]:
    with library_api(cloud, monkeypatch) as api:
        yield api


@pytest.fixture
def shelf(library: LibraryApi) -> LibraryApi:
    for body in SHELF:
        assert library.call("POST", "/movies", body=body).status == 202
    library.write()
    return library


def test_empty_library_has_no_average(library: LibraryApi) -> None:
    assert library.call("GET", "/dashboard").json == {
        "totalMovies": 0,
        "averageRating": None,
        "topGenres": [],
        "moviesByYear": [],
    }


def test_dashboard_counts_what_was_added(shelf: LibraryApi) -> None:
    assert shelf.call("GET", "/dashboard").json == {
        "totalMovies": 6,
        "averageRating": 6.0,
        "topGenres": [
            {"genre": "Comedy", "count": 2},
            {"genre": "Horror", "count": 2},
            {"genre": "drama", "count": 2},
            {"genre": "Action", "count": 1},
            {"genre": "Romance", "count": 1},
        ],
        "moviesByYear": [
            {"year": 2006, "count": 1},
            {"year": 2001, "count": 2},
            {"year": 1986, "count": 1},
            {"year": 1979, "count": 1},
        ],
    }


def test_movie_has_the_names_of_r1_and_more(shelf: LibraryApi) -> None:
    [found] = shelf.call("GET", "/movies/search", query={"title": "amelie"}).json["movies"]

    assert found | {"created_at": "", "updated_at": ""} == {
        "id": found["id"],
        "title": "Amélie",
        "genre": "Comedy",
        "genres": ["Comedy", "Romance"],
        "rating": 8.3,
        "year": 2001,
        "tmdb_id": None,
        "imdb_id": "tt0211915",
        "created_at": "",
        "updated_at": "",
        "added_by": "anna",
        "source": "manual",
    }
    assert shelf.call("GET", f"/movies/{found['id']}").json == found


@pytest.mark.parametrize(
    ("title", "found"),
    [
        pytest.param("alien", ["Alien", "Aliens & Others 100%", "Alien Autopsy"], id="whole name first"),
        pytest.param("AUT al", ["Alien Autopsy"], id="beginnings in any order"),
        pytest.param("autops", ["Alien Autopsy"], id="more than five letters"),
        pytest.param("100%", ["Aliens & Others 100%"], id="a percent sign is no wildcard"),
        pytest.param("_lien", [], id="an underscore is no wildcard"),
        pytest.param("lien", [], id="only beginnings"),
    ],
)
def test_search_finds_beginnings_of_words(shelf: LibraryApi, title: str, found: list[str]) -> None:
    answer = shelf.call("GET", "/movies/search", query={"title": title}).json

    assert [each["title"] for each in answer["movies"]] == found
    assert (answer["totalCount"], answer["next"]) == (len(found), None)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param({}, BEST_FIRST, id="everything"),
        pytest.param({"genre": "DRAMA"}, ["Zero", "The Room"], id="a genre in any case"),
        pytest.param(
            {"genre": ["romance", "horror"]}, ["Alien", "Amélie", "Aliens & Others 100%"], id="any of several genres"
        ),
        pytest.param({"minRating": "8.3"}, ["Alien", "Amélie", "Aliens & Others 100%"], id="at least so good"),
        pytest.param({"minRating": "8.31"}, ["Alien"], id="between two ratings"),
        pytest.param({"minRating": "0"}, BEST_FIRST[:-1], id="rated at all"),
        pytest.param({"year": "2001"}, ["Amélie", "Zero"], id="a year"),
        pytest.param({"year": "2001", "genre": "drama", "minRating": "0.1"}, [], id="all together"),
    ],
)
def test_filter_counts_exactly_and_shows_the_best_first(
    shelf: LibraryApi, query: dict[str, Any], found: list[str]
) -> None:
    answer = shelf.call("GET", "/movies/filter", query=query).json

    assert [each["title"] for each in answer["movies"]] == found
    assert answer["totalCount"] == len(found)
    assert answer["filters"] == {
        "genres": [query["genre"]] if isinstance(query.get("genre"), str) else query.get("genre", []),
        "minRating": float(query["minRating"]) if "minRating" in query else None,
        "year": int(query["year"]) if "year" in query else None,
    }


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/movies/search", {"title": "alien", "limit": "1"}),
        ("/movies/filter", {"genre": ["horror", "comedy"], "limit": "1"}),
        ("/movies/top-rated", {"limit": "2"}),
    ],
)
def test_pages_lead_through_everything_without_repetition(shelf: LibraryApi, path: str, query: dict[str, Any]) -> None:
    whole = shelf.titles(path, **{**query, "limit": "100"})

    found: list[str] = []
    while True:
        page = shelf.call("GET", path, query=query).json
        found += [each["title"] for each in page["movies"]]
        if page["next"] is None:
            break
        query = {**query, "next": page["next"]}

    assert found == whole
    assert len(found) >= 3


def test_top_rated_by_start_says_where_it_is(shelf: LibraryApi) -> None:
    first = shelf.call("GET", "/movies/top-rated").json
    last = shelf.call("GET", "/movies/top-rated", query={"start": "4", "limit": "2"}).json
    behind = shelf.call("GET", "/movies/top-rated", query={"start": "7"}).json

    assert first["pagination"] == {"start": 0, "limit": 20, "total": 6, "hasMore": False}
    assert [each["title"] for each in last["movies"]] == BEST_FIRST[4:]
    assert last["pagination"] == {"start": 4, "limit": 2, "total": 6, "hasMore": False}
    assert behind["movies"] == []
    assert behind["pagination"] == {"start": 7, "limit": 20, "total": 6, "hasMore": False}


def test_cursor_of_top_rated_goes_on_where_start_began(shelf: LibraryApi) -> None:
    begun = shelf.call("GET", "/movies/top-rated", query={"start": "1", "limit": "2"}).json
    shelf.add("Better than all", rating=10)
    then = shelf.call("GET", "/movies/top-rated", query={"limit": "2", "next": begun["next"]}).json

    assert begun["pagination"]["hasMore"]
    assert [each["title"] for each in begun["movies"] + then["movies"]] == BEST_FIRST[1:5]
    assert then["pagination"] == {"start": 3, "limit": 2, "total": 7, "hasMore": True}


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        pytest.param("/movies/search", {}, "invalid_input", id="search for nothing"),
        pytest.param("/movies/search", {"title": ""}, "invalid_input", id="search for an empty text"),
        pytest.param("/movies/search", {"title": "  "}, "nothing_asked", id="search for blanks"),
        pytest.param("/movies/search", {"title": "x" * 256}, "invalid_input", id="search for too much"),
        pytest.param("/movies/search", {"title": "a", "limit": "101"}, "invalid_input", id="limit too large"),
        pytest.param("/movies/search", {"title": "a", "next": "!!"}, "invalid_cursor", id="no cursor"),
        pytest.param("/movies/filter", {"genres": "Drama"}, "unknown_parameter", id="misspelt filter"),
        pytest.param("/movies/filter", {"minRating": "best"}, "invalid_input", id="rating no number"),
        pytest.param("/movies/filter", {"minRating": "nan"}, "invalid_input", id="rating not a number"),
        pytest.param("/movies/filter", {"minRating": "10.1"}, "invalid_input", id="rating too high"),
        pytest.param("/movies/filter", {"genre": ""}, "invalid_input", id="genre empty"),
        pytest.param("/movies/filter", {"genre": [f"g{n}" for n in range(51)]}, "too_many_genres", id="genres"),
        pytest.param("/movies/filter", {"year": "soon"}, "invalid_input", id="year no number"),
        pytest.param("/movies/top-rated", {"start": "x"}, "invalid_input", id="start no number"),
        pytest.param("/movies/top-rated", {"start": "-1"}, "invalid_input", id="start below zero"),
        pytest.param("/movies/top-rated", {"limit": "0"}, "invalid_input", id="limit too small"),
        pytest.param("/movies/top-rated", {"year": "2001"}, "unknown_parameter", id="no filter of this list"),
        pytest.param("/dashboard", {"year": "2001"}, "unknown_parameter", id="no filter of the dashboard"),
    ],
)
def test_bad_question_is_refused(library: LibraryApi, path: str, query: dict[str, Any], code: str) -> None:
    answer = library.call("GET", path, query=query)

    assert (answer.status, answer.code) == (400, code), answer.body


def test_cursor_is_good_for_its_own_question_only(shelf: LibraryApi) -> None:
    found = shelf.call("GET", "/movies/search", query={"title": "alien", "limit": "1"}).json
    top = shelf.call("GET", "/movies/top-rated", query={"limit": "1"}).json

    for path, query in (
        ("/movies/search", {"title": "aliens", "next": found["next"]}),
        ("/movies/filter", {"next": found["next"]}),
        ("/movies/top-rated", {"next": found["next"]}),
        ("/movies/search", {"title": "alien", "next": top["next"]}),
    ):
        assert shelf.call("GET", path, query=query).code == "invalid_cursor"
    both = shelf.call("GET", "/movies/top-rated", query={"start": "1", "next": top["next"]})
    assert (both.status, both.code) == (400, "invalid_input")


def test_without_an_id_token_nobody_gets_in(library: LibraryApi) -> None:
    movie, upload = {"title": "A", "genre": "B"}, {"source": {"kind": "upload", "filename": "a.csv", "size": 1}}
    requests: list[tuple[str, str, object]] = [
        *(("GET", path, None) for path in ("/dashboard", "/movies/filter", "/movies/top-rated", "/movies/x")),
        *(("GET", path, None) for path in ("/movies/requests/x", "/imports", "/imports/x", "/imports/x/failures")),
        *(("GET", "/imports/x/failures.csv", None), ("DELETE", "/movies/x", None), ("POST", "/imports/x/undo", None)),
        *(("POST", "/movies", movie), ("PUT", "/movies/x", movie), ("POST", "/imports", upload)),
        ("PUT", "/imports/x/mapping", {"mapping": {}}),
    ]
    for method, path, body in requests:
        for who in ({"user": None}, {"token_use": "access"}):
            answer = library.call(method, path, body=body, **who)
            assert (answer.status, answer.code) == (401, "unauthorized"), path
    assert library.call("GET", "/movies/search", user=None, query={"title": "a"}).status == 401


def test_what_does_not_exist_is_not_found(library: LibraryApi) -> None:
    for method, path in (("GET", "/movies/x"), ("GET", "/movies/requests/x"), ("DELETE", "/movies/x"), ("GET", "/y")):
        answer = library.call(method, path)
        assert (answer.status, answer.code) == (404, "not_found")


def test_store_that_does_not_answer_is_503(library: LibraryApi, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://secret-table")

    monkeypatch.setattr(stores.table(), "client", type("Down", (), {"get_item": staticmethod(fail)}))

    answer = library.call("GET", "/dashboard")
    assert (answer.status, answer.code) == (503, "temporarily_unavailable")
    assert "secret" not in answer.body
