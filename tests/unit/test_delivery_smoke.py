"""The smoke test: a healthy deployment passes, and each thing that can be wrong with one is told."""

from collections.abc import Callable

import httpx
import pytest

from delivery.smoke import GUARDS, Deployed, problems, running

VERSION = "v1.2.0"
Answer = Callable[[httpx.Request], httpx.Response | None]


def healthy(request: httpx.Request) -> httpx.Response:
    path = request.url.path
    if path == "/":
        headers = {"content-type": "text/html", **{name: f"{part} x" for name, part in GUARDS.items()}}
        return httpx.Response(200, text="<html>", headers=headers)
    if path in ("/config.json", "/api/version"):
        return httpx.Response(200, json={"version": VERSION, "environment": "staging", "more": 1})
    if path in ("/api/sources", "/api/genres") and not request.url.query:
        return httpx.Response(200, json={path.removeprefix("/api/"): []})
    if path in ("/api/preferences", "/api/admin/jobs", "/api/imports", "/api/ingest"):
        return httpx.Response(401, json={"error": {}})
    return httpx.Response(404, json={"error": {}})


def asked(otherwise: Answer = lambda _: None) -> list[str]:
    def answer(request: httpx.Request) -> httpx.Response:
        return otherwise(request) or healthy(request)

    with httpx.Client(base_url="https://marquee.test", transport=httpx.MockTransport(answer)) as http:
        return list(problems(Deployed(http, "staging", VERSION)))


def at(path: str, answer: httpx.Response) -> Answer:
    return lambda request: answer if request.url.path == path else None


def test_healthy_deployment_has_no_problems() -> None:
    assert asked() == []


@pytest.mark.parametrize(
    ("path", "answer", "told"),
    [
        pytest.param("/", httpx.Response(403, text="no"), "The web app answers 403", id="no app"),
        pytest.param(
            "/",
            httpx.Response(200, headers={"content-type": "text/html"}),
            "The web app comes without content-security-policy: default-src",
            id="no guards",
        ),
        pytest.param("/api/version", httpx.Response(200, json={"version": "v1.1.0"}), "The API says", id="old API"),
        pytest.param("/config.json", httpx.Response(200, text="<html>"), "The web app says", id="no configuration"),
        pytest.param("/api/sources", httpx.Response(502, text="bad"), "answers 502 to GET /sources", id="API down"),
        pytest.param("/api/admin/jobs", httpx.Response(200, json={}), "200 to a stranger's GET", id="open door"),
        pytest.param("/api/ingest", httpx.Response(202, json={}), "202 to a stranger's POST", id="no key needed"),
        pytest.param("/api/preferences", httpx.Response(500), "500 to a stranger's GET", id="token breaks it"),
        pytest.param("/api/there-is-no-such-route", httpx.Response(500), "answers 500", id="nonsense breaks it"),
    ],
)
def test_what_is_wrong_is_told(path: str, answer: httpx.Response, told: str) -> None:
    said = asked(at(path, answer))

    assert [sentence for sentence in said if told in sentence], said


def test_silence_is_a_problem_of_every_check() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    assert len(asked(refuse)) == 5


@pytest.mark.parametrize(
    ("answer", "version"),
    [
        (httpx.Response(200, json={"version": VERSION}), VERSION),
        (httpx.Response(403, json={"error": {}}), ""),
        (httpx.Response(200, text="<html>"), ""),
    ],
)
def test_running_version_is_known_or_empty(answer: httpx.Response, version: str) -> None:
    transport = httpx.MockTransport(lambda _: answer)
    with httpx.Client(base_url="https://marquee.test", transport=transport) as http:
        assert running(http) == version
