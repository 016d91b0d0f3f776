"""Counts what functions ask of the providers: `<Provider>Calls`, of them `…Throttled` (429) and `…Failed`."""

from marquee.repositories.governors import Governor
from marquee.telemetry import MetricUnit, metrics


class CountingGovernor(Governor):
    """A governor that also counts, in the metrics of the function, what it is told of each call."""

    def report_success(self) -> None:
        """Take note that the provider answered."""
        super().report_success()
        self._count("Calls")

    def report_failure(self) -> None:
        """Take note that the provider failed."""
        super().report_failure()
        self._count("Calls", "Failed")

    def report_rate_limited(self, retry_after: float | None, attempt: int = 1) -> float:
        """Let everyone pause after a 429, which was an answer and is counted as one before."""
        self._count("Throttled")
        return super().report_rate_limited(retry_after, attempt)

    def _count(self, *outcomes: str) -> None:
        for outcome in outcomes:
            metrics.add_metric(f"{self.provider.capitalize()}{outcome}", MetricUnit.Count, 1)
