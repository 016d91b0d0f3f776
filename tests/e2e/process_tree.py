"""The processes that descend from one, so that a test can tell whether any is left behind."""

import subprocess
from collections import defaultdict


def descendants(pid: int) -> set[int]:
    """Return the ids of all processes below `pid`."""
    children = defaultdict(set)
    for child, parent in _processes().items():
        children[parent].add(child)
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        below = children[waiting.pop()] - found
        found |= below
        waiting += below
    return found


def alive(pids: set[int]) -> set[int]:
    """Return those of `pids` that still run."""
    return pids & _processes().keys()


def _processes() -> dict[int, int]:
    listing = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True
    ).stdout.split("\n")
    rows = (line.split() for line in listing if line.strip())
    return {int(pid): int(parent) for pid, parent, state in rows if not state.startswith("Z")}
