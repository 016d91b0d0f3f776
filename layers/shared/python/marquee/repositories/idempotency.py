"""Which events with a name were taken, in the operations table.

`idempotency:<event id>` / `record`: the hash of what was sent under the name; `placed`: where the stream keeps it.
Both are written once and never changed.
"""

import random
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from marquee import clock, keys
from marquee.errors import Conflict
from marquee.repositories.table import TRANSACTION, ConditionFailed, Item, Table
from marquee.stream import Placed

# Consumers know an event for eight days, and DynamoDB may take two more to forget: a name is free for another event
# only when nobody would take that one for the first.
KEPT_DAYS = 10
ATTEMPTS = 8


@dataclass(frozen=True)
class Answered:
    """What was sent under a name, and where it stands; None if the stream is not known to have it."""

    content: str
    placed: Placed | None


class IdempotencyRecords:
    """Remembers which events were taken.

    A name is claimed for its content before the stream has the event, so that of two contents at the same moment one
    is refused. A claim without a place is a request that is still under way or that ended halfway: whoever comes with
    the same content puts the event on the stream, again perhaps, under the same event id, which consumers count once.
    Of two places the first that was remembered is the one that everybody is told.
    """

    def __init__(self, table: Table, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._table = table
        self._sleep = sleep

    def claim(self, contents: Mapping[str, str]) -> dict[str, Answered]:
        """Claim event ids for their contents; returns those that had been claimed before."""
        before = self._write_once(keys.RECORD, {each: {"content": content} for each, content in contents.items()})
        placed = self._read(keys.PLACED, before)
        return {
            each: Answered(item["content"], _place(placed[each]) if each in placed else None)
            for each, item in before.items()
        }

    def remember(self, placed: Mapping[str, Placed]) -> dict[str, Placed]:
        """Remember where the stream keeps events; returns those whose place had been remembered before."""
        rows = {
            each: {"sequence_number": where.sequence_number, "shard_id": where.shard_id}
            for each, where in placed.items()
        }
        return {each: _place(item) for each, item in self._write_once(keys.PLACED, rows).items()}

    def _write_once(self, sort_key: str, rows: Mapping[str, Mapping[str, object]]) -> dict[str, Item]:
        """Write what is not there yet; returns what is."""
        before: dict[str, Item] = {}
        event_ids = list(rows)
        for start in range(0, len(event_ids), TRANSACTION):
            before |= self._write_part(sort_key, {each: rows[each] for each in event_ids[start : start + TRANSACTION]})
        return before

    def _write_part(self, sort_key: str, rows: Mapping[str, Mapping[str, object]]) -> dict[str, Item]:
        before: dict[str, Item] = {}
        for attempt in range(ATTEMPTS):
            missing = [each for each in rows if each not in before]
            if not missing:
                return before
            try:
                self._table.transact([self._put_action(each, sort_key, rows[each]) for each in missing])
            except ConditionFailed:
                before |= self._read(sort_key, missing)
                if len(before) < len(rows):
                    self._sleep(random.uniform(0, min(0.5, 0.02 * 2**attempt)))
            else:
                return before
        raise Conflict(f"the names of events were written by others {ATTEMPTS} times in a row")

    def _put_action(self, event_id: str, sort_key: str, row: Mapping[str, object]) -> dict[str, Any]:
        item = {"PK": keys.idempotency(event_id), "SK": sort_key, **row, "expires_at": clock.in_days(KEPT_DAYS)}
        return self._table.put_action(item, ConditionExpression="attribute_not_exists(PK)")

    def _read(self, sort_key: str, event_ids: Iterable[str]) -> dict[str, Item]:
        wanted = [(keys.idempotency(each), sort_key) for each in event_ids]
        found = self._table.batch_get(wanted, ConsistentRead=True)
        return {item["PK"].removeprefix(keys.idempotency("")): item for item in found}


def _place(item: Item) -> Placed:
    return Placed(item["sequence_number"], item["shard_id"])
