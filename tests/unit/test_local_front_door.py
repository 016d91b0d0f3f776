import asyncio
from collections.abc import Callable
from typing import Any

import httpx

from local.front_door import application

Answer = Callable[[httpx.Request], httpx.Response]


def ask(answer: Answer, method: str, path: str, **options: Any) -> httpx.Response:
    """Send one request through a front door before an edge that answers as told."""

    async def send() -> httpx.Response:
        app = application("http://aws", "d1.cloudfront.localhost", transport=httpx.MockTransport(answer))
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost:8080") as client,
        ):
            return await client.request(method, path, **options)

    return asyncio.run(send())


def reply(status: int, headers: Any = None, body: bytes = b"") -> httpx.Response:
    """Return an answer as it comes over a network: unread."""
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))


def remembering(seen: list[httpx.Request]) -> Answer:
    """Answer 204 and remember the request."""

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return reply(204)

    return answer


def test_method_path_query_headers_and_body_reach_the_distribution():
    seen: list[httpx.Request] = []

    response = ask(
        remembering(seen),
        "PUT",
        "/api/a%2Fb/c?x=1&x=2&y=%20",
        json={"sources": []},
        headers={"Authorization": "Bearer token"},
    )

    (request,) = seen
    assert response.status_code == 204
    assert request.method == "PUT"
    assert str(request.url) == "http://aws/api/a%2Fb/c?x=1&x=2&y=%20"
    assert request.headers["authorization"] == "Bearer token"
    assert request.headers.get_list("host") == ["d1.cloudfront.localhost"]
    assert request.headers["x-forwarded-host"] == "localhost:8080"
    assert request.content == b'{"sources":[]}'


def test_status_headers_and_body_come_back_as_they_are():
    headers = [("retry-after", "3"), ("set-cookie", "a=1"), ("set-cookie", "b=2")]

    response = ask(lambda _: reply(429, headers, b"slow down"), "GET", "/api/titles")

    assert (response.status_code, response.content) == (429, b"slow down")
    assert response.headers["retry-after"] == "3"
    assert response.headers.get_list("set-cookie") == ["a=1", "b=2"]


def test_headers_of_one_connection_stay_on_it():
    seen: list[httpx.Request] = []
    answered = {"connection": "x-private", "x-private": "1", "x-public": "2"}

    ask(remembering(seen), "GET", "/api/sources", headers={"Connection": "x-mine", "X-Mine": "1", "X-Other": "2"})
    response = ask(lambda _: reply(200, answered), "GET", "/api/sources")

    assert "x-mine" not in seen[0].headers
    assert seen[0].headers["x-other"] == "2"
    assert "x-private" not in response.headers
    assert response.headers["x-public"] == "2"


def test_caller_cannot_pretend_to_come_from_elsewhere():
    seen: list[httpx.Request] = []

    ask(remembering(seen), "GET", "/api/sources", headers={"X-Forwarded-For": "192.0.2.1"})

    assert seen[0].headers.get_list("x-forwarded-for") == ["127.0.0.1"]


def test_silent_edge_is_a_bad_gateway():
    def refuse(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    response = ask(refuse, "GET", "/api/sources")

    assert response.status_code == 502
    assert response.json() == {"error": {"code": "bad_gateway", "message": "Marquee did not answer (ConnectError)."}}


def test_pages_of_the_web_app_come_from_the_distribution_too():
    seen: list[httpx.Request] = []

    ask(remembering(seen), "GET", "/titles/42")

    assert str(seen[0].url) == "http://aws/titles/42"
