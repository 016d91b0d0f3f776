"""A client of DynamoDB that keeps one table in memory and counts what is asked of it."""

import copy
import json
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from marquee.repositories.table import decode

# A page of Query; small, so that pages are followed.
PAGE = 300
OPERAND = re.compile(r"[#:]?[\w.#]+")


class MemoryClient:
    """Stores items by key; knows the requests and expressions that a library needs. `interrupt` comes before each."""

    def __init__(self) -> None:
        self.partitions: dict[str, dict[str, dict[str, Any]]] = {}
        self.made: Counter[str] = Counter()
        self._sorted: dict[str, list[str]] = {}
        self.interrupt: Callable[[str], None] = lambda _: None

    def _ask(self, operation: str) -> None:
        self.interrupt(operation)
        self.made[operation] += 1

    def _find(self, key: Mapping[str, Any]) -> dict[str, Any] | None:
        return self.partitions.get(key["PK"]["S"], {}).get(key["SK"]["S"])

    def _read(self, key: Mapping[str, Any]) -> dict[str, Any] | None:
        """Find what is asked for, not what a condition looks at."""
        return self._find(key)

    def get_item(self, **request: Any) -> dict[str, Any]:
        self._ask("GetItem")
        item = self._read(request["Key"])
        return {"Item": item} if item else {}

    def batch_get_item(self, **request: Any) -> dict[str, Any]:
        self._ask("BatchGetItem")
        assert all(len(asked["Keys"]) <= 100 for asked in request["RequestItems"].values())
        return {
            "Responses": {
                name: [item for key in asked["Keys"] if (item := self._read(key))]
                for name, asked in request["RequestItems"].items()
            }
        }

    def transact_get_items(self, **request: Any) -> dict[str, Any]:
        self._ask("TransactGetItems")
        assert len(request["TransactItems"]) <= 100
        found = [self._read(each["Get"]["Key"]) for each in request["TransactItems"]]
        return {"Responses": [{"Item": item} if item else {} for item in found]}

    def query(self, **request: Any) -> dict[str, Any]:
        self._ask("Query")
        values, most = decode(request["ExpressionAttributeValues"]), int(request.get("Limit", PAGE))
        begin = str(values.get(":word", ""))
        first, last = str(values.get(":after", begin)), str(values.get(":last", begin + "\U0010ffff"))
        partition, names = self.partitions.get(values[":pk"], {}), self._names(values[":pk"])
        at, end = bisect_left(names, first), bisect_right(names, last)
        if start := request.get("ExclusiveStartKey"):
            at = bisect_right(names, str(start["SK"]["S"]))
        found = [partition[name] for name in names[at : min(end, at + most)]]
        return {"Items": found, **({"LastEvaluatedKey": _key(found[-1])} if end - at > most else {})}

    def _names(self, partition: str) -> list[str]:
        if partition not in self._sorted:
            self._sorted[partition] = sorted(self.partitions.get(partition, {}))
        return self._sorted[partition]

    def batch_write_item(self, **request: Any) -> dict[str, Any]:
        for requests in request["RequestItems"].values():
            self._ask("BatchWriteItem")
            assert 1 <= len(requests) <= 25
            for each in requests:
                for kind, action in each.items():
                    self.store(action["Item"]) if kind == "PutRequest" else self._delete(action["Key"])
        return {}

    def put_item(self, **request: Any) -> dict[str, Any]:
        self._ask("PutItem")
        self._single("Put", request)
        return {}

    def update_item(self, **request: Any) -> dict[str, Any]:
        self._ask("UpdateItem")
        self._single("Update", request)
        return {"Attributes": self._find(request["Key"])} if request.get("ReturnValues") == "ALL_NEW" else {}

    def transact_write_items(self, **request: Any) -> dict[str, Any]:
        self._ask("TransactWriteItems")
        actions = [action for each in request["TransactItems"] for action in each.items()]
        wanted = [json.dumps(_key(each.get("Key") or each["Item"])) for _, each in actions]
        assert len(set(wanted)) == len(actions) <= 100
        if not all(self._holds(each) for _, each in actions):
            reasons = [{"Code": "ConditionalCheckFailed"}]
            error: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
            raise ClientError(error, "TransactWriteItems")
        for kind, each in actions:
            self._do(kind, each)
        return {}

    def _single(self, kind: str, request: Mapping[str, Any]) -> None:
        if not self._holds(request):
            error: Any = {"Error": {"Code": "ConditionalCheckFailedException"}}
            found = self._find(request.get("Key") or request["Item"])
            raise ClientError(error | ({"Item": found} if found else {}), kind)
        self._do(kind, request)

    def _do(self, kind: str, request: Mapping[str, Any]) -> None:
        if kind == "Put":
            self.store(request["Item"])
        elif kind == "Delete":
            self._delete(request["Key"])
        elif kind == "Update":
            self._update(request)

    def store(self, item: Mapping[str, Any]) -> None:
        """Store an item as DynamoDB has it, without being asked."""
        pk, sk = item["PK"]["S"], item["SK"]["S"]
        items = self.partitions.setdefault(pk, {})
        if sk not in items:
            self._sorted.pop(pk, None)
        items[sk] = dict(item)

    def _delete(self, key: Mapping[str, Any]) -> None:
        self._sorted.pop(key["PK"]["S"], None)
        self.partitions.get(key["PK"]["S"], {}).pop(key["SK"]["S"], None)

    def _update(self, request: Mapping[str, Any]) -> None:
        item = copy.deepcopy(self._find(request["Key"]) or dict(request["Key"]))
        for part in request["UpdateExpression"].removeprefix("SET ").split(", "):
            target, value = part.split(" = ")
            holder, name = _way(item, target, request)
            numbers = [_value(item, operand, request) for operand in OPERAND.findall(value)]
            holder[name] = numbers[0] if len(numbers) == 1 else {"N": str(sum(int(each["N"]) for each in numbers))}
        self.store(item)

    def _holds(self, request: Mapping[str, Any]) -> bool:
        item = self._find(request.get("Key") or request["Item"])
        condition = request.get("ConditionExpression", "")
        if condition in ("", "attribute_not_exists(PK)", "attribute_exists(PK)"):
            return not condition or (item is not None) == (condition == "attribute_exists(PK)")
        return item is not None and all(
            _value(item, name, request) == _value(item, value, request)
            for name, value in (part.split(" = ") for part in condition.split(" AND "))
        )


def _key(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"PK": item["PK"], "SK": item["SK"]}


def _way(item: dict[str, Any], path: str, request: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Return the map that holds an attribute, and the name that it has there."""
    *outer, name = [request.get("ExpressionAttributeNames", {}).get(each, each) for each in path.split(".")]
    for each in outer:
        item = item[each]["M"]
    return item, name


def _value(item: dict[str, Any], operand: str, request: Mapping[str, Any]) -> Any:
    if operand.startswith(":"):
        return request["ExpressionAttributeValues"][operand]
    holder, name = _way(item, operand, request)
    return holder.get(name)
