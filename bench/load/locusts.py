"""Runs locust in a process of its own and reads its figures."""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import presence
from local.emulator import AwsClients
from local.errors import LocalCloudError
from local.outputs import Outputs
from local.settings import Settings
from local.users import id_token

HERE = Path(__file__).parent
# What is under way at the end is waited for: it counts, and holds up nobody who comes next.
PATIENCE = 40
PROFILES = ("browse", "search", "follow", "library", "ingest")


@dataclass(frozen=True)
class Swarm:
    """Who comes: how many at once, for how many seconds, and how long each waits between requests (1: as people do)."""

    viewers: int
    seconds: int
    pause: float = 1.0
    at_once: bool = False


@dataclass(frozen=True)
class Target:
    """Where a class of a locust file leads its viewers, and what they need there."""

    user: str
    host: str
    environment: Mapping[str, str]
    file: Path = HERE / "locustfile.py"


def local() -> tuple[str, dict[str, str]]:
    """Return where the local cloud answers, and what a viewer and a producer need there.

    Raises LocalCloudError when none runs.
    """
    state = Settings.from_env().state
    if not presence.is_running(state):
        raise LocalCloudError("no local cloud runs: start one with `make run` (MARQUEE_LOCAL_DIR names its folder)")
    outputs = Outputs.read(state / "outputs.json")
    token = id_token(AwsClients(outputs.aws_endpoint_url), outputs.user_pool_client_id, outputs.user("viewer"))
    return outputs.web_url, {"MARQUEE_TOKEN": token, "MARQUEE_INGEST_KEY": outputs.ingest_api_key}


def profile(name: str, host: str, environment: Mapping[str, str]) -> Target:
    """Return where a profile leads."""
    return Target(name.title(), host, environment)


def run(target: Target, swarm: Swarm, *options: str, quiet: bool = False) -> int:
    """Run locust and return how it ended: 1 if anything failed; what it says goes to the terminal unless `quiet`."""
    rate = swarm.viewers if swarm.at_once else max(1, swarm.viewers // 5)
    command = [sys.executable, "-m", "locust", "--locustfile", str(target.file), "--headless", "--only-summary"]
    command += ["--host", target.host, "--users", str(swarm.viewers), "--spawn-rate", str(rate)]
    command += ["--run-time", f"{swarm.seconds}s", "--stop-timeout", str(PATIENCE), *options, target.user]
    environment = {**os.environ, **target.environment, "MARQUEE_PAUSE": str(swarm.pause)}
    said = subprocess.DEVNULL if quiet else None
    return subprocess.run(command, env=environment, stdout=said, stderr=said, check=False).returncode


def figures(target: Target, swarm: Swarm) -> dict[str, float]:
    """Return requests, failures, requests a second, and the milliseconds that half and 99 of 100 answers took.

    Raises RuntimeError when nothing was answered.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stats"
        run(target, swarm, "--json-file", str(path), quiet=True)
        entries = json.loads(path.with_suffix(".json").read_text())
    if not entries:
        raise RuntimeError(f"{target.user} got no answer at {target.host}")
    return summary(entries)


def summary(entries: list[dict[str, Any]]) -> dict[str, float]:
    """Return the figures of all requests that locust counted, whatever they asked."""
    times: Counter[float] = Counter()
    for entry in entries:
        times.update({float(taken): number for taken, number in entry["response_times"].items()})
    requests = sum(entry["num_requests"] for entry in entries)
    # From the first answer, when its entry was made, to the last: the first one itself is not of these seconds.
    seconds = max(entry["last_request_timestamp"] for entry in entries) - min(entry["start_time"] for entry in entries)
    return {
        "requests": requests,
        "errors": sum(entry["num_failures"] for entry in entries),
        "per_second": round((requests - 1) / seconds, 1) if requests > 1 else 0.0,
        "p50_ms": percentile(times, 0.50),
        "p99_ms": percentile(times, 0.99),
    }


def percentile(times: Counter[float], share: float) -> float:
    """Return the time within which that share of the answers came."""
    left = share * times.total()
    for taken, number in sorted(times.items()):
        left -= number
        if left <= 0:
            return taken
    return 0.0
