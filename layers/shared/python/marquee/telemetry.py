"""One logger and one metric set for every function: JSON lines with ids as fields, never whole events or secrets."""

import warnings

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

__all__ = ["MetricUnit", "logger", "metrics"]

# Service, namespace and level come from the POWERTOOLS_* variables that the function construct sets.
logger = Logger(log_uncaught_exceptions=False)
metrics = Metrics()

# An invocation with nothing to count is normal; the warning would stand in the log as a line that is not JSON.
warnings.filterwarnings("ignore", "No application metrics to publish")
