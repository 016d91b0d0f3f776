"""A run as people read it: how far it is, how long it took, what went wrong."""

import time
from collections.abc import Iterator
from typing import Any

from rich.progress import Progress
from rich.text import Text

from cli import terminal
from cli.archive_progress import duration
from cli.environment import Environment
from cli.errors import OperatorError
from marquee import clock
from marquee.models.jobs import Job
from marquee.operations_jobs import duration_seconds, progress
from marquee.repositories.jobs import JobRepository
from marquee.repositories.table import Table

PAUSE_SECONDS = 1.0
SHOWN_ERRORS = 10
STATES = {"running": "cyan", "succeeded": "green", "failed": "red"}


def jobs_of(place: Environment) -> JobRepository:
    """Return the runs of an environment."""
    return JobRepository(Table(place.client("dynamodb"), place.output("OperationsTable")))


def job_of(jobs: JobRepository, job_id: str) -> Job:
    """Return a run; raises OperatorError if there is none of that id."""
    job = jobs.get(job_id)
    if job is None:
        raise OperatorError(f"There is no job {job_id!r}; jobs are forgotten after 90 days.")
    return job


def facts(job: Job) -> dict[str, Any]:
    """Return a run for other programs."""
    shown = job.model_dump(mode="json", exclude={"aborted", "lock"})
    return {**shown, "duration_seconds": duration_seconds(job, clock.now()), "progress": progress(job)}


def state_of(job: Job) -> Text:
    """Return the state of a run, with how much of it is done while it runs."""
    done = progress(job) if job.state == "running" else None
    return Text(job.state if done is None else f"running {done:.0%}", style=STATES[job.state])


def told(job: Job) -> Text:
    """Return how a run went, in a line: its error, or what it counted."""
    if job.state == "failed" and job.errors:
        return Text(terminal.in_a_line(job.errors[0]))
    return Text(terminal.listed(f"{name} {count:,}" for name, count in job.counts.items() if count))


def show_job(job: Job, *, as_json: bool) -> None:
    """Print a run whole."""
    if as_json:
        terminal.print_json(facts(job))
        return
    table = terminal.grid(f"{job.kind} {job.id}", "what", "")
    table.add_row("state", state_of(job))
    rows = [
        ("started", f"{job.started_at} by {job.started_by}"),
        ("took" if job.finished_at else "takes", duration(duration_seconds(job, clock.now()))),
        *(("input", f"{name}: {value}") for name, value in job.input.items() if name != "started_by"),
        *((name, f"{count:,}") for name, count in job.counts.items() if count),
        *(("error", error) for error in job.errors[:SHOWN_ERRORS]),
    ]
    for name, value in rows:
        table.add_row(Text(name), Text(value))
    terminal.results.print(table)


def followed(place: Environment, job_id: str, *, waiting: bool = True) -> Job:
    """Return a run when it has ended, with a bar meanwhile; at once if nobody is `waiting`."""
    jobs = jobs_of(place)
    job = job_of(jobs, job_id)
    if not waiting or job.state != "running":
        return job
    with Progress(console=terminal.progress, transient=True) as bar:
        task = bar.add_task(job.kind, total=None)
        for job in _until_the_end(jobs, job_id):
            done = progress(job)
            bar.update(task, total=None if done is None else 1, completed=done or 0)
    return job


def _until_the_end(jobs: JobRepository, job_id: str) -> Iterator[Job]:
    """Yield a run again and again, at last as it ended."""
    while (job := job_of(jobs, job_id)).state == "running":
        yield job
        pause()
    yield job


def pause() -> None:
    """Give a run some time."""
    time.sleep(PAUSE_SECONDS)
