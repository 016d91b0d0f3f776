"""TMDB's lists over httpx's own mock transport, and their places as they are cached."""

import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from marquee.clients.tmdb import TmdbClient
from marquee.governor import tmdb_limits
from marquee.models.tmdb_cache import CachedItem
from marquee.repositories.governors import Governor
from marquee.repositories.table import Table
from tests.fakes.clock import FakeClock

Rows = list[Any]


class FakeTmdbLists:
    """Serves 20 titles of its own on each page, or what `pages` holds for the label of a page; `fault` may refuse."""

    def __init__(self) -> None:
        self.pages: dict[str, Rows] = {}
        self.fault: Callable[[str], httpx.Response | None] = lambda label: None
        self.asked: list[str] = []

    def connect(self, operations: Table, *, calls_a_second: float = 40) -> tuple[TmdbClient, Governor, FakeClock]:
        clock = FakeClock(datetime.now(UTC))
        governor = Governor(operations, tmdb_limits(calls_a_second), clock=clock, sleep=clock.sleep)
        transport = httpx.MockTransport(self._answer)
        return TmdbClient("https://tmdb.test/3/", "token", governor, transport=transport), governor, clock

    def rows(self, label: str) -> Rows:
        return self.pages.setdefault(label, [row(zlib.crc32(f"{label}{n}".encode())) for n in range(20)])

    def _answer(self, request: httpx.Request) -> httpx.Response:
        parameters = dict(request.url.params)
        assert parameters.pop("language") == "en-GB"
        query = "&".join(f"{name}={value}" for name, value in sorted(parameters.items()))
        label = f"{request.url.path.removeprefix('/3/')}?{query}"
        self.asked.append(label)
        return self.fault(label) or httpx.Response(200, json={"page": 1, "results": self.rows(label)})


def row(tmdb_id: int, **more: Any) -> dict[str, Any]:
    """Return a title as TMDB lists it."""
    return {"id": tmdb_id, "title": f"Title {tmdb_id}", "vote_average": 7.1, "vote_count": 812, "adult": False, **more}


def item(rank: int, content_id: str, at: datetime, **more: Any) -> CachedItem:
    """Return a place of a list of popular movies, fetched at a moment."""
    seconds = int(at.timestamp())
    return CachedItem(
        **{
            "cache_key": f"popular#movie#{content_id}",
            "content_id": content_id,
            "content_type": "movie",
            "category": "popular",
            "rank": rank,
            "title": f"Title {content_id}",
            "fetched_at": seconds * 1000,
            "expires_at": seconds + 28 * 86_400,
            **more,
        }
    )
