"""`marquee run` and `marquee fetch`: a job started by hand, and how it ended."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import typer
from pydantic import ValidationError

from cli import terminal
from cli.archive_harvest import begin
from cli.audit import audited
from cli.environment import LOCAL, Environment, environment
from cli.functions import function
from cli.job_shown import followed, jobs_of, show_job
from marquee.messages.archive import HarvestRequest
from marquee.operations_runs import RUNS, start_run

ARCHIVE = "archive"
LISTS = "tmdb_cache"
# What a run is asked for if nothing else is said.
USUAL: Mapping[str, Mapping[str, object]] = {LISTS: {"scheduleType": "daily"}}
# The archive is started by a queue, all others by a function.
KNOWN = {**{name: run.does for name, run in RUNS.items()}, ARCHIVE: "Harvest of what is new at TMDB"}

Waiting = Annotated[
    bool, typer.Option("--wait/--no-wait", help="Stay until the job has ended, or only print where it stands.")
]


def known_jobs() -> list[str]:
    """Return what can be run, for the completion of the shell."""
    return list(KNOWN)


def as_object(given: object) -> dict[str, Any]:
    """Return the input that some JSON stands for; raises BadParameter if it is no object."""
    try:
        found = given if isinstance(given, dict) else json.loads(str(given))
    except ValueError as error:
        raise typer.BadParameter(f"{given!r} is not JSON: {error}.") from error
    if not isinstance(found, dict):
        raise typer.BadParameter(f"{given!r} is no JSON object.")
    return found


def run(
    job: Annotated[
        str, typer.Argument(help="What to run; without it, all jobs are listed.", autocompletion=known_jobs)
    ] = "",
    env: terminal.Env = LOCAL,
    given: Annotated[
        Any, typer.Option("--input", parser=as_object, metavar="JSON", help='What to do, such as {"repair": true}.')
    ] = None,
    waiting: Waiting = True,
    as_json: terminal.AsJson = False,
) -> None:
    """Start a job and see to its end; exit code 1 if it failed. What runs already is not started twice."""
    if not job:
        _list(as_json=as_json)
        return
    if job not in KNOWN:
        raise typer.BadParameter(f"there is no job {job!r}; there are {terminal.listed(KNOWN)}.")
    started(environment(env), job, given or {}, waiting=waiting, as_json=as_json)


def fetch(
    what: Annotated[Literal["daily", "weekly", "full"], typer.Argument(help="Which of TMDB's lists; full is both.")],
    env: terminal.Env = LOCAL,
    waiting: Waiting = True,
    as_json: terminal.AsJson = False,
) -> None:
    """Fetch TMDB's lists now: what is popular and trending (daily), by genre and acclaimed (weekly), or all."""
    started(environment(env), LISTS, {"scheduleType": what}, waiting=waiting, as_json=as_json)


def started(place: Environment, job: str, given: Mapping[str, object], *, waiting: bool, as_json: bool) -> None:
    """Start a job and show it; exits with 1 if it failed. Raises AlreadyRunning."""
    job_id = start(place, job, given)
    found = followed(place, job_id, waiting=waiting)
    show_job(found, as_json=as_json)
    raise typer.Exit(1 if found.state == "failed" else 0)


def start(place: Environment, job: str, given: Mapping[str, object]) -> str:
    """Start a job and return its id; raises AlreadyRunning, BadParameter for what a harvest cannot be asked."""
    asked = {**USUAL.get(job, {}), **given}
    if job == ARCHIVE:
        try:
            return begin(place, HarvestRequest.model_validate({**asked, "started_by": terminal.operator()}))
        except ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
            raise typer.BadParameter(wrong) from error
    known, name = RUNS[job], function(place, RUNS[job].function)
    with audited(place, f"run {job}", **asked):
        return start_run(
            jobs_of(place), place.client("lambda"), name, known, started_by=terminal.operator(), input=asked
        )


def _list(*, as_json: bool) -> None:
    if as_json:
        terminal.print_json(KNOWN)
        return
    table = terminal.grid(None, "job", "what it does")
    for each in KNOWN.items():
        table.add_row(*each)
    terminal.results.print(table)
