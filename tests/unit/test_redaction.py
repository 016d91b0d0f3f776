"""Whatever a caller sends, no log line of an API function holds who they are, what they carry or what they ask for."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from admin_api import handler as admin
from admin_api import stores as admin_stores
from guide_api import handler as guide
from guide_api import stores as guide_stores
from ingest_api import handler as ingest
from library_api import handler as library
from marquee.repositories.table import Table
from tests.fakes.api_gateway import Context
from tests.fakes.ingest import Inlet
from tests.fakes.library_api import LibraryApi, library_api
from tests.unit.conftest import Cloud, Logged, forget

TOKEN = "eyJraWQiOiJzZWNyZXQtdG9rZW4ifQ.c2VjcmV0LXRva2Vu.c2VjcmV0LXRva2Vu"
API_KEY = "secret-api-key-of-a-producer"
EMAIL = "anna@private.example"
ADDRESS = "203.0.113.77"
BROWSER = "Browser-of-Anna/1.0"
WORDS = "unspeakablewords"
CALENDAR = "secretcalendar".ljust(43, "A")
PRIVATE = (TOKEN, API_KEY, EMAIL, ADDRESS, BROWSER, WORDS, CALENDAR)
# Function, method, path, query and body of requests that go well and of such that do not.
REQUESTS: dict[str, tuple[Any, str, str, dict[str, str], Any]] = {
    "a search": (guide, "GET", "/search", {"q": WORDS}, None),
    "an unknown parameter": (guide, "GET", "/titles", {WORDS: WORDS}, None),
    "a wrong parameter": (guide, "GET", "/titles", {"sort": WORDS}, None),
    "a wrong cursor": (guide, "GET", "/follows", {"next": WORDS}, None),
    "a moment": (guide, "GET", "/arrivals", {"since": WORDS}, None),
    "a calendar": (guide, "GET", f"/calendar/{CALENDAR}.ics", {}, None),
    "a new calendar": (guide, "POST", "/calendar", {}, None),
    "an export": (guide, "GET", "/me/export", {}, None),
    "settings": (guide, "PUT", "/settings", {}, {"region": WORDS}),
    "preferences": (guide, "PUT", "/preferences", {}, {"sources": [WORDS], "genres": []}),
    "no JSON": (guide, "PUT", "/settings", {}, f'{{"{WORDS}'),
    "no route": (guide, "GET", f"/{WORDS}", {}, None),
    "a movie": (library, "POST", "/movies", {}, {"title": WORDS, "genre": WORDS}),
    "a movie that cannot be": (library, "POST", "/movies", {}, {"title": WORDS, "genre": WORDS, "rating": 99}),
    "a search of the library": (library, "GET", "/movies/search", {"title": WORDS}, None),
    "an import": (library, "POST", "/imports", {}, {"source": {"kind": "upload", "filename": WORDS, "size": 1}}),
    "an event": (
        ingest,
        "POST",
        "/ingest",
        {},
        {"event_type": "search_performed", "payload": {"query": WORDS, "user": EMAIL}},
    ),
    "an event that is none": (ingest, "POST", "/ingest", {}, {"event_type": WORDS, "payload": {"query": WORDS}}),
    "an operator's mistake": (admin, "POST", "/admin/archive/harvest", {}, {"mode": WORDS}),
    "an operator's question": (admin, "GET", "/admin/jobs", {"kind": WORDS}, None),
}


@pytest.fixture
def functions(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[LibraryApi]:
    """All functions behind the API, over tables in memory."""
    forget(guide_stores, admin_stores)
    Inlet().open(monkeypatch)
    with library_api(cloud, monkeypatch) as api:
        yield api


def ask(name: str) -> dict[str, Any]:
    """Return the answer to a request that carries everything private, as API Gateway hands it on."""
    function, method, path, query, body = REQUESTS[name]
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {TOKEN}",
        "X-API-Key": API_KEY,
        "X-Forwarded-For": ADDRESS,
        "User-Agent": BROWSER,
        "Idempotency-Key": WORDS,
    }
    claims = {"sub": "anna", "token_use": "id", "email": EMAIL, "cognito:groups": "admin"}
    identity = {"apiKey": API_KEY, "apiKeyId": "key-1", "sourceIp": ADDRESS, "userAgent": BROWSER}
    event = {
        "httpMethod": method,
        "path": path,
        "resource": path,
        "headers": headers,
        "multiValueHeaders": {each: [value] for each, value in headers.items()},
        "queryStringParameters": query or None,
        "multiValueQueryStringParameters": {each: [value] for each, value in query.items()} or None,
        "requestContext": {
            "requestId": "request",
            "path": f"/api{path}",
            "stage": "api",
            "identity": identity,
            "authorizer": {"claims": claims},
        },
        "body": body if isinstance(body, str) or body is None else json.dumps(body),
        "isBase64Encoded": False,
    }
    answer: dict[str, Any] = function.lambda_handler(event, Context())
    return answer


@pytest.mark.parametrize("name", REQUESTS)
def test_nothing_private_is_logged(
    functions: LibraryApi, logged: Logged, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    answer = ask(name)

    said = capfd.readouterr()
    assert answer["statusCode"] < 500, answer["body"]
    assert [each for each in PRIVATE if each in logged.text + said.out + said.err] == []


@pytest.mark.parametrize("name", ["a search", "settings", "a movie", "an event", "an operator's question"])
def test_nothing_private_is_logged_when_a_store_fails(
    functions: LibraryApi,
    logged: Logged,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ClientError({"Error": {"Code": "InternalServerError", "Message": "Try again."}}, "Query")

    for method in ("get", "query", "put", "update", "get_many", "transact"):
        if hasattr(Table, method):
            monkeypatch.setattr(Table, method, fail)

    ask(name)

    said = capfd.readouterr()
    assert [each for each in PRIVATE if each in logged.text + said.out + said.err] == []


def test_what_is_logged_is_seen_here(functions: LibraryApi, logged: Logged) -> None:
    ask("an event")

    assert "events taken" in logged.text
