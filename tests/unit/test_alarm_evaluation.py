"""The evaluator of alarms follows the rules and the examples of CloudWatch's documentation."""

from __future__ import annotations

from typing import Any

import pytest

from tests.alarm_evaluation import states


def alarm(*, missing: str = "notBreaching", points: int = 3, of: int = 3, **others: Any) -> dict[str, Any]:
    return {
        "MetricName": "Errors",
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "Threshold": 1,
        "DatapointsToAlarm": points,
        "EvaluationPeriods": of,
        "TreatMissingData": missing,
        **others,
    }


def math(expression: str) -> dict[str, Any]:
    metrics = [{"Id": name, "MetricStat": {"Metric": {"MetricName": name.upper()}}} for name in ("a", "b")]
    properties = alarm(points=1, of=1, Metrics=[*metrics, {"Id": "e", "Expression": expression}])
    del properties["MetricName"]
    return properties


@pytest.mark.parametrize(
    ("recorded", "breaching", "not_breaching", "ignore"),
    [
        # The table "Example: missing data treatment" for three of three periods; `.` is missing, the latest last.
        pytest.param("0.X.X", "OK", "OK", "OK", id="enough points, one of them good"),
        pytest.param("0....", "OK", "OK", "OK", id="one good point"),
        pytest.param(".....", "ALARM", "OK", "before", id="no point"),
        pytest.param("0XX.X", "ALARM", "ALARM", "ALARM", id="enough points, the latest bad"),
        pytest.param("..X..", "ALARM", "OK", "before", id="one bad point"),
    ],
)
@pytest.mark.parametrize("before", ["OK", "ALARM"])
def test_missing_points_are_taken_as_cloudwatch_documents_it(
    recorded: str, breaching: str, not_breaching: str, ignore: str, before: str
) -> None:
    history = [0.0 if before == "OK" else 1.0] * 3
    points = [*history, *({"0": 0.0, "X": 1.0, ".": None}[each] for each in recorded)]

    for missing, expected in (("breaching", breaching), ("notBreaching", not_breaching), ("ignore", ignore)):
        found = states(alarm(missing=missing), {"Errors": points})[-1]
        assert found == (before if expected == "before" else expected), missing


def test_an_alarm_needs_its_points_within_its_periods() -> None:
    three_of_five = alarm(points=3, of=5)

    assert states(three_of_five, {"Errors": [1, 0, 1, 0, 1]}) == ["OK", "OK", "OK", "OK", "ALARM"]
    assert "ALARM" not in states(three_of_five, {"Errors": [1, 1, 0, 0, 0, 1, 1]})


def test_an_alarm_that_keeps_its_state_knows_nothing_before_the_first_point() -> None:
    assert states(alarm(missing="ignore"), {"Errors": [None, None]}) == ["INSUFFICIENT_DATA", "INSUFFICIENT_DATA"]


def test_metric_math_is_computed_for_each_period() -> None:
    expression = math("IF(a > 0, b / a, 0)")

    assert states(expression, {"A": [0, 2, 4], "B": [9, 2, 2]}) == ["OK", "ALARM", "OK"]


def test_metric_math_has_no_value_where_a_metric_has_none() -> None:
    expression = math("a + b") | {"TreatMissingData": "breaching"}

    assert states(expression, {"A": [0, None, 0, 0], "B": [0, 5, None, 1]})[-1] == "ALARM"
    assert states(math("a + b"), {"A": [0, None], "B": [0, 5]}) == ["OK", "OK"]


def test_what_is_usual_is_a_band_about_the_recorded_points() -> None:
    unusual = math("ANOMALY_DETECTION_BAND(a, 2)") | {
        "ThresholdMetricId": "e",
        "ComparisonOperator": "LessThanLowerOrGreaterThanUpperThreshold",
    }
    unusual["Metrics"] = [unusual["Metrics"][0], unusual["Metrics"][-1]]

    found = states(unusual, {"A": [100, 121, 119, 79, 81]}, usual=[90, 110] * 10)

    assert found == ["OK", "ALARM", "OK", "ALARM", "OK"]


@pytest.mark.parametrize("expression", ["RATE(a)", "a if b else 0", "ANOMALY_DETECTION_BAND(a, 2)"])
def test_what_the_evaluator_does_not_know_it_refuses(expression: str) -> None:
    with pytest.raises(NotImplementedError):
        states(math(expression), {"A": [1], "B": [1]})
