"""What operators do at the command line stands in the same log as what they do in the web app."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from cli import terminal
from cli.environment import Environment
from marquee.repositories.audit import AuditLog
from marquee.repositories.table import Table

DONE = "done"


@contextmanager
def audited(place: Environment, what: str, **given: object) -> Iterator[None]:
    """Write who is about to do what (`failures replay`), and what came of it; an error goes on."""
    log = AuditLog(Table(place.client("dynamodb"), place.output("OperationsTable")))
    entry = log.begin(who=terminal.operator(), what=f"marquee {what}", input=_known(given))
    try:
        yield
    except Exception as error:
        log.end(entry, f"{type(error).__name__}: {error}")
        raise
    log.end(entry, DONE)


def _known(given: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in given.items() if value not in (None, "", [], {})}
