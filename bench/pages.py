"""docs/benchmarks.md, put together from the sections of all parts: figures, how they were found, what they do not say.

Each text is a file of `bench/sections`, with places for what was measured. `python -m bench.pages` writes the page anew
from the results that there are.
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from bench import (
    archiving,
    cold,
    collecting,
    dollars,
    ingesting,
    library,
    page_loading,
    pipeline,
    plots,
    recommending_tables,
    routes,
    serving,
    titles,
)

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench/results.json"
PAGE = ROOT / "docs/benchmarks.md"
TEXTS = Path(__file__).with_name("sections")
HEADING = """# Benchmarks

Written by `make bench`; do not edit. The same figures are in `bench/results.json`; `make bench-compare` tells what is
worse than in those of a commit. Counts are exact. Times are of the machine that ran this: what a figure means is what
stands beside it in the same run.
"""

Figures = dict[str, Any]
# By the name of the results, in the order of the page: what shows them as tables.
TABLES: dict[str, Callable[[Figures], str]] = {
    "cold": cold.tables,
    "routes": routes.tables,
    "titles": titles.tables,
    "serving": serving.tables,
    "pipeline": pipeline.tables,
    "dollars": dollars.tables,
    "ingestion": ingesting.tables,
    "archive": archiving.tables,
    "collection": collecting.tables,
    "library": library.tables,
    "loading": page_loading.tables,
    "recommendations": recommending_tables.tables,
}
# What else a text has a place for, beside the figures themselves.
MORE: dict[str, Callable[[Figures], Figures]] = {
    "pipeline": lambda _: {"batch": pipeline.BATCH},
    "dollars": lambda _: {"call": dollars.CALL_MS, "log": dollars.LOG_BYTES},
    "archive": archiving.told,
    "collection": lambda _: {"goal": collecting.GOAL},
    "loading": lambda _: {"slower": page_loading.SLOWER},
}


def page(results: Figures) -> str:
    """Return the whole page, of the parts that have results."""
    return HEADING + "".join(section(name, results[name]) for name in TABLES if name in results)


def section(name: str, found: Figures) -> str:
    """Return the section of one part."""
    more = MORE[name](found) if name in MORE else {}
    text = (TEXTS / f"{name}.md").read_text(encoding="utf-8")
    return text.format(**{**found, **more, "tables": TABLES[name](found)})


def write(results: Figures, *, plotted: Iterable[str]) -> None:
    """Write the page, and the plots of some parts."""
    PAGE.write_text(page(results))
    plots.draw({name: results[name] for name in plotted if name in results})


if __name__ == "__main__":
    write(json.loads(RESULTS.read_text()), plotted=TABLES)
