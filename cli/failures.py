"""`marquee failures`: what was given up, why, and another try at it."""

import json
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

import typer
from rich.progress import Progress
from rich.text import Text

from cli import terminal
from cli.archive_progress import duration
from cli.audit import audited
from cli.environment import LOCAL, Environment, environment
from marquee import clock
from marquee.archive_letters import DeadLetters
from marquee.failures import Replayer
from marquee.failures_shown import redacted
from marquee.failures_ways import Ways
from marquee.models.operations import Failure, Replayed
from marquee.repositories.failures import FailureRepository
from marquee.repositories.quarantine import QuarantineRepository
from marquee.repositories.table import Table

MOST = 100
SHOWN_REASONS = 20
# The one source that the inbox leaves alone: its messages tell the reasons id by id.
ARCHIVE, ARCHIVE_LETTERS = "archive_collector", "ArchiveDeadLetterQueueUrl"

app = typer.Typer(no_args_is_help=True, help="List what was given up, have it tried again, or discard it.")
Kind = Annotated[Literal["message", "event", "enrichment"] | None, typer.Option(help="Only failures of this kind.")]
Source = Annotated[str, typer.Option(help="Only failures of this queue or function.")]
State = Annotated[Literal["open", "replayed", "discarded"], typer.Option(help="Only failures in this state.")]
Ids = Annotated[list[str] | None, typer.Argument(help="The ids of failures.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


@app.command("list")
def list_failures(
    env: terminal.Env = LOCAL,
    kind: Kind = None,
    source: Source = "",
    state: State = "open",
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many, the latest.")] = 50,
    after: Annotated[str, typer.Option("--next", help="Go on where the page before has ended.")] = "",
    as_json: terminal.AsJson = False,
) -> None:
    """List failures, the latest first, and how many are open by source."""
    place = environment(env)
    inbox = inbox_of(place)
    found, following = inbox.list(kind=kind, state=state, source=source or None, limit=limit, below=after or None)
    opened = inbox.open_by_source() | _uncollected(place)
    if as_json:
        terminal.print_json({"failures": [_facts(each) for each in found], "next": following, "open": opened})
        return
    _show_table(found)
    terminal.tell_more(following)
    if opened:
        counts = terminal.listed(f"{name} {count:,}" for name, count in opened.items())
        terminal.results.print(Text(f"Open: {counts}"), soft_wrap=True)


@app.command()
def show(
    failure: Annotated[str, typer.Argument(help="The id of a failure.")],
    env: terminal.Env = LOCAL,
    as_json: terminal.AsJson = False,
) -> None:
    """Show a failure whole: why, how often, and what it was about, without what names a viewer."""
    found = inbox_of(environment(env)).require(failure)
    if as_json:
        terminal.print_json({**_facts(found), "payload": redacted(found.payload), "attributes": found.attributes})
        return
    table = terminal.grid(None, "what", "")
    rows = [
        *(("id", found.id), ("kind", found.kind), ("source", found.source), ("state", found.state)),
        *(("reason", found.reason), ("first", found.first_at), ("last", found.last_at)),
        *(("attempts", str(found.attempts)), ("replay", f"{found.way} to {found.target}")),
        *((("by", found.who),) if found.who else ()),
        *((("note", found.note),) if found.note else ()),
        ("payload", _indented(redacted(found.payload))),
    ]
    for name, value in rows:
        table.add_row(name, Text(value))
    terminal.results.print(table)


@app.command()
def replay(
    failures: Ids = None,
    env: terminal.Env = LOCAL,
    source: Source = "",
    every: Annotated[bool, typer.Option("--all", help="All that are open.")] = False,
    yes: Yes = False,
    as_json: terminal.AsJson = False,
) -> None:
    """Give failures back to whoever is to try again; exit code 1 if one could not be. A second replay does nothing."""
    if sum((bool(failures), bool(source), every)) != 1:
        raise typer.BadParameter("say which: ids, --source, or --all.")
    if source == ARCHIVE:
        raise typer.BadParameter("what the archive could not collect has its own: `marquee archive replay`.")
    place = environment(env)
    wanted = list(failures or _open_ids(inbox_of(place), source or None))
    if not failures and not terminal.asked(f"Replay {len(wanted):,} failures?", yes=yes or not wanted):
        raise typer.Exit(1)
    with audited(place, "failures replay", source=source, failures=wanted[:MOST], number=len(wanted)):
        outcomes = replayed(place, wanted)
    _show_outcomes(outcomes, as_json=as_json)
    raise typer.Exit(1 if any(each.state == "open" for each in outcomes) else 0)


@app.command()
def discard(
    failures: Annotated[list[str], typer.Argument(help="The ids of failures.")],
    note: Annotated[str, typer.Option(help="Why nobody needs them.")],
    env: terminal.Env = LOCAL,
    as_json: terminal.AsJson = False,
) -> None:
    """Close failures that nobody wants replayed, with the reason; the record stays for 90 days."""
    if not note.strip():
        raise typer.BadParameter("say why, with --note.")
    place = environment(env)
    inbox = inbox_of(place)
    for each in failures:
        inbox.require(each)
    with audited(place, "failures discard", failures=failures[:MOST], note=note):
        found = [inbox.discard(each, terminal.operator(), note) for each in failures]
    if as_json:
        terminal.print_json([_facts(each) for each in found])
    else:
        terminal.results.print(f"{len(found):,} failures are discarded.")


def inbox_of(place: Environment) -> FailureRepository:
    """Return the failures of an environment."""
    return FailureRepository(Table(place.client("dynamodb"), place.output("OperationsTable")))


def replayer_of(place: Environment) -> Replayer:
    """Return what gives failures of an environment back, with the rights of the operator."""
    operations = Table(place.client("dynamodb"), place.output("OperationsTable"))
    ways = Ways(
        sqs=place.client("sqs"),
        kinesis=place.client("kinesis"),
        streams=place.client("dynamodbstreams"),
        lambda_=place.client("lambda"),
        stream_name=place.output("EventStream"),
        quarantine=QuarantineRepository(operations),
    )
    return Replayer(FailureRepository(operations), ways)


def replayed(place: Environment, failure_ids: Sequence[str]) -> list[Replayed]:
    """Replay failures one after the other with a bar; raises NotFound before anything is replayed."""
    inbox, replayer = inbox_of(place), replayer_of(place)
    if len(failure_ids) <= MOST:
        for each in failure_ids:
            inbox.require(each)
    with Progress(console=terminal.progress, transient=True) as bar:
        return [replayer.replay(each, terminal.operator()) for each in bar.track(failure_ids, description="replaying")]


def _uncollected(place: Environment) -> dict[str, int]:
    """Return how many messages of ids could not be collected, if there are any: they stay in their queue."""
    if ARCHIVE_LETTERS not in place.outputs:
        return {}
    waiting = DeadLetters(place.client("sqs"), place.output(ARCHIVE_LETTERS)).depth()
    return {ARCHIVE: waiting} if waiting else {}


def _open_ids(inbox: FailureRepository, source: str | None) -> Iterable[str]:
    below: str | None = None
    while True:
        page, below = inbox.list(source=source, limit=MOST, below=below)
        yield from (each.id for each in page)
        if below is None:
            return


def _show_table(found: Sequence[Failure]) -> None:
    if not found:
        terminal.results.print("There are no such failures.")
        return
    table = terminal.grid(None, "source", "kind", "reason", "age", "tries", "id")
    for each in found:
        age, reason = duration(clock.seconds_between(each.last_at, clock.now())), terminal.in_a_line(each.reason)
        table.add_row(*map(Text, (each.source, each.kind, reason, age, str(each.attempts), each.id)))
    terminal.results.print(table)


def _show_outcomes(outcomes: Sequence[Replayed], *, as_json: bool) -> None:
    stuck = [each for each in outcomes if each.state == "open"]
    # One with a reason was closed before: nothing was done.
    done = sum(each.state == "replayed" and not each.reason for each in outcomes)
    before = len(outcomes) - done - len(stuck)
    if as_json:
        counts = {"replayed": done, "failed": len(stuck), "closed_before": before}
        terminal.print_json({**counts, "failures": [each.model_dump() for each in outcomes]})
        return
    terminal.results.print(f"{done:,} of {len(outcomes):,} failures are replayed.")
    if before:
        terminal.results.print(f"{before:,} were closed before, and nothing was done.")
    for each in stuck[:SHOWN_REASONS]:
        terminal.results.print(Text(f"{each.id} stays open: {each.reason}"), soft_wrap=True)


def _facts(failure: Failure) -> dict[str, Any]:
    return failure.model_dump(mode="json", exclude={"payload", "attributes", "message_id", "told", "group"})


def _indented(payload: str) -> str:
    try:
        return json.dumps(json.loads(payload), indent=2, ensure_ascii=False)
    except ValueError:
        return payload
