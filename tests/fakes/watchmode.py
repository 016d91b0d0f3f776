"""WatchMode over httpx's own mock transport, with answers in the shape that UPSTREAM describes."""

import math
from datetime import UTC, datetime
from typing import Any

import httpx

from marquee.clients.watchmode import WatchModeClient
from marquee.governor import watchmode_limits
from marquee.repositories.governors import Governor
from marquee.repositories.table import Table
from tests.fakes.clock import FakeClock

KEY = "wm-very-secret-key"


class FakeWatchMode:
    """Serves what its attributes hold; `faults` maps the end of a path to what happens there instead."""

    def __init__(self) -> None:
        self.quota = {"quota": 100_000, "quotaUsed": 0}
        self.sources: list[dict[str, Any]] = []
        self.genres: list[dict[str, Any]] = []
        self.pairs: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        self.details: dict[str, dict[str, Any]] = {}
        self.faults: dict[str, httpx.Response | Exception] = {}
        self.requests: list[httpx.Request] = []

    def client(self, operations: Table, key: str = KEY) -> WatchModeClient:
        transport = httpx.MockTransport(self._answer)
        return WatchModeClient("https://watchmode.test/v1/", key, self.governor(operations), transport=transport)

    def governor(self, operations: Table) -> Governor:
        clock = FakeClock(datetime.now(UTC))
        return Governor(operations, watchmode_limits(1_000_000), clock=clock, sleep=clock.sleep)

    @property
    def paths(self) -> list[str]:
        """The paths asked for, without the questions about the credits."""
        paths = (request.url.path.removeprefix("/v1/") for request in self.requests)
        return [path for path in paths if path != "status"]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        path, asked = request.url.path.removeprefix("/v1/"), request.url.params
        where = f"{path}?page={asked['page']}" if "page" in asked else path
        if fault := next((each for end, each in self.faults.items() if where.endswith(end)), None):
            if isinstance(fault, Exception):
                raise fault
            return httpx.Response(fault.status_code, headers=fault.headers, content=fault.content)
        if path in ("status", "sources", "genres"):
            return httpx.Response(200, json={"status": self.quota}.get(path) or getattr(self, path))
        if path == "list-titles":
            return self._page(asked)
        found = self.details.get(path.split("/")[1])
        return httpx.Response(200, json=found) if found else refusal(404, "The resource could not be found.")

    def _page(self, asked: httpx.QueryParams) -> httpx.Response:
        titles = self.pairs.get((asked["regions"], asked["source_ids"], asked["genres"]), [])
        number, size = int(asked["page"]), int(asked["limit"])
        rows, pages = titles[(number - 1) * size : number * size], math.ceil(len(titles) / size)
        body = {"titles": rows, "page": number, "total_results": len(titles), "total_pages": pages}
        return httpx.Response(200, json=body)


def refusal(status: int, message: str) -> httpx.Response:
    """Return an error in WatchMode's words."""
    return httpx.Response(status, json={"success": False, "statusCode": status, "statusMessage": message})


def source(source_id: int, name: str, *regions: str, **more: Any) -> dict[str, Any]:
    """Return a service as `/sources` names it."""
    links = {"logo_100px": None, "ios_appstore_url": None, "android_playstore_url": None}
    return {"id": source_id, "name": name, "type": "sub", "regions": list(regions), **links, **more}


def listed(title_id: int, **more: Any) -> dict[str, Any]:
    """Return a title as `/list-titles` names it."""
    ids = {"year": 2020, "imdb_id": f"tt{title_id:07d}", "tmdb_id": title_id, "tmdb_type": "movie"}
    return {"id": title_id, "title": f"Title {title_id}", "type": "movie", **ids, "popularity_percentile": 55.5, **more}


def details(title_id: int, *offers: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a title as `/title/{id}/details` gives it, with its offers appended."""
    texts = {"plot_overview": "WatchMode's plot.", "poster": "https://cdn.watchmode.test/p.jpg", "us_rating": "PG"}
    known = {"genres": [4, 7], "genre_names": ["Comedy"], "networks": None, "network_names": [], "similar_titles": [5]}
    facts = {"user_rating": 7.5, "critic_score": 70, "runtime_minutes": None, "release_date": "2020-05-01"}
    return {**listed(title_id), **texts, **known, **facts, "sources": list(offers), **more}


def offer(source_id: int, name: str, **more: Any) -> dict[str, Any]:
    """Return one way to watch, as the free plan gives it."""
    paid_only = "Deeplinks available for paid plans only."
    links = {"ios_url": paid_only, "android_url": paid_only, "web_url": f"https://example.test/{source_id}"}
    row = {"source_id": source_id, "name": name, "type": "sub", "region": "GB", **links, "format": "HD"}
    return {**row, "price": None, "seasons": None, "episodes": None, **more}
