"""TMDB as the archive asks it: whole items with parts appended, over httpx's own mock transport."""

import re
from collections import Counter, defaultdict
from datetime import UTC, datetime
from typing import Any

import httpx

from marquee.clients.tmdb_archive import TmdbArchiveClient
from marquee.governor import tmdb_limits
from marquee.models.archive import MediaType
from marquee.repositories.governors import Governor
from marquee.repositories.table import Table
from tests.fakes.clock import FakeClock
from tests.fakes.tmdb import refusal

GONE = (404, 34, "The resource you requested could not be found.")


class FakeTmdbArchive:
    """Serves `items` by media type and id; `faults` holds by id what is answered in their place, again and again."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, int], dict[str, Any]] = {}
        self.faults: dict[int, httpx.Response] = {}
        self.fetched: Counter[tuple[str, int]] = Counter()
        self.asked: dict[int, list[str]] = defaultdict(list)
        self.clock = FakeClock(datetime.now(UTC))

    def client(self, operations: Table) -> TmdbArchiveClient:
        governor = Governor(operations, tmdb_limits(100_000), clock=self.clock, sleep=self.clock.sleep)
        transport = httpx.MockTransport(self._answer)
        return TmdbArchiveClient("https://tmdb.test/3/", "secret", governor, transport=transport)

    def add(self, media_type: MediaType, *ids: int, **more: Any) -> None:
        for id in ids:
            self.items[media_type, id] = {"id": id, f"{'title' if media_type == 'movie' else 'name'}": str(id), **more}

    def add_series(self, id: int, seasons: int, **more: Any) -> None:
        numbers = range(1, seasons + 1)
        parts = {
            f"season/{number}": {"name": f"Season {number}", "season_number": number, "episodes": [episode(id, number)]}
            for number in numbers
        }
        self.add("tv", id, seasons=[{"id": number, "season_number": number} for number in numbers], **parts, **more)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        _, media_type, number = request.url.path.removeprefix("/").split("/")
        id = int(number)
        parts = request.url.params["append_to_response"].split(",")
        self.asked[id].append(",".join(parts))
        if fault := self.faults.get(id):
            return httpx.Response(fault.status_code, headers=fault.headers, content=fault.content)
        item = self.items.get((media_type, id))
        if item is None or len(parts) > 20:
            return refusal(*GONE) if item is None else refusal(400, 27, "Too many append to response objects.")
        self.fetched[media_type, id] += 1
        return httpx.Response(
            200, json={name: part for name, part in item.items() if not re.match("season/", name) or name in parts}
        )


def episode(series: int, season: int, number: int = 1) -> dict[str, Any]:
    """Return an episode as a season holds it."""
    place = {"show_id": series, "season_number": season, "episode_number": number}
    return {"id": series * 1000 + season * 100 + number, "name": f"Episode {number}", **place}
