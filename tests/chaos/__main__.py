"""`make chaos`: every fault at every request of every consumer, mixtures, and faults of the providers; 1 on any loss.

A loss names its faults and its seed; `python -m tests.chaos --only <function> --seed <seed>` has it happen again.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from multiprocessing import get_context
from pathlib import Path

# The logger and the metrics read these when they are made, which is at import.
os.environ |= {"POWERTOOLS_SERVICE_NAME": "chaos", "POWERTOOLS_METRICS_NAMESPACE": "Marquee"}

from tests.chaos import clocks, providers, report, restart
from tests.chaos.jobs import run
from tests.chaos.running import Tally
from tests.chaos.scenarios import SCENARIOS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "faults.md"
NAMES = (restart.NAME, *(each.name for each in SCENARIOS), *providers.RUNS, report.CLOCKS)


def tallies(jobs: list[Callable[[], Tally]], workers: int) -> Iterator[Tally]:
    """Yield what each job found as it ends."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for each in as_completed([pool.submit(job) for job in jobs]):
            yield each.result()


def main() -> int:
    """Run what is asked for, print the table, write the page if everything ran; returns the exit code."""
    options = _options()
    jobs = [
        partial(restart.run, restart.NAME, options.seed),
        *(partial(run, each.name, options.seed, options.every, options.mixtures) for each in SCENARIOS),
        *(partial(providers.run, name, options.seed) for name in providers.RUNS),
        partial(clocks.run, report.CLOCKS, options.seed),
    ]
    jobs = [each for each in jobs if not options.only or each.args[0] in options.only]
    print(f"seed {options.seed}", flush=True)
    found: list[Tally] = []
    for tally in tallies(list(jobs), options.workers):
        found.append(tally)
        print(report.line(tally), flush=True)
        for loss in tally.losses:
            print(f"  LOST {loss}", flush=True)
    if not options.only:
        PAGE.write_text(report.page(found, options.seed, options.every), encoding="utf-8")
    losses = sum(len(each.losses) for each in found)
    print(f"{sum(each.survived.total() for each in found):,} faults survived, {losses} lost")
    return 1 if losses else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=11, help="of the order of deliveries and of the mixtures")
    parser.add_argument("--every", type=int, default=1, help="try every so many requests only")
    parser.add_argument("--mixtures", type=int, default=10, help="random mixtures of faults a function")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        choices=NAMES,
        metavar="PART",
        help="a function or another row of the table; may be given several times",
    )
    parser.add_argument("--workers", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
