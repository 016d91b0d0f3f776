"""What the archive's format saves against JSON and gzip, what it costs, and what reading an export takes."""

import gzip
import json
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from zstandard import ZstdCompressor

from bench import dictionaries as made
from marquee.archive import codec, dictionaries, packing
from marquee.archive.codec import Body
from marquee.models.archive import Kind

LAYER = Path(__file__).resolve().parents[1] / "layers/shared/python"
# Recorded bodies by what they are, and of which kind.
RECORDED: dict[str, tuple[str, Kind]] = {
    "movies, details alone (2021)": ("movie_ja_bulk", "movie"),
    "movies with parts": ("movie", "movie"),
    "series with parts": ("tv", "tv"),
    "seasons": ("season", "season"),
    "people with credits": ("person", "person"),
}
MADE: dict[str, Kind] = {"movies": "movie", "series": "tv", "seasons": "season", "people": "person"}
MADE_BODIES = 400
EXPORT_LINES = 1_200_000
GOALS = {"json": 0.20, "gzip": 0.60}
WAYS = ("json", "gzip", "protobuf", "zstd", "shipped", "trained")
REPEATS = 3
# Bodies that a dictionary can be trained on.
FEWEST = 10
# In a process of its own, so that the peak is that of reading and of nothing else.
READ_EXPORT = """
import json, re, resource, sys, time
from datetime import date
from pathlib import Path
import httpx
from pyroaring import BitMap
from marquee.clients.tmdb_exports import TmdbExports, read_lines

class File(httpx.SyncByteStream):
    def __iter__(self):
        with open(sys.argv[1], "rb") as file:
            while part := file.read(65536):
                yield part

transport = httpx.MockTransport(lambda request: httpx.Response(200, stream=File()))
began = time.perf_counter()
with TmdbExports("https://files.test", transport=transport).open("movie_ids", date(2026, 1, 1)) as export:
    listed = BitMap()
    for lines in export.lines():
        listed.update([each.id for each in read_lines(lines)[0]])
seconds = time.perf_counter() - began
# Linux hands the peak of the process that started this one on to it; the memory map's own is that of this one alone.
status = Path("/proc/self/status")
kilobytes = int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) if status.exists() else None
peak = (kilobytes or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024) / 1024
print(json.dumps({"lines": len(listed), "seconds": seconds, "peak_mb": peak}))
"""

Sets = dict[str, tuple[Kind, list[Body]]]


def run(data: Path) -> dict[str, Any]:
    """Return bytes, times and what reading an export takes; on recorded bodies if they lie in the folder `data`."""
    folder = data / "tmdb_api/open"
    sets: Sets = _recorded(folder) if folder.is_dir() else _made()
    return {
        "recorded": folder.is_dir(),
        "bytes": sizes(sets),
        "microseconds": {name: _times(*bodies) for name, bodies in sets.items()},
        "export": read_export(),
    }


def sizes(sets: Sets) -> dict[str, dict[str, float]]:
    """Return the mean bytes of a body by set and by way to store it, and of all bodies together.

    What is measured with a trained dictionary is the half of the bodies of a kind that it was not trained on, in turn:
    all bodies of one id are in the same half. Where that is too few to train on, it is the dictionary that is shipped.
    """
    found = {}
    for name, (kind, bodies) in sets.items():
        others = [body for other, more in sets.values() if other == kind for body in more]
        found[name] = _mean(bodies, kind, [_trained(kind, others, half) for half in (0, 1)])
    count = sum(found[name]["bodies"] for name in found)
    every = {way: sum(row[way] * row["bodies"] for row in found.values()) / count for way in WAYS}
    return {**found, "all": {"bodies": count, **every}}


def read_export(lines: int = EXPORT_LINES) -> dict[str, float]:
    """Return the seconds and the peak of memory, in MB, that it takes to read an export of so many lines."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "movie_ids.json.gz"
        with gzip.open(path, "wb", compresslevel=1) as file:
            for number in range(1, lines + 1):
                file.write(
                    b'{"adult":false,"id":%d,"original_title":"Title %d","popularity":%d.25,"video":false}\n'
                    % (number, number * 7919, number % 9)
                )
        program = f"import sys; sys.path.insert(0, {str(LAYER)!r})\n{READ_EXPORT}"
        told = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, check=True, text=True)
    measured: dict[str, float] = json.loads(told.stdout)
    return measured


def tables(found: Mapping[str, Any]) -> str:
    """Return bytes, times and the export as tables."""
    export = found["export"]
    return "\n".join(
        [
            "| mean bytes of a body | bodies | JSON | gzip | Protocol Buffers | zstd alone | dictionary shipped "
            "| dictionary trained | of JSON | of gzip |",
            "|---|---|---|---|---|---|---|---|---|---|",
            *(_size_row(name, row) for name, row in found["bytes"].items()),
            "",
            "| microseconds a body | write JSON and gzip | write archive | of which codec "
            "| read JSON and gzip | read archive | of which codec |",
            "|---|---|---|---|---|---|---|",
            *(_time_row(name, row) for name, row in found["microseconds"].items()),
            "",
            f"An export of {export['lines']:,} lines was read in {export['seconds']:.1f} seconds "
            f"with a peak of {export['peak_mb']:.0f} MB (goal: under 256 MB).",
        ]
    )


def verdict(found: Mapping[str, Any]) -> str:
    """Return which goals are met, and by how much the others are missed."""
    told = []
    for against, goal in GOALS.items():
        shares = {name: row["trained"] / row[against] for name, row in found["bytes"].items()}
        missed = [f"{name} by {share - goal:.1%}" for name, share in shares.items() if share >= goal]
        told.append(f"- Under {goal:.0%} of {against}: " + (f"missed for {', '.join(missed)}." if missed else "met."))
    every = found["bytes"]["all"]
    share = every["shipped"] / every["json"]
    told.append(
        f"- All bodies together, with the dictionaries that are shipped: {share:.1%} of JSON "
        f"(goal: {GOALS['json']:.0%}, {'met' if share <= GOALS['json'] else 'missed'})."
    )
    return "\n".join(told)


def told(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the text of the page says beside the tables."""
    recorded = "are recordings of TMDB, from `tmdb_api/open` in the folder of real data."
    made = "are made up by the simulated TMDB, because there is no `tmdb_api/open` in the folder of real data."
    source = f"The bodies {recorded if found['recorded'] else made}"
    return {"verdict": verdict(found), "source": source, "fewest": FEWEST, "repeats": REPEATS}


def _recorded(folder: Path) -> Sets:
    sets: Sets = {}
    for name, (file, kind) in RECORDED.items():
        with gzip.open(folder / f"{file}.jsonl.gz", "rt", encoding="utf-8", newline="\n") as lines:
            read = [json.loads(line) for line in lines]
        sets[name] = kind, [each.get("body", each) for each in read]
    return sets


def _made() -> Sets:
    return {name: (kind, made.made_bodies(kind, MADE_BODIES)) for name, kind in MADE.items()}


def _trained(kind: Kind, bodies: Iterable[Body], half: int) -> bytes:
    samples = [codec.encode(kind, body) for body in bodies if _half(body) == half]
    if len(samples) < FEWEST:
        return dictionaries.shipped(kind)
    return dictionaries.train(samples)


def _half(body: Body) -> int:
    return zlib.crc32(str(body["id"]).encode()) % 2


def _mean(bodies: Sequence[Body], kind: Kind, trained: Sequence[bytes]) -> dict[str, float]:
    alone = ZstdCompressor(level=packing.LEVEL)
    total = dict.fromkeys(WAYS, 0)
    for body in bodies:
        written, encoded = _json(body), codec.encode(kind, body)
        total["json"] += len(written)
        total["gzip"] += len(gzip.compress(written))
        total["protobuf"] += len(encoded)
        total["zstd"] += len(alone.compress(encoded))
        total["shipped"] += len(packing.pack(kind, body))
        total["trained"] += len(packing.pack(kind, body, trained[1 - _half(body)]))
    return {"bodies": len(bodies), **{way: number / len(bodies) for way, number in total.items()}}


def _times(kind: Kind, bodies: Sequence[Body]) -> dict[str, float]:
    """Return the microseconds a body that each way takes, the least of some runs."""
    written = [gzip.compress(_json(body)) for body in bodies]
    packed = [packing.pack(kind, body) for body in bodies]
    encoded = [codec.encode(kind, body) for body in bodies]
    return {
        "write_gzip": _least(lambda body: gzip.compress(_json(body)), bodies),
        "write": _least(lambda body: packing.pack(kind, body), bodies),
        "encode": _least(lambda body: codec.encode(kind, body), bodies),
        "read_gzip": _least(lambda data: json.loads(gzip.decompress(data)), written),
        "read": _least(lambda data: packing.unpack(kind, data, _nowhere), packed),
        "decode": _least(lambda data: codec.decode(kind, data), encoded),
    }


def _least(work: Callable[[Any], object], items: Sequence[Any]) -> float:
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        for item in items:
            work(item)
        taken.append(time.perf_counter() - began)
    return min(taken) / len(items) * 1e6


def _json(body: Body) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _nowhere(number: int) -> bytes:
    raise LookupError(number)


def _size_row(name: str, row: dict[str, float]) -> str:
    means = " | ".join(f"{row[way]:,.0f}" for way in WAYS)
    shares = " | ".join(f"{row['trained'] / row[against]:.1%}" for against in GOALS)
    return f"| {name} | {row['bodies']:,} | {means} | {shares} |"


def _time_row(name: str, row: dict[str, float]) -> str:
    ways = ("write_gzip", "write", "encode", "read_gzip", "read", "decode")
    return f"| {name} | {' | '.join(f'{row[way]:,.0f}' for way in ways)} |"
