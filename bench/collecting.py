"""How much of TMDB's rate the collectors use together, whether they ever ask too fast, and ids fetched twice.

Collectors are processes of their own that run the function's handler against the local cloud's services: the AWS
emulator for tables, queues and the bucket, and the simulator of TMDB, which counts calls and refuses what is too much.
"""

import gzip
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from bench import services
from bench.services import PERMITTED, Services
from marquee import keys
from marquee.messages.archive import IDS_A_MESSAGE, CollectRequest
from marquee.models.archive import MediaType
from marquee.repositories.jobs import JobRepository
from marquee.repositories.table import Table

COLLECTORS = (1, 2, 4, 8, 16)
# A minute of calls for each number of collectors.
IDS = 2400
# What is collected: in every ten ids so many of each type.
MIX: dict[MediaType, int] = {"movie": 6, "tv": 1, "person": 3}
EXPORTS: dict[MediaType, str] = {"movie": "movie_ids", "tv": "tv_series_ids", "person": "person_ids"}
HEADS = ("collectors", "calls", "seconds", "calls a second", "of the permitted rate", "answered 429", "fetched again")


def run(collectors: Sequence[int] = COLLECTORS, ids: int = IDS) -> dict[str, Any]:
    """Return one row for each number of collectors; each collects `ids` items that nobody has collected before."""
    with services.running(ids * len(collectors)) as found:
        known = {media_type: _exported(found, media_type) for media_type in MIX}
        rows = []
        for number in collectors:
            chosen = {each: list(islice(known[each], ids * part // 10)) for each, part in MIX.items()}
            rows.append(_measure(found, number, chosen))
    return {"ids": ids, "permitted": PERMITTED, "rows": rows}


def tables(found: dict[str, Any]) -> str:
    """Return the rows as a table of Markdown."""
    lines = ["| " + " | ".join(HEADS) + " |", "|---" * len(HEADS) + "|"]
    for row in found["rows"]:
        share = row["per_second"] / found["permitted"]
        lines.append(
            f"| {row['collectors']} | {row['calls']} | {row['seconds']:.1f} | {row['per_second']:.2f} | {share:.1%} "
            f"| {row['too_many']} | {row['repeated']} |"
        )
    return "\n".join(lines)


def _measure(local: Services, number: int, ids: Mapping[MediaType, Sequence[int]]) -> dict[str, Any]:
    local.upstreams.post("/control/reset").raise_for_status()
    total = sum(map(len, ids.values()))
    job_id = _job(local.table, total)
    with local.collectors(number):
        local.queue.send(_messages(job_id, ids))
        samples = list(_samples(local, job_id))
    # From the first call to the last: the way of the first message and what follows the last call are not pace.
    (began, first), (ended, last) = samples[0], [each for each in samples if each[1] < samples[-1][1]][-1]
    job = JobRepository(local.table).get(job_id)
    if job is None or job.counts.get("stored") != total:
        raise RuntimeError(f"not everything was stored: {job}")
    types = local.upstreams.get("/control/archive").json()["types"]
    return {
        "collectors": number,
        "calls": job.counts["calls"],
        "seconds": ended - began,
        "per_second": (last - first) / (ended - began),
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
