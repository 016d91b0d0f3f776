"""The tables of docs/metrics.md, as tests read them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "metrics.md"
_NAME = re.compile(r"`(\w+)`")


@dataclass(frozen=True)
class DocumentedMetric:
    """What the document says of a metric."""

    name: str
    unit: str
    dimensions: frozenset[str]
    emitters: frozenset[str]
    """Functions by name; none where all that do a thing emit it."""
    meaning: str


def documented() -> list[DocumentedMetric]:
    """Return every metric of the tables."""
    rows = [line.strip("|").split("|") for line in DOCUMENT.read_text().splitlines() if line.startswith("| `")]
    return [
        DocumentedMetric(
            name, unit.strip(), frozenset(_NAME.findall(where)), frozenset(_NAME.findall(who)), what.strip()
        )
        for names, unit, where, who, what in rows
        for name in _NAME.findall(names)
    ]
