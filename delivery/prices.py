"""What the resources of an environment cost in a month in which nobody uses them, by list prices. Pure.

Prices: US East (N. Virginia), November 2026, without any free tier; other regions are up to a fifth dearer. What is
paid by use (requests, storage, custom metrics, logs) costs nothing while it is idle, and is in docs/cost.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from delivery.templates import Resource, Stacks, resources

HOURS = 730
SECONDS = HOURS * 3600
_SHARD, _SHARD_KEPT_LONGER, _STREAM_ON_DEMAND = 0.015, 0.02, 0.04
_SNAP_START, _PROVISIONED_CONCURRENCY = 0.0000015046, 0.0000033334
_ALARM_METRIC, _COMPOSITE_ALARM, _DASHBOARD = 0.10, 0.50, 3.00
_WEB_ACL, _WEB_ACL_RULE = 5.00, 1.00
_KEY, _SECRET = 1.00, 0.40
_DAY = 24
# Principle 7 of the design forbids these; who adds one is to see what that costs.
_NAT_GATEWAY, _ENDPOINT = 0.045, 0.01


@dataclass(frozen=True)
class Line:
    """What the resources of one kind cost together, in dollars a month."""

    kind: str
    count: int
    dollars: float


def _stream(resource: Resource) -> float:
    properties = resource.properties
    if properties.get("StreamModeDetails", {}).get("StreamMode") == "ON_DEMAND":
        return _STREAM_ON_DEMAND * HOURS
    longer = properties.get("RetentionPeriodHours", _DAY) > _DAY
    return int(properties.get("ShardCount", 1)) * HOURS * (_SHARD + (_SHARD_KEPT_LONGER if longer else 0))


def _alarm(resource: Resource) -> float:
    metrics = [each for each in resource.properties.get("Metrics", []) if "MetricStat" in each]
    return _ALARM_METRIC * max(1, len(metrics))


def _snap_start(resource: Resource) -> float:
    # Each published version is kept as a snapshot of the function's memory; the one before goes with the next.
    published = resource.properties.get("SnapStart", {}).get("ApplyOn") == "PublishedVersions"
    return _gigabytes(resource) * _SNAP_START * SECONDS if published else 0


def _alias(resource: Resource) -> float:
    kept: Mapping[str, Any] = resource.properties.get("ProvisionedConcurrencyConfig", {})
    # An alias does not say how much memory its function has; ours have half a gigabyte or more.
    return int(kept.get("ProvisionedConcurrentExecutions", 0)) * 0.5 * _PROVISIONED_CONCURRENCY * SECONDS


def _gigabytes(function: Resource) -> float:
    return float(function.properties.get("MemorySize", 128)) / 1024


def _flat(dollars: float) -> Callable[[Resource], float]:
    return lambda _: dollars


PRICED: Mapping[str, Callable[[Resource], float]] = {
    "AWS::Kinesis::Stream": _stream,
    "AWS::Lambda::Function": _snap_start,
    "AWS::Lambda::Alias": _alias,
    "AWS::SecretsManager::Secret": _flat(_SECRET),
    "AWS::KMS::Key": _flat(_KEY),
    "AWS::WAFv2::WebACL": lambda each: _WEB_ACL + _WEB_ACL_RULE * len(each.properties.get("Rules", [])),
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::CloudWatch::CompositeAlarm": _flat(_COMPOSITE_ALARM),
    "AWS::CloudWatch::Dashboard": _flat(_DASHBOARD),
    "AWS::EC2::NatGateway": _flat(_NAT_GATEWAY * HOURS),
    "AWS::EC2::VPCEndpoint": _flat(_ENDPOINT * HOURS),
}


def monthly(stacks: Stacks) -> list[Line]:
    """Return what costs money in a month without use, dearest first."""
    costs: dict[str, list[float]] = {}
    for each in resources(stacks):
        cost = PRICED[each.type](each) if each.type in PRICED else 0
        if cost:
            costs.setdefault(each.type, []).append(cost)
    lines = [Line(kind, len(each), round(sum(each), 2)) for kind, each in costs.items()]
    return sorted(lines, key=lambda each: (-each.dollars, each.kind))


def total(lines: list[Line]) -> float:
    """Return what all of it costs, in dollars a month."""
    return round(sum(each.dollars for each in lines), 2)


def new_kinds(base: Stacks, head: Stacks) -> list[str]:
    """Return the kinds that `head` is the first to have and that have no price here: somebody has to look them up."""
    known = {each.type for each in resources(base)} | PRICED.keys()
    return sorted({each.type for each in resources(head)} - known)
