"""A DynamoDB table in a dictionary: fast enough for properties, with the expressions that Marquee's writers use."""

import operator
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from marquee.repositories.table import ConditionFailed, Item, Key, Table, decode, encode

COMPARE = {"=": operator.eq, "<": operator.lt, ">": operator.gt}


class MemoryTable(Table):
    """Stores items, checks conditions, writes transactions whole or not at all."""

    def __init__(self) -> None:
        self.partitions: dict[str, dict[str, Item]] = {}
        self.name = "memory"

    @property
    def stored(self) -> dict[Key, Item]:
        """Return all items by key."""
        return {(pk, sk): item for pk, items in self.partitions.items() for sk, item in items.items()}

    def get(self, pk: str, sk: str, *, consistent: bool = False) -> Item | None:
        return self.partitions.get(pk, {}).get(sk)

    def query(self, condition: str, values: Mapping[str, object], **more: Any) -> Iterator[Item]:
        items = self.partitions.get(str(values[":pk"]), {})
        yield from [items[sk] for sk in sorted(items)]

    def batch_get(self, keys: Iterable[Key], **more: Any) -> list[Item]:
        return [item for key in set(keys) if (item := self.get(*key))]

    def put(self, item: Mapping[str, object], **more: Any) -> None:
        self.transact([self.put_action(item, **more)])

    def delete(self, pk: str, sk: str, **more: Any) -> None:
        delete = self.delete_action(pk, sk)["Delete"]
        values = encode(more.pop("ExpressionAttributeValues", {}))
        self.transact([{"Delete": {**delete, **more, "ExpressionAttributeValues": values}}])

    def transact(self, actions: Sequence[Mapping[str, Any]]) -> None:
        for action in actions:
            self._check(*action.values())
        for action in actions:
            for kind, request in action.items():
                getattr(self, f"_{kind.lower()}")(request)

    def _check(self, request: Mapping[str, Any]) -> None:
        item = self.get(*_key(request.get("Key") or request["Item"]))
        condition = request.get("ConditionExpression")
        if condition and not any(_holds(part, item, request) for part in condition.split(" OR ")):
            raise ConditionFailed(condition)

    def _put(self, request: Mapping[str, Any]) -> None:
        pk, sk = _key(request["Item"])
        self.partitions.setdefault(pk, {})[sk] = decode(request["Item"])

    def _delete(self, request: Mapping[str, Any]) -> None:
        pk, sk = _key(request["Key"])
        self.partitions.get(pk, {}).pop(sk, None)

    def _update(self, request: Mapping[str, Any]) -> None:
        (pk, sk), values = _key(request["Key"]), decode(request["ExpressionAttributeValues"])
        item = {"PK": pk, "SK": sk, **(self.get(pk, sk) or {})}
        for name, value in re.findall(r"(#?\w+) = (:\w+)", request["UpdateExpression"]):
            item[request["ExpressionAttributeNames"].get(name, name)] = values[value]
        self.partitions.setdefault(pk, {})[sk] = item


def _key(item: Mapping[str, Any]) -> Key:
    return item["PK"]["S"], item["SK"]["S"]


def _holds(condition: str, item: Item | None, request: Mapping[str, Any]) -> bool:
    if condition == "attribute_not_exists(PK)":
        return item is None
    name, compare, value = condition.split()
    known = item.get(name) if item else None
    return known is not None and COMPARE[compare](known, decode(request["ExpressionAttributeValues"])[value])
