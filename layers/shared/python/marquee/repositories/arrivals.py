"""What arrived on services and left them, in the catalogue table.

A change is one row of the month in which it happened, under its service and country, and goes after 400 days. A new
season is a row of its title and stays: a season is new once.
"""

import re
from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from marquee import clock, keys
from marquee.errors import Conflict
from marquee.models.changes import ArrivalKind, Change
from marquee.repositories.table import ConditionFailed, Item, Table, decode

KEPT = timedelta(days=400)
# The place before all changes: no moment begins with this.
TOP = "~"
# A place to go on from: a change of a service, or a month that is read to its end.
PLACE = re.compile(r"[12][0-9]{3}-(0[1-9]|1[0-2])(-[ -~]{1,90})?")
# Clocks may be fast by as much as an event may be ahead of time (messages/envelope.py).
AHEAD = timedelta(days=1)
# As many Queries as one page may take; what it has found by then goes out, with its cursor.
QUERIES = 120
# A filter on the kind leaves an unknown part of what is read.
FILTERED_ROWS = 100


@dataclass(frozen=True)
class ArrivalsRequest:
    """Changes in a country since a moment, newest first, at most `limit` below the place `below`."""

    region: str
    since: str
    limit: int
    below: str = TOP
    kind: ArrivalKind | None = None


@dataclass(frozen=True)
class FoundChange:
    """A row that a page may show, not decoded yet; its position orders all changes of all services."""

    position: str
    item: Item

    def change(self) -> Change:
        """Read the change."""
        return Change.model_validate(decode(self.item))


# Rows in descending order, and the position down to which nothing is missing, None at the end.
Found = tuple[list[FoundChange], str | None]


class ArrivalLog:
    """Writes each change once and reads changes by service and month."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def record(self, change: Change) -> tuple[Change, bool]:
        """Write a change unless it stands there already; returns what stands there now, and whether it is new.

        The key follows from the change, so that it is one row however often it is seen. Raises Conflict.
        """
        item = to_item(change)
        try:
            self._table.put(item, ConditionExpression="attribute_not_exists(PK)")
        except ConditionFailed as error:
            standing = self._table.batch_get([(item["PK"], item["SK"])], ConsistentRead=True)
            if not standing:
                raise Conflict(f"change {change.id} can be neither written nor read") from error
            return Change.model_validate(standing[0]), False
        return change, True

    def newest(
        self, source_ids: Iterable[str], wanted: ArrivalsRequest, executor: Executor, *, queries: int = QUERIES
    ) -> Found:
        """Return the next changes on some services: month after month, one Query for each service, side by side.

        It takes at most `queries`, or two for each service where that is more.
        """
        services = sorted(set(source_ids))
        rows: list[FoundChange] = []
        # A Query between two places takes them in order only; `since` may have moved past a cursor meanwhile.
        below: str | None = wanted.below if services and wanted.below >= wanted.since else None
        for _ in range(max(2, queries // max(1, len(services)))):
            if below is None or len(rows) > wanted.limit:
                break
            request = replace(wanted, below=below)
            merged, reached = merge(list(executor.map(partial(self.of_service, request), services)))
            rows += merged
            below = reached or _next_month(below, wanted.since)
        if len(rows) > wanted.limit:
            rows = rows[: wanted.limit]
            below = rows[-1].position
        return rows, below

    def of_service(self, wanted: ArrivalsRequest, source_id: str) -> Found:
        """Return the changes of one service in the month of `below`, by one Query."""
        values = {
            ":pk": keys.arrivals(wanted.region, source_id, _month(wanted.below)),
            ":since": wanted.since,
            ":last": wanted.below,
        }
        more: dict[str, Any] = {"Limit": wanted.limit + 2, "ScanIndexForward": False}
        if wanted.kind:
            values[":kind"] = wanted.kind
            more |= {
                "Limit": FILTERED_ROWS,
                "FilterExpression": "#kind = :kind",
                "ExpressionAttributeNames": {"#kind": "kind"},
            }
        items, stopped = self._table.query_page("PK = :pk AND SK BETWEEN :since AND :last", values, **more)
        found = [FoundChange(_position(item, source_id), item) for item in items]
        # The row at which the page before has ended is read again: its place is that of this service, not of others.
        return [row for row in found if row.position < wanted.below], _position(stopped, source_id) if stopped else None


def merge(found: Iterable[Found]) -> Found:
    """Return the rows that are certain to be next, and how far down that certainty reaches.

    A service that stopped early may have more right below, so nothing below the highest such place is certain.
    """
    pages = list(found)
    reached = max((stopped for _, stopped in pages if stopped is not None), default=None)
    rows = [row for page, _ in pages for row in page if reached is None or row.position >= reached]
    return sorted(rows, key=lambda row: row.position, reverse=True), reached


def to_item(change: Change) -> Item:
    """Return a change as it is stored."""
    told: Item = {"id": change.id, **change.model_dump(exclude_none=True)}
    if change.season is not None:
        return {"PK": keys.title(change.title_id), "SK": keys.season(change.season), **told}
    expires_at = int((clock.parse(change.at) + KEPT).timestamp())
    pk = keys.arrivals(str(change.region), str(change.source_id), change.at[:7])
    return {"PK": pk, "SK": keys.arrival(change.at, change.title_id), **told, "expires_at": expires_at}


def _position(key: Item, source_id: str) -> str:
    return f"{key['SK']['S']}#{source_id}"


def _month(below: str) -> str:
    """Return the month in which to look for what is below a place; a month by itself stands below all of its days."""
    if below == TOP:
        return clock.timestamp(clock.parse(clock.now()) + AHEAD)[:7]
    if len(below) == len("2026-11"):
        return clock.timestamp(clock.parse(f"{below}-01") - timedelta(days=1))[:7]
    return below[:7]


def _next_month(below: str, since: str) -> str | None:
    """Return the place below the month of a place, None if `since` does not reach that far."""
    month = _month(below)
    return month if month > since[:7] else None
