"""`marquee library status`: the library in numbers, what waits in its queues, and the imports under way."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from cli import terminal
from cli.environment import LOCAL, Environment, environment
from cli.library_shown import printable
from cli.queues import Depth, depth
from marquee.library_header import dashboard
from marquee.models.imports import Import
from marquee.models.library import Header
from marquee.repositories.imports import ImportRepository
from marquee.repositories.library import LibraryIndex
from marquee.repositories.table import Table

QUEUES = {
    "changes": "LibraryQueueUrl",
    "changes, dead letters": "LibraryDeadLetterQueueUrl",
    "imports": "ImportQueueUrl",
    "imports, dead letters": "ImportDeadLetterQueueUrl",
}
ENDED = frozenset({"finished", "cancelled", "failed", "undone"})
# Only the newest are looked at: an import that is older has ended, or was forgotten.
IMPORTS = 100


@dataclass(frozen=True)
class Status:
    """A library at a moment."""

    numbers: dict[str, Any]
    queues: list[Depth]
    imports: list[Import]


def status(env: terminal.Env = LOCAL, as_json: terminal.AsJson = False) -> None:
    """Tell how many movies there are, what waits to be written, and how far the imports are that have not ended."""
    found = read(environment(env))
    if as_json:
        imports = [{**each.model_dump(mode="json", exclude={"preview"}), "state": each.state} for each in found.imports]
        print(json.dumps({**asdict(found), "imports": imports}, indent=2))
    else:
        show(found)


def read(place: Environment) -> Status:
    """Return how the library is: a read of an item, a page of imports, and a question to each queue."""
    table = Table(place.client("dynamodb"), place.output("LibraryTable"))
    sqs = place.client("sqs")
    newest, _ = ImportRepository(table).newest(IMPORTS)
    return Status(
        numbers=_numbers(LibraryIndex(table).header()),
        queues=[depth(sqs, name, place.output(output)) for name, output in QUEUES.items()],
        imports=[each for each in newest if each.state not in ENDED],
    )


def show(found: Status) -> None:
    """Print a status for a reader."""
    numbers = terminal.grid("Library", "what", "number")
    for name, number in found.numbers.items():
        numbers.add_row(name, "none" if number is None else f"{number:,}")
    queues = terminal.grid("Queues", "queue", "waiting", "in work")
    for each in found.queues:
        queues.add_row(each.queue, f"{each.waiting:,}", f"{each.held:,}")
    imports = terminal.grid(
        "Imports under way", "id", "state", "source", "found", "added", "duplicate", "failed", "left"
    )
    for one in found.imports:
        counts = one.counts
        numbered = (counts.found, counts.added, counts.duplicate, counts.failed, counts.left)
        source = printable(f"{one.source.kind}: {one.source.name}")
        imports.add_row(one.id, one.state, source, *(f"{each:,}" for each in numbered))
    for table in (numbers, queues, *([imports] if found.imports else [])):
        terminal.results.print(table)


def _numbers(header: Header) -> dict[str, Any]:
    return {
        "movies": header.total,
        "rated": header.rated,
        "average rating": dashboard(header).average_rating,
        "genres": len(header.genres),
        "years": len(header.years),
        "version": header.version,
    }
