"""What the watch over operations measures: gauges, each by one name, unit and set of dimensions.

`GAUGES` is all there is: `docs/metrics.md` lists it, alarms and dashboards read it by these names. Each point also
carries the dimension `service`, which Powertools adds: the function that measured, `operations_watch` if not said
otherwise.
"""

from dataclasses import dataclass

from aws_lambda_powertools.metrics import EphemeralMetrics

from marquee.telemetry import MetricUnit


@dataclass(frozen=True)
class Gauge:
    """A measure of how something is now; `dimensions` are the names that every point has beside `service`."""

    name: str
    unit: MetricUnit
    dimensions: tuple[str, ...]
    meaning: str
    service: str = "operations_watch"

    def record(self, value: float, **dimensions: str) -> None:
        """Record one point, by exactly this gauge's dimensions: `BREAKER_OPEN.record(1, provider="tmdb")`.

        What is not known is not recorded. Raises ValueError for other dimensions: no alarm would find the point.
        """
        if set(dimensions) != set(self.dimensions):
            raise ValueError(f"{self.name} has the dimensions {self.dimensions}, not {tuple(dimensions)}.")
        measured = EphemeralMetrics()
        for name in self.dimensions:
            measured.add_dimension(name, dimensions[name])
        measured.add_metric(self.name, self.unit, value)
        measured.flush_metrics()


CREDITS_LEFT = Gauge(
    "CreditsLeft",
    MetricUnit.Count,
    ("provider",),
    "Credits left until the provider renews them; only of providers that have credits and have said so.",
)
CREDIT_PACE = Gauge(
    "CreditPacePercent",
    MetricUnit.Percent,
    ("provider",),
    "What may be spent today, of an even share of the month: 100 × allowance × 30 / quota; 0 when nothing is left.",
)
BREAKER_OPEN = Gauge(
    "BreakerOpen",
    MetricUnit.Count,
    ("provider",),
    "1 while nobody may call the provider because it failed again and again, else 0.",
)
PROVIDER_QUEUE = Gauge(
    "ProviderQueueSeconds",
    MetricUnit.Seconds,
    ("provider",),
    "How long the next call to the provider would wait for its turn.",
)
DATA_AGE = Gauge(
    "DataAgeSeconds",
    MetricUnit.Seconds,
    ("data",),
    "Age of the last complete refresh of `reference`, `listing`, `tmdb_daily`, `tmdb_weekly` or `archive`; "
    "no point where there never was one.",
)
ENRICHMENT_BACKLOG = Gauge(
    "EnrichmentBacklog",
    MetricUnit.Count,
    ("part",),
    "Titles that lack their `card` or their `details`, counted to a bound that the watch can afford.",
)
ENRICHMENT_WAIT = Gauge(
    "EnrichmentWaitSeconds",
    MetricUnit.Seconds,
    (),
    "How long the one that has waited longest among the most wanted titles without a card has waited; 0 if none waits.",
)
FAILURES_OPEN = Gauge(
    "FailuresOpen", MetricUnit.Count, (), "Failures in the inbox that nobody has replayed or discarded."
)
FAILURES_OPEN_BY_SOURCE = Gauge(
    "FailuresOpenBySource", MetricUnit.Count, ("source",), "The same by the queue or function that they are from."
)
SCHEDULES_MISSED = Gauge(
    "SchedulesMissed", MetricUnit.Count, (), "Schedules whose last run is older than it may be; the log names them."
)
JOBS_RUNNING = Gauge("JobsRunning", MetricUnit.Count, ("kind",), "Runs of a kind of job that are under way.")
JOBS_STOPPED = Gauge(
    "JobsStopped",
    MetricUnit.Count,
    (),
    "Runs found without a word for longer than their kind may take, and set to failed, since the last look.",
)
QUALITY_FINDINGS = Gauge(
    "QualityFindings",
    MetricUnit.Count,
    ("measure",),
    "Titles that a measure of data quality finds fault with, once a day.",
    service="data_quality",
)

GAUGES = (
    *(CREDITS_LEFT, CREDIT_PACE, BREAKER_OPEN, PROVIDER_QUEUE),
    *(DATA_AGE, ENRICHMENT_BACKLOG, ENRICHMENT_WAIT),
    *(FAILURES_OPEN, FAILURES_OPEN_BY_SOURCE, SCHEDULES_MISSED, JOBS_RUNNING, JOBS_STOPPED),
    QUALITY_FINDINGS,
)
