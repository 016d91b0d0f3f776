"""Which rights a change gives and takes, one action on one resource at a time: merged statements hide none. Pure.

Reads every policy document wherever a template has one: roles, their trust, queues, buckets, topics, keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from delivery.templates import Resource, Stacks, listed, resources, said


@dataclass(frozen=True, order=True)
class Right:
    """An action that somebody may do (or may not: `effect`) to something."""

    holder: str
    effect: str
    action: str
    target: str
    condition: str = ""


def rights(stacks: Stacks) -> set[Right]:
    """Return every right that the stacks give, and every denial."""
    return {right for resource in resources(stacks) for right in _of(resource)}


def _of(resource: Resource) -> Iterator[Right]:
    for managed in listed(resource.properties.get("ManagedPolicyArns", [])):
        yield Right(resource.name, "Allow", "all of the managed policy", said(managed))
    if resource.type == "AWS::Lambda::Permission":
        yield _invocation(resource)
    for document in _documents(resource.properties):
        for statement in listed(document["Statement"]):
            yield from _of_statement(resource, statement)


def _documents(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        for each in value:
            yield from _documents(each)
    elif isinstance(value, Mapping):
        if "Statement" in value and "Version" in value:
            yield value
            return
        for each in value.values():
            yield from _documents(each)


def _of_statement(resource: Resource, statement: Mapping[str, Any]) -> Iterator[Right]:
    holders = _holders(resource, statement)
    actions = _named(statement, "Action")
    targets = _named(statement, "Resource") or [resource.name]
    condition = said(statement["Condition"]) if "Condition" in statement else ""
    for holder in holders:
        for action in actions:
            for target in targets:
                yield Right(holder, statement["Effect"], action, target, condition)


def _holders(resource: Resource, statement: Mapping[str, Any]) -> list[str]:
    if "Principal" in statement or "NotPrincipal" in statement:
        return _principals(statement)
    attached = [said(each) for kind in ("Roles", "Users", "Groups") for each in resource.properties.get(kind, [])]
    return [f"{resource.stack}/{each}" for each in attached] or [resource.name]


def _principals(statement: Mapping[str, Any]) -> list[str]:
    if "NotPrincipal" in statement:
        return [f"anybody but {said(statement['NotPrincipal'])}"]
    principal = statement["Principal"]
    if not isinstance(principal, Mapping):
        return [said(principal)]
    return [said(each) for found in principal.values() for each in listed(found)]


def _named(statement: Mapping[str, Any], key: str) -> list[str]:
    """Return the actions or resources, the exceptions of a `Not…` marked as such."""
    if key in statement:
        return [said(each) for each in listed(statement[key])]
    return [f"all but {said(each)}" for each in listed(statement.get(f"Not{key}", []))]


def _invocation(permission: Resource) -> Right:
    properties = permission.properties
    target = said(properties["FunctionName"])
    condition = f"from {said(properties['SourceArn'])}" if "SourceArn" in properties else ""
    return Right(said(properties["Principal"]), "Allow", said(properties["Action"]), target, condition)


def together(found: Iterable[Right]) -> dict[tuple[str, str, str, str], list[str]]:
    """Return the actions of rights that are alike in all else, by holder, effect, target and condition."""
    grouped: dict[tuple[str, str, str, str], list[str]] = {}
    for each in sorted(found):
        grouped.setdefault((each.holder, each.effect, each.target, each.condition), []).append(each.action)
    return grouped
