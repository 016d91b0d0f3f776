"""What CloudWatch would make of an alarm's metrics: its states over time, for points that somebody recorded.

It follows CloudWatch's documentation for what our alarms use: one metric, a metric math expression of `IF`, arithmetic
and comparisons, or a band of the usual; M of N periods; and the three ways to take missing points.
"""

from __future__ import annotations

import ast
import operator
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Point = float | None
Series = Sequence[Point]

# CloudWatch looks back further than the periods of an alarm for points in place of missing ones.
FURTHER_BACK = 2

_OPERATORS: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
}
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


def states(alarm: Mapping[str, Any], points: Mapping[str, Series], usual: Series = ()) -> list[str]:
    """Return the state after each period: `OK`, `ALARM`, or `INSUFFICIENT_DATA` before anything is known.

    `alarm` has the properties of the template; `points` holds one value for each period, by the metric's name; a band
    of the usual is learnt from `usual`. Raises KeyError for a metric without points.
    """
    breaching = [None if value is None else _is_breaching(alarm, value, usual) for value in _values(alarm, points)]
    found: list[str] = []
    for end in range(1, len(breaching) + 1):
        before = found[-1] if found else "INSUFFICIENT_DATA"
        found.append(_state(alarm, breaching[:end], before))
    return found


def metric_names(alarm: Mapping[str, Any]) -> set[str]:
    """Return the names of the metrics that an alarm looks at."""
    if "MetricName" in alarm:
        return {alarm["MetricName"]}
    return {each["MetricStat"]["Metric"]["MetricName"] for each in alarm["Metrics"] if "MetricStat" in each}


def _values(alarm: Mapping[str, Any], points: Mapping[str, Series]) -> list[Point]:
    if "MetricName" in alarm:
        return list(points[alarm["MetricName"]])
    by_id = {
        each["Id"]: points[each["MetricStat"]["Metric"]["MetricName"]]
        for each in alarm["Metrics"]
        if "MetricStat" in each
    }
    if "ThresholdMetricId" in alarm:
        (values,) = by_id.values()
        return list(values)
    (expression,) = (each["Expression"] for each in alarm["Metrics"] if "Expression" in each)
    tree = ast.parse(expression, mode="eval").body
    return [_evaluated(tree, dict(zip(by_id, at, strict=True))) for at in zip(*by_id.values(), strict=True)]


def _evaluated(node: ast.expr, values: Mapping[str, Point]) -> Point:
    """Return the value of an expression in one period: none where a metric that it needs has none."""
    match node:
        case ast.Constant(value=int() | float() as constant):
            return float(constant)
        case ast.Name(id=name):
            return values[name]
        case ast.BinOp(left=left, op=how, right=right) | ast.Compare(left=left, ops=[how], comparators=[right]):
            one, other = _evaluated(left, values), _evaluated(right, values)
            return None if one is None or other is None else float(_OPERATORS[type(how)](one, other))
        case ast.Call(func=ast.Name(id="IF"), args=[condition, yes, no]):
            holds = _evaluated(condition, values)
            return None if holds is None else _evaluated(yes if holds else no, values)
    raise NotImplementedError(f"No alarm of ours has used {ast.unparse(node)} yet.")


def _is_breaching(alarm: Mapping[str, Any], value: float, usual: Series) -> bool:
    if "ThresholdMetricId" not in alarm:
        return _COMPARISONS[alarm["ComparisonOperator"]](value, alarm["Threshold"])
    low, high = _band(alarm, [each for each in usual if each is not None])
    sides = alarm["ComparisonOperator"]
    return ("GreaterThanUpper" in sides and value > high) or ("LessThanLower" in sides and value < low)


def _band(alarm: Mapping[str, Any], usual: Sequence[float]) -> tuple[float, float]:
    """Return the usual as its mean and so many standard deviations to each side; CloudWatch learns hours and days."""
    (expression,) = (each["Expression"] for each in alarm["Metrics"] if "Expression" in each)
    name, width = expression.removesuffix(")").split("(")[0], float(expression.removesuffix(")").split(",")[1])
    if name != "ANOMALY_DETECTION_BAND":
        raise NotImplementedError(f"No alarm of ours has used {expression} yet.")
    middle, spread = statistics.fmean(usual), statistics.pstdev(usual)
    return middle - width * spread, middle + width * spread


def _state(alarm: Mapping[str, Any], breaching: Sequence[bool | None], before: str) -> str:
    """Return the state after the last period, by CloudWatch's rules for M of N and for missing points."""
    periods, wanted = alarm["EvaluationPeriods"], alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"])
    known = [each for each in breaching[-periods - FURTHER_BACK :] if each is not None][-periods:]
    missing = periods - len(known)
    bad = sum(known)
    match alarm["TreatMissingData"]:
        case "breaching":
            return "ALARM" if bad + missing >= wanted else "OK"
        case "notBreaching":
            return "ALARM" if bad >= wanted else "OK"
        case "ignore" if bad >= wanted:
            return "ALARM"
        case "ignore" if bad + missing >= wanted:
            return before
        case "ignore":
            return "OK"
    raise NotImplementedError(f"No alarm of ours has taken missing points as {alarm['TreatMissingData']} yet.")
