"""Points of measures: from CloudWatch, or where there is none from the lines that CloudWatch would read."""

import json
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from cli.environment import LOCAL, Environment
from cli.functions import functions, log_group, logged
from cli.measures import Measure

NAMESPACE = "Marquee"
# What a line has that CloudWatch makes metrics of.
EMF = '"_aws"'
_DURATION = re.compile(r"\sDuration: (?P<milliseconds>[\d.]+) ms")
OVER_SERVICES = {"Sum": "SUM", "Maximum": "MAX"}

# Epoch seconds at which a period begins, and the value of the period.
Points = dict[int, float]
# What a measure shows by the label of the line.
Lines = dict[str, Points]


@dataclass(frozen=True)
class Span:
    """A time from one epoch second to another, in periods of some seconds."""

    since: int
    until: int
    period: int

    @classmethod
    def back(cls, now: float, hours: float) -> "Span":
        """Return the last hours, in periods of which a plot can show each."""
        period = 60 if hours <= 1 else 300 if hours <= 12 else 3600
        until = math.ceil(now / period) * period
        return cls(math.floor((now - hours * 3600) / period) * period, until, period)

    def begin(self, moment: float) -> int:
        """Return when the period that a moment is in begins."""
        return int(moment // self.period) * self.period


class Reading(Protocol):
    """Where points come from."""

    def lines(self, measures: Sequence[Measure], span: Span) -> list[Lines]:
        """Return the lines of each measure, in the order of the measures."""


def reading_of(place: Environment) -> Reading:
    """Return where an environment's points come from: the local cloud makes no metrics of what functions emit."""
    if place.name == LOCAL:
        return LogReading(place)
    return CloudWatchReading(place.client("cloudwatch"), functions(place))


class CloudWatchReading:
    """Asks CloudWatch."""

    def __init__(self, cloudwatch: Any, names: Mapping[str, str]) -> None:
        self._cloudwatch = cloudwatch
        self._names = names

    def lines(self, measures: Sequence[Measure], span: Span) -> list[Lines]:
        """Return the lines of each measure, by one question for all."""
        found: list[Lines] = [{} for _ in measures]
        pages = self._cloudwatch.get_paginator("get_metric_data").paginate(
            MetricDataQueries=[self._query(number, each, span.period) for number, each in enumerate(measures)],
            StartTime=datetime.fromtimestamp(span.since, UTC),
            EndTime=datetime.fromtimestamp(span.until, UTC),
        )
        for result in (each for page in pages for each in page["MetricDataResults"]):
            number = int(result["Id"].removeprefix("m"))
            label = result["Label"] if measures[number].by else measures[number].label
            moments = (round(each.timestamp()) for each in result["Timestamps"])
            found[number].setdefault(label, {}).update(zip(moments, result["Values"], strict=True))
        return found

    def _query(self, number: int, measure: Measure, period: int) -> dict[str, Any]:
        query_id = f"m{number}"
        if measure.of_lambda:
            dimensions = [{"Name": "FunctionName", "Value": self._names.get(measure.services[0], "-")}]
            metric = {"Namespace": "AWS/Lambda", "MetricName": measure.metric, "Dimensions": dimensions}
            return {"Id": query_id, "MetricStat": {"Metric": metric, "Period": period, "Stat": measure.statistic}}
        schema = ",".join(filter(None, (NAMESPACE, measure.by, "service")))
        search = f"SEARCH('{{{schema}}} MetricName=\"{measure.metric}\"', '{measure.statistic}', {period})"
        return {"Id": query_id, "Expression": search if measure.by else f"{OVER_SERVICES[measure.statistic]}({search})"}


class LogReading:
    """Reads the metrics that functions have written into their logs, and what Lambda reports of each run there."""

    def __init__(self, place: Environment) -> None:
        self._place = place
        self._logs = place.client("logs")

    def lines(self, measures: Sequence[Measure], span: Span) -> list[Lines]:
        """Return the lines of each measure; each log is read once."""
        values: dict[tuple[int, str, int], list[float]] = defaultdict(list)
        deployed = functions(self._place)
        for service in sorted({each for measure in measures for each in measure.services if each in deployed}):
            wanted = [(number, each) for number, each in enumerate(measures) if service in each.services]
            group = log_group(self._place, service)
            for at, text in logged(self._logs, group, span.since * 1000, span.until * 1000):
                for number, label, value in _measured(text, wanted):
                    values[number, label, span.begin(at / 1000)].append(value)
        found: list[Lines] = [{} for _ in measures]
        for (number, label, moment), some in sorted(values.items()):
            found[number].setdefault(label, {})[moment] = STATISTICS[measures[number].statistic](some)
        return found


def _measured(text: str, measures: Iterable[tuple[int, Measure]]) -> Iterator[tuple[int, str, float]]:
    """Yield what a line of a log says of some measures: the number of the measure, the label, the value."""
    if report := _DURATION.search(text) if text.startswith("REPORT ") else None:
        for number, each in measures:
            if each.of_lambda:
                yield number, each.label, 1 if each.metric == "Invocations" else float(report["milliseconds"])
    elif EMF in text:
        said = json.loads(text)
        for number, each in measures:
            if not each.of_lambda and each.metric in said:
                label = str(said.get(each.by, each.label))
                value = said[each.metric]
                yield from ((number, label, float(one)) for one in (value if isinstance(value, list) else [value]))


def _percentile_99(values: Sequence[float]) -> float:
    ranked = sorted(values)
    return ranked[math.ceil(0.99 * len(ranked)) - 1]


STATISTICS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "Sum": sum,
    "Maximum": max,
    "p99": _percentile_99,
}
