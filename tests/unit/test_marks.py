"""`/follows`, `/ratings`, `/watched`, `/hidden`: what a viewer says of titles."""

from typing import Any

import pytest

from guide_api import stores
from marquee.repositories import marks as module
from marquee.rest import write_cursor
from tests.fakes.api_gateway import Answer, call
from tests.fakes.titles import details, listing, title
from tests.unit.conftest import Cloud

AT = "2026-11-01T05:00:00.000Z#7"
LISTS = ("follows", "ratings", "watched", "hidden")


@pytest.fixture
def guide(cloud: Cloud) -> Cloud:
    for store in vars(stores).values():
        if hasattr(store, "cache_clear"):
            store.cache_clear()
    for number in range(1, 6):
        each = title(str(number), "GB:203:4", listing=listing(title=f"Film {number}", year=1990 + number))
        cloud.titles.apply(each.id, lambda _, each=each: each)
    return cloud


def put(name: str, title_id: str, *, user: str = "anna", rating: object = 7) -> Answer:
    return call("PUT", f"/{name}/{title_id}", user=user, body={"rating": rating} if name == "ratings" else None)


def listed(name: str, **query: Any) -> list[dict[str, Any]]:
    answer = call("GET", f"/{name}", query=query)
    assert answer.status == 200, answer.body
    found: list[dict[str, Any]] = answer.json[name]
    return found


@pytest.mark.parametrize("name", LISTS)
def test_marked_title_is_listed_with_its_card_until_the_mark_is_taken_back(guide: Cloud, name: str) -> None:
    assert call("GET", f"/{name}").json == {name: [], "next": None}
    for _ in range(3):
        answer = put(name, "1")
        assert (answer.status, answer.body or "") == (204, "")

    (found,) = listed(name)
    assert (found["id"], found["title"], found["year"], found["source_ids"]) == ("1", "Film 1", 1991, ["203"])
    assert found["at"].endswith("Z")
    flags = {"follows": ["followed"], "watched": ["watched"], "hidden": ["hidden"], "ratings": []}
    assert [flag for flag in ("followed", "watched", "hidden") if found[flag]] == flags[name]
    assert found.get("rating") == (7 if name == "ratings" else None)
    assert [call("GET", f"/{name}", user="ben").json[name]] == [[]]

    assert [call("DELETE", f"/{name}/1").status for _ in range(3)] == [204] * 3
    assert listed(name) == []


def test_list_shows_the_title_as_it_is_now(guide: Cloud) -> None:
    put("follows", "1")
    guide.titles.apply("1", lambda now: now and now.model_copy(update={"details": details(poster="https://p")}))

    assert [each["poster"] for each in listed("follows")] == ["https://p"]


def test_another_rating_replaces_the_one_before(guide: Cloud) -> None:
    put("ratings", "1", rating=7)
    put("ratings", "2", rating=8)
    put("ratings", "1", rating=10)

    assert [(each["id"], each["rating"]) for each in listed("ratings")] == [("1", 10), ("2", 8)]


@pytest.mark.parametrize("name", LISTS)
def test_pages_go_from_the_latest_to_the_first(guide: Cloud, name: str) -> None:
    for number in (3, 1, 5, 2):
        put(name, str(number))
    walked, cursor = [], None
    while True:
        answer = call("GET", f"/{name}", query={"limit": "3", **({"next": cursor} if cursor else {})})
        walked.append([each["id"] for each in answer.json[name]])
        cursor = answer.json["next"]
        put(name, "4")
        if cursor is None:
            break

    assert walked == [["2", "5", "1"], ["3"]]


@pytest.mark.parametrize("name", LISTS)
def test_unknown_title_is_not_found(guide: Cloud, name: str) -> None:
    for answer in (put(name, "999"), call("DELETE", f"/{name}/999")):
        assert (answer.status, answer.code) == (404, "not_found")
        assert "999" in answer.body
    assert guide.items(guide.viewers_table) == {}


@pytest.mark.parametrize("name", LISTS)
def test_mark_of_a_title_that_the_catalogue_has_lost_is_left_out_and_can_be_taken_back(guide: Cloud, name: str) -> None:
    for title_id in ("1", "2"):
        put(name, title_id)
    guide.catalogue.delete("title:2", "record")

    assert [each["id"] for each in listed(name)] == ["1"]
    assert [call("DELETE", f"/{name}/2").status for _ in range(2)] == [204, 404]


@pytest.mark.parametrize(
    "rating",
    [
        pytest.param(0, id="too low"),
        pytest.param(11, id="too high"),
        pytest.param(7.5, id="half"),
        pytest.param(True, id="true"),
        pytest.param("7", id="text"),
        pytest.param("much", id="no number"),
        pytest.param(None, id="none"),
    ],
)
def test_unusable_rating_is_refused_with_its_value(guide: Cloud, rating: object) -> None:
    answer = put("ratings", "1", rating=rating)

    assert (answer.status, answer.code) == (400, "invalid_input")
    assert answer.json["error"]["details"][0]["field"] == "rating"
    assert answer.json["error"]["details"][0]["value"] == rating
    assert listed("ratings") == []


@pytest.mark.parametrize(
    ("method", "path", "request_parts", "code", "shown"),
    [
        pytest.param("PUT", "/follows/abc", {}, "invalid_input", "abc", id="title no id"),
        pytest.param("DELETE", "/hidden/-1", {}, "invalid_input", "-1", id="title negative"),
        pytest.param("PUT", "/ratings/1", {}, "invalid_input", "body", id="no rating"),
        pytest.param("PUT", "/ratings/1", {"body": {"stars": 5}}, "invalid_input", "stars", id="unknown field"),
        pytest.param("PUT", "/follows/1", {"query": {"user": "ben"}}, "unknown_parameter", "user", id="for others"),
        pytest.param("GET", "/follows", {"query": {"limit": "0"}}, "invalid_input", "0", id="limit too small"),
        pytest.param("GET", "/watched", {"query": {"limit": "101"}}, "invalid_input", "101", id="limit too large"),
        pytest.param("GET", "/hidden", {"query": {"next": "!!"}}, "invalid_cursor", "!!", id="no cursor"),
    ],
)
def test_bad_request_is_refused_with_the_offending_value(
    guide: Cloud, method: str, path: str, request_parts: dict[str, Any], code: str, shown: str
) -> None:
    answer = call(method, path, **request_parts)

    assert (answer.status, answer.code) == (400, code), answer.body
    assert shown in answer.body


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    "position", ["7", "2026-11-01T05:00:00.000Z", "2026-11-01T05:00:00.000Z#", "2026-11-01#7", "~" * 199]
)
def test_cursor_without_a_place_is_refused(guide: Cloud, name: str, position: str) -> None:
    cursor = write_cursor(name, position)

    answer = call("GET", f"/{name}", query={"next": cursor})

    assert (answer.status, answer.code) == (400, "invalid_cursor")
    assert cursor in answer.body


def test_cursor_of_the_guide_is_refused_by_the_ratings_and_theirs_by_the_guide(guide: Cloud) -> None:
    ratings, titles = write_cursor("ratings", AT), write_cursor("rating", f"08.000#{1:019}")

    answers = [
        call("GET", path, query={"next": cursor})
        for path, cursor in (("/ratings", titles), ("/titles", ratings), ("/ratings", ratings), ("/titles", titles))
    ]

    assert [answer.status for answer in answers] == [400, 400, 200, 200]


def test_cursor_of_one_list_is_refused_by_the_others(guide: Cloud) -> None:
    for number in (1, 2):
        put("follows", str(number))
    cursor = call("GET", "/follows", query={"limit": "1"}).json["next"]

    answer = call("GET", "/watched", query={"next": cursor})

    assert (answer.status, answer.code) == (400, "invalid_cursor")


@pytest.mark.parametrize(("method", "path"), [("GET", "/follows"), ("PUT", "/watched/1"), ("DELETE", "/hidden/1")])
def test_nobody_marks_without_an_id_token(guide: Cloud, method: str, path: str) -> None:
    assert call(method, path, user=None).status == 401
    assert call(method, path, token_use="access").status == 401
    assert guide.items(guide.viewers_table) == {}


def test_limit_is_told(guide: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SETS", {**module.SETS, "follow": ("followed", 1)})
    put("follows", "1")

    answer = put("follows", "2")

    assert (answer.status, answer.code, answer.json["error"]["details"]) == (400, "limit_reached", {"limit": 1})
