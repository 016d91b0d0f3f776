"""What a request to the guide costs, in catalogues of three sizes: calls, capacity units, bytes, our own time.

Our own time is that of the whole handler with every call to AWS answered from memory, by what it was answered before.
"""

import json
import statistics
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

from botocore.client import BaseClient

from bench import catalogue
from bench.metering import metered

SIZES = {"1×": 50, "10×": 500, "100×": 5_000}
RUNS = 20
# By the name of the way: method, path, query, body, and whether the choice is wide (12 pairs) or narrow (2).
Way = tuple[str, str, dict[str, str], object, bool]
WAYS: dict[str, Way] = {
    "GET /sources": ("GET", "/sources", {}, None, True),
    "GET /preferences": ("GET", "/preferences", {}, None, True),
    "GET /titles, 2 pairs": ("GET", "/titles", {"limit": "20"}, None, False),
    "GET /titles, 12 pairs": ("GET", "/titles", {"limit": "20"}, None, True),
    "GET /titles/{id}": ("GET", "/titles/7", {}, None, True),
    "GET /search, a word": ("GET", "/search", {"q": "night"}, None, True),
    "GET /recommendations": ("GET", "/recommendations", {"limit": "20"}, None, True),
    "GET /arrivals": ("GET", "/arrivals", {}, None, True),
    "GET /follows": ("GET", "/follows", {}, None, True),
    "PUT /preferences": ("PUT", "/preferences", {}, {"sources": ["203", "204"], "genres": ["1", "2"]}, True),
    "PUT /follows/{title}": ("PUT", "/follows/42", {}, None, True),
}
READS = tuple(name for name in WAYS if name.startswith("GET"))


def run() -> dict[str, Any]:
    """Return by size the cost of each way, and in the largest catalogue the milliseconds that are ours."""
    sizes = {}
    for name, titles in SIZES.items():
        with catalogue.catalogue(titles) as tables:
            sizes[name] = _costs(tables)
            if name == list(SIZES)[-1]:
                own = {way: _own_milliseconds(tables, way) for way in READS}
    return {"titles": SIZES, "sizes": sizes, "own_ms": own, "runs": RUNS}


def tables(found: Mapping[str, Any]) -> str:
    """Return the figures as a table: a row for each way, a column for each size."""
    heads = " | ".join(f"units at {name} ({count:,} titles)" for name, count in found["titles"].items())
    lines = [f"| request, of a warm function | calls to AWS | {heads} | answer, bytes | own ms, p50 |"]
    lines.append("|---" * (len(found["sizes"]) + 4) + "|")
    last = list(found["sizes"])[-1]
    for way in WAYS:
        rows = [size[way] for size in found["sizes"].values()]
        calls = list(dict.fromkeys(_told(row["calls"]) for row in rows))
        units = " | ".join(_units(row) for row in rows)
        own = f"{found['own_ms'][way]:.1f}" if way in found["own_ms"] else ""
        lines.append(f"| {way} | {'; then '.join(calls)} | {units} | {found['sizes'][last][way]['bytes']:,} | {own} |")
    return "\n".join(lines)


def _costs(tables: Any) -> dict[str, dict[str, Any]]:
    from guide_api import stores

    found = {}
    for name in WAYS:
        catalogue.forget(stores)
        _prepare(tables, name)
        with _warm():
            if name in READS:
                send(name)
            else:
                # Services and genres are known, nothing else is done twice.
                stores.known()
            with metered() as meter:
                body = send(name)
        found[name] = {**meter.figures(), "bytes": len(body.encode())}
    return found


@contextmanager
def _warm() -> Iterator[None]:
    """Let what a function knows stay known, however slow the tables in memory are."""
    with (
        mock.patch("guide_api.stores.KNOWN_SECONDS", 3600.0),
        mock.patch("guide_api.shelf.KEPT_INCOMPLETE_SECONDS", 3600.0),
    ):
        yield


def send(name: str) -> str:
    """Send one request and return the body of the answer; raises RuntimeError for one that is no success."""
    from tests.fakes.api_gateway import call

    method, path, query, body, _ = WAYS[name]
    answer = call(method, path, user=catalogue.VIEWER, query=dict(query), body=body)
    if answer.status >= 300:
        raise RuntimeError(f"{name} answered {answer.status}: {answer.body[:300]}")
    return answer.body or ""


def _prepare(tables: Any, name: str) -> None:
    wide = WAYS[name][-1]
    catalogue.choose(tables, catalogue.SERVICES[: 3 if wide else 2], catalogue.GENRES[: 4 if wide else 1])


def _own_milliseconds(tables: Any, name: str) -> float:
    """Return the median of our own time, with what AWS answered the first time answered again at once."""
    from guide_api import stores

    catalogue.forget(stores)
    _prepare(tables, name)
    now = "2026-11-21T12:00:00.000Z"
    told: dict[str, Any] = {}
    ask = BaseClient._make_api_call  # type: ignore[attr-defined]

    def asked(self: Any, operation: str, request: dict[str, Any]) -> Any:
        key = f"{operation} {json.dumps(request, sort_keys=True, default=repr)}"
        if key not in told:
            told[key] = ask(self, operation, request)
        return told[key]

    with (
        mock.patch.object(BaseClient, "_make_api_call", asked),
        mock.patch("marquee.clock.now", return_value=now),
        _warm(),
    ):
        send(name)
        send(name)
        taken = []
        for _ in range(RUNS):
            began = time.perf_counter()
            send(name)
            taken.append(time.perf_counter() - began)
    return round(statistics.median(taken) * 1000, 2)


def _units(row: Mapping[str, Any]) -> str:
    written = f" + {row['write_units']:g} written" if row["write_units"] else ""
    return f"{row['read_units']:g}{written}"


def _told(calls: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in calls.items()) or "none"
