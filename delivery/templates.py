"""The templates that a synth has written, and how their values are said in a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Stacks = Mapping[str, Mapping[str, Any]]
"""Templates by the name of their stack."""
_SUFFIX = ".template.json"


@dataclass(frozen=True)
class Resource:
    """One resource of one template."""

    stack: str
    logical_id: str
    body: Mapping[str, Any]

    @property
    def type(self) -> str:
        """What CloudFormation calls the kind of resource."""
        return str(self.body["Type"])

    @property
    def properties(self) -> Mapping[str, Any]:
        """What the template says of the resource."""
        return self.body.get("Properties") or {}

    @property
    def name(self) -> str:
        """What people find the resource by."""
        return f"{self.stack}/{self.logical_id}"


def read(folder: Path) -> Stacks:
    """Return the templates that a synth has put into `folder`."""
    return {
        file.name.removesuffix(_SUFFIX): json.loads(file.read_text()) for file in sorted(folder.glob(f"*{_SUFFIX}"))
    }


def resources(stacks: Stacks) -> Iterator[Resource]:
    """Yield every resource of every stack."""
    for stack, template in stacks.items():
        for logical_id, body in template.get("Resources", {}).items():
            yield Resource(stack, logical_id, body)


def said(value: Any) -> str:
    """Return a value of a template in one line, its references by what they refer to."""
    if not isinstance(value, Mapping):
        return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    if len(value) != 1:
        return json.dumps(value, sort_keys=True)
    function, argument = next(iter(value.items()))
    if function == "Fn::Join":
        return str(argument[0]).join(map(said, argument[1]))
    if function == "Fn::GetAtt":
        return ".".join(map(said, argument)) if isinstance(argument, list) else str(argument)
    if function in ("Ref", "Fn::Sub", "Fn::ImportValue"):
        # `arn:<AWS::Partition>:…` is how CDK writes it too.
        return f"<{argument}>" if function == "Ref" and "::" in said(argument) else said(argument)
    return json.dumps(value, sort_keys=True)


def listed(value: Any) -> list[Any]:
    """Return `value` as the list that CloudFormation lets be written without brackets."""
    return value if isinstance(value, list) else [value]
