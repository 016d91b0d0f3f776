"""What functions ask of AWS, counted where botocore sends it: calls, capacity units, items written.

Units are those of DynamoDB's price list: a read is of 4 KB and half a unit where it need not be consistent, a write is
of 1 KB and twice as much in a transaction; a row of an index that a write touches is a write of its own. They are
counted from the sizes of items, not told by a table.
"""

import math
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from botocore.client import BaseClient

from bench.library import item_bytes

READ_BYTES = 4096
WRITE_BYTES = 1024
# Attributes that place an item in a secondary index of one of the tables.
INDEXED = frozenset(
    ("rating_sort", "popularity_sort", "release_sort", "kind", "enrichment_due", "refresh_bucket", "unread")
) | {"trending_day", "list"}


@dataclass
class Meter:
    """Counts of one piece of work; `written` counts items by the first part of their key, `seconds` is the time
    inside of calls, of all threads together.
    """

    calls: Counter[str] = field(default_factory=Counter)
    read_units: float = 0.0
    write_units: float = 0.0
    written: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, operation: str, request: Mapping[str, Any], answer: Mapping[str, Any], seconds: float) -> None:
        """Count one call."""
        with self._lock:
            self.calls[operation] += 1
            self.seconds += seconds
            self.read_units += read_units(operation, request, answer)
            writes = list(written_items(operation, request))
            self.written.update(each["PK"]["S"].partition(":")[0] for each in writes)
            twice = 2 if operation == "TransactWriteItems" else 1
            self.write_units += twice * sum(map(write_units, writes))

    def figures(self) -> dict[str, Any]:
        """Return the counts as they are written down."""
        return {
            "calls": dict(sorted(self.calls.items())),
            "read_units": round(self.read_units, 1),
            "write_units": round(self.write_units, 1),
            "written": dict(sorted(self.written.items())),
        }


@contextmanager
def metered() -> Iterator[Meter]:
    """Count every call to AWS that any thread makes meanwhile."""
    meter, ask = Meter(), BaseClient._make_api_call  # type: ignore[attr-defined]

    def asked(self: Any, operation: str, request: dict[str, Any]) -> Any:
        began = time.perf_counter()
        answer = ask(self, operation, request)
        meter.note(operation, request, answer, time.perf_counter() - began)
        return answer

    with mock.patch.object(BaseClient, "_make_api_call", asked):
        yield meter


def read_units(operation: str, request: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
    """Return what a read costs; a Query pays for what it has looked at, of which a filter may have kept little."""
    if operation == "Query":
        size = sum(map(item_bytes, answer["Items"]))
        size = size * answer["ScannedCount"] // max(1, answer["Count"])
        return _read(size, consistent=request.get("ConsistentRead", False))
    if operation == "GetItem":
        return _read(item_bytes(answer.get("Item", {})), consistent=request.get("ConsistentRead", False))
    if operation == "BatchGetItem":
        ((table, asked),) = request["RequestItems"].items()
        consistent, found = asked.get("ConsistentRead", False), answer["Responses"].get(table, [])
        missing = len(asked["Keys"]) - len(found)
        return sum(_read(item_bytes(each), consistent=consistent) for each in found) + missing * _read(0, consistent)
    if operation == "TransactGetItems":
        return sum(2 * _read(item_bytes(each.get("Item", {})), consistent=True) for each in answer["Responses"])
    return 0.0


def written_items(operation: str, request: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what is written: an item, or key and values of an update; what is only checked is not written."""
    if operation in ("PutItem", "UpdateItem", "DeleteItem"):
        yield _written(request)
    elif operation == "TransactWriteItems":
        for action in request["TransactItems"]:
            ((kind, each),) = action.items()
            if kind != "ConditionCheck":
                yield _written(each)
    elif operation == "BatchWriteItem":
        for requests in request["RequestItems"].values():
            for each in requests:
                yield each["PutRequest"]["Item"] if "PutRequest" in each else each["DeleteRequest"]["Key"]


def write_units(item: Mapping[str, Any]) -> int:
    """Return what writing an item costs, with its rows in indexes."""
    return math.ceil(max(1, item_bytes(item)) / WRITE_BYTES) * (1 + len(INDEXED & item.keys()))


def _written(request: Mapping[str, Any]) -> Mapping[str, Any]:
    return request.get("Item") or {**request["Key"], **request.get("ExpressionAttributeValues", {})}


def _read(size: int, consistent: bool) -> float:
    return max(1, math.ceil(size / READ_BYTES)) * (1.0 if consistent else 0.5)
