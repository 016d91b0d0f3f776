"""How much of TMDB's rate the collectors use together, whether they ever ask too fast, and ids fetched twice.

Collectors are processes of their own that run the function's handler against the local cloud's services: the AWS
emulator for tables, queues and the bucket, and the simulator of TMDB, which counts calls and refuses what is too much.
"""

import gzip
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from bench import services
from bench.processors import Busy
from bench.services import PERMITTED, Services
from marquee import keys
from marquee.messages.archive import CollectRequest
from marquee.models.archive import MediaType
from marquee.repositories.jobs import JobRepository
from marquee.repositories.table import Table

COLLECTORS = (1, 2, 4, 8, 16)
# Forty seconds of calls for each number of collectors.
IDS = 1600
# What the harvester puts into one: each of the most collectors has one.
IDS_A_MESSAGE = 100
# The share of the permitted pace that is to be used, and how often that is tried: others may take the processors.
GOAL = 0.95
ATTEMPTS = 2
# What is collected: in every ten ids so many of each type.
MIX: dict[MediaType, int] = {"movie": 6, "tv": 1, "person": 3}
EXPORTS: dict[MediaType, str] = {"movie": "movie_ids", "tv": "tv_series_ids", "person": "person_ids"}
HEADS = ("collectors", "calls", "seconds", "calls a second", "of the permitted rate", "answered 429", "fetched again")

Row = dict[str, float]


def run(collectors: Sequence[int] = COLLECTORS, ids: int = IDS) -> dict[str, Any]:
    """Return figures by number of collectors; each time `ids` items are collected that nobody has collected before."""
    with services.running(ids * len(collectors) * ATTEMPTS) as found:
        known = {media_type: _exported(found, media_type) for media_type in MIX}

        def measure(number: int) -> Row:
            chosen = {each: list(islice(known[each], ids * part // 10)) for each, part in MIX.items()}
            return _measure(found, number, chosen)

        rows = {str(number): _better(partial(measure, number)) for number in collectors}
    return {"ids": ids, "ids_a_message": IDS_A_MESSAGE, "permitted": PERMITTED, "collectors": rows}


def tables(found: Mapping[str, Any]) -> str:
    """Return the rows as a table of Markdown."""
    lines = ["| " + " | ".join((*HEADS, "busy")) + " |", "|---" * (len(HEADS) + 1) + "|"]
    for number, row in found["collectors"].items():
        share = row["per_second"] / found["permitted"]
        lines.append(
            f"| {number} | {row['made']} | {row['seconds']:.1f} | {row['per_second']:.2f} | {share:.1%} "
            f"| {row['too_many']} | {row['repeated']} | {row['busy']:.0%} |"
        )
    return "\n".join(lines)


def _better(measure: Callable[[], Row]) -> Row:
    """Measure until the goal is reached, a few times at the most; what must never happen counts each time."""
    rows: list[Row] = []
    while len(rows) < ATTEMPTS and not any(row["per_second"] >= GOAL * PERMITTED for row in rows):
        rows.append(measure())
    best = max(rows, key=lambda row: row["per_second"])
    return best | {name: sum(row[name] for row in rows) for name in ("too_many", "repeated")}


def _measure(local: Services, number: int, ids: Mapping[MediaType, Sequence[int]]) -> Row:
    local.upstreams.post("/control/reset").raise_for_status()
    total = sum(map(len, ids.values()))
    job_id = _job(local.table, total)
    with local.collectors(number):
        busy = Busy()
        local.queue.send(_messages(job_id, ids))
        samples = list(_samples(local, job_id))
    # From the first call to the last: the way of the first message and what follows the last call are not pace.
    (began, first), (ended, last) = samples[0], [each for each in samples if each[1] < samples[-1][1]][-1]
    job = JobRepository(local.table).get(job_id)
    if job is None or job.counts.get("stored") != total:
        raise RuntimeError(f"not everything was stored: {job}")
    types = local.upstreams.get("/control/archive").json()["types"]
    return {
        "made": job.counts["calls"],
        "seconds": round(ended - began, 2),
        "per_second": round((last - first) / (ended - began), 2),
        "busy": busy.share(),
        "too_many": local.answers().get("429", 0),
        "repeated": sum(len(each["fetches"]["repeated"]) for each in types.values()),
    }


def _samples(local: Services, job_id: str) -> Iterator[tuple[float, int]]:
    """Yield the time and the number of calls that were answered, until the harvest ends."""
    while _is_running(local.table, job_id):
        if made := local.answers().get("200", 0):
            yield time.perf_counter(), made
        time.sleep(0.25)


def _is_running(table: Table, job_id: str) -> bool:
    job = JobRepository(table).get(job_id)
    return job is not None and job.state == "running"


def _exported(local: Services, media_type: MediaType) -> Iterator[int]:
    """Yield the ids of yesterday's export; today's may not be there yet."""
    day = datetime.now(UTC) - timedelta(days=1)
    answer = local.upstreams.get(f"/tmdb/p/exports/{EXPORTS[media_type]}_{day:%m_%d_%Y}.json.gz")
    for line in gzip.decompress(answer.raise_for_status().content).splitlines():
        yield json.loads(line)["id"]


def _job(table: Table, ids: int) -> str:
    """Record a harvest that has queued all its ids."""
    job_id = JobRepository(table).start("archive", started_by="bench", input={})
    values: dict[str, object] = {":ids": ids, ":yes": True}
    table.update(keys.job(job_id), keys.RECORD, "SET counts.queued = :ids, harvested = :yes", values)
    return job_id


def _messages(job_id: str, ids: Mapping[MediaType, Sequence[int]]) -> list[CollectRequest]:
    """Return the messages of a harvest, those of all types mixed."""
    messages = [
        CollectRequest(job_id=job_id, media_type=media_type, chunk=chunk, ids=each[start : start + IDS_A_MESSAGE])
        for media_type, each in ids.items()
        for chunk, start in enumerate(range(0, len(each), IDS_A_MESSAGE))
    ]
    return sorted(messages, key=lambda message: message.chunk / len(ids[message.media_type]))


if __name__ == "__main__":
    print(tables(run([int(each) for each in sys.argv[2:]] or COLLECTORS, int(sys.argv[1]) if sys.argv[1:] else IDS)))
