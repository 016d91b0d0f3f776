"""Events that could not be used, in the operations table: `quarantine:<id>` / `record`."""

from marquee import clock, keys
from marquee.repositories.table import Table

KEPT_DAYS = 90
# DynamoDB takes items of 400 KB; what an event has beyond this is cut, and said to be.
ORIGINAL_BYTES = 350_000


class QuarantineRepository:
    """Keeps events that could not be used, with the reason, until a person has seen to them."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, event_id: str, *, reason: str, original: bytes, origin: str) -> None:
        """Store an event under an id made from its bytes, so that the same event twice is one record."""
        self._table.put(
            {
                "PK": keys.quarantine(event_id),
                "SK": keys.RECORD,
                "id": event_id,
                "kind": "quarantine",
                "started_at": clock.now(),
                "reason": reason,
                "origin": origin,
                "original": original[:ORIGINAL_BYTES],
                "truncated": len(original) > ORIGINAL_BYTES,
                "expires_at": clock.in_days(KEPT_DAYS),
            }
        )

    def original(self, event_id: str) -> bytes | None:
        """Return an event as it came; None if it is not kept any more, or was too large to be kept whole."""
        item = self._table.get(keys.quarantine(event_id), keys.RECORD, consistent=True)
        return bytes(item["original"]) if item and not item.get("truncated") else None
