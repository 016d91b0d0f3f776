"""Requests to an ASGI application in this process, without a network."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx


class InProcess(httpx.BaseTransport):
    """Takes requests to an application, in a thread of its own: one application may ask another while it answers."""

    def __init__(self, app: Any) -> None:
        self._app = httpx.ASGITransport(app)
        self._runner = asyncio.Runner()
        self._thread = ThreadPoolExecutor(1)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._thread.submit(lambda: self._runner.run(self._answer(request))).result()

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        response = await self._app.handle_async_request(request)
        body = b"".join([chunk async for chunk in response.aiter_raw()])
        return httpx.Response(response.status_code, headers=response.headers, content=body)

    def close(self) -> None:
        self._thread.submit(self._runner.close).result()
        self._thread.shutdown()
