"""TMDB over httpx's own mock transport, with answers in the shape that UPSTREAM describes."""

from datetime import UTC, datetime
from typing import Any

import httpx

from marquee.clients.tmdb import TmdbClient
from marquee.governor import tmdb_limits
from marquee.repositories.governors import Governor
from marquee.repositories.table import Table
from tests.fakes.clock import FakeClock

TOKEN = "tmdb-very-secret-token"


class FakeTmdb:
    """Serves what its attributes hold; `faults` maps the end of a path to what happens there instead."""

    def __init__(self) -> None:
        self.titles: dict[str, dict[str, Any]] = {}
        self.by_imdb: dict[str, str] = {}
        self.faults: dict[str, httpx.Response | Exception] = {}
        self.requests: list[httpx.Request] = []

    def client(self, operations: Table, token: str = TOKEN) -> TmdbClient:
        clock = FakeClock(datetime.now(UTC))
        governor = Governor(operations, tmdb_limits(100_000), clock=clock, sleep=clock.sleep)
        return TmdbClient("https://tmdb.test/3/", token, governor, transport=httpx.MockTransport(self._answer))

    @property
    def paths(self) -> list[str]:
        return [request.url.path.removeprefix("/3/") for request in self.requests]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        path = self.paths[-1]
        if fault := next((each for end, each in self.faults.items() if path.endswith(end)), None):
            if isinstance(fault, Exception):
                raise fault
            return httpx.Response(fault.status_code, headers=fault.headers, content=fault.content)
        if path.startswith("find/"):
            return httpx.Response(200, json=self._found(self.by_imdb.get(path.removeprefix("find/"))))
        found = self.titles.get(path)
        return httpx.Response(200, json=found) if found else refusal(404, 34, "The resource could not be found.")

    def _found(self, path: str | None) -> dict[str, Any]:
        media_type, _, number = (path or "").partition("/")
        arrays = ("movie_results", "person_results", "tv_results", "tv_episode_results", "tv_season_results")
        hit = {"id": int(number), "media_type": media_type} if path else None
        return {name: [hit] if hit and name == f"{media_type}_results" else [] for name in arrays}


def refusal(status: int, code: int, message: str) -> httpx.Response:
    """Return an error in TMDB's words."""
    return httpx.Response(status, json={"success": False, "status_code": code, "status_message": message})


def movie(tmdb_id: int, **more: Any) -> dict[str, Any]:
    """Return a movie with what is appended to it."""
    cast = [
        {"id": 2, "name": "Second", "character": "B", "order": 1},
        {"id": 1, "name": "First", "character": "A", "order": 0},
    ]
    crew = [{"id": 3, "name": "Maker", "job": "Director"}, {"id": 4, "name": "Grip", "job": "Key Grip"}]
    british = {"iso_3166_1": "GB", "release_dates": [{"certification": "12A", "type": 3}]}
    return {
        "id": tmdb_id,
        "title": f"Movie {tmdb_id}",
        "overview": "TMDB's overview.",
        "poster_path": "/poster.jpg",
        "backdrop_path": None,
        "release_date": "2019-12-24",
        "vote_average": 6.5,
        "vote_count": 10,
        "popularity": 3,
        "runtime": 101,
        "original_language": "en",
        "softcore": False,
        "imdb_id": f"tt{tmdb_id:07d}",
        "credits": {"cast": cast, "crew": crew},
        "release_dates": {"results": [british]},
        "watch/providers": {"results": {}},
        **more,
    }


def watch_providers(region: str, **ways: list[tuple[int, str]]) -> dict[str, Any]:
    """Return the offers of a country: by the way of paying, TMDB's number and name of each service."""
    offered = {
        way: [{"provider_id": number, "provider_name": name, "logo_path": None} for number, name in services]
        for way, services in ways.items()
    }
    return {"results": {region: {"link": "https://www.themoviedb.org/watch", **offered}}}
