"""The partitions that a call of DynamoDB names, told to IAM as AWS does, so that rights to some of them count here too.

A right that ends at `job:*` is one to the whole table for an evaluator that never hears of keys.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Self

from ministack.core import iam_actions, iam_evaluator  # type: ignore[import-untyped]

_LEADING_KEYS = "dynamodb:LeadingKeys"
_KEY = "PK"
_EQUAL = re.compile(r"(?P<name>#?\w+)\s*=\s*(?P<value>:\w+)")


class _Item(str):
    """The ARN of the table of one item of a transaction, with the partition of that item."""

    leading_key: str

    @classmethod
    def of(cls, arn: str, partition: str) -> Self:
        item = cls(arn)
        item.leading_key = partition
        return item


def authorize_partitions() -> None:
    """Check `dynamodb:LeadingKeys` of a call, and of a transaction item by item."""
    context, checks, enforce = (
        iam_actions.dynamodb_service_context,
        iam_actions.dynamodb_transaction_checks,
        iam_evaluator.enforce,
    )

    def service_context(body: bytes) -> dict[str, Any]:
        found = sorted(set(_partitions(json.loads(body or b"{}"))))
        return {**context(body), **({_LEADING_KEYS: found} if found else {})}

    def transaction_checks(action: str, body: bytes, *place: str) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = checks(action, body, *place)
        items = [item for each in json.loads(body or b"{}").get("TransactItems", []) for item in each.values()]
        named = (_partition(item.get("Item") or item.get("Key")) for item in items)
        return [
            (each, _Item.of(arn, partition) if partition else arn)
            for (each, arn), partition in zip(found, named, strict=bool(found))
        ]

    def enforce_item(*args: Any, **kwargs: Any) -> Any:
        if isinstance(item := kwargs.get("resource_arn"), _Item):
            kwargs["service_context"] = {**(kwargs.get("service_context") or {}), _LEADING_KEYS: [item.leading_key]}
        return enforce(*args, **kwargs)

    iam_actions.dynamodb_service_context = service_context
    iam_actions.dynamodb_transaction_checks = transaction_checks
    iam_evaluator.enforce = enforce_item


def _partitions(request: dict[str, Any]) -> Iterator[str]:
    """Yield the partitions that a request names; a query of an index names none of the table's."""
    keys = [request.get("Key"), request.get("Item")]
    for asked in (request.get("RequestItems") or {}).values():
        writes = [next(iter(each.values())) for each in asked] if isinstance(asked, list) else []
        keys += [each.get("Item") or each.get("Key") for each in writes]
        keys += asked.get("Keys", []) if isinstance(asked, dict) else []
    yield from filter(None, map(_partition, keys))
    if partition := _queried(request):
        yield partition


def _partition(item: dict[str, Any] | None) -> str | None:
    return ((item or {}).get(_KEY) or {}).get("S")


def _queried(request: dict[str, Any]) -> str | None:
    names, values = request.get("ExpressionAttributeNames") or {}, request.get("ExpressionAttributeValues") or {}
    for found in _EQUAL.finditer(request.get("KeyConditionExpression") or ""):
        if names.get(found["name"], found["name"]) == _KEY:
            text: str | None = values.get(found["value"], {}).get("S")
            return text
    return None
