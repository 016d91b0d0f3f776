"""`marquee dashboard`: points from CloudWatch or from logs, drawn in the terminal."""

import json
import time
import webbrowser
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner, Result

from cli import dashboard
from cli.__main__ import app
from cli.environment import Environment
from cli.errors import OperatorError
from cli.measures import PANELS, Measure
from cli.measuring import CloudWatchReading, LogReading, Span
from marquee.operations_metrics import GAUGES
from tests.fakes.client import PreparedClient
from tests.unit.conftest import Cloud

SPAN = Span(since=1_800_000_000, until=1_800_003_600, period=300)
LISTED = Measure("listed", "TitlesListed", ("title_ingestion",))
AGES = Measure("", "DataAgeSeconds", ("operations_watch",), "Maximum", by="data")
SLOWEST = Measure("guide_api", "Duration", ("guide_api",), "p99", of_lambda=True)
FUNCTIONS = ("title_ingestion", "operations_watch", "guide_api")


class CloudWatch:
    """Answers each question with two points; one that searches by a dimension with two lines."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.meta = type("meta", (), {"region_name": "eu-west-2"})

    def get_paginator(self, _: str) -> "CloudWatch":
        return self

    def paginate(self, **request: Any) -> list[dict[str, Any]]:
        self.asked += request["MetricDataQueries"]
        moments = [datetime.fromtimestamp(SPAN.since + offset, UTC) for offset in (0, 300)]
        results = [
            {"Id": each["Id"], "Label": label, "Timestamps": moments, "Values": [1.0, 2.0]}
            for each in request["MetricDataQueries"]
            for label in (("listing", "reference") if each.get("Expression", "").startswith("SEARCH") else ("any",))
        ]
        return [{"MetricDataResults": results[:1]}, {"MetricDataResults": results[1:]}]


def names() -> dict[str, str]:
    return {f"Function{''.join(map(str.capitalize, each.split('_')))}": each for each in FUNCTIONS}


class Logs:
    """The logs of a local cloud in moto."""

    def __init__(self) -> None:
        self.client = boto3.client("logs")
        for each in FUNCTIONS:
            self.client.create_log_group(logGroupName=f"/aws/lambda/{each}")
            self.client.create_log_stream(logGroupName=f"/aws/lambda/{each}", logStreamName="s")
        clients = {"logs": self.client, "lambda": self}
        self.place = Environment("local", names(), clients.__getitem__, lambda _: "")

    def get_function_configuration(self, *, FunctionName: str) -> dict[str, str]:  # noqa: N803
        return {"FunctionName": FunctionName}

    def log(self, function: str, moment: float, *lines: str) -> None:
        events = [{"timestamp": round(moment * 1000), "message": each} for each in lines]
        group = f"/aws/lambda/{function}"
        self.client.put_log_events(logGroupName=group, logStreamName="s", logEvents=events)


def emf(metric: str, value: object, **dimensions: str) -> str:
    return json.dumps({"_aws": {"CloudWatchMetrics": []}, metric: value, **dimensions})


def test_cloudwatch_is_asked_once_for_all_lines() -> None:
    cloudwatch = CloudWatch()

    found = CloudWatchReading(cloudwatch, {"guide_api": "guide-api-1"}).lines([LISTED, AGES, SLOWEST], SPAN)

    points = {SPAN.since: 1.0, SPAN.since + 300: 2.0}
    assert found == [{"listed": points}, {"listing": points, "reference": points}, {"guide_api": points}]
    assert (
        cloudwatch.asked[0]["Expression"] == "SUM(SEARCH('{Marquee,service} MetricName=\"TitlesListed\"', 'Sum', 300))"
    )
    assert "{Marquee,data,service}" in cloudwatch.asked[1]["Expression"]
    assert cloudwatch.asked[2]["MetricStat"]["Metric"]["Dimensions"] == [
        {"Name": "FunctionName", "Value": "guide-api-1"}
    ]


def test_local_points_are_those_that_cloudwatch_would_make_of_the_logs(cloud: Cloud) -> None:
    logs, now = Logs(), time.time()
    span = Span.back(now, 1)
    begin = span.begin(now - 600)
    logs.log("title_ingestion", begin + 1, emf("TitlesListed", [3.0, 4.0], service="title_ingestion"), "not JSON")
    logs.log("title_ingestion", begin + 2, emf("TitlesListed", 5, service="title_ingestion"), emf("Other", 1))
    logs.log(
        "operations_watch", begin, emf("DataAgeSeconds", 60, data="listing"), emf("DataAgeSeconds", 9, data="archive")
    )
    logs.log("operations_watch", begin + 3, emf("DataAgeSeconds", 50, data="listing"))
    report = "REPORT RequestId: 1\tDuration: {} ms\tBilled Duration: 1 ms"
    logs.log("guide_api", begin, *(report.format(number) for number in range(1, 101)))

    found = LogReading(logs.place).lines([LISTED, AGES, SLOWEST], span)

    assert found == [
        {"listed": {begin: 12.0}},
        {"archive": {begin: 9.0}, "listing": {begin: 60.0}},
        {"guide_api": {begin: 99.0}},
    ]


def marquee(monkeypatch: pytest.MonkeyPatch, place: Environment, *options: str) -> Result:
    monkeypatch.setattr(dashboard, "environment", lambda name: place)
    return CliRunner().invoke(app, ["dashboard", *options], catch_exceptions=False)


def deployed(cloudwatch: CloudWatch) -> Environment:
    outputs = names() | {"DashboardPipeline": "marquee-prod-pipeline"}
    return Environment("prod", outputs, lambda _: cloudwatch, lambda _: "")


def test_dashboard_is_drawn_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dashboard.time, "time", lambda: float(SPAN.until))

    shown = marquee(monkeypatch, deployed(CloudWatch()), "upstream", "--hours", "1").stdout
    told = json.loads(marquee(monkeypatch, deployed(CloudWatch()), "pipeline", "--json").stdout)

    assert "Age of data (s)" in shown
    assert "┌" in shown
    assert told["Titles"]["listed"] == {"2027-01-15T08:00:00.000Z": 1.0, "2027-01-15T08:05:00.000Z": 2.0}


def test_plot_of_nothing_says_so() -> None:
    assert "nothing was measured" in dashboard.plot("Titles", {}, SPAN).plain


def test_browser_is_sent_to_the_dashboard_of_cloudwatch(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)

    marquee(monkeypatch, deployed(CloudWatch()), "pipeline", "--open")

    url = "https://eu-west-2.console.aws.amazon.com/cloudwatch/home?region=eu-west-2#dashboards/dashboard/"
    assert opened == [f"{url}marquee-prod-pipeline"]
    with pytest.raises(OperatorError, match="has no console"):
        marquee(monkeypatch, Environment("local", {}, lambda _: PreparedClient(), lambda _: ""), "--open")


def test_unknown_dashboard_is_wrong_use(monkeypatch: pytest.MonkeyPatch) -> None:
    assert marquee(monkeypatch, deployed(CloudWatch()), "weather").exit_code == 2


@pytest.mark.parametrize(("hours", "period"), [(0.5, 60), (3, 300), (48, 3600)])
def test_span_ends_with_the_period_that_is_under_way(hours: float, period: int) -> None:
    span = Span.back(1_800_000_001.0, hours)

    assert (span.period, span.until % period, span.since % period) == (period, 0, 0)
    assert span.since <= 1_800_000_001 - hours * 3600
    assert 0 < span.until - 1_800_000_001 < period


def test_gauges_that_are_drawn_are_those_that_are_measured() -> None:
    gauges = {each.name: each.dimensions for each in GAUGES}
    drawn = [measure for panels in PANELS.values() for panel in panels for measure in panel.measures]

    for each in drawn:
        if each.services == ("operations_watch",):
            assert gauges[each.metric] == ((each.by,) if each.by else ())
