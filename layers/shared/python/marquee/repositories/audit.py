"""What operators did, in the operations table: `audit:<yyyy-mm>` / `<time>#<id>`."""

import uuid
from collections.abc import Mapping, MutableSequence, Sequence
from datetime import timedelta

from marquee import clock, keys
from marquee.models.operations import AuditEntry
from marquee.repositories.table import Key, Table

KEPT_DAYS = 400
# So many months can hold entries.
MONTHS = 15
MONTH = len("2026-11")
BEGUN = "begun"


class AuditLog:
    """Keeps who did what: an entry is there before anything is done, and told the outcome afterwards."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self, *, who: str, what: str, input: Mapping[str, object]) -> Key:
        """Write that somebody is about to do something; returns the place of the entry."""
        now = clock.now()
        place = keys.audit(now[:MONTH]), keys.audit_entry(now, uuid.uuid4().hex[:12])
        entry = AuditEntry(at=now, who=who, what=what, input=dict(input), outcome=BEGUN)
        expires = {"expires_at": clock.in_days(KEPT_DAYS)}
        self._table.put({**entry.model_dump(), "PK": place[0], "SK": place[1], **expires})
        return place

    def end(self, place: Key, outcome: str) -> None:
        """Write what came of it."""
        self._table.update(*place, "SET outcome = :outcome", {":outcome": outcome})

    def list(self, *, limit: int = 50, below: str | None = None) -> tuple[Sequence[AuditEntry], str | None]:
        """Return a page of entries, the latest first, and the place where it goes on, None at the end.

        Reads one month after the other, at most those that can hold entries.
        """
        found: MutableSequence[tuple[str, AuditEntry]] = []
        month = (below or clock.now())[:MONTH]
        for _ in range(MONTHS):
            rows = self._table.query(
                "PK = :pk AND SK < :below" if below else "PK = :pk",
                {":pk": keys.audit(month), **({":below": below} if below else {})},
                ScanIndexForward=False,
                Limit=limit + 1,
            )
            for row in rows:
                if len(found) == limit:
                    return [entry for _, entry in found], found[-1][0]
                found.append((row["SK"], AuditEntry.model_validate(row)))
            month = _before(month)
        return [entry for _, entry in found], None


def _before(month: str) -> str:
    return clock.timestamp(clock.parse(f"{month}-01") - timedelta(days=1))[:MONTH]
