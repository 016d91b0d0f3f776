"""`marquee archive replay`: another try at what could not be collected."""

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.progress import Progress
from rich.text import Text

from cli import terminal
from cli.environment import LOCAL, environment
from marquee.archive_letters import DeadLetter, DeadLetters, Outcome, replayed
from marquee.queue import Queue

SHOWN_REASONS = 3


def replay(
    env: terminal.Env = LOCAL,
    only_list: Annotated[bool, typer.Option("--list", help="Show what is there and leave it there.")] = False,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Only messages of which a reason holds this.")] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many messages.")] = None,
    as_json: terminal.AsJson = False,
) -> None:
    """Have another try at the ids that could not be collected: from the dead-letter queue back to the collectors."""
    place = environment(env)
    sqs = place.client("sqs")
    letters = DeadLetters(sqs, place.output("ArchiveDeadLetterQueueUrl"))
    if only_list:
        show_letters(listed(letters, reason=reason, limit=limit), as_json=as_json)
        return
    queue = Queue(sqs, place.output("ArchiveQueueUrl"))
    outcome = Outcome()
    with Progress(console=terminal.progress, transient=True) as bar:
        task = bar.add_task("replaying", total=min(letters.depth(), limit or letters.depth()))
        for outcome in replayed(letters, queue, reason=reason, limit=limit):
            bar.update(task, completed=outcome.messages)
    if as_json:
        print(json.dumps(asdict(outcome)))
        return
    terminal.results.print(f"{outcome.messages:,} messages with {outcome.ids:,} ids are with the collectors again.")
    if outcome.left:
        terminal.results.print(f"{outcome.left:,} messages that were looked at stay in the dead-letter queue.")


def listed(letters: DeadLetters, *, reason: str, limit: int | None) -> list[DeadLetter]:
    """Return the messages of which a reason holds a text, and leave all where they are."""
    looked_at: list[DeadLetter] = []
    found: list[DeadLetter] = []
    try:
        for batch in letters.read():
            looked_at += batch
            found += [each for each in batch if each.tells(reason)]
            if limit is not None and len(found) >= limit:
                break
    finally:
        letters.let_go(looked_at)
    return found[:limit]


def show_letters(letters: list[DeadLetter], *, as_json: bool) -> None:
    """Print what is in the dead-letter queue, and why."""
    if as_json:
        print(json.dumps([_facts(each) for each in letters], indent=2))
        return
    if not letters:
        terminal.results.print("There is no such message in the dead-letter queue.")
        return
    table = terminal.grid(None, "job", "what", "chunk", "ids", "reasons")
    for letter in letters:
        facts = _facts(letter)
        reasons = "; ".join(f"{why} ({times:,})" for why, times in letter.reasons.most_common(SHOWN_REASONS))
        shown = (facts["job_id"], facts["media_type"], facts["chunk"], len(facts["ids"]), reasons)
        table.add_row(*(Text(str(each)) for each in shown))
    terminal.results.print(table)


def _facts(letter: DeadLetter) -> dict[str, Any]:
    unknown: dict[str, Any] = {"job_id": "", "media_type": "", "chunk": "", "ids": [], "reasons": {}}
    known = letter.request.model_dump(mode="json") if letter.request else unknown
    return {"message_id": letter.id, "readable": letter.request is not None, **known}
