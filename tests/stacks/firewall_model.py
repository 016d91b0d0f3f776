"""A small reader of the firewall's own rules, for tests of what they do with a request."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Request:
    """What the firewall sees of a request."""

    path: str = "/api/titles"
    address: str = "203.0.113.7"
    headers: dict[str, Any] = field(default_factory=dict)


def refused_by(rules: list[dict[str, Any]], request: Request) -> str | None:
    """Return the rule that blocks the request whatever came before it."""
    own = [rule for rule in rules if "Block" in rule.get("Action", {}) and not _rate(rule)]
    return next((rule["Name"] for rule in own if _matches(rule["Statement"], request)), None)


def counted_by(rules: list[dict[str, Any]], request: Request) -> dict[str, tuple[Any, int]]:
    """Return by what each rate rule counts the request, and up to which number, by the name of the rule."""
    found = {}
    for rule in rules:
        rate = _rate(rule)
        if rate is None or not _matches(rate["ScopeDownStatement"], request):
            continue
        key = request.address
        if rate["AggregateKeyType"] == "CUSTOM_KEYS":
            (custom,) = rate["CustomKeys"]
            key = request.headers.get(custom["Header"]["Name"])
        if key is not None:
            found[rule["Name"]] = (key, rate["Limit"])
    return found


def _rate(rule: dict[str, Any]) -> dict[str, Any] | None:
    return rule["Statement"].get("RateBasedStatement")


def _matches(statement: dict[str, Any], request: Request) -> bool:
    ((kind, body),) = statement.items()
    match kind:
        case "AndStatement":
            return all(_matches(each, request) for each in body["Statements"])
        case "NotStatement":
            return not _matches(body["Statement"], request)
        case "SizeConstraintStatement":
            assert (body["ComparisonOperator"], body["Size"]) == ("GT", 0)
            return bool(_part(body, request))
        case "ByteMatchStatement":
            assert body["PositionalConstraint"] == "EXACTLY"
            return bool(_part(body, request) == body["SearchString"])
        case "RegexMatchStatement":
            return re.search(body["RegexString"], _part(body, request)) is not None
    raise AssertionError(f"The tests know no {kind}.")


def _part(body: dict[str, Any], request: Request) -> Any:
    part = body["FieldToMatch"]
    return request.path if "UriPath" in part else request.headers.get(part["SingleHeader"]["Name"])
