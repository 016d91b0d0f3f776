"""What both providers have in common: finding the endpoint, faults, counting, and the last word on the response."""

import asyncio
import logging
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import compile_path
from starlette.types import Receive, Scope, Send

from local.catalogue import Catalogue
from local.upstreams.faults import Fault
from local.upstreams.limits import Plan
from local.upstreams.parameters import Parameters
from local.upstreams.state import State

logger = logging.getLogger("local.upstreams")

_SECRETS = re.compile(r"((?:apiKey|api_key)=)[^&]*", re.IGNORECASE)


@dataclass(slots=True)
class Call:
    """One request to an endpoint: its parameters, and what it costs so far."""

    state: State
    parameters: Parameters
    path: dict[str, str]
    plan: Plan | None = None
    credits: int = 1
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def catalogue(self) -> Catalogue:
        """Return the titles to answer from."""
        return self.state.catalogue


Handler = Callable[[Call], Any]


class Endpoint:
    """A path such as `/v1/title/{id}/details` and the function that answers it."""

    def __init__(self, path: str, handler: Handler, *, paid: bool = False) -> None:
        self.path = path
        self.handler = handler
        self.paid = paid
        self._pattern = compile_path(path)[0]

    def match(self, path: str) -> dict[str, str] | None:
        """Return the values in the path, or None when it is another endpoint's."""
        found = self._pattern.match(path)
        return found.groupdict() if found else None


class Provider(ABC):
    """One simulated provider as an ASGI application."""

    name: str
    endpoints: tuple[Endpoint, ...]

    def __init__(self, state: State) -> None:
        self.state = state

    @abstractmethod
    def answer(self, request: Request, endpoint: Endpoint | None, path: dict[str, str]) -> tuple[Response, int]:
        """Answer a request, and say how many credits it cost."""

    @abstractmethod
    def fault_response(self, fault: Fault) -> Response:
        """Answer with the error that a fault orders."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, unless a fault is due for it."""
        request = Request(scope)
        path = _relative_path(scope)
        endpoint, values = self._find(path)
        fault = self.state.faults.next(self.name, path)
        if fault and fault.delay:
            await asyncio.sleep(fault.delay)
        if fault and fault.drop:
            self._note(request, endpoint, "dropped")
            await _drop(send)
            return
        if fault and fault.status:
            response, credits = self.fault_response(fault), 0
        else:
            response, credits = self.answer(request, endpoint, values)
        if fault and fault.malformed:
            response = _cut_in_half(response)
        self._note(request, endpoint, str(response.status_code), credits)
        await response(scope, receive, send)

    def _find(self, path: str) -> tuple[Endpoint | None, dict[str, str]]:
        for endpoint in self.endpoints:
            values = endpoint.match(path)
            if values is not None:
                return endpoint, values
        return None, {}

    def _note(self, request: Request, endpoint: Endpoint | None, status: str, credits: int = 0) -> None:
        self.state.counts.note(self.name, endpoint.path if endpoint else "unknown", status, credits)
        logger.info("%s %s %s", request.method, _SECRETS.sub(r"\1***", str(request.url)), status)


def _relative_path(scope: Scope) -> str:
    path: str = scope["path"].removeprefix(scope.get("root_path", ""))
    return path.rstrip("/") or "/"


def _cut_in_half(response: Response) -> Response:
    """Return an answer that ends too early; of one that is made while it is sent there is the first half part."""
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    if isinstance(response, StreamingResponse):
        return StreamingResponse(_half_a_part(response), response.status_code, headers)
    body = bytes(response.body)
    return Response(body[: len(body) // 2], response.status_code, headers)


async def _half_a_part(response: StreamingResponse) -> AsyncIterator[bytes]:
    async for part in response.body_iterator:
        yield bytes(part.encode() if isinstance(part, str) else part)[: len(part) // 2]
        return


async def _drop(send: Send) -> None:
    """Begin an answer and never end it: the server then closes the connection."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{", "more_body": True})
