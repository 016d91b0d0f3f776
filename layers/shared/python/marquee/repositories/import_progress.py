"""How an import goes on from what the importer finds: a preview, a reason to stop, the pages of an undo."""

from marquee import clock, keys
from marquee.models.imports import Import, ImportPreview
from marquee.repositories.imports import ADDED
from marquee.repositories.table import ConditionFailed, Table, decode

UNDO = "undo"
UNDO_PAGE = 100


class ImportProgress:
    """Writes what the importer tells of an import as a whole, unless a person has decided otherwise meanwhile."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def previewed(self, now: Import, preview: ImportPreview) -> bool:
        """Store the preview of an import that is still being read for it; returns False if it is not any more."""
        return self._end_reading(now, "preview", "preview = :what", preview.model_dump(exclude_none=True))

    def unreadable(self, now: Import, problem: str) -> bool:
        """Store why an import has nothing to show; returns False if it is not being read any more."""
        return self._end_reading(now, "failed", "problem = :what", problem)

    def _end_reading(self, now: Import, state: str, part: str, what: object) -> bool:
        return self._set(now, state, part, what, "stored_state = :before AND mapping = :mapping", now.mapping)

    def halt(self, now: Import, problem: str) -> None:
        """Stop a running import for a reason that a person has to see to."""
        self._set(now, "stopped", "problem = :what", problem, "stored_state = :before", None)

    def _set(self, now: Import, state: str, part: str, what: object, condition: str, mapping: object) -> bool:
        values = {":state": state, ":what": what, ":now": clock.now(), ":before": now.stored_state}
        if mapping is not None:
            values[":mapping"] = mapping
        try:
            self._table.update(
                keys.library_import(now.id),
                keys.RECORD,
                f"SET stored_state = :state, {part}, changed_at = :now",
                values,
                ConditionExpression=condition,
            )
        except ConditionFailed:
            return False
        return True

    def added_page(self, import_id: str) -> list[int]:
        """Return the next ordinals that an undo has to take out, in order, none at the end."""
        place = self._table.get(keys.library_import(import_id), UNDO, consistent=True)
        page, _ = self._table.query_page(
            "PK = :pk AND SK BETWEEN :after AND :last",
            {
                ":pk": keys.library_import(import_id),
                ":after": f"{ADDED}{place['next'] if place else 0:012}",
                ":last": f"{ADDED}~",
            },
            Limit=UNDO_PAGE,
        )
        return [decode(item)["ordinal"] for item in page]

    def undo_sent(self, import_id: str, last: int | None) -> None:
        """Note that the undo has been sent up to an ordinal, or (None) to the end, after which it may be sent anew."""
        pk = keys.library_import(import_id)
        if last is None:
            self._table.delete(pk, UNDO)
        else:
            self._table.put({"PK": pk, "SK": UNDO, "next": last + 1})
