"""What the dashboards in the terminal show: a few of the metrics in docs/metrics.md, by the question they answer."""

from dataclasses import dataclass
from typing import Literal

Statistic = Literal["Sum", "Maximum", "p99"]
ENRICHERS = ("title_enrichment", "enrichment_worker")
CALLERS = (*ENRICHERS, "title_ingestion", "reference_refresh", "tmdb_cache_refresh", "archive_collector")
WATCH = ("operations_watch",)


@dataclass(frozen=True)
class Measure:
    """A line of a plot: a metric of ours that some `services` emit, or one that Lambda keeps of them.

    `by` names a dimension: then there is a line for each of its values.
    """

    label: str
    metric: str
    services: tuple[str, ...]
    statistic: Statistic = "Sum"
    by: str = ""
    of_lambda: bool = False


@dataclass(frozen=True)
class Panel:
    """A plot."""

    title: str
    measures: tuple[Measure, ...]


def _runs(*functions: str) -> tuple[Measure, ...]:
    return tuple(Measure(each, "Invocations", (each,), of_lambda=True) for each in functions)


def _slowest(*functions: str) -> tuple[Measure, ...]:
    return tuple(Measure(each, "Duration", (each,), "p99", of_lambda=True) for each in functions)


# By the names of the dashboards in CloudWatch.
PANELS: dict[str, tuple[Panel, ...]] = {
    "viewers": (
        Panel("Requests", _runs("guide_api", "library_api", "ingest_api")),
        Panel("Slowest answers (p99, ms)", _slowest("guide_api", "library_api", "ingest_api")),
    ),
    "pipeline": (
        Panel(
            "Titles",
            (
                Measure("listed", "TitlesListed", ("title_ingestion",)),
                Measure("consumed", "TitleEvents", ("title_consumer",)),
                Measure("from TMDB", "TitlesFromTmdb", ENRICHERS),
                Measure("from WatchMode", "TitlesFromWatchMode", ENRICHERS),
            ),
        ),
        Panel("Titles that lack something", (Measure("", "EnrichmentBacklog", WATCH, "Maximum", by="part"),)),
        Panel("Failures that are open", (Measure("open", "FailuresOpen", WATCH, "Maximum"),)),
    ),
    "upstream": (
        Panel(
            "Calls",
            (
                Measure("TMDB", "TmdbCalls", CALLERS),
                Measure("WatchMode", "WatchmodeCalls", CALLERS),
                Measure("refused for their number", "TmdbThrottled", CALLERS),
            ),
        ),
        Panel("Credits left", (Measure("", "CreditsLeft", WATCH, "Maximum", by="provider"),)),
        Panel("Age of data (s)", (Measure("", "DataAgeSeconds", WATCH, "Maximum", by="data"),)),
    ),
    "archive": (
        Panel(
            "Items",
            (
                Measure("collected", "ArchiveItemsCollected", ("archive_collector",)),
                Measure("given up", "ArchiveItemsGivenUp", ("archive_collector",)),
            ),
        ),
    ),
    "library": (Panel("Imported rows", (Measure("rows", "ImportedRows", ("library_importer",)),)),),
}
