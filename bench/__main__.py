"""`python -m bench`: run every part whose data is there, print what it found, and write the results."""

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import (
    archiving,
    cold,
    collecting,
    dollars,
    ingesting,
    library,
    movielens,
    page_loading,
    pages,
    recommending,
    routes,
    titles,
)

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("MARQUEE_BENCH_DATA", ROOT.parent / "shared/data"))
RESULTS = ROOT / "bench/results.json"
PAGE = ROOT / "docs/benchmarks.md"

Figures = dict[str, Any]


def main() -> None:
    """Measure, print and write; parts that do not run keep the results of the last run that they had."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=main.__doc__)
    parser.add_argument("--parts", default=",".join(PARTS), help="what to measure, with commas: all unless told")
    chosen = parser.parse_args().parts.split(",")
    if unknown := set(chosen).difference(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for part in chosen:
        name, measure, show = PARTS[part]
        if found := measure():
            results[name] = found
            print(show(found))
            # After each part, because one may take many minutes and the next one may fail.
            write(results)


def write(results: Figures) -> None:
    """Write the results, what follows from them, and the page."""
    if {"routes", "titles"} <= results.keys():
        results["dollars"] = dollars.run(results["routes"], results["titles"])
    RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
    PAGE.write_text(pages.page(results))
    pages.plot(results)


def _recommending() -> Figures | None:
    if missing := movielens.missing(DATA):
        print(f"recommendations: skipped, there is no {' and no '.join(map(str, missing))} (MARQUEE_BENCH_DATA)")
        return None
    return recommending.run(DATA)


# By the name of the module: that of the results, what measures, and what shows.
PARTS: dict[str, tuple[str, Callable[[], Figures | None], Callable[[Figures], str]]] = {
    "cold": ("cold", cold.run, cold.tables),
    "routes": ("routes", routes.run, routes.tables),
    "titles": ("titles", titles.run, titles.tables),
    "recommending": ("recommendations", _recommending, pages.tables),
    "ingesting": ("ingestion", ingesting.run, pages.ingestion_tables),
    "archiving": ("archive", lambda: archiving.run(DATA), archiving.tables),
    "library": ("library", library.run, library.tables),
    "collecting": ("collection", collecting.run, collecting.tables),
    "loading": ("loading", page_loading.run, page_loading.tables),
}


if __name__ == "__main__":
    main()
