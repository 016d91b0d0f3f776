"""`python -m bench`: run every part whose data is there, print what it found, and write the results."""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

# The logger and the metrics read these when they are made, which is at import.
os.environ |= {
    "POWERTOOLS_SERVICE_NAME": "bench",
    "POWERTOOLS_METRICS_NAMESPACE": "Marquee",
    "POWERTOOLS_METRICS_DISABLED": "true",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
}

from bench import (
    archiving,
    cloud,
    cold,
    collecting,
    dollars,
    ingesting,
    library,
    movielens,
    page_loading,
    pages,
    pipeline,
    recommending,
    routes,
    serving,
    titles,
)
from local.errors import LocalCloudError
from tests.e2e.cloud import Cloud

DATA = Path(os.environ.get("MARQUEE_BENCH_DATA", pages.ROOT.parent / "shared/data"))

Figures = dict[str, Any]
Seconds = dict[str, float]


def main() -> int:
    """Measure, print and write; parts that do not run keep the results of the last run that they had."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=main.__doc__)
    parser.add_argument("--parts", default=",".join(NAMES), help="what to measure, with commas: all unless told")
    chosen = parser.parse_args().parts.split(",")
    if unknown := set(chosen).difference(NAMES):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    taken: Seconds = {}
    for name in filter(chosen.__contains__, PARTS):
        result, measure = PARTS[name]
        _measure(name, result, measure, taken)
    missing = _on_a_cloud([name for name in ON_A_CLOUD if name in chosen], taken)
    for name, seconds in [*taken.items(), ("together", sum(taken.values()))]:
        print(f"{name:14}{seconds:7.0f} s")
    return missing


def _on_a_cloud(names: Sequence[str], taken: Seconds) -> int:
    """Measure the parts that need a local cloud, all on the same; return 1 if there is none."""
    if not names:
        return 0
    began = time.monotonic()
    with ExitStack() as stack:
        try:
            found = stack.enter_context(cloud.running())
        except LocalCloudError as error:
            print(f"{', '.join(names)}: not measured, {error}", file=sys.stderr)
            return 1
        taken["the cloud"] = time.monotonic() - began
        for name in names:
            result, measure = ON_A_CLOUD[name]
            _measure(name, result, partial(measure, found), taken)
    return 0


def _measure(name: str, result: str, measure: Callable[[], Figures | None], taken: Seconds) -> None:
    """Measure a part and write what it found, because one may take many minutes and the next one may fail."""
    began = time.monotonic()
    found = measure()
    taken[name] = time.monotonic() - began
    if found:
        write(result, found)
        print(f"\n{pages.TABLES[result](found)}\n\n{name}: {taken[name]:.0f} s\n", flush=True)


def write(name: str, found: Figures) -> None:
    """Write what a part found, what follows from it, and the page."""
    results = json.loads(pages.RESULTS.read_text()) if pages.RESULTS.exists() else {}
    results[name] = found
    if {"routes", "titles"} <= results.keys():
        results["dollars"] = dollars.run(results["routes"], results["titles"])
    pages.RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
    pages.write(results, plotted=[name])


def _recommending() -> Figures | None:
    if missing := movielens.missing(DATA):
        print(f"recommendations: skipped, there is no {' and no '.join(map(str, missing))} (MARQUEE_BENCH_DATA)")
        return None
    return recommending.run(DATA)


# By the name of the module: that of the results, and what measures.
PARTS: dict[str, tuple[str, Callable[[], Figures | None]]] = {
    "cold": ("cold", cold.run),
    "routes": ("routes", routes.run),
    "titles": ("titles", titles.run),
    "recommending": ("recommendations", _recommending),
    "ingesting": ("ingestion", ingesting.run),
    "archiving": ("archive", lambda: archiving.run(DATA)),
    "library": ("library", library.run),
    "collecting": ("collection", collecting.run),
}
ON_A_CLOUD: dict[str, tuple[str, Callable[[Cloud], Figures | None]]] = {
    "serving": ("serving", serving.run),
    "pipeline": ("pipeline", pipeline.run),
    "loading": ("loading", lambda _: page_loading.run()),
}
NAMES = (*PARTS, *ON_A_CLOUD)


if __name__ == "__main__":
    sys.exit(main())
