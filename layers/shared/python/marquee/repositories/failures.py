"""What was given up and waits for a person, in the operations table: `failure:<id>` / `record`.

`failures` / `open:<source>` counts the open ones of a source; it changes in the same transaction as their state.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from marquee import clock, keys
from marquee.errors import Conflict, NotFound
from marquee.models.operations import Failure, FailureKind, FailureState
from marquee.repositories import listed
from marquee.repositories.table import ConditionFailed, Item, Table

KEPT_DAYS = 90
ATTEMPTS = 8
OPEN_PREFIX = "open:"
# Messages that are remembered beside the last one: a whole batch may come again, and each of its messages counts once.
TOLD = 20


class FailureRepository:
    """Keeps failures; the same one again is the same record, whatever became of it before."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, failure: Failure) -> Failure:
        """Record that something failed, for the first time or again, and return it as it stands now.

        Told twice of the same message (`message_id`), it counts once. Who was replayed or discarded is open again.
        Raises Conflict.
        """
        for _ in range(ATTEMPTS):
            known = self.get(failure.id)
            if known is None:
                new, change = failure, [self._count(failure.source, 1)]
            elif failure.message_id in (known.message_id, *known.told):
                return known
            else:
                told = (known.message_id, *known.told)[:TOLD]
                again = {"first_at": known.first_at, "attempts": known.attempts + 1, "told": told}
                new = failure.model_copy(update=again)
                change = [] if known.state == "open" else [self._count(failure.source, 1)]
            try:
                self._table.transact([self._put(new, known), *change])
            except ConditionFailed:
                continue
            return new
        raise Conflict(f"failure {failure.id} was changed by others {ATTEMPTS} times in a row")

    def get(self, failure_id: str) -> Failure | None:
        """Return a failure or None."""
        item = self._table.get(keys.failure(failure_id), keys.RECORD, consistent=True)
        return Failure.model_validate(item) if item else None

    def require(self, failure_id: str) -> Failure:
        """Return a failure; raises NotFound."""
        failure = self.get(failure_id)
        if failure is None:
            raise NotFound(f"There is no failure {failure_id}.")
        return failure

    def list(
        self,
        *,
        kind: FailureKind | None = None,
        state: FailureState = "open",
        source: str | None = None,
        limit: int = 50,
        below: str | None = None,
    ) -> tuple[Sequence[Failure], str | None]:
        """Return a page of failures without their payloads, the latest first, and where it goes on (`listed.page`)."""
        wanted = {"kind": kind, "source": source}
        rows, following = listed.page(self._table, _list(state), limit=limit, below=below, wanted=wanted)
        return [Failure.model_validate(row) for row in rows], following

    def open_by_source(self, *, with_closed: bool = False) -> dict[str, int]:
        """Return how many failures are open, by source; `with_closed` also of sources whose failures are all closed."""
        rows = self._table.query("PK = :pk", {":pk": keys.FAILURES})
        counted = {str(row["SK"]).removeprefix(OPEN_PREFIX): int(row["failures"]) for row in rows}
        return {source: count for source, count in sorted(counted.items()) if count or with_closed}

    def before(self, moment: str, limit: int) -> Iterator[Failure]:
        """Yield some of the open failures that last happened before a moment."""
        rows, _ = listed.page(self._table, keys.FAILURES, limit=limit, below=keys.listed_at(moment, ""), wanted={})
        return map(Failure.model_validate, rows)

    def replayed(self, failure: Failure, who: str) -> bool:
        """Close a failure that was given back to its function; returns False if it has failed again since it was read.

        Replayed again, it stays as it is.
        """
        return self._close(failure, "replayed", who, "")

    def discard(self, failure_id: str, who: str, note: str) -> Failure:
        """Close a failure that nobody wants replayed, with the reason; raises NotFound, Conflict."""
        for _ in range(ATTEMPTS):
            failure = self.require(failure_id)
            if failure.state == "discarded" or self._close(failure, "discarded", who, note):
                return self.require(failure_id)
        raise Conflict(f"failure {failure_id} was changed by others {ATTEMPTS} times in a row")

    def _close(self, failure: Failure, state: FailureState, who: str, note: str) -> bool:
        closed = failure.model_copy(update={"state": state, "who": who, "note": note})
        change = [self._count(failure.source, -1)] if failure.state == "open" else []
        try:
            self._table.transact([self._put(closed, failure), *change])
        except ConditionFailed:
            return False
        return True

    def _put(self, failure: Failure, known: Failure | None) -> dict[str, Any]:
        """Return the Put of a failure in place of the one that is known."""
        if known is None:
            return self._table.put_action(_item(failure), ConditionExpression="attribute_not_exists(PK)")
        return self._table.put_action(
            _item(failure),
            ConditionExpression="attempts = :attempts AND #state = :state",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={":attempts": known.attempts, ":state": known.state},
        )

    def _count(self, source: str, change: int) -> dict[str, Any]:
        return self._table.update_action(
            keys.FAILURES, f"{OPEN_PREFIX}{source}", "ADD failures :change", {":change": change}
        )


def _list(state: FailureState) -> str:
    return keys.FAILURES if state == "open" else f"{keys.FAILURES}:{state}"


def _item(failure: Failure) -> Item:
    place = {"list": _list(failure.state), "listed_at": keys.listed_at(failure.last_at, failure.id)}
    # An open one stays until it is closed, so that it goes on being counted: see `operations_watch`.
    kept = clock.parse(failure.last_at).timestamp() + KEPT_DAYS * 86_400
    expires = {} if failure.state == "open" else {"expires_at": int(kept)}
    return {**failure.model_dump(mode="json"), "PK": keys.failure(failure.id), "SK": keys.RECORD, **place, **expires}
