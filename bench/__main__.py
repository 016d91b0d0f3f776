"""`python -m bench`: run every part whose data is there, print what it found, and write the results."""

import json
import os
from pathlib import Path

from bench import ingesting, movielens, pages, recommending

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("MARQUEE_BENCH_DATA", ROOT.parent / "shared/data"))
RESULTS = ROOT / "bench/results.json"
PAGE = ROOT / "docs/benchmarks.md"


def main() -> None:
    """Measure, print and write; parts that could not run keep the results of the last run that could."""
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    if missing := movielens.missing(DATA):
        print(f"recommendations: skipped, there is no {' and no '.join(map(str, missing))} (MARQUEE_BENCH_DATA)")
    else:
        results["recommendations"] = recommending.run(DATA)
        print(pages.tables(results["recommendations"]))
    results["ingestion"] = ingesting.run()
    print(pages.ingestion_tables(results["ingestion"]))
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    PAGE.write_text(pages.page(results))


if __name__ == "__main__":
    main()
