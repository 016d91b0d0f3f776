"""Texts that mean something to a parser somewhere: each is kept as it was sent or refused, and shown as text."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Visit
from tests.e2e.cloud import Cloud
from tests.e2e.test_library import act, add, import_in, import_of, upload
from tests.waiting import ANSWER_SECONDS

# Set by whatever of these a page would run.
RUNS = "window.attacked=1"
TEXTS = {
    "SQL": "'; DROP TABLE movies; --",
    "SQL that is true": "x' OR '1'='1",
    "an operator of a document store": '{"$gt": ""}',
    "an expression of DynamoDB": ":x OR attribute_exists(PK)",
    "a partition": "library:main:movie#record",
    "a path": "../../../../etc/passwd",
    "a path of another system": "..\\..\\boot.ini",
    "a path that is quoted": "%2e%2e%2f%2e%2e%2f",
    "a script": f"<script>{RUNS}</script>",
    "a picture that is none": f'"><img src=x onerror="{RUNS}">',
    "a drawing": f"<svg/onload={RUNS}>",
    "a link": f"javascript:{RUNS}",
    "a template": "{{constructor.constructor('" + RUNS + "')()}}${7*7}#{7*7}<%= 7*7 %>",
    "a formula": '=HYPERLINK("https://attacker.example","open")',
    "a formula with a sign": "@SUM(1+1)*cmd|' /C calc'!A0",
    "a header that is quoted": "x%0d%0aSet-Cookie: a=b",
    "a line of scripts": f"x\u2028{RUNS}\u2029",
    "the other direction": "\u202egnp.exe\u2066",
    "nothing to see": "\u200bx\ufeff",
    "a format": "%s%n%x{0.__class__}",
    "a shell": "$(touch /tmp/attacked)`id`|id;id",
    "XML": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
}
# Texts that JSON can write and nobody wants.
NONE = {
    "a new line": "x\r\nSet-Cookie: a=b",
    "a null byte": "x\u0000y",
    "an escape": "\u001b[31mred",
    "half a sign": "\ud83d",
}
BOTH = TEXTS | NONE


@pytest.fixture(scope="module")
def member(cloud: Cloud) -> Iterator[httpx.Client]:
    """A member whom no other test knows."""
    with cloud.api(cloud.new_user()) as client:
        yield client


@pytest.fixture
def producer(cloud: Cloud) -> Iterator[httpx.Client]:
    """Who sends events."""
    headers = {"X-API-Key": cloud.outputs.ingest_api_key}
    with httpx.Client(
        base_url=cloud.outputs.api_url, headers=headers, timeout=ANSWER_SECONDS, trust_env=False
    ) as client:
        yield client


def cases(texts: dict[str, str]) -> Any:
    """Return what parametrises a test with texts."""
    return pytest.mark.parametrize("text", texts.values(), ids=texts.keys())


@cases(TEXTS)
def test_text_is_kept_as_it_was_sent(member: httpx.Client, text: str) -> None:
    mark = f"m{uuid4().hex[:12]}"

    movie = add(member, title=f"{text} {mark}", genre=text[:100], year=1999)["movie"]

    assert (movie["title"], movie["genre"]) == (f"{text} {mark}".strip(), text[:100].strip())
    (found,) = member.get("/movies/search", params={"title": mark}).raise_for_status().json()["movies"]
    assert found == movie
    filtered = member.get("/movies/filter", params={"genre": text[:100]}).raise_for_status()
    assert movie["id"] in [each["id"] for each in filtered.json()["movies"]]
    assert filtered.headers["content-type"] == "application/json"
    assert "set-cookie" not in filtered.headers


@cases(NONE)
def test_text_that_is_none_is_refused_in_every_field(member: httpx.Client, producer: httpx.Client, text: str) -> None:
    bodies: list[tuple[str, str, Any]] = [
        ("POST", "/movies", {"title": text, "genre": "Drama"}),
        ("POST", "/movies", {"title": "x", "genres": [text]}),
        ("POST", "/imports", {"source": {"kind": "upload", "filename": f"{text}.csv", "size": 1}}),
        ("POST", "/imports", {"source": {"kind": "upload", "filename": "a.csv", "size": 1}, "mapping": {text: "x"}}),
        ("PUT", "/settings", {"region": text}),
        ("PUT", "/preferences", {"sources": [text], "genres": []}),
    ]

    for method, path, body in bodies:
        answer = send(member, method, path, body)
        assert (answer.status_code, answer.json()["error"]["code"] != "") == (400, True), (path, answer.text)
    assert send(producer, "POST", "/ingest", {"event_type": text, "payload": {"query": "x"}}).status_code == 400


def send(client: httpx.Client, method: str, path: str, body: Any) -> httpx.Response:
    """Send JSON in which every sign that is not ASCII is written as its number, as any text can be."""
    content = json.dumps(body)
    return client.request(method, path, content=content, headers={"Content-Type": "application/json"})


@cases(BOTH)
def test_text_in_an_address_finds_nothing(member: httpx.Client, anonymous: httpx.Client, text: str) -> None:
    named = quote(text.encode(errors="replace"), safe="")
    paths = (
        *(f"/titles/{named}", f"/movies/{named}", f"/movies/requests/{named}", f"/imports/{named}"),
        *(f"/archive/movie/{named}", f"/archive/{named}/1", f"/titles/{named}/similar", f"/imports/{named}/failures"),
    )

    for path in paths:
        assert member.get(path).status_code in (400, 403, 404), path
    assert anonymous.get(f"/calendar/{named}.ics").status_code in (400, 403, 404)
    for method, path in (("PUT", f"/follows/{named}"), ("DELETE", f"/hidden/{named}"), ("DELETE", f"/movies/{named}")):
        assert member.request(method, path).status_code in (400, 403, 404), path


@cases(BOTH)
def test_text_in_a_question_is_only_text(member: httpx.Client, text: str) -> None:
    asked = text.encode(errors="replace").decode()

    for path, name in (("/search", "q"), ("/movies/search", "title"), ("/movies/filter", "genre")):
        answer = member.get(path, params={name: asked})
        assert answer.status_code in (200, 400), (path, answer.text)
        assert set(answer.headers) & {"set-cookie", "location"} == set()
    for path, name in (
        *(("/titles", "sort"), ("/titles", "source"), ("/titles", "type"), ("/arrivals", "since")),
        *(("/arrivals", "kind"), ("/movies/filter", "year"), ("/movies/top-rated", "start"), ("/follows", "limit")),
    ):
        assert member.get(path, params={name: asked}).status_code == 400, (path, name)


@cases(TEXTS)
def test_event_carries_text_as_text(producer: httpx.Client, text: str) -> None:
    payload = {"query": text, "results": 1}
    answer = producer.post("/ingest", json={"event_type": "search_performed", "payload": payload})

    assert answer.status_code == 202, answer.text
    answer = producer.post("/ingest", json={"event_type": text, "payload": payload})
    assert answer.status_code == 400


@pytest.mark.parametrize("value", [b"\xff\xfe", "ü".encode(), b"x" * 256], ids=repr)
def test_key_of_a_request_is_plain_text(member: httpx.Client, value: bytes) -> None:
    answer = member.post("/movies", json={"title": "x", "genre": "y"}, headers=[(b"Idempotency-Key", value)])

    assert answer.status_code == 400, answer.text


@cases({name: text for name, text in TEXTS.items() if len(text) < 200})
def test_name_of_a_file_leads_nowhere(member: httpx.Client, text: str) -> None:
    made = import_of(member, {"kind": "upload", "filename": f"{text}.csv", "size": 9})

    place = httpx.URL(made["upload"]["url"])
    assert place.path.endswith(f"/uploads/{made['id']}")
    shown = member.get(f"/imports/{made['id']}").raise_for_status().json()
    assert shown["source"]["name"] == f"{text}.csv"
    refused = member.get(f"/imports/{made['id']}/failures.csv").raise_for_status()
    assert refused.headers["content-disposition"] == f'attachment; filename="failures-{made["id"]}.csv"'


def test_failures_are_a_file_without_formulas(member: httpx.Client) -> None:
    rows = [(f"{start}1+cmd|' /C calc'!A0", "Drama", "99", "1999") for start in ("=", "+", "-", "@")]
    content = io.StringIO()
    csv.writer(content).writerows([("title", "genre", "rating", "year"), *rows])
    import_id = upload(member, "=1+1.csv", content.getvalue().encode())
    import_in(member, import_id, "preview")
    act(member, import_id, "start")
    import_in(member, import_id, "finished")

    answer = member.get(f"/imports/{import_id}/failures.csv").raise_for_status()

    cells = [cell for line in csv.reader(io.StringIO(answer.text)) for cell in line]
    assert len(cells) == 4 * (1 + len(rows))
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert answer.headers["content-type"].startswith("text/csv")


def test_pages_show_texts_and_run_none_of_them(cloud: Cloud, visit: Visit) -> None:
    user, mark = cloud.new_user(), f"m{uuid4().hex[:12]}"
    shown = [text for text in TEXTS.values() if text.isprintable() and len(text) < 90]
    with cloud.api(user) as client:
        for number, text in enumerate(shown):
            add(client, title=f"{text} {mark}", genre=text, year=1980 + number)
    page = visit.sign_in(user, "/library")

    page.get_by_role("searchbox", name="Search by title").fill(mark)
    for text in shown:
        expect(page.get_by_role("link", name=f"{text} {mark}", exact=True)).to_be_visible()
    page.get_by_role("link", name=f"{TEXTS['a script']} {mark}", exact=True).click()
    expect(page.get_by_role("heading", name=f"{TEXTS['a script']} {mark}")).to_be_visible()

    assert page.evaluate("window.attacked ?? null") is None
    assert page.locator("main script, main svg[onload], main img[onerror]").count() == 0


def test_search_in_the_address_of_a_page_is_only_text(cloud: Cloud, visit: Visit) -> None:
    page = visit.sign_in(cloud.outputs.user("viewer"), "/")

    for text in (TEXTS["a script"], TEXTS["a picture that is none"], TEXTS["a template"]):
        page = visit.open(f"/search?q={quote(text, safe='')}")
        expect(page.get_by_role("main")).to_be_visible()
        assert page.evaluate("window.attacked ?? null") is None
