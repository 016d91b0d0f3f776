"""One logger and one metric set for every function: JSON lines with ids as fields, never whole events or secrets."""

import threading
import warnings

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricResolution, MetricUnit

__all__ = ["MetricUnit", "logger", "metrics"]

_counting = threading.Lock()


class SharedMetrics(Metrics):
    """Metrics that workers may count side by side: nobody adds to a full set while it is written and emptied."""

    def add_metric(
        self, name: str, unit: MetricUnit | str, value: float, resolution: MetricResolution | int = 60
    ) -> None:
        """Add a value to a metric."""
        with _counting:
            super().add_metric(name, unit, value, resolution)


# Service, namespace and level come from the POWERTOOLS_* variables that the function construct sets.
logger = Logger(log_uncaught_exceptions=False)
metrics = SharedMetrics()

# An invocation with nothing to count is normal; the warning would stand in the log as a line that is not JSON.
warnings.filterwarnings("ignore", "No application metrics to publish")
