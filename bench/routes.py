"""What a request to the guide costs, in catalogues of three sizes: calls, capacity units, bytes, our own time.

Our own time is that of the whole handler with every call to AWS answered from memory, by what it was answered before.
"""

import json
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from unittest import mock

from botocore.client import BaseClient

from bench import catalogue, plain
from bench.metering import metered

# A hundred titles are twenty-five in each pair, eighty that recommendations can choose from, and twenty-five that a
# search finds: the pages of all requests are full, and stay so.
SIZES = {"1×": 100, "10×": 1_000, "100×": 10_000}
RUNS = 20
NOTE = """At 1× the pages of all requests are full: each pair has 25 titles, a search finds 25, and recommendations have
80 titles to choose from. *Plainly* is a Scan with a filter over a table that holds the records of the titles and
nothing else, half a unit for each 4 KB; its calls are those at each size. *A bare Query* is what boto3 itself takes for
one page of the guide that is answered from memory; our own time is that of the whole handler.
"""
SAME = "Calls, units and bytes are the same at all sizes."
DIFFERENT = "Calls, units and bytes are the same at all sizes, but for these (by size); more titles have longer ids."
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
    """Return by size the cost of each way and of a Scan, and in the largest catalogue our own milliseconds."""
    sizes = {}
    for name, titles in SIZES.items():
        with catalogue.catalogue(titles) as tables:
            sizes[name] = _costs(tables)
            if name == list(SIZES)[-1]:
                own = {way: _own_milliseconds(tables, way) for way in READS}
                bare = plain.query_milliseconds(tables)
    scans = {name: plain.scan(titles) for name, titles in SIZES.items()}
    return {"titles": SIZES, "sizes": sizes, "own_ms": own, "runs": RUNS, "plain": scans, "bare": {"query_ms": bare}}


def tables(found: Mapping[str, Any]) -> str:
    """Return the figures as a table: a row for each way, a column for each size."""
    heads = " | ".join(f"units at {name} ({count:,} titles)" for name, count in found["titles"].items())
    lines = [f"| request, of a warm function | calls to AWS | {heads} | answer, bytes | own ms, p50 |"]
    lines.append("|---" * (len(found["sizes"]) + 4) + "|")
    last = list(found["sizes"])[-1]
    for way in WAYS:
        rows = [size[way] for size in found["sizes"].values()]
        own = f"{found['own_ms'][way]:.1f}" if way in found["own_ms"] else ""
        lines.append(_line(way, rows, f"{found['sizes'][last][way]['bytes']:,}", own))
    lines.append(_line("*plainly: filter all titles*", list(found["plain"].values()), "", ""))
    bare = f"{found['bare']['query_ms']:.1f}"
    lines.append(f"| *a bare Query of a page, by boto3* | 1 Query |{' |' * len(found['sizes'])} | {bare} |")
    return "\n".join([*lines, "", NOTE, *grown(found)])


def grown(found: Mapping[str, Any]) -> list[str]:
    """Return what is not the same at all sizes, as lines of the page."""
    first, *others = found["sizes"].values()
    more = [
        f"- {way}: {name} {', '.join(f'{size[way][name]:g}' for size in found['sizes'].values())}"
        for way in WAYS
        for name in ("read_units", "write_units", "bytes")
        if any(size[way][name] != first[way][name] for size in others)
    ]
    more += [f"- {way}: calls" for way in WAYS if any(size[way]["calls"] != first[way]["calls"] for size in others)]
    return [SAME if not more else DIFFERENT, "", *more] if more else [SAME]


def _line(way: str, rows: Sequence[Mapping[str, Any]], size: str, own: str) -> str:
    calls = "; then ".join(dict.fromkeys(_told(row["calls"]) for row in rows))
    return f"| {way} | {calls} | {' | '.join(map(_units, rows))} | {size} | {own} |"


def _costs(tables: Any) -> dict[str, dict[str, Any]]:
    from guide_api import stores

    found = {}
    for name in WAYS:
        catalogue.forget(stores)
        _prepare(tables, name)
        with warm():
            if name in READS:
                know(name)
            else:
                # Services and genres are known, nothing else is done twice.
                stores.known()
            with metered() as meter:
                body = send(name)
        found[name] = {**meter.figures(), "bytes": len(body.encode())}
    return found


def know(name: str) -> None:
    """Let a function get to know what viewers share, which recommendations do by some requests with each answer."""
    with mock.patch("guide_api.budget.CALLS", 1000):
        for _ in range(2):
            send(name)


@contextmanager
def warm() -> Iterator[None]:
    """Let what a function knows stay known, however slow the tables in memory are."""
    with (
        mock.patch("guide_api.stores.KNOWN_SECONDS", 3600.0),
        mock.patch("guide_api.stores.PAGES_SECONDS", 3600.0),
        mock.patch("guide_api.stores.EMPTY_SECONDS", 3600.0),
        mock.patch("guide_api.shelves.KEPT_INCOMPLETE_SECONDS", 3600.0),
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
        warm(),
    ):
        know(name)
        send(name)
        taken = []
        for _ in range(RUNS):
            began = time.perf_counter()
            send(name)
            taken.append(time.perf_counter() - began)
    return round(statistics.median(taken) * 1000, 2)


def _units(row: Mapping[str, Any]) -> str:
    written = f" + {row['write_units']:g} written" if row.get("write_units") else ""
    return f"{row['read_units']:,.10g}{written}"


def _told(calls: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in calls.items()) or "none"
