"""`marquee events`: synthetic events for any environment, and whether they arrived."""

import json
import random
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.live import Live
from rich.table import Table

from cli import generation, terminal
from cli.environment import DEMO_PRODUCER, LOCAL, Environment, environment
from cli.errors import OperatorError
from cli.generation import Order
from cli.generator import Plan
from cli.readings import Readings
from cli.subjects import subjects
from cli.tally import Tally
from cli.verification import ArchiveCheck, Difference, compared, expected_counters, other_differences
from marquee import activity

# Not sent unless it is named: Marquee asks the providers whether such a report is right, and that costs credits.
COSTLY = ("availability_reported",)
MOST_SHOWN = 50
PAUSE = 3.0

app = typer.Typer(no_args_is_help=True, help="Generate events, and verify what became of them.")


def share(given: object) -> float:
    """Return the share that `5%` or `0.05` means."""
    text = str(given)
    try:
        value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        value = -1
    if not 0 <= value <= 1:
        raise typer.BadParameter(f"{text!r} is no share: write 5% or 0.05.")
    return value


@app.command()
def generate(
    env: terminal.Env = LOCAL,
    rate: Annotated[float, typer.Option(min=0.01, help="Events a second.")] = 50,
    types: Annotated[
        str, typer.Option(help="With commas; all if none is named, but availability_reported only locally.")
    ] = "",
    seconds: Annotated[float | None, typer.Option(min=0, help="End after so many seconds.")] = None,
    count: Annotated[int | None, typer.Option(min=1, help="End after so many events.")] = None,
    bad: Annotated[float, typer.Option(parser=share, metavar="SHARE", help="How many are bad, such as 5%.")] = 0.0,
    duplicates: Annotated[
        float, typer.Option(parser=share, metavar="SHARE", help="How many are sent again, such as 2%.")
    ] = 0.0,
    batch: Annotated[int, typer.Option(min=1, max=500, help="Events a request; 1 sends each by itself.")] = 100,
    bad_records: Annotated[int, typer.Option(min=0, help="Unusable records put on the stream itself.")] = 0,
    producer: Annotated[str, typer.Option(help="Whose API key sends them.")] = DEMO_PRODUCER,
    titles: Annotated[Path | None, typer.Option(exists=True, help="Ids of the titles to speak of.")] = None,
    viewers: Annotated[Path | None, typer.Option(exists=True, help="Ids of the viewers to speak of.")] = None,
    token: Annotated[str | None, typer.Option(envvar="MARQUEE_TOKEN", help="Speak of this viewer's guide.")] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed makes the same events.")] = None,
    tally: Annotated[Path | None, typer.Option(help="Write the account of the run, for `verify`.")] = None,
    as_json: terminal.AsJson = False,
) -> None:
    """Send made-up events until the count, the seconds or Ctrl-C; exit code 1 if the API answered as it should not."""
    place = environment(env)
    known = subjects(place, titles=titles, viewers=viewers, token=token)
    chosen = random.randrange(2**32) if seed is None else seed
    plan = Plan(event_types(types, place), known, chosen, bad, duplicates)
    order = Order(plan, producer, rate, batch, count, seconds, bad_records)
    account = generation.new_tally(place, order)
    try:
        run(place, order, account, remember=tally is not None)
    finally:
        if tally:
            account.write(tally)
    show_tally(account, as_json=as_json)
    raise typer.Exit(1 if account.surprises or account.unknown else 0)


def run(place: Environment, order: Order, account: Tally, *, remember: bool) -> None:
    """Generate with a live count at the terminal."""
    if remember:
        generation.remember_counters(place, order, account)
    started = time.monotonic()
    with Live(
        console=terminal.progress,
        get_renderable=lambda: live_count(account, time.monotonic() - started),
        refresh_per_second=4,
    ):
        generation.place_bad_records(place, order, account)
        generation.generate(place, order, account)


@app.command()
def verify(
    tally: Annotated[Path, typer.Argument(help="What `generate --tally` wrote.")],
    env: Annotated[str, typer.Option("--env", help="Where to look, if not where the tally says.")] = "",
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for events that are under way.")] = 60,
    as_json: terminal.AsJson = False,
) -> None:
    """Compare a tally with the archive, the counters and the quarantine; exit code 1 if anything differs."""
    account = Tally.read(tally)
    readings = Readings.of(environment(env or account.environment))
    deadline = time.monotonic() + wait
    while not arrived(account, readings) and time.monotonic() < deadline:
        pause()
    while (found := differences(account, readings)) and time.monotonic() < deadline:
        pause()
    show_differences(account, found, as_json=as_json)
    raise typer.Exit(1 if found else 0)


def pause() -> None:
    """Give events that are under way some time."""
    time.sleep(PAUSE)


def arrived(account: Tally, readings: Readings) -> bool:
    """Tell whether as many events are counted as should be; that is read faster than the archive."""
    if account.before is None:
        return True
    return readings.counters([], account.accepted.types).events >= account.before.events + account.accepted.events


def differences(account: Tally, readings: Readings) -> list[Difference]:
    """Read what a run has left and return how it differs from the tally."""
    archive = ArchiveCheck(account).look_at(readings.archived(account.started_at, account.ended_at))
    found = [*archive.differences()]
    if expected := expected_counters(account, archive):
        titles = ((day, title_id) for day, counts in expected.titles.items() for title_id in counts)
        found += compared("counters", expected, readings.counters(titles, expected.types))
    return [*found, *other_differences(account, readings.quarantined(account.bad_records))]


def event_types(asked: str, place: Environment) -> tuple[str, ...]:
    """Return the types to generate; raises OperatorError for one that does not exist."""
    known = activity.event_types()
    if not asked:
        return tuple(each for each in known if place.name == LOCAL or each not in COSTLY)
    wanted = tuple(each.strip() for each in asked.split(","))
    for each in wanted:
        if each not in known:
            raise OperatorError(f"There is no event type {each!r}; there are {', '.join(known)}.")
    return wanted


def live_count(account: Tally, seconds: float) -> Table:
    """Return what the terminal shows while events go out."""
    table = terminal.grid(None, "sent", "a second", "accepted", "bad", "duplicates", "sent again")
    numbers = (account.accepted.events, account.bad, account.duplicates, account.resent)
    table.add_row(f"{account.sent:,}", f"{account.sent / max(seconds, 0.001):,.0f}", *(f"{each:,}" for each in numbers))
    return table


def show_tally(account: Tally, *, as_json: bool) -> None:
    """Print the account of a run."""
    if as_json:
        print(account.model_dump_json(indent=2))
        return
    table = terminal.grid(f"Run {account.run}, seed {account.seed}", "what", "answer", "events")
    types: Counter[str] = Counter()
    for of_day in account.accepted.types.values():
        types.update(of_day)
    rows = [(event_type, "accepted", events) for event_type, events in sorted(types.items())]
    rows += [(flaw, answer, times) for flaw, answers in account.refused.items() for answer, times in answers.items()]
    rows += [("unexpected", what, times) for what, times in account.surprises.items()]
    rows += [("events", "accepted", account.accepted.events), ("events", "not known", len(account.unknown))]
    for what, answer, events in rows:
        table.add_row(what, answer, f"{events:,}")
    terminal.results.print(table)


def show_differences(account: Tally, found: list[Difference], *, as_json: bool) -> None:
    """Print in what an environment differs from a tally."""
    if as_json:
        print(json.dumps({"run": account.run, "differences": [asdict(each) for each in found]}, indent=2))
        return
    if not found:
        terminal.results.print(f"All {account.accepted.events:,} events are where they should be, once.")
        return
    table = terminal.grid(f"{len(found):,} differences", "where", "what", "expected", "found")
    for each in found[:MOST_SHOWN]:
        table.add_row(each.where, each.what, str(each.expected), str(each.found))
    terminal.results.print(table)
