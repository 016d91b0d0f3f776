"""`marquee status`: how an environment is, on one screen."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from cli import jobs, terminal
from cli.archive_progress import duration
from cli.environment import LOCAL, environment
from cli.job_shown import facts as job_facts
from cli.status_reading import Status, StatusReader
from marquee.governor_views import BudgetView, GovernorView
from marquee.operations_freshness import Freshness


def status(env: terminal.Env = LOCAL, as_json: terminal.AsJson = False) -> None:
    """Tell how an environment is: health, freshness, budgets, queues, last runs; exit code 1 if anything is wrong."""
    found = StatusReader(environment(env)).read()
    wrong = list(problems(found))
    if as_json:
        terminal.print_json({"ok": not wrong, "problems": wrong, **facts(found)})
    else:
        terminal.results.print(picture(found, wrong))
    raise typer.Exit(1 if wrong else 0)


def problems(found: Status) -> Iterator[str]:
    """Yield what is wrong, a sentence each."""
    if found.api.problem:
        yield found.api.problem
    yield from (f"The alarm {each} rings; see docs/alarms.md." for each in found.alarms)
    for data in found.freshness:
        if data.age is not None and not data.is_fresh:
            yield f"It is {duration(data.age)} since the last {data.what}; `marquee jobs` says why."
    for view in found.providers:
        if view.open_until:
            yield f"Nobody calls {view.provider} until {view.open_until:%H:%M:%S} UTC: it failed again and again."
        if view.budget and view.budget.exhausted_until:
            yield f"The credits of {view.provider} are used up until {view.budget.exhausted_until:%Y-%m-%d}."
    for each in found.queues:
        if each.is_last and each.waiting:
            yield f"{each.waiting:,} messages wait in {each.queue}, where nobody reads them."
    for source, count in found.failures.items():
        yield f"{count:,} failures of {source} are open; `marquee failures list` shows them."
    for job in found.jobs:
        if job.state == "failed":
            yield f"The last run of {job.kind} failed; `marquee jobs {job.id}` says why."
    yield from (f"The {part} could not be read: {reason}" for part, reason in found.unread.items())


def facts(found: Status) -> dict[str, Any]:
    """Return a status for other programs."""
    return {
        "environment": found.environment,
        "api": asdict(found.api),
        "alarms": list(found.alarms),
        "freshness": [{**asdict(each), "fresh": each.is_fresh} for each in found.freshness],
        "providers": [asdict(each) for each in found.providers],
        "queues": [asdict(each) for each in found.queues],
        "failures": dict(found.failures),
        "jobs": [job_facts(each) for each in found.jobs],
    }


def picture(found: Status, wrong: list[str]) -> RenderableType:
    """Return a status for a reader: what is wrong first."""
    title = Text(f"Marquee {found.environment}: ", style="bold")
    title.append("something is wrong" if wrong else "all is well", style="bold red" if wrong else "bold green")
    if found.api.milliseconds is not None:
        title.append(f", the API answers in {found.api.milliseconds:,.0f} ms", style="default")
    parts: list[RenderableType] = [title, *(Text(f"  {each}", style="red") for each in wrong)]
    if found.freshness:
        parts += [Text(), _freshness(found.freshness)]
    if found.providers:
        parts += [Text(), _providers(found.providers)]
    parts += [Text(), _queues(found)]
    if found.jobs:
        parts += [Text(), jobs.table(found.jobs)]
    return Group(*parts)


def _freshness(ages: Iterable[Freshness]) -> RenderableType:
    table = terminal.grid(None, "data", "age", "may be")
    for each in ages:
        style = "dim" if each.age is None else "green" if each.is_fresh else "red"
        age = "never yet" if each.age is None else duration(each.age)
        table.add_row(each.what, Text(age, style=style), duration(each.expected))
    return table


def _providers(views: Iterable[GovernorView]) -> RenderableType:
    table = terminal.grid(None, "provider", "calls", "wait", "credits left", "spent today", "renewed")
    for each in views:
        calls = Text("stopped", style="red") if each.open_until else Text("go out", style="green")
        table.add_row(each.provider, calls, f"{each.queue_seconds:.1f} s", *_budget(each.budget))
    return table


def _budget(budget: BudgetView | None) -> tuple[str, str, str]:
    if budget is None:
        return ("", "", "")
    left = f"{budget.quota - budget.used:,} of {budget.quota:,}"
    return (left, f"{budget.spent_today:,} of {budget.allowance:,}", str(budget.renewal_expected))


def _queues(found: Status) -> RenderableType:
    busy = [each for each in found.queues if each.waiting or each.held]
    if not busy:
        return Text(f"All {len(found.queues)} queues are empty.")
    table = terminal.grid(None, "queue", "waiting", "in work")
    for each in busy:
        style = "red" if each.is_last else "default"
        table.add_row(Text(each.queue, style=style), f"{each.waiting:,}", f"{each.held:,}")
    return table
