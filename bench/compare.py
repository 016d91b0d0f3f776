"""`python -m bench.compare`: what is worse than in the results of the last commit.

Counts are exact: one that has grown is an error (exit code 1). Timings, rates and sizes depend on the machine and on
what is built; they are only told, where they differ by more than the noise that was seen. What only one side has is
listed, and so is a part that was measured under other conditions: neither is compared.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

RESULTS = Path(__file__).resolve().parent / "results.json"
COUNTS = frozenset(
    ("calls", "read_units", "write_units", "written", "units", "modules", "bytes", "too_many", "repeated", "errors")
)
# Counts by kind: a kind that was not there is one more.
BY_KIND = frozenset(("calls", "written"))
# Timings of two runs on one machine differ by so much without a reason.
NOISE = 0.25
SLOWER = ("ms", "seconds", "ratio", "milliseconds", "microseconds", "paint", "blocking", "kilobytes", "mb")
FASTER = ("events_per_second", "per_second")
# What has to be the same for the figures of a part to say anything of each other.
CONDITIONS = {
    "archive": ("recorded",),
    "collection": ("ids", "ids_a_message", "permitted"),
    "recommendations": ("people", "films", "ratings"),
}

Way = tuple[str, ...]


class Comparison(NamedTuple):
    """Counts that have grown; what is worse beyond noise; what only the later and what only the earlier results have;
    parts that were measured under other conditions.
    """

    worse: list[str]
    told: list[str]
    new: list[str]
    gone: list[str]
    other: list[str]


def main() -> int:
    """Compare and print; return 1 if a count has grown, 2 if there is nothing to compare."""
    parser = argparse.ArgumentParser(prog="python -m bench.compare", description=main.__doc__)
    parser.add_argument("--against", default="HEAD", help="the commit whose bench/results.json is the measure")
    against = parser.parse_args().against
    committed = subprocess.run(
        ["git", "show", f"{against}:bench/results.json"],
        cwd=RESULTS.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    if committed.returncode:
        parser.error(f"there is no bench/results.json in {against}: {committed.stderr.strip()}")
    if not RESULTS.exists():
        parser.error("there is no bench/results.json: run `make bench`")
    found = compare(json.loads(committed.stdout), json.loads(RESULTS.read_text()))
    print(shown(found))
    return 1 if found.worse else 0


def shown(found: Comparison) -> str:
    """Return a comparison as lines of text."""
    words = ("worse", "slower, perhaps", "new", "gone", "not compared")
    lines = [f"{word}: {each}" for word, part in zip(words, found, strict=True) for each in part]
    return "\n".join(lines if found.worse or found.told else [*lines, "no worse"])


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Comparison:
    """Return what is worse, and what cannot be compared."""
    found = Comparison([], [], [], [], [])
    found.new.extend(" / ".join(path) for path in _only(after, before) if not _is_kind(path))
    found.gone.extend(" / ".join(path) for path in _only(before, after) if not _is_kind(path))
    changed = {part: _conditions(part, before[part], after[part]) for part in before.keys() & after.keys()}
    found.other.extend(f"{part}: {changed[part]}" for part in sorted(changed) if changed[part])
    known = dict(leaves({part: before[part] for part, conditions in changed.items() if not conditions}))
    for path, now in leaves({part: after[part] for part in after if not changed.get(part, "new")}):
        if path in known:
            _judge(path, known[path], now, found)
        elif _is_kind(path) and _was_counted(before, path[:-1]):
            found.worse.append(_line(path, 0, now))
    return found


def leaves(value: Any, path: Way = ()) -> Iterator[tuple[Way, float]]:
    """Yield every number in some results with the way to it."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield path, value
    for name, part in _parts(value):
        yield from leaves(part, (*path, name))


def _judge(path: Way, then: float, now: float, found: Comparison) -> None:
    if COUNTS.intersection(path):
        if now > then:
            found.worse.append(_line(path, then, now))
    elif then and (
        (_named(path, SLOWER) and now > then * (1 + NOISE)) or (_named(path, FASTER) and now < then * (1 - NOISE))
    ):
        found.told.append(_line(path, then, now))


def _only(one: Any, other: Any, path: Way = ()) -> Iterator[Way]:
    """Yield what one side has and the other has not: the whole of it, not each figure within."""
    there = dict(_parts(other))
    for name, part in _parts(one):
        if name in there:
            yield from _only(part, there[name], (*path, name))
        else:
            yield (*path, name)


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        yield from ((str(name), part) for name, part in value.items())
    elif isinstance(value, list):
        yield from ((str(number), part) for number, part in enumerate(value))


def _conditions(part: str, before: Any, after: Any) -> str:
    """Return how the conditions differ under which a part was measured; nothing if they do not."""
    pairs = [(name, before.get(name), after.get(name)) for name in CONDITIONS.get(part, ())]
    return ", ".join(f"{name} {then} → {now}" for name, then, now in pairs if then != now)


def _is_kind(path: Way) -> bool:
    return len(path) > 1 and path[-2] in BY_KIND


def _was_counted(before: Any, path: Way) -> bool:
    for name in path:
        before = dict(_parts(before)).get(name)
    return before is not None


def _named(path: Way, names: tuple[str, ...]) -> bool:
    return any(part in names or part.endswith(tuple(f"_{name}" for name in names)) for part in path)


def _line(path: Way, then: float, now: float) -> str:
    return f"{' / '.join(path)}: {then:g} → {now:g}"


if __name__ == "__main__":
    sys.exit(main())
