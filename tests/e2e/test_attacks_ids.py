"""Ids of somebody else and cursors that were tampered with: nobody reads or changes what is not theirs."""

import base64
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from docs import openapi
from marquee.rest import write_cursor
from tests.e2e.cloud import Cloud
from tests.e2e.test_library import add, ask, done, import_of, unique
from tests.waiting import ANSWER_SECONDS

Json = dict[str, Any]
DOCUMENT: dict[str, dict[str, Json]] = json.loads(openapi.DOCUMENT.read_text())["paths"]
ADMIN = [
    (method.upper(), path)
    for path, operations in DOCUMENT.items()
    for method in operations
    if path.startswith("/admin/")
]
LISTS = sorted(
    path
    for path, operations in DOCUMENT.items()
    if any(each["name"] == "next" for each in operations.get("get", {}).get("parameters", []))
)
# What these lists ask for besides.
QUERIES = {"/search": {"q": "the"}, "/movies/search": {"title": "the"}}
SOMEBODY = "00000000-0000-4000-8000-000000000000"
TITLE = "345534"
FILE = {"kind": "upload", "filename": "mine.csv", "size": 20}


@pytest.fixture(scope="module")
def owner(cloud: Cloud) -> Iterator[httpx.Client]:
    """Who has something."""
    with cloud.api(cloud.new_user()) as client:
        yield client


@pytest.fixture(scope="module")
def thief(cloud: Cloud) -> Iterator[httpx.Client]:
    """Who wants it."""
    with cloud.api(cloud.new_user()) as client:
        yield client


@pytest.fixture(scope="module")
def operator(cloud: Cloud) -> Iterator[httpx.Client]:
    """Who may look at more."""
    with cloud.api(cloud.outputs.user("admin")) as client:
        yield client


def code(answer: httpx.Response) -> tuple[int, str]:
    """Return status and code of an error."""
    return answer.status_code, str(answer.json()["error"]["code"])


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("GET", "/failures", None),
        ("GET", "/failures.csv", None),
        ("PUT", "/mapping", {"mapping": {"title": "Name"}}),
        *(("POST", f"/{action}", None) for action in ("read", "start", "stop", "resume", "cancel", "undo")),
    ],
)
def test_import_of_another_is_neither_read_nor_changed(
    owner: httpx.Client, thief: httpx.Client, method: str, path: str, body: Json | None
) -> None:
    made = import_of(owner, FILE)

    assert code(thief.request(method, f"/imports/{made['id']}{path}", json=body)) == (403, "forbidden")
    assert owner.get(f"/imports/{made['id']}").json()["state"] == "awaiting_upload"


@pytest.mark.parametrize("source", [{"kind": "s3", "prefix": "uploads/"}, {"kind": "drive", "folder": "root"}])
def test_viewer_imports_only_what_they_upload(thief: httpx.Client, source: Json) -> None:
    assert code(thief.post("/imports", json={"source": source})) == (403, "forbidden")


def test_upload_goes_nowhere_but_where_it_was_meant_to(owner: httpx.Client, thief: httpx.Client) -> None:
    theirs, mine = (import_of(each, FILE)["upload"] for each in (owner, thief))
    path, _, signature = mine["url"].partition("?")
    place, _, _ = theirs["url"].partition("?")

    for url in (f"{place}?{signature}", f"{path}/../x?{signature}", path, mine["url"].replace("uploads/", "imports/")):
        answer = httpx.put(
            url, headers=mine["headers"], content=b"title,rating,year\n12", timeout=ANSWER_SECONDS, trust_env=False
        )
        assert answer.status_code == 403, url


def test_request_of_another_is_not_found(owner: httpx.Client, thief: httpx.Client, operator: httpx.Client) -> None:
    asked = ask(owner, "POST", "/movies", json={"title": unique("Mine"), "genre": "Drama"})
    path = f"/movies/requests/{asked['id']}"

    assert code(thief.get(path)) == (404, "not_found")
    assert owner.get(path).status_code == operator.get(path).status_code == 200


def test_movie_of_another_is_neither_edited_nor_deleted(owner: httpx.Client, thief: httpx.Client) -> None:
    movie = add(owner, title=unique("Mine"), genre="Drama", year=2001)["movie"]
    path = f"/movies/{movie['id']}"

    assert code(thief.put(path, json={"title": "Stolen", "genre": "Drama"})) == (403, "forbidden")
    assert code(thief.delete(path)) == (403, "forbidden")
    assert owner.get(path).json()["title"] == movie["title"]


def test_key_of_a_request_is_its_callers_own(owner: httpx.Client, thief: httpx.Client) -> None:
    movie, key = {"title": unique("Keyed"), "genre": "Drama"}, {"Idempotency-Key": uuid4().hex}
    first = ask(owner, "POST", "/movies", json=movie, headers=key)
    done(owner, first)

    other = ask(thief, "POST", "/movies", json=movie, headers=key)

    assert other["id"] != first["id"]
    assert done(thief, other)["state"] == "duplicate"


@pytest.mark.parametrize(("mark", "body"), [("follows", None), ("watched", None), ("hidden", None), ("ratings", 8)])
def test_marks_of_another_stay(owner: httpx.Client, thief: httpx.Client, mark: str, body: int | None) -> None:
    rated = {"json": {"rating": body}} if body else {}
    owner.put(f"/{mark}/{TITLE}", **rated).raise_for_status()

    thief.delete(f"/{mark}/{TITLE}").raise_for_status()

    assert [each["id"] for each in owner.get(f"/{mark}").json()[mark]] == [TITLE]
    assert thief.get(f"/{mark}").json()[mark] == []
    assert thief.get(f"/{mark}", params={"user": SOMEBODY}).status_code == 400


def test_body_names_nobody_else(owner: httpx.Client, thief: httpx.Client) -> None:
    for member in ("user", "user_id", "sub", "PK"):
        assert thief.put("/settings", json={"email_digest": "off", member: SOMEBODY}).status_code == 400
        assert thief.put("/preferences", json={"sources": [], "genres": [], member: SOMEBODY}).status_code == 400
        assert thief.post("/movies", json={"title": "x", "genre": "y", member: SOMEBODY}).status_code == 400


@pytest.mark.parametrize("place", ["2026-01-01T00:00:00.000Z#arrived:GB:203:1", "", "../settings", "x" * 70, "\ud83d"])
def test_notification_of_nobody_is_not_found(thief: httpx.Client, place: str) -> None:
    told = base64.urlsafe_b64encode(place.encode(errors="surrogatepass")).decode().rstrip("=") or "="

    assert code(thief.post(f"/notifications/{told}/read")) == (404, "not_found")


def test_calendar_is_for_who_knows_the_whole_address(owner: httpx.Client, anonymous: httpx.Client) -> None:
    first = owner.post("/calendar").json()["path"].removeprefix("/api")
    token = first.removeprefix("/calendar/").removesuffix(".ics")
    assert anonymous.get(first).status_code == 200

    for guess in (token[:-1], token + "A", token.swapcase(), f"{token}%00", f"..%2F{token}", SOMEBODY, "%2A", "user"):
        assert anonymous.get(f"/calendar/{guess}.ics").status_code == 404, guess

    second = owner.post("/calendar").json()["path"].removeprefix("/api")
    assert (anonymous.get(first).status_code, anonymous.get(second).status_code) == (404, 200)
    owner.delete("/calendar").raise_for_status()
    assert anonymous.get(second).status_code == 404


def test_calendar_tells_nothing_of_whose_it_is(cloud: Cloud, anonymous: httpx.Client) -> None:
    user = cloud.new_user()
    with cloud.api(user) as client:
        client.put(f"/follows/{TITLE}").raise_for_status()
        path = client.post("/calendar").json()["path"].removeprefix("/api")
        profile = client.get("/me/export").json()["profile"]
    shown = anonymous.get(path).text

    token = path.removeprefix("/calendar/").removesuffix(".ics")
    assert [each for each in (user.email, profile["id"], token) if each in shown] == []


@pytest.mark.parametrize(("method", "path"), ADMIN, ids=lambda each: each)
@pytest.mark.parametrize("sent", [{}, {"json": {}}, {"json": {"x": 1}}], ids=["nothing", "an object", "nonsense"])
def test_viewer_operates_nothing(thief: httpx.Client, method: str, path: str, sent: Json) -> None:
    named = path.replace("{job_id}", "20261121T083000-abcdef").replace("{failure_id}", "0" * 32)

    assert code(thief.request(method, named, **sent)) == (403, "forbidden")
    assert code(thief.request(method, f"{named}?x=1", **sent)) == (403, "forbidden")


def tampered(cursor: str) -> Iterator[str]:
    """Yield cursors that no list has written."""
    yield from ("x", "=", "%00", "null", "e30", "W10", cursor[:-2], cursor[::-1], cursor * 40, "A" * 5_000)
    for written in ([1, 2], ["x"], {"a": 1}, "text", None, ["x", None], ["x", ["y"]]):
        yield base64.urlsafe_b64encode(json.dumps(written).encode()).decode().rstrip("=")
    for kind in ("title", "follows", "jobs", "export", "imports", "top-rated", "arrivals", "notifications"):
        for position in ("", "#", "'; DROP TABLE movies; --", "../../etc/passwd", "user:x#\u0000", "{{7*7}}", "\u2028"):
            yield write_cursor(kind, position)


@pytest.mark.parametrize("path", LISTS)
def test_cursor_that_the_list_did_not_write_is_refused(owner: httpx.Client, operator: httpx.Client, path: str) -> None:
    asking = operator if path.startswith("/admin/") else owner
    named = path.replace("{import_id}", import_of(owner, FILE)["id"]) if "{import_id}" in path else path
    query = QUERIES.get(path, {})
    assert asking.get(named, params={**query, "limit": 1} if path != "/me/export" else query).status_code == 200

    for cursor in tampered(write_cursor("titles", "1")):
        answer = asking.get(named, params={**query, "next": cursor})
        assert code(answer) == (400, "invalid_cursor"), (cursor, answer.text)


def test_cursor_of_another_leads_through_ones_own(owner: httpx.Client, thief: httpx.Client) -> None:
    for title in (TITLE, "3174636"):
        owner.put(f"/watched/{title}").raise_for_status()
    theirs = owner.get("/watched", params={"limit": 1}).json()["next"]

    found = thief.get("/watched", params={"next": theirs})

    assert (found.status_code, found.json()["watched"]) == (200, [])
