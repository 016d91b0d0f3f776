"""How long a new function takes until it can work, beside a bare client of DynamoDB, and what it imports for that.

A process of its own for each, in turn; what counts is its CPU time, because the clock on the wall tells of the others
on the machine too. It ends as soon as it can work: what the interpreter does to end is nobody's wait. It sees only what
a function has: the layer and boto3. The bytecode is there, as it is for boto3 in Lambda's runtime.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RUNS = 5
BARE = "import boto3; boto3.client('dynamodb')"
OURS = "import {}.handler; from marquee import aws; aws.dynamodb()"
# What a function behind API Gateway, and one that a stream or a queue starts, may take of a bare client's time.
API_BUDGET, OTHER_BUDGET = 1.6, 1.35
# Nobody waits for what a schedule starts: these have no budget.
SCHEDULED = frozenset(
    (
        *("data_quality", "digest_planner", "enrichment_sweep", "library_recount"),
        *("listing_planner", "operations_watch", "reference_refresh", "tmdb_cache_refresh"),
    )
)
# What libraries take where they find it, and find here, but neither in the layer nor in Lambda's runtime.
HIDDEN = ("rich", "click", "pygments", "h2", "brotli", "brotlicffi", "socksio", "trio", "orjson", "email_validator")
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-west-2",
    "POWERTOOLS_SERVICE_NAME": "bench",
    "POWERTOOLS_METRICS_NAMESPACE": "Marquee",
    "PYDANTIC_DISABLE_PLUGINS": "__all__",
    "PYTHONTZPATH": "/usr/share/zoneinfo",
}
# The interpreter would look all objects through before it ends, and free them: time that no function spends.
END = "{}; import os; os._exit(0)"
LIST_MODULES = "import json, sys; {}; print(json.dumps(sorted(sys.modules)))"


def run() -> dict[str, Any]:
    """Return for each function the ratio to a bare client and the number of modules that it adds to that."""
    with tempfile.TemporaryDirectory() as cache:
        bare = set(modules(BARE, cache))
        added = {name: len(set(modules(OURS.format(name), cache)) - bare) for name in functions()}
        seconds = _seconds(cache)
    base = seconds.pop("bare client")
    ratios = {name: {"ratio": round(taken / base, 2), "modules": added[name]} for name, taken in seconds.items()}
    return {"bare_ms": round(base * 1000), "functions": ratios, "runs": RUNS}


def tables(found: Mapping[str, Any]) -> str:
    """Return the figures as a table."""
    lines = [
        f"A bare client took {found['bare_ms']} ms of CPU.",
        "",
        "| function | times a bare client | goal | modules beyond it |",
        "|---|---|---|---|",
    ]
    for name, row in sorted(found["functions"].items(), key=lambda each: -each[1]["ratio"]):
        lines.append(f"| `{name}` | {row['ratio']:.2f} | {_goal(name, row['ratio'])} | {row['modules']} |")
    return "\n".join(lines)


def budget(function: str) -> float | None:
    """Return how many times a bare client a function may take, None for one that a schedule starts."""
    if function in SCHEDULED:
        return None
    return API_BUDGET if function.endswith("_api") else OTHER_BUDGET


def _goal(function: str, ratio: float) -> str:
    goal = budget(function)
    if goal is None:
        return "none, scheduled"
    return f"{goal:.2f}" if ratio <= goal else f"{goal:.2f}, missed"


def functions() -> list[str]:
    """Return the packages of all functions."""
    return sorted(path.parent.name for path in (ROOT / "lambdas").glob("*/handler.py"))


def modules(code: str, cache: str | None = None) -> list[str]:
    """Return the modules that are loaded after some code in a process that sees only what a function has."""
    found: list[str] = json.loads(_process(LIST_MODULES.format(code), cache))
    return found


def _seconds(cache: str) -> dict[str, float]:
    codes = {"bare client": BARE, **{name: OURS.format(name) for name in functions()}}
    taken: dict[str, list[float]] = {name: [] for name in codes}
    for _ in range(RUNS):
        for name, code in codes.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            _process(END.format(code), cache)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            taken[name].append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    # Whatever else runs can only add to it.
    return {name: min(each) for name, each in taken.items()}


def _process(code: str, cache: str | None) -> str:
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        **ENVIRONMENT,
        "PYTHONPATH": f"{ROOT / 'layers/shared/python'}:{ROOT / 'lambdas'}",
        **({"PYTHONPYCACHEPREFIX": cache} if cache else {}),
    }
    hidden = f"import sys; sys.modules.update(dict.fromkeys({HIDDEN!r}))\n"
    done = subprocess.run([sys.executable, "-c", hidden + code], env=environment, check=True, capture_output=True)
    return done.stdout.decode()
