"""`marquee cost`: the month to date by service and what is expected, of one environment alone."""

import json
from datetime import date
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli import cost
from cli.__main__ import app
from cli.environment import Environment


class NotKnown(Exception):
    """What Cost Explorer says where it knows too little."""


class CostExplorer:
    """Answers with two pages of services and a forecast, None where there is none; keeps what was asked."""

    def __init__(self, dollars: dict[str, str], forecast: str | None) -> None:
        self.exceptions = type("exceptions", (), {"DataUnavailableException": NotKnown})
        self.dollars = dollars
        self.forecast = forecast
        self.asked: list[dict[str, Any]] = []

    def get_cost_and_usage(self, **request: Any) -> dict[str, Any]:
        self.asked.append(request)
        some = list(self.dollars.items())
        page, more = (some[1:], {}) if "NextPageToken" in request else (some[:1], {"NextPageToken": "2"})
        groups = [{"Keys": [name], "Metrics": {"UnblendedCost": {"Amount": amount}}} for name, amount in page]
        return {"ResultsByTime": [{"Groups": groups}], **more}

    def get_cost_forecast(self, **request: Any) -> dict[str, Any]:
        self.asked.append(request)
        if self.forecast is None:
            raise NotKnown
        return {"Total": {"Amount": self.forecast}}


def place(client: CostExplorer, name: str = "prod") -> Environment:
    return Environment(name, {}, lambda _: client, lambda _: "")


def marquee(monkeypatch: pytest.MonkeyPatch, found: Environment, *options: str) -> Result:
    monkeypatch.setattr(cost, "environment", lambda name: found)
    return CliRunner().invoke(app, ["cost", *options], catch_exceptions=False)


def test_cost_is_told_by_service_with_the_forecast(monkeypatch: pytest.MonkeyPatch) -> None:
    client = CostExplorer({"AWS Lambda": "1.5", "Amazon DynamoDB": "4.25"}, "10.25")

    shown = marquee(monkeypatch, place(client)).stdout
    told = json.loads(marquee(monkeypatch, place(client), "--json").stdout)

    assert told["services"] == {"Amazon DynamoDB": 4.25, "AWS Lambda": 1.5}
    assert (told["dollars"], told["forecast"]) == (5.75, 16.0)
    assert [line.split()[-1] for line in shown.splitlines()[2:]] == ["4.25", "1.50", "5.75", "16.00"]
    assert all(each.get("Filter") == {"Tags": {"Key": cost.TAG, "Values": ["prod"]}} for each in client.asked)


@pytest.mark.parametrize(
    ("today", "spent", "expected"),
    [
        (date(2026, 11, 21), ("2026-11-01", "2026-11-21"), ("2026-11-21", "2026-12-01")),
        (date(2026, 12, 31), ("2026-12-01", "2026-12-31"), ("2026-12-31", "2027-01-01")),
        (date(2026, 11, 1), ("2026-11-01", "2026-11-02"), ("2026-11-01", "2026-12-01")),
    ],
    ids=["within", "last day", "first day"],
)
def test_days_are_counted_once_and_none_is_left_out(
    today: date, spent: tuple[str, str], expected: tuple[str, str]
) -> None:
    client = CostExplorer({"AWS Lambda": "1"}, "1")

    cost.read(place(client), today)

    periods = [tuple(each["TimePeriod"].values()) for each in client.asked]
    assert periods == [spent, spent, expected]


def test_forecast_that_nobody_knows_yet_is_not_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "not known yet" in marquee(monkeypatch, place(CostExplorer({"AWS Lambda": "1"}, None))).stdout


def test_missing_tag_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    said = marquee(monkeypatch, place(CostExplorer({}, "5"))).stdout

    assert "Activate it once under Billing" in " ".join(said.split())


def test_local_cloud_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    client = CostExplorer({}, None)

    ended = marquee(monkeypatch, place(client, "local"))

    assert (ended.exit_code, ended.stdout, client.asked) == (0, "The local cloud costs nothing.\n", [])
    assert json.loads(marquee(monkeypatch, place(client, "local"), "--json").stdout)["dollars"] == 0
