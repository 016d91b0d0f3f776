"""The ingest API in the process, as an HTTP client sees it: keys are checked, then the real function answers."""

from collections.abc import Callable

import httpx

from tests.fakes.ingest import send

KEY = "the-demo-key"
URL = "https://api.test/api"

Fault = Callable[[int], str | None]


class IngestTransport(httpx.AsyncBaseTransport):
    """Hands requests to the function; `fault` says what goes wrong with which call.

    `busy` and `throttled` take nothing, nor does `broken`, a function that breaks off; `lost` takes all and gives no
    answer, `down` neither.
    """

    def __init__(self, fault: Fault = lambda call: None) -> None:
        self.calls: list[httpx.Request] = []
        self._fault = fault

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(request)
        if request.headers.get("X-API-Key") != KEY:
            return httpx.Response(403, json={"message": "Forbidden"})
        fault = self._fault(len(self.calls))
        if fault == "down":
            raise httpx.ConnectError("nobody there")
        if fault == "broken":
            return httpx.Response(502, json={"message": "Internal server error"})
        if fault in ("busy", "throttled"):
            return httpx.Response(503 if fault == "busy" else 429, headers={"Retry-After": "2"}, json={})
        answer = send(
            (await request.aread()).decode(errors="replace"),
            path=request.url.path.removeprefix("/api"),
            headers={name: request.headers[name] for name in ("Idempotency-Key",) if name in request.headers},
        )
        if fault == "lost":
            raise httpx.ReadTimeout("no answer")
        return httpx.Response(answer.status, content=answer.body, headers=answer.headers)
