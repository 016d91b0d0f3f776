"""`python -m bench.compare`: what is worse than in the results of the last commit.

Counts are exact: one that has grown is an error (exit code 1). Timings and rates depend on the machine and are only
told, where they differ by more than the noise that was seen.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results.json"
COUNTS = frozenset(
    ("calls", "read_units", "write_units", "written", "units", "modules", "bytes", "too_many", "repeated")
)
# Timings of two runs on one machine differ by so much without a reason.
NOISE = 0.25
SLOWER = ("ms", "seconds", "ratio", "milliseconds")
FASTER = ("events_per_second", "per_second")
Leaf = tuple[tuple[str, ...], float]


def main() -> int:
    """Compare and print; return 1 if a count has grown."""
    parser = argparse.ArgumentParser(prog="python -m bench.compare", description=main.__doc__)
    parser.add_argument("--against", default="HEAD", help="the commit whose bench/results.json is the measure")
    committed = subprocess.run(
        ["git", "show", f"{parser.parse_args().against}:bench/results.json"],
        cwd=RESULTS.parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    worse, told = compare(json.loads(committed.stdout), json.loads(RESULTS.read_text()))
    print(
        "\n".join([*(f"worse: {each}" for each in worse), *(f"slower, perhaps: {each}" for each in told)]) or "no worse"
    )
    return 1 if worse else 0


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return the counts that have grown, and the timings that are worse beyond noise; what is new is neither."""
    known, worse, told = dict(leaves(before)), [], []
    for path, now in leaves(after):
        if path not in known:
            # A call that is new among calls that were counted before is one more.
            if len(path) > 1 and path[-2] == "calls" and any(each[:-1] == path[:-1] for each in known):
                worse.append(_line(path, 0, now))
            continue
        then = known[path]
        if COUNTS.intersection(path):
            if now > then:
                worse.append(_line(path, then, now))
        elif (_named(path, SLOWER) and now > then * (1 + NOISE)) or (_named(path, FASTER) and now < then * (1 - NOISE)):
            told.append(_line(path, then, now))
    return worse, told


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """Yield every number in some results with the way to it."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from leaves(part, (*path, str(name)))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from leaves(part, (*path, str(number)))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path, value


def _named(path: tuple[str, ...], names: tuple[str, ...]) -> bool:
    return any(part in names or part.endswith(tuple(f"_{name}" for name in names)) for part in path)


def _line(path: tuple[str, ...], then: float, now: float) -> str:
    return f"{' / '.join(path)}: {then:g} → {now:g}"


if __name__ == "__main__":
    sys.exit(main())
