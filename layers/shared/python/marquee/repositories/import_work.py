"""The work of imports in the library table: `import:<id>` / `work:<path>`, and `seen:<id>` for each entry of a tree.

A step of the work is one transaction: how far the group is read, what that adds to the counts of the import, the
groups it has found, and in the outbox what has to be sent because of it. So whoever comes after a crash finds either
nothing of a step, or all of it and the outbox; what is sent twice has the same name twice.
"""

import random
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from marquee import clock, keys
from marquee.models.import_work import Work
from marquee.models.imports import ImportFailure
from marquee.repositories.imports import DETAILS_KEPT_DAYS, counting_action, failure_items
from marquee.repositories.table import ConditionFailed, Item, Table

ROOT = "000"
WORK = "work:"
SEEN = "seen:"
ATTEMPTS = 6


class Overtaken(Exception):
    """Somebody else has gone on with this work, or the import is not running any more."""


class ImportWork:
    """Keeps what the importer has to do and how far it is."""

    def __init__(self, table: Table, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._table = table
        self._sleep = sleep

    def get(self, import_id: str, path: str) -> Work | None:
        """Return a group, None if there is none of that name."""
        item = self._table.get(keys.library_import(import_id), WORK + path, consistent=True)
        return Work.model_validate(item) if item else None

    def begin(self, import_id: str, root: Work) -> None:
        """Store the group that an import begins with, unless it has begun; the import counts it from its start."""
        try:
            self._table.put(self._item(import_id, root), ConditionExpression="attribute_not_exists(PK)")
        except ConditionFailed:
            return

    def open_paths(self, import_id: str) -> Iterator[str]:
        """Yield the groups that are not read to their end, those nearest to the root first."""
        found = self._table.query(
            "PK = :pk AND SK BETWEEN :after AND :last",
            {":pk": keys.library_import(import_id), ":after": WORK, ":last": f"{WORK}~", ":queued": "queued"},
            FilterExpression="#state = :queued",
            ProjectionExpression="#path",
            ExpressionAttributeNames={"#state": "state", "#path": "path"},
        )
        return (item["path"] for item in found)

    def unseen(self, import_id: str, entry_ids: Iterable[str]) -> set[str]:
        """Return those entries of a tree that no step has found before."""
        wanted = set(entry_ids)
        pk = keys.library_import(import_id)
        seen = self._table.batch_get(((pk, SEEN + each) for each in wanted), ConsistentRead=True)
        return wanted - {item["SK"].removeprefix(SEEN) for item in seen}

    def advance(
        self,
        import_id: str,
        before: Work,
        after: Work,
        *,
        found: int,
        failures: Collection[ImportFailure] = (),
        children: Collection[Work] = (),
        seen: Iterable[str] = (),
    ) -> Work:
        """Write a step and return the work as it then is; raises Overtaken, and then nothing of it counts.

        `found` are all rows of the step, those of `failures` among them. The failures are written first, because
        writing them again changes nothing.
        """
        self._table.batch_write(puts=failure_items(import_id, failures))
        ended = after.entry is None and after.outbox is None
        after = after.model_copy(update={"step": before.step + 1, "state": "done" if ended else "queued"})
        pk = keys.library_import(import_id)
        once = {"ConditionExpression": "attribute_not_exists(PK)"}
        self._transact(
            before,
            import_id,
            [
                self._put_over(import_id, before, after),
                counting_action(
                    self._table,
                    import_id,
                    {"found": found, "failed": len(failures)},
                    work=len(children) - ended,
                    state="running",
                ),
                *(self._table.put_action(self._item(import_id, child), **once) for child in children),
                *(
                    self._table.put_action({"PK": pk, "SK": SEEN + each, "expires_at": _expiry()}, **once)
                    for each in seen
                ),
            ],
        )
        return after

    def sent(self, import_id: str, before: Work) -> Work:
        """Write that the outbox has been sent, and with the last one that the group is done; raises Overtaken."""
        ended = before.entry is None
        changes = {"outbox": None, "step": before.step + 1, "state": "done" if ended else "queued"}
        after = before.model_copy(update=changes)
        actions = [self._put_over(import_id, before, after)]
        if ended:
            actions.append(counting_action(self._table, import_id, {}, work=-1))
        self._transact(before, import_id, actions)
        return after

    def _put_over(self, import_id: str, before: Work, after: Work) -> Mapping[str, object]:
        return self._table.put_action(
            self._item(import_id, after),
            ConditionExpression="step = :step",
            ExpressionAttributeValues={":step": before.step},
        )

    def _transact(self, before: Work, import_id: str, actions: list[Mapping[str, object]]) -> None:
        """Write a step, again if it only met another transaction, such as the writer's, on the record."""
        for attempt in range(ATTEMPTS):
            try:
                self._table.transact(actions)
            except ConditionFailed as error:
                now = self.get(import_id, before.path)
                if now is None or now.step != before.step or attempt + 1 == ATTEMPTS:
                    raise Overtaken(before.path) from error
                self._sleep(random.uniform(0, min(1.0, 0.05 * 2**attempt)))
            else:
                return

    def _item(self, import_id: str, work: Work) -> Item:
        row = work.model_dump(exclude_none=True)
        if work.state == "done":
            row["entries"] = []
        return {"PK": keys.library_import(import_id), "SK": WORK + work.path, **row, "expires_at": _expiry()}


def _expiry() -> int:
    return clock.in_days(DETAILS_KEPT_DAYS)
