"""Imports in the library table: `import:<id>` / `record`, and below it what failed and what was added.

Three write to a record, by conditional updates or in transactions, so that the numbers always add up: who asked for the
import (its state), the importer (what it found), the writer of the library (what came of it).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from marquee import clock, keys
from marquee.errors import Conflict, NotFound
from marquee.models.imports import ACTIONS, Import, ImportAction, ImportFailure, StoredState
from marquee.repositories.table import Collided, ConditionFailed, Item, Key, Table, decode

# Failures, applied batches and work go after a year; what an import added stays, because it may be undone.
DETAILS_KEPT_DAYS = 365
ATTEMPTS = 8
# A word that DynamoDB keeps for itself.
WORK = {"#work": "work"}
FAILURE = "failure:"
ADDED = "movie:"


class ImportRepository:
    """Creates imports, changes their states, and shows how they are."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def create(self, new: Import) -> None:
        """Store an import that begins; the same id twice is the first one. Raises Conflict when others keep winning."""
        row = {"PK": keys.library_import(new.id), "SK": keys.RECORD, **new.model_dump(exclude_none=True)}
        listed = {"PK": keys.IMPORTS, "SK": f"{new.started_at}#{new.id}", "id": new.id}
        actions = [
            self._table.put_action(row, ConditionExpression="attribute_not_exists(PK)"),
            self._table.put_action(listed),
        ]
        for _ in range(ATTEMPTS):
            try:
                self._table.transact(actions)
            except Collided:
                continue
            except ConditionFailed:
                self.get(new.id)
            return
        raise Conflict(f"import {new.id} met other writes {ATTEMPTS} times in a row")

    def get(self, import_id: str) -> Import:
        """Return an import as it is now; raises NotFound."""
        item = self._table.get(keys.library_import(import_id), keys.RECORD, consistent=True)
        if item is None:
            raise NotFound(f"There is no import {import_id}.")
        return Import.model_validate(item)

    def newest(self, limit: int, after: str | None = None) -> tuple[list[Import], str | None]:
        """Return imports, the newest first, from below the place `after`, and the place to go on from."""
        condition, values = "PK = :pk", {":pk": keys.IMPORTS}
        if after:
            condition, values = "PK = :pk AND SK < :after", {**values, ":after": after}
        page, stopped = self._table.query_page(condition, values, Limit=limit, ScanIndexForward=False)
        rows = [decode(item) for item in page]
        found = self._table.batch_get((keys.library_import(row["id"]), keys.RECORD) for row in rows)
        by_id = {item["id"]: Import.model_validate(item) for item in found}
        return [by_id[row["id"]] for row in rows if row["id"] in by_id], rows[-1]["SK"] if stopped and rows else None

    def act(self, import_id: str, action: ImportAction) -> Import:
        """Do an action and return the import as it then is; raises NotFound, and Conflict where it is out of place.

        An action that has been done is done: it may be repeated, and changes nothing the second time.
        """
        for _ in range(ATTEMPTS):
            now = self.get(import_id)
            before, after = ACTIONS[action]
            if now.state not in before:
                raise Conflict(f"An import that is {now.state} cannot do this: {action}.")
            if action == "undo" and now.counts.left:
                raise Conflict("Rows of this import are still being written. Try again in a moment.")
            if now.stored_state == after and action != "read":
                return now
            try:
                return self._change(now, after)
            except ConditionFailed:
                continue
        raise Conflict(f"The import was changed by others {ATTEMPTS} times in a row.")

    def _change(self, now: Import, after: StoredState) -> Import:
        """Write a state over the one that was read; of an end also only over the numbers that were read."""
        values: dict[str, object] = {":before": now.stored_state, ":after": after, ":now": clock.now()}
        sets, condition = ["stored_state = :after", "changed_at = :now"], "stored_state = :before"
        if after in ("cancelled", "undoing"):
            condition += " AND counts = :counts AND #work = :work"
            values |= {":counts": now.counts.model_dump(), ":work": now.work}
        elif now.stored_state == "preview":
            # The place at which it begins to read is its first piece of work.
            sets.append("#work = :work")
            values[":work"] = 1 if after == "running" else now.work
        item = self._table.update(
            keys.library_import(now.id),
            keys.RECORD,
            f"SET {', '.join(sets)} REMOVE problem" + (", preview" if after == "reading" else ""),
            values,
            ConditionExpression=condition,
            ReturnValues="ALL_NEW",
            **({"ExpressionAttributeNames": WORK} if ":work" in values else {}),
        )
        return Import.model_validate(item)

    def choose_mapping(self, import_id: str, mapping: Mapping[str, str]) -> Import:
        """Choose the mapping of an import that has a preview, which is then read again; raises NotFound, Conflict."""
        values = {":mapping": dict(mapping), ":now": clock.now()}
        try:
            item = self._table.update(
                keys.library_import(import_id),
                keys.RECORD,
                "SET mapping = :mapping, stored_state = :reading, changed_at = :now REMOVE preview, problem",
                {**values, ":reading": "reading", ":preview": "preview", ":failed": "failed"},
                ConditionExpression="stored_state IN (:preview, :reading, :failed)",
                ReturnValues="ALL_NEW",
            )
        except ConditionFailed as error:
            state = self.get(import_id).state
            raise Conflict(f"The mapping of an import that is {state} cannot be changed.") from error
        return Import.model_validate(item)

    def failures(self, import_id: str, limit: int, after: str | None = None) -> tuple[list[ImportFailure], str | None]:
        """Return failures by file and line from behind the place `after`, and the place to go on from."""
        page, stopped = self._table.query_page(
            "PK = :pk AND SK BETWEEN :after AND :last",
            {":pk": keys.library_import(import_id), ":after": after or FAILURE, ":last": FAILURE + "\U0010ffff"},
            Limit=limit + 1,
        )
        rows = [decode(item) for item in page]
        rows = [row for row in rows if row["SK"] != after][:limit]
        more = stopped is not None or len(page) > limit
        return [ImportFailure.model_validate(row) for row in rows], rows[-1]["SK"] if more and rows else None


def done_key(import_id: str, batch: str) -> Key:
    """Return where it stands that a batch, of rows or of an undo, has been applied."""
    return keys.library_import(import_id), f"done:{batch}"


def settled_actions(
    table: Table, import_id: str, batch: str, *, added: int = 0, duplicate: int = 0, failed: int = 0
) -> list[dict[str, Any]]:
    """Return two actions for the transaction that applies a batch of rows: its mark, and what came of the rows.

    A batch that is marked makes the transaction fail. The failures themselves are written before (`failure_items`):
    they have keys of their own, so that they may be written again.
    """
    return _settled(table, import_id, batch, {"added": added, "duplicate": duplicate, "failed": failed})


def undone_actions(
    table: Table, import_id: str, batch: str, *, removed: int = 0, kept: int = 0
) -> list[dict[str, Any]]:
    """Return two actions for the transaction that applies a batch of an undo: its mark, and what came of the movies.

    `kept` are those that somebody has edited or deleted since the import added them.
    """
    return _settled(table, import_id, batch, {"removed": removed, "kept": kept})


def _settled(table: Table, import_id: str, batch: str, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    pk, sk = done_key(import_id, batch)
    mark = {"PK": pk, "SK": sk, "expires_at": clock.in_days(DETAILS_KEPT_DAYS)}
    return [
        table.put_action(mark, ConditionExpression="attribute_not_exists(PK)"),
        counting_action(table, import_id, counts),
    ]


def counting_action(
    table: Table, import_id: str, counts: Mapping[str, int], *, work: int = 0, state: StoredState | None = None
) -> dict[str, Any]:
    """Return the action that adds to the counts of an import and to its open work, if it is in a state where given."""
    names = {**WORK, **({"#counts": "counts"} if counts else {}), **{f"#{name}": name for name in counts}}
    sums = [f"#counts.#{name} = #counts.#{name} + :{name}" for name in counts]
    values: dict[str, object] = {f":{name}": number for name, number in counts.items()}
    return table.update_action(
        keys.library_import(import_id),
        keys.RECORD,
        "SET " + ", ".join([*sums, "#work = #work + :pieces", "changed_at = :now"]),
        {**values, ":pieces": work, ":now": clock.now(), ":state": state},
        ConditionExpression="stored_state = :state" if state else "attribute_exists(PK)",
        ExpressionAttributeNames=names,
    )


def failure_items(import_id: str, failures: Iterable[ImportFailure]) -> list[Item]:
    """Return failures as they are stored, in order of file and line; writing them again changes nothing."""
    expires_at = clock.in_days(DETAILS_KEPT_DAYS)
    return [
        {
            "PK": keys.library_import(import_id),
            "SK": f"{FAILURE}{each.file[:200]}#{each.line:012}#{each.id}",
            **each.model_dump(),
            "expires_at": expires_at,
        }
        for each in failures
    ]


def added_items(import_id: str, ordinals: Iterable[int]) -> list[Item]:
    """Return the notes of what an import added, which an undo follows; they may be written before the movies count."""
    pk = keys.library_import(import_id)
    return [{"PK": pk, "SK": f"{ADDED}{ordinal:012}", "ordinal": ordinal} for ordinal in ordinals]
