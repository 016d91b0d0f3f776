"""What was counted of the events of other systems, in the operations table.

`event:<event id>` / `applied` is the claim of the one record that an event is counted for; `activity:<day>` holds the
counters of a day, `title:<id>` for each title and `type:<event type>#<shard>` for each type.
"""

import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marquee import clock, keys
from marquee.errors import Conflict
from marquee.repositories.table import TRANSACTION, ConditionFailed, Item, Table, decode
from marquee.trending import TitleActivity

APPLIED = "applied"
# Longer than the stream keeps a record, and a sender its own copy of an event.
CLAIM_DAYS = 8
CHECK_DAYS = 1
COUNTER_DAYS = 400
ATTEMPTS = 8

Action = dict[str, Any]
# The day and the sort key of a counter row.
Row = tuple[str, str]


@dataclass(frozen=True)
class Claim:
    """The record that an event is counted for, the archive's object that it stands in, and whether all else is done."""

    sequence_number: str
    object: str
    done: bool = False


@dataclass(frozen=True)
class Entry:
    """An event that is to be counted, and what it adds to which rows."""

    event_id: str
    claim: Claim
    adds: Mapping[Row, Mapping[str, int]]


class ActivityRepository:
    """Counts events, each once.

    The claim of an event is written in one transaction with its share of the counters, on condition that there is
    none. Whoever comes second, or does not know whether the transaction went through, finds the claim.
    """

    def __init__(self, table: Table, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._table = table
        self._sleep = sleep

    def claims(self, event_ids: Iterable[str]) -> dict[str, Claim]:
        """Return the claims that there are on some events, by batch reads."""
        wanted = {keys.applied_event(event_id): event_id for event_id in event_ids}
        found = self._table.batch_get(((pk, APPLIED) for pk in wanted), ConsistentRead=True)
        return {wanted[item["PK"]]: _to_claim(item) for item in found}

    def count(self, entries: Sequence[Entry]) -> dict[str, Claim]:
        """Count the events that nobody has claimed and return the claims on all of them.

        Raises Conflict when others keep coming in between.
        """
        for attempt in range(ATTEMPTS):
            claims = self.claims(entry.event_id for entry in entries)
            try:
                for part in _transactions(entry for entry in entries if entry.event_id not in claims):
                    self._table.transact(list(self._count_actions(part)))
                    claims |= {entry.event_id: entry.claim for entry in part}
            except ConditionFailed:
                self._sleep(random.uniform(0, min(1.0, 0.05 * 2**attempt)))
            else:
                return claims
        raise Conflict(f"events were claimed by others {ATTEMPTS} times in a row")

    def move(self, places: Mapping[str, tuple[str, str]]) -> None:
        """Have claimed events stand in another object of the archive: from the first of two to the second.

        Raises Conflict when somebody else has moved one of them.
        """
        self._change_claims(
            self._claim_action(event_id, "object", after, before) for event_id, (before, after) in places.items()
        )

    def finish(self, event_ids: Iterable[str]) -> None:
        """Take note that nothing is left to be done for some claimed events."""
        self._change_claims(self._claim_action(event_id, "done", True) for event_id in event_ids)

    def claim_check(self, title_id: str, hour: str, event_id: str) -> bool:
        """Return whether this event is the one for which the providers are asked about a title in an hour."""
        item = {
            "PK": keys.applied_event(f"check:{title_id}:{hour}"),
            "SK": APPLIED,
            "event_id": event_id,
            "expires_at": clock.in_days(CHECK_DAYS),
        }
        unclaimed = "attribute_not_exists(PK) OR event_id = :me"
        try:
            self._table.put(item, ConditionExpression=unclaimed, ExpressionAttributeValues={":me": event_id})
        except ConditionFailed:
            return False
        return True

    def top(self, day: str, limit: int) -> list[TitleActivity]:
        """Return the titles with the most activity on a day, by one Query."""
        found, _ = self._table.query_page(
            "trending_day = :day", {":day": day}, IndexName="by_score", ScanIndexForward=False, Limit=limit
        )
        return [_to_title_activity(item) for item in found]

    def _count_actions(self, entries: Sequence[Entry]) -> Iterator[Action]:
        """Yield the claims on some events and what they add to the counters together."""
        sums: dict[Row, Counter[str]] = defaultdict(Counter)
        for entry in entries:
            yield self._table.put_action(_claim_item(entry), ConditionExpression="attribute_not_exists(PK)")
            for row, amounts in entry.adds.items():
                sums[row].update(amounts)
        for row, amounts in sums.items():
            yield self._add_action(row, amounts)

    def _add_action(self, row: Row, amounts: Mapping[str, int]) -> Action:
        day, sk = row
        fixed: Item = {"expires_at": clock.in_days(COUNTER_DAYS)}
        if sk.startswith(keys.TITLE_PREFIX):
            fixed["trending_day"] = day
        adds = ", ".join(f"#{name} :{name}" for name in amounts)
        sets = ", ".join(f"#{name} = :{name}" for name in fixed)
        return self._table.update_action(
            keys.activity(day),
            sk,
            f"ADD {adds} SET {sets}",
            {f":{name}": value for name, value in {**amounts, **fixed}.items()},
            ExpressionAttributeNames={f"#{name}": name for name in (*amounts, *fixed)},
        )

    def _claim_action(self, event_id: str, attribute: str, value: object, before: object = None) -> Action:
        condition = "attribute_exists(PK)" if before is None else "#attribute = :before"
        return self._table.update_action(
            keys.applied_event(event_id),
            APPLIED,
            "SET #attribute = :value",
            {":value": value, ":before": before},
            ConditionExpression=condition,
            ExpressionAttributeNames={"#attribute": attribute},
        )

    def _change_claims(self, changes: Iterable[Action]) -> None:
        actions = list(changes)
        for start in range(0, len(actions), TRANSACTION):
            try:
                self._table.transact(actions[start : start + TRANSACTION])
            except ConditionFailed as error:
                raise Conflict("claims on events were changed by others at the same time") from error


def _transactions(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Yield events in parts whose claims and rows fit into a transaction each."""
    part: list[Entry] = []
    rows: set[Row] = set()
    for entry in entries:
        if len(part) + 1 + len(rows | entry.adds.keys()) > TRANSACTION:
            yield part
            part, rows = [], set()
        part.append(entry)
        rows |= entry.adds.keys()
    if part:
        yield part


def _claim_item(entry: Entry) -> Item:
    return {
        "PK": keys.applied_event(entry.event_id),
        "SK": APPLIED,
        "sequence": entry.claim.sequence_number,
        "object": entry.claim.object,
        "expires_at": clock.in_days(CLAIM_DAYS),
    }


def _to_claim(item: Item) -> Claim:
    return Claim(item["sequence"], item["object"], item.get("done", False))


def _to_title_activity(item: Mapping[str, Any]) -> TitleActivity:
    plain = decode(item)
    return TitleActivity(title_id=plain["SK"].removeprefix(keys.TITLE_PREFIX), **plain)
