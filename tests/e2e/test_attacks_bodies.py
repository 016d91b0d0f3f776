"""Bodies that are too large, too deep, of another kind or no body: refused, quickly, and nothing is kept of them."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from docs import openapi
from marquee.rest import BODY_BYTES
from tests.e2e.cloud import Cloud
from tests.waiting import ANSWER_SECONDS

# As `ingest_api.checks` has it, which is not to be found from here.
INGEST_BYTES = 262_144
MANY = 100_000
DEEP = {
    "lists": "[" * MANY + "]" * MANY,
    "objects": '{"a":' * MANY + "1" + "}" * MANY,
    "lists without an end": "[" * MANY,
    "a member that is deep": '{"title": ' + "[" * MANY + "]" * MANY + "}",
}
ODD = {
    "no JSON": "{title: 'x'}",
    "two values": "{}{}",
    "a text": '"x"',
    "a list": "[]",
    "a number without end": '{"rating": ' + "9" * 50_000 + "}",
    "no number": '{"rating": NaN}',
    "an infinite number": '{"rating": 1e999}',
    "half a sign": '{"title": "\\ud83d", "genre": "x"}',
    "a byte order mark": "\ufeff{}",
    "nothing but spaces": " " * 1_000,
    "a prototype": '{"__proto__": {"admin": true}, "constructor": {}}',
}
JSON = {"Content-Type": "application/json"}
OTHER_TYPES = (
    *("text/plain", "text/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/html"),
    *("application/jsonx", "application/x-java-serialized-object", "x", "application/json, text/plain"),
)
WITH_BODY = sorted(
    (method.upper(), path)
    for path, operations in json.loads(openapi.DOCUMENT.read_text())["paths"].items()
    for method, operation in operations.items()
    if "requestBody" in operation and not path.startswith(("/ingest", "/admin"))
)


@pytest.fixture(scope="module")
def member(cloud: Cloud) -> Iterator[httpx.Client]:
    """A member whom no other test knows."""
    with cloud.api(cloud.new_user()) as client:
        yield client


@pytest.fixture(scope="module")
def producer(cloud: Cloud) -> Iterator[httpx.Client]:
    """Who sends events."""
    headers = {"X-API-Key": cloud.outputs.ingest_api_key}
    with httpx.Client(
        base_url=cloud.outputs.api_url, headers=headers, timeout=ANSWER_SECONDS, trust_env=False
    ) as client:
        yield client


def named(path: str) -> str:
    """Return an address of a route."""
    return path.replace("{title_id}", "345534").replace("{movie_id}", "x").replace("{import_id}", "x")


def post(client: httpx.Client, path: str, content: str | bytes, **headers: str) -> httpx.Response:
    """Send a body as it is."""
    return client.post(path, content=content, headers={**JSON, **headers})


def movie_of(size: int) -> str:
    """Return the JSON of a movie that has so many bytes."""
    start, end = '{"title": "', '", "genre": "x"}'
    return start + "x" * (size - len(start) - len(end)) + end


def test_body_may_just_be_as_large_as_the_limit(member: httpx.Client) -> None:
    fits, too_large = (post(member, "/movies", movie_of(BODY_BYTES + more)) for more in (0, 1))

    # Read, and found to have a title that is too long.
    assert (fits.status_code, fits.json()["error"]["code"]) == (400, "invalid_input")
    assert fits.json()["error"]["details"][0]["field"] == "title"
    assert (too_large.status_code, too_large.json()["error"]["code"]) == (400, "body_too_large")


def test_signs_count_by_their_bytes(member: httpx.Client) -> None:
    wide = json.dumps({"title": "é" * (BODY_BYTES // 2), "genre": "x"}, ensure_ascii=False)

    assert post(member, "/movies", wide.encode()).json()["error"]["code"] == "body_too_large"


def test_events_may_just_be_as_large_as_their_limit(producer: httpx.Client) -> None:
    start, end = '{"event_type": "search_performed", "payload": {"query": "', '"}}'
    bodies = (start + "x" * (INGEST_BYTES + more - len(start) - len(end)) + end for more in (0, 1))
    fits, too_large = (post(producer, "/ingest", body) for body in bodies)

    assert (fits.status_code, too_large.status_code) in ((202, 413), (400, 413))
    assert post(producer, "/ingest/batch", b"[" * (INGEST_BYTES + 1)).status_code == 413


def test_batch_has_no_more_events_than_it_may(producer: httpx.Client) -> None:
    answer = post(producer, "/ingest/batch", json.dumps({"events": [{}] * 501}))

    assert (answer.status_code, answer.json()["error"]) == (400, "events must be a list of 1 to 500 events")


@pytest.mark.parametrize("path", ["/movies", "/ingest"])
def test_body_that_nothing_could_want_is_refused(member: httpx.Client, producer: httpx.Client, path: str) -> None:
    answer = post(producer if path == "/ingest" else member, path, b'{"x": "' + b"x" * 9_000_000 + b'"}')

    assert answer.status_code in (400, 413), answer.text[:200]


@pytest.mark.parametrize("body", DEEP.values(), ids=DEEP.keys())
def test_depth_without_end_is_refused(member: httpx.Client, producer: httpx.Client, body: str) -> None:
    assert post(member, "/movies", body[:BODY_BYTES]).status_code == 400
    assert post(producer, "/ingest", body[:INGEST_BYTES]).status_code == 400


@pytest.mark.parametrize("levels", [45, 60, 900])
def test_depth_of_a_payload_ends_somewhere(producer: httpx.Client, levels: int) -> None:
    nested: Any = "x"
    for _ in range(levels):
        nested = [nested]

    answer = producer.post(
        "/ingest", json={"event_type": "search_performed", "payload": {"query": "x", "more": nested}}
    )

    assert answer.status_code == (202 if levels < 50 else 400), answer.text


@pytest.mark.parametrize(("method", "path"), WITH_BODY, ids=lambda each: each)
@pytest.mark.parametrize("body", ODD.values(), ids=ODD.keys())
def test_odd_body_is_refused_on_every_route(member: httpx.Client, method: str, path: str, body: str) -> None:
    answer = member.request(method, named(path), content=body.encode(), headers=JSON)

    assert answer.status_code in (400, 404, 415), answer.text
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize(("method", "path"), WITH_BODY, ids=lambda each: each)
def test_body_of_another_kind_is_refused_on_every_route(member: httpx.Client, method: str, path: str) -> None:
    for kind in OTHER_TYPES:
        answer = member.request(method, named(path), content=b'{"a": 1}', headers={"Content-Type": kind})
        assert answer.status_code in (400, 415), (kind, answer.text)


def test_body_is_not_unpacked(member: httpx.Client, producer: httpx.Client) -> None:
    packed = gzip.compress(json.dumps({"title": "x" * 1_000_000, "genre": "x"}).encode())

    assert post(member, "/movies", packed, **{"Content-Encoding": "gzip"}).status_code in (400, 415)
    assert post(producer, "/ingest", packed, **{"Content-Encoding": "gzip"}).status_code == 400


def test_list_in_a_body_has_an_end(member: httpx.Client) -> None:
    ids = [str(number) for number in range(501)]

    assert member.put("/preferences", json={"sources": ids, "genres": []}).status_code == 400
    assert member.post("/movies", json={"title": "x", "genres": [f"g{each}" for each in ids]}).status_code == 400


@pytest.mark.parametrize("method", ["PATCH", "TRACE", "PROPFIND", "HEAD"])
def test_other_methods_do_nothing(member: httpx.Client, method: str) -> None:
    assert member.request(method, "/preferences").status_code in (400, 403, 404, 405, 501)


def test_method_cannot_be_exchanged(member: httpx.Client) -> None:
    answer = member.post("/calendar", headers={"X-HTTP-Method-Override": "DELETE", "X-Method-Override": "DELETE"})

    assert answer.status_code == 201


def test_other_sites_are_given_nothing(member: httpx.Client) -> None:
    foreign = {"Origin": "https://attacker.example"}
    asked = member.options("/preferences", headers={**foreign, "Access-Control-Request-Method": "PUT"})
    answer = member.get("/preferences", headers=foreign)

    for each in (asked, answer):
        assert "access-control-allow-origin" not in each.headers
