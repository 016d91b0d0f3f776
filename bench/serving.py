"""What the local cloud serves as more viewers come: requests a second, how long they take; beside the bare emulator.

Viewers do not wait between requests, so that what they get at the most is the emulator's capacity on this machine.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from bench import cold
from bench.empty import bare_requests
from bench.load import locusts
from bench.load.locusts import Swarm, Target
from local.settings import PROJECT
from tests.e2e.cloud import Cloud

VIEWERS = (1, 2, 4, 8)
SECONDS = 4
# The first answers start as many workers as there are viewers, on cores that are all taken.
WARM_SECONDS = 5
RUNS = 5
HEADS = ("profile", "viewers", "requests a second", "p50, ms", "p99, ms", "errors")

Levels = dict[str, dict[str, float]]


def run(cloud: Cloud) -> dict[str, Any]:
    """Return the figures of each profile, and of requests that Marquee has no part in, by number of viewers."""
    host, environment = locusts.local()
    profiles = {name: _levels(locusts.profile(name, host, environment)) for name in locusts.PROFILES}
    with bare_requests(cloud) as bare:
        beside = {name: _levels(target) for name, target in bare.items()}
    return {
        "profiles": profiles,
        "bare": beside,
        "status": status(cloud),
        "seconds_each": SECONDS,
        "cores": os.cpu_count(),
    }


def status(cloud: Cloud) -> dict[str, int]:
    """Return how long `marquee status` takes with the start of the interpreter, and a bare client of DynamoDB alone."""
    return {
        "status_ms": _milliseconds(["-m", "cli", "status"], cloud.environment),
        "bare_client_ms": _milliseconds(["-c", cold.BARE], {**os.environ, **cold.ENVIRONMENT}),
    }


def _milliseconds(arguments: Sequence[str], environment: dict[str, str]) -> int:
    """Return the shortest of a few runs of Python: whatever else runs can only add to it."""
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        # What is wrong with the cloud is told by the exit code, and is no matter of time.
        subprocess.run([sys.executable, *arguments], cwd=PROJECT, env=environment, check=False, capture_output=True)
        taken.append(time.perf_counter() - began)
    return round(min(taken) * 1000)


def _levels(target: Target) -> Levels:
    locusts.run(target, Swarm(max(VIEWERS), WARM_SECONDS, pause=0, at_once=True), quiet=True)
    return {
        str(viewers): locusts.figures(target, Swarm(viewers, SECONDS, pause=0, at_once=True)) for viewers in VIEWERS
    }


def capacity(levels: Mapping[str, Mapping[str, float]]) -> str | None:
    """Return the number of viewers at which the most was served without an error, None if there was always one."""
    whole = [viewers for viewers, row in levels.items() if not row["errors"]]
    return max(whole, key=lambda viewers: levels[viewers]["per_second"], default=None)


def tables(found: Mapping[str, Any]) -> str:
    """Return the figures as two tables: at capacity, and at every number of viewers."""
    lines = ["| at its capacity | viewers | requests a second | p50, ms | p99, ms |", "|---" * 5 + "|"]
    every = found["profiles"] | found["bare"]
    for name, levels in every.items():
        at = capacity(levels)
        cells = f"{at} | {_cells(levels[at])}" if at else "never without an error | | |"
        lines.append(f"| {name} | {cells} |")
    lines += ["", "| " + " | ".join(HEADS) + " |", "|---" * len(HEADS) + "|"]
    for name, levels in every.items():
        lines += [
            f"| {name} | {viewers} | {_cells(row)} | {row['errors']} of {row['requests']} |"
            for viewers, row in levels.items()
        ]
    if status := found.get("status"):
        lines += [
            "",
            f"`marquee status` takes {status['status_ms']} ms, with the start of Python; a client of DynamoDB",
        ]
        lines += [f"alone {status['bare_client_ms']} ms."]
    return "\n".join(lines)


def _cells(row: Mapping[str, float]) -> str:
    return f"{row['per_second']:.1f} | {row['p50_ms']:.0f} | {row['p99_ms']:.0f}"
