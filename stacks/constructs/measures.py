"""CloudWatch metrics that the functions of Marquee emit, by the names in `docs/metrics.md`."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

NAMESPACE = "Marquee"
PERIOD = Duration.minutes(5)
WATCH = "operations_watch"


def counted(name: str, service: str) -> cloudwatch.Metric:
    """Return what one function counts, summed up over five minutes."""
    return _metric(name, "Sum", {"service": service})


def gauge(name: str, *, statistic: str = "Maximum", **dimensions: str) -> cloudwatch.Metric:
    """Return a gauge of `marquee/operations_metrics.py` by its dimensions."""
    return _metric(name, statistic, {"service": WATCH, **dimensions})


def over_services(name: str, *, label: str) -> cloudwatch.MathExpression:
    """Return what all functions together count under one name; for graphs, because no alarm may search."""
    found = f"SEARCH('{{{NAMESPACE},service}} MetricName=\"{name}\"', 'Sum', {int(PERIOD.to_seconds())})"
    return cloudwatch.MathExpression(expression=f"SUM({found})", using_metrics={}, label=label, period=PERIOD)


def by_dimension(name: str, dimension: str, *, statistic: str = "Maximum") -> cloudwatch.MathExpression:
    """Return one line for each value that a dimension has, also for those that come later; for graphs."""
    found = f'{{{NAMESPACE},{dimension},service}} MetricName="{name}"'
    return cloudwatch.MathExpression(
        expression=f"SEARCH('{found}', '{statistic}', {int(PERIOD.to_seconds())})",
        using_metrics={},
        label="",
        period=PERIOD,
    )


def _metric(name: str, statistic: str, dimensions: dict[str, str]) -> cloudwatch.Metric:
    # Without a label: an alarm of a metric that has one is written like one of several metrics.
    return cloudwatch.Metric(
        namespace=NAMESPACE, metric_name=name, statistic=statistic, dimensions_map=dimensions, period=PERIOD
    )
