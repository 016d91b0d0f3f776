"""`marquee archive status`: how far a harvest is, once or as it goes on."""

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Self

import typer
from rich.console import Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table as Grid
from rich.text import Text

from cli import terminal
from cli.archive_progress import Pace, Progress, duration, what_types_do
from cli.environment import LOCAL, Environment, environment
from cli.errors import OperatorError
from marquee import clock, keys
from marquee.archive_letters import DeadLetters
from marquee.models.harvests import Harvest
from marquee.models.jobs import Job
from marquee.repositories.archive_states import KIND
from marquee.repositories.jobs import JobRepository
from marquee.repositories.table import Table

PAUSE_SECONDS = 2.0
SHOWN_ERRORS = 5
BAR_WIDTH = 40
# What is going on by how far the harvest itself is.
STAGES = {
    **{"start": "not begun", "gather": "reading what TMDB lists", "queue": "queueing ids"},
    **{"ended": "all queued, collecting", "failed": "failed"},
}


@dataclass(frozen=True)
class Status:
    """A harvest as it is known now; `harvest` is None until somebody works on it."""

    job: Job
    harvest: Harvest | None
    progress: Progress
    dead_letters: int


@dataclass(frozen=True)
class Watch:
    """Reads how far one harvest is, for two reads of an item and one question to SQS each time."""

    table: Table
    letters: DeadLetters
    pace: Pace

    @classmethod
    def of(cls, place: Environment) -> Self:
        """Return what watches the harvests of an environment."""
        table = Table(place.client("dynamodb"), place.output("OperationsTable"))
        return cls(table, DeadLetters(place.client("sqs"), place.output("ArchiveDeadLetterQueueUrl")), Pace())

    def latest(self) -> str:
        """Return the id of the harvest that began last; raises OperatorError if there has been none."""
        item = self.table.get(keys.job_kind(KIND), keys.RUNNING, consistent=True)
        if item is None:
            raise OperatorError("Nothing has been harvested yet; `marquee archive harvest` begins.")
        return str(item["job_id"])

    def read(self, job_id: str) -> Status:
        """Return how far a harvest is; raises OperatorError if there is none of that id."""
        item = self.table.get(keys.job(job_id), keys.HARVEST, consistent=True)
        harvest = Harvest.model_validate(item) if item else None
        job = JobRepository(self.table).get(job_id)
        if job is None or job.kind != KIND:
            raise OperatorError(f"There is no harvest {job_id!r}; jobs are forgotten after 90 days, manifests are not.")
        return Status(job, harvest, self.pace.progress(job, harvest, clock.now()), self.letters.depth())

    def until_the_end(self, job_id: str) -> Iterator[Status]:
        """Yield how far a harvest is, again and again until it has ended."""
        while (found := self.read(job_id)).job.state == "running":
            yield found
            pause()
        yield found


def pause() -> None:
    """Give the collectors a moment."""
    time.sleep(PAUSE_SECONDS)


def status(
    job: Annotated[str, typer.Argument(help="A harvest, if not the one that began last.")] = "",
    env: terminal.Env = LOCAL,
    watching: Annotated[
        bool, typer.Option("--watch", help="Stay until it has ended; exit code 1 if it failed.")
    ] = False,
    as_json: terminal.AsJson = False,
) -> None:
    """Tell how far a harvest is: ids queued, done and failed, the pace, the time that is left, and what went wrong."""
    watch = Watch.of(environment(env))
    job_id = job or watch.latest()
    if watching:
        follow(watch, job_id, as_json=as_json)
    elif as_json:
        print(json.dumps(facts(watch.read(job_id)), indent=2))
    else:
        terminal.results.print(picture(watch.read(job_id)))


def follow(watch: Watch, job_id: str, *, as_json: bool) -> None:
    """Show a harvest until it has ended, a line of JSON each time if that is asked for; exits with 1 if it failed."""
    found: Status | None = None
    if as_json:
        for found in watch.until_the_end(job_id):
            print(json.dumps(facts(found)), flush=True)
    else:
        with Live(console=terminal.results, refresh_per_second=4) as live:
            for found in watch.until_the_end(job_id):
                live.update(picture(found))
    raise typer.Exit(1 if found and found.job.state == "failed" else 0)


def facts(found: Status) -> dict[str, Any]:
    """Return a status for other programs."""
    return {
        "job": found.job.model_dump(mode="json"),
        "harvest": found.harvest.model_dump(mode="json") if found.harvest else None,
        "progress": {**asdict(found.progress), "total": found.progress.total},
        "dead_letters": found.dead_letters,
    }


def picture(found: Status) -> RenderableType:
    """Return a status for a reader."""
    job, progress = found.job, found.progress
    stage = f", {STAGES[found.harvest.stage]}" if found.harvest and job.state == "running" else ""
    ended = f", ended {job.finished_at}" if job.finished_at else ""
    left = f", {duration(progress.seconds_left)} left" if job.state == "running" else ""
    lines: list[RenderableType] = [
        Text(f"Harvest {job.id}: {job.state}{stage}, began {job.started_at} for {job.started_by}{ended}"),
        _bar(progress),
        Text(f"{progress.ids_a_second:,.1f} ids and {progress.calls_a_second:,.1f} calls a second{left}"),
        Text(", ".join(f"{name} {job.counts.get(name, 0):,}" for name in ("stored", "unchanged", "gone", "calls"))),
    ]
    if found.harvest and found.harvest.types:
        lines.append(_types(found.harvest))
    lines += [Text(f"note: {note}") for note in (found.harvest.notes if found.harvest else ())]
    lines += [Text(f"error: {error}") for error in job.errors[:SHOWN_ERRORS]]
    if found.dead_letters:
        lines.append(
            Text(f"{found.dead_letters:,} messages could not be collected: `marquee archive replay --list` says why.")
        )
    return Group(*lines)


def _bar(progress: Progress) -> Grid:
    counts = f"{progress.done:,} of {progress.total:,} ids done, {progress.failed:,} failed, {progress.queued:,} queued"
    bar = ProgressBar(total=max(progress.total, 1), completed=progress.done + progress.failed, width=BAR_WIDTH)
    line = Grid.grid(padding=(0, 1))
    line.add_row(bar, Text(counts))
    return line


def _types(harvest: Harvest) -> Grid:
    table = terminal.grid(None, "what", "how", "read", "ids", "messages")
    for *said, ids, messages in what_types_do(harvest):
        table.add_row(*map(Text, said), f"{ids:,}", f"{messages:,}")
    return table
