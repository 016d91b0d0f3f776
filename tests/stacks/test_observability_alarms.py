"""Each alarm fires when what it is about happens, stays silent until then, and clears when it is over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.alarm_evaluation import Point, Series, metric_names, states
from tests.stacks.assemblies import Assembly, Resource

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
# Requests and events of a quiet week: what CloudWatch learns the usual from.
USUAL = [float(100 + 10 * (hour % 24)) for hour in range(7 * 24)]


@dataclass(frozen=True)
class Case:
    """The last value that is fine and the first that is not, by metric; what is usual where that decides."""

    calm: dict[str, Point]
    wrong: dict[str, Point]
    usual: Series = ()


def one(metric: str, calm: Point, wrong: Point) -> Case:
    return Case({metric: calm}, {metric: wrong})


FAMILIES = {
    "ApiErrors": one("5XXError", 0.02, 0.021),
    "ApiSlow": one("Latency", 3_000, 3_001),
    "RollOutApiErrors": one("5XXError", 0.02, 0.021),
    "RollOutErrors": one("Errors", 0, 1),
    "RollOutSlow": one("Duration", 3_000, 3_001),
    "RollOutSlow-admin_api": one("Duration", 20_000, 20_001),
    "ApiTraffic": Case({"Count": 330.0}, {"Count": 5_000.0}, USUAL),
    "ApiRefusals": Case({"4XXError": 0.03}, {"4XXError": 0.5}, [0.01, 0.03] * 50),
    "EventTraffic": Case({"EventsAccepted": 95.0}, {"EventsAccepted": 10.0}, [90.0, 110.0] * 50),
    "FunctionErrors": one("Errors", 0, 1),
    "StreamBehind": one("IteratorAge", 15 * MINUTE * 1000, 15 * MINUTE * 1000 + 1),
    "QueueBehind": one("ApproximateAgeOfOldestMessage", 2 * HOUR, 2 * HOUR + 1),
    "QueueBehind-Changes": one("ApproximateAgeOfOldestMessage", HOUR, HOUR + 1),
    "QueueBehind-Notification": one("ApproximateAgeOfOldestMessage", 30 * MINUTE, 30 * MINUTE + 1),
    "DeadLetters": Case(
        {"ApproximateNumberOfMessagesVisible": 0.2, "ApproximateNumberOfMessagesNotVisible": 0.2},
        {"ApproximateNumberOfMessagesVisible": 0.4, "ApproximateNumberOfMessagesNotVisible": 0.6},
    ),
    "StreamFull": one("WriteProvisionedThroughputExceeded", 0, 1),
    "TableThrottled-…Reads": one("ReadThrottleEvents", 9, 10),
    "TableThrottled-…Writes": one("WriteThrottleEvents", 9, 10),
    "FailuresOpen": one("FailuresOpen", 0, 1),
    "EnrichmentBehind": one("EnrichmentWaitSeconds", 2 * HOUR, 2 * HOUR + 1),
    "SchedulesMissed": one("SchedulesMissed", 0, 1),
    "JobsStopped": one("JobsStopped", 0, 1),
    "WatchSilent": one("FailuresOpen", 1, None),
    "BreakerOpen": one("BreakerOpen", 0, 1),
    "CreditsRunningOut": one("CreditPacePercent", 50, 49.9),
    "DataStale-reference": one("DataAgeSeconds", 36 * HOUR, 36 * HOUR + 1),
    "DataStale-listing": one("DataAgeSeconds", 36 * HOUR, 36 * HOUR + 1),
    "DataStale-tmdb_daily": one("DataAgeSeconds", 36 * HOUR, 36 * HOUR + 1),
    "DataStale-tmdb_weekly": one("DataAgeSeconds", 8 * DAY, 8 * DAY + 1),
    "DataStale-archive": one("DataAgeSeconds", 3 * DAY, 3 * DAY + 1),
    "ArchiveStalled": Case(
        {"ApproximateNumberOfMessagesVisible": 40, "NumberOfMessagesDeleted": 1},
        {"ApproximateNumberOfMessagesVisible": 40, "NumberOfMessagesDeleted": 0},
    ),
}


def alarms(assembly: Assembly) -> Iterator[tuple[str, Resource]]:
    """Every alarm with its name after `marquee-<environment>-`."""
    for resource in assembly.resources("AWS::CloudWatch::Alarm"):
        yield resource.properties["AlarmName"].removeprefix(f"marquee-{assembly.environment}-"), resource


def alarm(assembly: Assembly, name: str) -> dict[str, Any]:
    return next(each.properties for found, each in alarms(assembly) if found == name)


def case_of(name: str) -> Case:
    family, _, subject = name.partition("-")
    what = re.sub("^[A-Z].*(?=Reads$|Writes$)", "…", subject)
    found = FAMILIES.get(f"{family}-{what}") or FAMILIES.get(family)
    assert found, f"No test causes what {name} is about."
    return found


def over_time(*parts: tuple[dict[str, Point], int]) -> dict[str, list[Point]]:
    """The points of parts of time, each with the value that every metric has for so many periods."""
    return {metric: [part[metric] for part, periods in parts for _ in range(periods)] for metric in parts[0][0]}


def test_every_alarm_fires_once_it_has_lasted_and_clears_when_it_is_over(assembly: Assembly) -> None:
    for name, resource in alarms(assembly):
        properties, case = resource.properties, case_of(name)
        periods, wanted = properties["EvaluationPeriods"], properties["DatapointsToAlarm"]
        before, during = periods + 2, periods + 2
        points = over_time((case.calm, before), (case.wrong, during), (case.calm, periods + 2))
        assert points.keys() == metric_names(properties), name

        found = states(properties, points, case.usual)

        fires = found.index("ALARM") - before + 1
        # A missing point is only missed when CloudWatch has looked further back in vain.
        assert fires == (periods + 2 if None in case.wrong.values() else wanted), name
        assert set(found[:before]) == {"OK"}, name
        assert found[-1] == "OK", name
        assert found.count("ALARM") >= during - fires, name


def test_what_happens_once_wakes_nobody_where_it_has_to_last(assembly: Assembly) -> None:
    for name, resource in alarms(assembly):
        properties, case = resource.properties, case_of(name)
        if properties["DatapointsToAlarm"] == 1:
            continue
        points = over_time((case.calm, 8), (case.wrong, 1), (case.calm, 8))
        assert set(states(properties, points, case.usual)) == {"OK"}, name


def test_traffic_that_stays_away_is_as_unusual_as_a_flood(dev: Assembly) -> None:
    assert states(alarm(dev, "ApiTraffic"), {"Count": [150.0, 0.0, 0.0, 0.0]}, [150.0, 170.0] * 50)[-1] == "ALARM"
    assert states(alarm(dev, "ApiRefusals"), {"4XXError": [0.0] * 5}, [0.01, 0.03] * 50)[-1] == "OK"
    assert states(alarm(dev, "EventTraffic"), {"EventsAccepted": [9_000.0] * 5}, [90.0, 110.0] * 50)[-1] == "OK"


@pytest.mark.parametrize(
    ("waiting", "worked_off"),
    [
        pytest.param([0] * 12, [0] * 12, id="nothing to do"),
        pytest.param([40] * 12, [0, 0, 0, 0, 0, 3] * 2, id="slow, but not for half an hour"),
        pytest.param([40] * 5 + [0] * 7, [0] * 12, id="the last messages are in work"),
        pytest.param([None] * 12, [None] * 12, id="a queue that has slept for hours tells nothing"),
    ],
)
def test_an_archive_that_collects_or_has_nothing_to_collect_is_not_stalled(
    dev: Assembly, waiting: list[Point], worked_off: list[Point]
) -> None:
    points = {"ApproximateNumberOfMessagesVisible": waiting, "NumberOfMessagesDeleted": worked_off}

    assert set(states(alarm(dev, "ArchiveStalled"), points)) == {"OK"}


def test_gauges_that_stay_away_neither_raise_nor_clear_an_alarm(dev: Assembly) -> None:
    for name in ("FailuresOpen", "EnrichmentBehind", "CreditsRunningOut-watchmode", "DataStale-listing"):
        case, properties = case_of(name), alarm(dev, name)
        (metric,) = metric_names(properties)
        wrong, calm = case.wrong[metric], case.calm[metric]

        assert states(properties, {metric: [wrong, wrong, wrong, None, None, None, None, None]})[-1] == "ALARM", name
        assert states(properties, {metric: [calm, calm, calm, None, None, None, None, None]})[-1] == "OK", name


def test_a_breaker_that_lets_one_call_try_between_is_still_open(dev: Assembly) -> None:
    assert states(alarm(dev, "BreakerOpen-tmdb"), {"BreakerOpen": [1, 0, 1, 1]})[-1] == "ALARM"
    assert "ALARM" not in states(alarm(dev, "BreakerOpen-tmdb"), {"BreakerOpen": [0, 1, 0, 0, 1, 0]})


def test_a_function_that_fails_now_and_then_is_told_of(dev: Assembly) -> None:
    errors = {"Errors": [2, 0, 1, 0, 1, 0]}

    assert states(alarm(dev, "FunctionErrors-title_ingestion"), errors)[-2] == "ALARM"


def test_every_alarm_is_told_on_the_one_topic_when_it_fires_and_when_it_clears(assembly: Assembly) -> None:
    (topic,) = assembly.resources("AWS::SNS::Topic")
    for name, resource in alarms(assembly):
        # Those of a roll-out tell CodeDeploy.
        if resource.stack == "api":
            continue
        assert resource.properties["AlarmActions"] == [{"Ref": topic.logical_id}], name
        assert resource.properties["OKActions"] == [{"Ref": topic.logical_id}], name
        family = name.split("-")[0]
        assert resource.properties["AlarmDescription"].endswith(f" What to do: docs/alarms.md#{family.lower()}"), name
