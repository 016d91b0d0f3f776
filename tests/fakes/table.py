"""A DynamoDB table in a dictionary: fast enough for properties, with the expressions that Marquee's writers use."""

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from marquee.repositories.table import ConditionFailed, Item, Key, Table, decode, encode

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "begins_with": str.startswith,
    "contains": operator.contains,
    "IN": lambda known, values: known in values,
    "BETWEEN": lambda known, bounds: bounds[0] <= known <= bounds[1],
}
INDEXES = {"by_rating": "rating_sort", "by_release": "release_sort", "by_popularity": "popularity_sort"}
# One part of a condition whose parts are joined by AND: `NOT contains(name, :value)`, `#name BETWEEN :low AND :high`.
PART = re.compile(r"(NOT )?(?:(\w+)\((#?\w+), |(#?\w+) ([A-Z]+|[<>=]+) )(:\w+ AND :\w+|\([^)]*\)|:\w+)")


class MemoryTable(Table):
    """Stores items, checks conditions, writes transactions whole or not at all."""

    def __init__(self) -> None:
        self.partitions: dict[str, dict[str, Item]] = {}
        self.name = "memory"
        self.queries = 0
        self.rows_read = 0

    @property
    def stored(self) -> dict[Key, Item]:
        """Return all items by key."""
        return {(pk, sk): item for pk, items in self.partitions.items() for sk, item in items.items()}

    def get(self, pk: str, sk: str, *, consistent: bool = False) -> Item | None:
        return self.partitions.get(pk, {}).get(sk)

    def query(self, condition: str, values: Mapping[str, object], **more: Any) -> Iterator[Item]:
        yield from self._found(condition, values, more)

    def query_page(self, condition: str, values: Mapping[str, object], **more: Any) -> tuple[list[Item], Item | None]:
        found = self._found(condition, values, more)
        read = found[: more["Limit"]]
        names = more.get("ExpressionAttributeNames", {})
        kept = [item for item in read if _fits(item, more.get("FilterExpression", ""), values, names)]
        self.queries += 1
        self.rows_read += len(read)
        return list(map(encode, kept)), encode(read[-1]) if len(read) == more["Limit"] else None

    def _found(self, condition: str, values: Mapping[str, object], more: Mapping[str, Any]) -> list[Item]:
        """Return what meets a key condition, in the order of the table or of a local index."""
        key = INDEXES.get(more.get("IndexName", ""), "SK")
        here = [item for item in self.partitions.get(str(values[":pk"]), {}).values() if key in item]
        here = [item for item in here if _fits(item, condition, values, {})]
        return sorted(here, key=operator.itemgetter(key), reverse=not more.get("ScanIndexForward", True))

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

    def _conditioncheck(self, request: Mapping[str, Any]) -> None:
        """Write nothing: `transact` has checked it."""

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


def _fits(item: Item, condition: str, values: Mapping[str, object], names: Mapping[str, str]) -> bool:
    for negated, function, argument, name, compare, given in PART.findall(condition):
        known = item.get(names.get(argument or name, argument or name))
        bounds = [values[each] for each in re.findall(r":\w+", given)]
        value = bounds if compare in ("IN", "BETWEEN") else bounds[0]
        if (known is not None and COMPARE[function or compare](known, value)) == bool(negated):
            return False
    return True
