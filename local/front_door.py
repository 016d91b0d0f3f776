"""The front door: one address for the web app and, under `/api`, the REST API, both through the emulated CloudFront.

It stands for the name that DNS gives the distribution: browsers do not find `<id>.cloudfront.localhost` everywhere.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.convertors import PathConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from local.settings import HOST

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
# Meant for one connection only (RFC 9110, section 7.6.1), so never passed on.
_HOP_BY_HOP = {
    *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection"),
    *("te", "trailer", "transfer-encoding", "upgrade"),
}
_SET_HERE = ("host", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto")


class AnyPath(PathConvertor):
    """Takes line breaks too: what is no address of Marquee, the API says itself."""

    regex = r"[\s\S]*"


register_url_convertor("any", AnyPath())


def application(edge_url: str, domain: str, *, transport: httpx.AsyncBaseTransport | None = None) -> Starlette:
    """Make the front door of the distribution that the edge at `edge_url` knows as `domain`."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        # The slowest function may take the 29 s an API Gateway integration is given.
        timeout = httpx.Timeout(35, connect=5)
        async with httpx.AsyncClient(timeout=timeout, trust_env=False, transport=transport) as client:
            app.state.client = client
            yield

    async def forward(request: Request) -> Response:
        return await _forward(request, request.app.state.client, edge_url, domain)

    return Starlette(routes=[Route("/{path:any}", forward, methods=_METHODS)], lifespan=lifespan)


async def _forward(request: Request, client: httpx.AsyncClient, edge_url: str, domain: str) -> Response:
    # The raw path keeps escapes such as %2F as the caller wrote them.
    raw_path: bytes = request.scope["raw_path"]
    query = request.scope["query_string"].decode("ascii")
    outgoing = client.build_request(
        request.method,
        f"{edge_url}{raw_path.decode('ascii')}{'?' + query if query else ''}",
        headers=[(b"host", domain.encode()), *_end_to_end(request.headers.raw, *_SET_HERE), *_origin(request)],
        content=request.stream() if _has_body(request) else None,
    )
    try:
        answer = await client.send(outgoing, stream=True)
    except httpx.TransportError as error:
        message = f"Marquee did not answer ({type(error).__name__})."
        return JSONResponse({"error": {"code": "bad_gateway", "message": message}}, 502)
    response = StreamingResponse(answer.aiter_raw(), answer.status_code, background=BackgroundTask(answer.aclose))
    response.raw_headers = [(name.lower(), value) for name, value in _end_to_end(answer.headers.raw)]
    return response


def _end_to_end(headers: list[tuple[bytes, bytes]], *dropped: str) -> list[tuple[bytes, bytes]]:
    named = b",".join(value for name, value in headers if name.lower() == b"connection").decode("latin-1")
    unwanted = _HOP_BY_HOP | {token.strip().lower() for token in named.split(",")} | set(dropped)
    return [(name, value) for name, value in headers if name.decode("latin-1").lower() not in unwanted]


def _origin(request: Request) -> list[tuple[bytes, bytes]]:
    host = request.headers.get("host", "")
    client = request.client.host if request.client else HOST
    return [
        (b"x-forwarded-for", client.encode()),
        (b"x-forwarded-host", host.encode("latin-1")),
        (b"x-forwarded-proto", b"http"),
    ]


def _has_body(request: Request) -> bool:
    return "content-length" in request.headers or "transfer-encoding" in request.headers


if __name__ == "__main__":
    uvicorn.run(
        application(os.environ["FRONT_DOOR_EDGE_URL"], os.environ["FRONT_DOOR_DOMAIN"]),
        host=HOST,
        port=int(os.environ["FRONT_DOOR_PORT"]),
        log_level="info",
        timeout_graceful_shutdown=2,
        server_header=False,
        date_header=False,
    )
