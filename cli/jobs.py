"""`marquee jobs`: what ran, what runs, how it went."""

from collections.abc import Iterable
from typing import Annotated, Literal

import typer
from rich.table import Table
from rich.text import Text

from cli import terminal
from cli.archive_progress import duration
from cli.environment import LOCAL, Environment, environment
from cli.job_shown import facts, followed, jobs_of, show_job, state_of, told
from marquee import clock
from marquee.models.jobs import Job, JobState
from marquee.operations_jobs import duration_seconds

MOST = 100


def jobs(
    job: Annotated[str, typer.Argument(help="The id of a run; without it, the latest runs are listed.")] = "",
    env: terminal.Env = LOCAL,
    kind: Annotated[str, typer.Option(help="Only runs of this kind, such as listing.")] = "",
    state: Annotated[
        Literal["running", "succeeded", "failed"] | None, typer.Option(help="Only runs in this state.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many, the latest.")] = 20,
    after: Annotated[str, typer.Option("--next", help="Go on where the page before has ended.")] = "",
    following: Annotated[
        bool, typer.Option("--follow", help="Stay until the run has ended; exit code 1 if it failed.")
    ] = False,
    as_json: terminal.AsJson = False,
) -> None:
    """List runs, the latest first: when, by whom, how far or how they ended; or show one whole."""
    place = environment(env)
    if not job:
        _list(place, kind or None, state, limit, after or None, as_json=as_json)
        return
    found = followed(place, job, waiting=following)
    show_job(found, as_json=as_json)
    raise typer.Exit(1 if following and found.state == "failed" else 0)


def _list(
    place: Environment, kind: str | None, state: JobState | None, limit: int, below: str | None, *, as_json: bool
) -> None:
    found, following = jobs_of(place).list(kind=kind, state=state, limit=limit, below=below)
    if as_json:
        terminal.print_json({"jobs": [facts(each) for each in found], "next": following})
        return
    terminal.results.print(table(found) if found else "There are no such runs.")
    terminal.tell_more(following)


def table(found: Iterable[Job]) -> Table:
    """Return runs as a table."""
    shown = terminal.grid(None, "kind", "state", "started", "by", "took", "counts or error", "id")
    for each in found:
        took = duration(duration_seconds(each, clock.now()))
        started = each.started_at[:16].replace("T", " ")
        shown.add_row(each.kind, state_of(each), started, Text(each.started_by), took, told(each), each.id)
    return shown
