from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from library_api import stores
from tests.fakes.interruptions import before_requests
from tests.fakes.library_api import LibraryApi, library_api
from tests.unit.conftest import Cloud

ALIEN: dict[str, Any] = {"title": "Alien", "genre": "Horror", "rating": 8.5, "year": 1979}
OPERATOR = "[viewer admin]"


@pytest.fixture
def library(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[LibraryApi]:
    with library_api(cloud, monkeypatch) as api:
        yield api


def test_added_movie_is_in_the_library_once_the_writer_has_seen_to_it(library: LibraryApi) -> None:
    accepted = library.call("POST", "/movies", body=ALIEN)

    assert accepted.status == 202
    request_id = accepted.json["id"]
    assert accepted.json == {
        "id": request_id,
        "message": "Request queued",
        "status_url": f"/api/movies/requests/{request_id}",
    }
    queued = library.request(request_id)
    assert (queued["kind"], queued["state"], queued["movie"], queued["finished_at"]) == ("add", "queued", None, None)
    library.write()
    done = library.request(request_id)
    assert (done["state"], done["reason"], done["movie"]["title"]) == ("added", None, "Alien")
    assert done["movie_id"] == done["movie"]["id"] == request_id
    assert library.call("GET", "/dashboard").json["totalMovies"] == 1


def test_duplicate_is_told_with_the_movie_that_is_there(library: LibraryApi) -> None:
    first = library.add("Alien", "Horror", rating=8.5, year=1979)
    second = library.call("POST", "/movies", user="ben", body={**ALIEN, "title": " Alien ", "genre": "HORROR"}).json
    library.write()

    told = library.call("GET", f"/movies/requests/{second['id']}", user="ben").json
    assert (told["state"], told["movie"]["id"]) == ("duplicate", first)
    assert told["reason"]
    assert library.call("GET", "/dashboard").json["totalMovies"] == 1


def test_request_is_told_to_who_made_it_and_to_operators(library: LibraryApi) -> None:
    path = library.call("POST", "/movies", body=ALIEN).json["status_url"].removeprefix("/api")

    assert library.call("GET", path).status == library.call("GET", path, user="olga", groups=OPERATOR).status == 200
    assert library.call("GET", path, user="ben").code == "not_found"


def test_same_key_and_body_are_one_request_at_any_time(library: LibraryApi) -> None:
    key = {"Idempotency-Key": "tap 1"}
    answers = [library.call("POST", "/movies", body=ALIEN, headers=key).json for _ in range(3)]
    library.write()
    answers.append(library.call("POST", "/movies", body=ALIEN, headers={"idempotency-key": "tap 1"}).json)
    library.write()

    assert len({each["id"] for each in answers}) == 1
    assert library.request(answers[0]["id"])["state"] == "added"
    assert library.call("GET", "/dashboard").json["totalMovies"] == 1


def test_same_request_that_meets_the_writer_is_the_one_that_was_recorded(library: LibraryApi) -> None:
    body, headers = {"title": "Heat", "genre": "Crime"}, {"Idempotency-Key": "a"}
    first = library.call("POST", "/movies", body=body, headers=headers)

    def meet(operation: str) -> Any:
        told = {"Error": {"Code": "TransactionConflictException", "Message": "met a transaction"}}
        return (SimpleNamespace(status_code=400), told) if operation == "PutItem" else None

    with before_requests(library.table.client, meet):
        again = library.call("POST", "/movies", body=body, headers=headers)
        other = library.call("POST", "/movies", body=body, headers={"Idempotency-Key": "b"})

    assert (again.status, again.json["id"]) == (202, first.json["id"])
    assert (other.status, other.code) == (409, "conflict")


def test_key_of_another_request_is_refused_and_of_another_person_is_another(library: LibraryApi) -> None:
    key = {"Idempotency-Key": "tap 1"}
    mine = library.call("POST", "/movies", body=ALIEN, headers=key).json
    other = library.call("POST", "/movies", body={**ALIEN, "year": 1980}, headers=key)
    theirs = library.call("POST", "/movies", user="ben", body=ALIEN, headers=key)

    assert (other.status, other.code) == (400, "key_used")
    assert theirs.status == 202
    assert theirs.json["id"] != mine["id"]
    for bad in ("", "x" * 256, "é"):
        refused = library.call("POST", "/movies", body=ALIEN, headers={"Idempotency-Key": bad})
        assert (refused.status, refused.code) == (400, "invalid_input"), bad


def test_request_that_was_recorded_and_not_sent_is_sent_when_it_comes_again(
    library: LibraryApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise RuntimeError("stopped")

    key = {"Idempotency-Key": "tap 1"}
    with monkeypatch.context() as broken:
        broken.setattr(stores.writer_queue(), "send", stop)
        assert library.call("POST", "/movies", body=ALIEN, headers=key).status == 500
    answer = library.call("POST", "/movies", body=ALIEN, headers=key)
    library.write()

    assert library.request(answer.json["id"])["state"] == "added"


def test_message_bears_the_name_of_the_request_and_goes_in_order(library: LibraryApi) -> None:
    bodies = [{**ALIEN, "title": f"Alien {n}"} for n in range(12)]
    asked = [library.call("POST", "/movies", body=body).json["id"] for body in bodies]

    messages = library.messages()
    assert [each["request_id"] for each in messages] == asked
    assert [each["movie"]["title"] for each in messages] == [body["title"] for body in bodies]
    assert {(each["kind"], each["library"], each["requested_by"]) for each in messages} == {("change", "main", "anna")}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param({"title": ""}, "title", id="title empty"),
        pytest.param({"title": " \t "}, "title", id="title blank"),
        pytest.param({"title": "x" * 256}, "title", id="title too long"),
        pytest.param({"title": "a\u0000b"}, "title", id="title with a control character"),
        pytest.param({"title": "a\ud800"}, "title", id="title with half a sign"),
        pytest.param({"title": 7}, "title", id="title a number"),
        pytest.param({"genre": ""}, "genre", id="genre empty"),
        pytest.param({"genre": "x" * 101}, "genre", id="genre too long"),
        pytest.param({"genre": None}, "genre", id="no genre"),
        pytest.param({"genres": ["Drama"]}, "genres", id="genre and genres"),
        pytest.param({"genre": None, "genres": []}, "genres", id="no genres"),
        pytest.param({"genre": None, "genres": [f"g{n}" for n in range(11)]}, "genres", id="too many genres"),
        pytest.param({"rating": -0.1}, "rating", id="rating below zero"),
        pytest.param({"rating": 10.1}, "rating", id="rating above ten"),
        pytest.param({"rating": 8.55}, "rating", id="rating with two decimals"),
        pytest.param({"rating": "8"}, "rating", id="rating as text"),
        pytest.param({"rating": True}, "rating", id="rating yes"),
        pytest.param({"year": 1899}, "year", id="year too early"),
        pytest.param({"year": 2101}, "year", id="year too late"),
        pytest.param({"year": 1979.5}, "year", id="half a year"),
        pytest.param({"tmdb_id": 0}, "tmdb_id", id="no id of TMDB"),
        pytest.param({"imdb_id": "0078748"}, "imdb_id", id="no id of IMDb"),
        pytest.param({"director": "Scott"}, "director", id="unknown member"),
    ],
)
def test_movie_that_cannot_be_is_refused_at_the_door(library: LibraryApi, change: dict[str, Any], field: str) -> None:
    for method, path in (("POST", "/movies"), ("PUT", "/movies/x")):
        answer = library.call(method, path, body={**ALIEN, **change})
        assert answer.status == 400, answer.body
        assert answer.code in ("invalid_input", "invalid_movie")
        assert field in answer.body
    assert library.messages() == []


def test_unknown_is_null_or_left_out_and_texts_are_trimmed(library: LibraryApi) -> None:
    body = {"title": "  Alien\n", "genres": [" Horror", "horror ", "SF"], "rating": None, "genre": None}
    answer = library.call("POST", "/movies", body=body)
    library.write()

    movie = library.request(answer.json["id"])["movie"]
    assert (movie["title"], movie["genres"], movie["rating"], movie["year"]) == ("Alien", ["Horror", "SF"], None, None)


def test_who_added_a_movie_edits_it_and_it_stays_the_same_movie(library: LibraryApi) -> None:
    movie_id = library.add("Alien", "Horror", rating=8.5, year=1979)
    before = library.call("GET", f"/movies/{movie_id}").json
    answer = library.call("PUT", f"/movies/{movie_id}", body={"title": "Alien", "genres": ["SF", "Horror"]})
    library.write()

    after = library.call("GET", f"/movies/{movie_id}").json
    assert answer.status == 202
    assert library.request(answer.json["id"])["state"] == "changed"
    assert after == before | {
        "genre": "SF",
        "genres": ["SF", "Horror"],
        "rating": None,
        "year": None,
        "updated_at": after["updated_at"],
    }


def test_deleted_movie_is_gone_and_its_request_says_so(library: LibraryApi) -> None:
    movie_id = library.add("Alien")
    asked = [library.call("DELETE", f"/movies/{movie_id}") for _ in range(2)]
    library.write()

    assert [each.status for each in asked] == [202, 202]
    assert [library.request(each.json["id"])["state"] for each in asked] == ["deleted", "missing"]
    assert library.request(asked[0].json["id"])["movie"] is None
    assert library.call("GET", f"/movies/{movie_id}").status == 404
    assert library.call("DELETE", f"/movies/{movie_id}").status == 404
    assert library.call("GET", "/dashboard").json["totalMovies"] == 0


def test_only_who_added_a_movie_and_operators_change_it(library: LibraryApi) -> None:
    movie_id = library.add("Alien", user="anna")
    body = {**ALIEN, "title": "Aliens"}

    for method, sent in (("PUT", body), ("DELETE", None)):
        refused = library.call(method, f"/movies/{movie_id}", user="ben", body=sent)
        assert (refused.status, refused.code) == (403, "forbidden")
        assert library.call(method, f"/movies/{movie_id}", user="ben", groups="not-admin", body=sent).status == 403
    assert library.messages() == []
    assert library.call("PUT", f"/movies/{movie_id}", user="eve", groups=OPERATOR, body=body).status == 202
    library.write()
    edited = library.call("GET", f"/movies/{movie_id}").json
    assert (edited["title"], edited["added_by"]) == ("Aliens", "anna")
    assert library.call("DELETE", f"/movies/{movie_id}", user="eve", groups=OPERATOR).status == 202
