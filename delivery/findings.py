"""What the security checks were told to accept, and which routes take anybody: what a reviewer has to look at. Pure.

A finding that nobody accepted is in no template: it ends the synth.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from delivery.templates import Resource, Stacks, resources


@dataclass(frozen=True, order=True)
class Finding:
    """Something about the resource `where` that is as safe as the reason is good."""

    where: str
    rule: str
    reason: str


def findings(stacks: Stacks) -> set[Finding]:
    """Return the accepted findings of cdk-nag and the routes of the API that ask for no token and no key."""
    found = {finding for resource in resources(stacks) for finding in _accepted(resource)}
    return found | {Finding(route, "open route", "anybody may call it") for route in open_routes(stacks)}


def _accepted(resource: Resource) -> Iterator[Finding]:
    nag = (resource.body.get("Metadata") or {}).get("cdk_nag", {})
    for accepted in nag.get("rules_to_suppress", []):
        yield Finding(resource.name, accepted["id"], accepted["reason"])


def open_routes(stacks: Stacks) -> set[str]:
    """Return method and path of the routes of REST APIs that ask for neither a token nor a key."""
    by_id = {(each.stack, each.logical_id): each for each in resources(stacks)}
    return {
        f"{method.properties['HttpMethod']} {_path(method, by_id)}"
        for method in by_id.values()
        if method.type == "AWS::ApiGateway::Method"
        and method.properties.get("AuthorizationType", "NONE") == "NONE"
        and not method.properties.get("ApiKeyRequired")
    }


def _path(method: Resource, by_id: dict[tuple[str, str], Resource]) -> str:
    path = ""
    above = method.properties.get("ResourceId", {})
    while "Ref" in above:
        part = by_id[method.stack, above["Ref"]].properties
        path = f"/{part['PathPart']}{path}"
        above = part.get("ParentId", {})
    return path or "/"
