"""What our functions did in the last hour, by the numbers that Lambda keeps of each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from admin_api.answers import FunctionAnswer, FunctionsAnswer
from marquee import clock

HOUR = 3600
MINUTE = 60
# CloudWatch answers 500 queries at once.
QUERIES = 500


@dataclass(frozen=True)
class Measure:
    """A number that Lambda keeps of each function, and over which time it is taken (seconds)."""

    metric: str
    statistic: str
    period: int


# By the minute what is added up, so that the hour need not begin with one of the clock.
MEASURES = {
    "invocations": Measure("Invocations", "Sum", MINUTE),
    "errors": Measure("Errors", "Sum", MINUTE),
    "throttles": Measure("Throttles", "Sum", MINUTE),
    "duration_p50_ms": Measure("Duration", "p50", HOUR),
    "duration_p99_ms": Measure("Duration", "p99", HOUR),
}
Points = list[tuple[datetime, float]]


class Functions:
    """The functions of this environment, by package and by the name that AWS knows them by."""

    def __init__(self, client: Any, names: Mapping[str, str]) -> None:
        self._client = client
        self._names = names

    def summary(self) -> FunctionsAnswer:
        """Return what each function did in the last hour, by name."""
        ends = datetime.now(UTC)
        begins = ends - timedelta(seconds=HOUR)
        points = self._points(begins, ends)
        answers = [_answer(name, {each: points.get(f"{name}:{each}", []) for each in MEASURES}) for name in self._names]
        told = sorted(answers, key=lambda each: each.name)
        return FunctionsAnswer(functions=told, begins=clock.timestamp(begins), ends=clock.timestamp(ends))

    def _points(self, begins: datetime, ends: datetime) -> dict[str, Points]:
        """Return the points of every measure of every function, by `<function>:<measure>`."""
        labels = [f"{name}:{each}" for name in self._names for each in MEASURES]
        queries = [self._query(number, *label.split(":")) for number, label in enumerate(labels)]
        found: dict[str, Points] = {}
        for start in range(0, len(queries), QUERIES):
            for result in self._results(queries[start : start + QUERIES], begins, ends):
                label = labels[int(result["Id"].removeprefix("q"))]
                found.setdefault(label, []).extend(zip(result["Timestamps"], result["Values"], strict=True))
        return found

    def _results(self, queries: list[dict[str, Any]], begins: datetime, ends: datetime) -> Iterator[dict[str, Any]]:
        request: dict[str, Any] = {"MetricDataQueries": queries, "StartTime": begins, "EndTime": ends}
        while True:
            answer = self._client.get_metric_data(**request)
            yield from answer["MetricDataResults"]
            if not answer.get("NextToken"):
                return
            request["NextToken"] = answer["NextToken"]

    def _query(self, number: int, name: str, measure: str) -> dict[str, Any]:
        of = MEASURES[measure]
        dimensions = [{"Name": "FunctionName", "Value": self._names[name]}]
        metric = {"Namespace": "AWS/Lambda", "MetricName": of.metric, "Dimensions": dimensions}
        return {"Id": f"q{number}", "MetricStat": {"Metric": metric, "Period": of.period, "Stat": of.statistic}}


def _answer(name: str, points: Mapping[str, Points]) -> FunctionAnswer:
    sums = {each: round(sum(value for _, value in points[each])) for each in MEASURES if not each.endswith("_ms")}
    # Two periods where the hour lies across the clock's: of the median the later one, of the slowest the slower one.
    median = max(points["duration_p50_ms"], default=None)
    slowest = max((value for _, value in points["duration_p99_ms"]), default=None)
    failed = max((moment for moment, value in points["errors"] if value), default=None)
    return FunctionAnswer(
        name=name,
        **sums,
        duration_p50_ms=median[1] if median else None,
        duration_p99_ms=slowest,
        last_error_at=clock.timestamp(failed) if failed else None,
    )
