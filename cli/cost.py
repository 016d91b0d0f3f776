"""`marquee cost`: what an environment has cost this month, and what the month will cost."""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from rich.text import Text

from cli import terminal
from cli.environment import LOCAL, Environment, environment

# What CDK puts on everything of an environment; Billing has to be told once to count by it.
TAG = "marquee:environment"
METRIC = "UnblendedCost"
FORECAST_METRIC = "UNBLENDED_COST"
UNTOLD = (
    f"No cost carries the tag {TAG} yet. Activate it once under Billing, Cost allocation tags; "
    "costs appear with it from the next day on."
)
FREE = "The local cloud costs nothing."


@dataclass(frozen=True)
class Cost:
    """Dollars of a month: so far by service, most expensive first, and expected by its end (None: not known)."""

    since: date
    until: date
    dollars: float
    services: dict[str, float]
    forecast: float | None


def cost(env: terminal.Env = LOCAL, as_json: terminal.AsJson = False) -> None:
    """Tell the month's cost to date by service, and the forecast for the whole of it (asking costs two cents)."""
    place = environment(env)
    if place.name == LOCAL:
        terminal.print_json({"dollars": 0, "note": FREE}) if as_json else terminal.results.print(FREE)
        return
    found = read(place, datetime.now(UTC).date())
    terminal.print_json(asdict(found)) if as_json else show(found)


def read(place: Environment, today: date) -> Cost:
    """Return the cost of the month that `today` is in; Cost Explorer is asked twice."""
    client = place.client("ce")
    first = today.replace(day=1)
    # Whole days: the forecast begins with today.
    end = max(today, first + timedelta(days=1))
    tagged = {"Tags": {"Key": TAG, "Values": [place.name]}}
    services = _by_service(client, first, end, tagged)
    so_far = sum(services.values())
    rest = _forecast(client, today, _next_month(first), tagged) if so_far else None
    return Cost(first, end - timedelta(days=1), so_far, services, None if rest is None else so_far + rest)


def _by_service(client: Any, first: date, end: date, tagged: dict[str, Any]) -> dict[str, float]:
    request = {
        "TimePeriod": {"Start": first.isoformat(), "End": end.isoformat()},
        "Granularity": "MONTHLY",
        "Metrics": [METRIC],
        "GroupBy": [{"Type": "DIMENSION", "Key": "SERVICE"}],
        "Filter": tagged,
    }
    found: dict[str, float] = {}
    while True:
        answer = client.get_cost_and_usage(**request)
        for group in (each for period in answer["ResultsByTime"] for each in period["Groups"]):
            amount = float(group["Metrics"][METRIC]["Amount"])
            found[group["Keys"][0]] = found.get(group["Keys"][0], 0) + amount
        if "NextPageToken" not in answer:
            return dict(sorted(found.items(), key=lambda each: -each[1]))
        request["NextPageToken"] = answer["NextPageToken"]


def _forecast(client: Any, today: date, end: date, tagged: dict[str, Any]) -> float | None:
    """Return what the rest of the month will cost; None while there is too little history."""
    try:
        answer = client.get_cost_forecast(
            TimePeriod={"Start": today.isoformat(), "End": end.isoformat()},
            Metric=FORECAST_METRIC,
            Granularity="MONTHLY",
            Filter=tagged,
        )
    except client.exceptions.DataUnavailableException:
        return None
    return float(answer["Total"]["Amount"])


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def show(found: Cost) -> None:
    """Print the cost of a month for a reader."""
    if not found.services:
        terminal.results.print(UNTOLD)
        return
    table = terminal.grid(f"{found.since:%B %Y} until {found.until}", "service", "dollars")
    for service, dollars in found.services.items():
        table.add_row(Text(service), f"{dollars:,.2f}")
    table.add_row("together", f"{found.dollars:,.2f}", style="bold")
    expected = "not known yet" if found.forecast is None else f"{found.forecast:,.2f}"
    table.add_row("expected for the month", expected)
    terminal.results.print(table)
