"""Which resources a change adds, removes and alters. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from delivery.templates import Resource, Stacks, resources

# Made anew under another name whenever what they are a picture of changes, which is told already.
PICTURES = frozenset({"AWS::Lambda::Version", "AWS::ApiGateway::Deployment", "AWS::CDK::Metadata"})
# What is gone with them cannot be deployed again.
HOLDING_DATA = frozenset(
    {
        *("AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Kinesis::Stream"),
        *("AWS::SecretsManager::Secret", "AWS::Cognito::UserPool", "AWS::KMS::Key", "AWS::SQS::Queue"),
    }
)
_ATTRIBUTES = ("Type", "DeletionPolicy", "UpdateReplacePolicy", "Condition")
_CODE = ("Code", "Content")


@dataclass(frozen=True)
class Change:
    """What becomes of one resource; `parts` are its properties that change."""

    what: Literal["added", "removed", "changed"]
    resource: Resource
    parts: tuple[str, ...] = ()

    @property
    def loses_data(self) -> bool:
        """Tell whether something that holds data goes, or may be told to go without it."""
        held = self.resource.type in HOLDING_DATA
        return held and (self.what == "removed" or not {"DeletionPolicy", "UpdateReplacePolicy"}.isdisjoint(self.parts))

    @property
    def is_code(self) -> bool:
        """Tell whether nothing but the code of a function or the content of a layer changes."""
        return self.what == "changed" and set(self.parts) <= set(_CODE)


def changes(base: Stacks, head: Stacks) -> list[Change]:
    """Return what becomes of the resources of `base` when `head` is deployed, by stack and name."""
    before = {each.name: each for each in _told(base)}
    after = {each.name: each for each in _told(head)}
    found = [Change("added", after[name]) for name in after.keys() - before.keys()]
    found += [Change("removed", before[name]) for name in before.keys() - after.keys()]
    for name in before.keys() & after.keys():
        if parts := _different(before[name], after[name]):
            found.append(Change("changed", after[name], parts))
    return sorted(found, key=lambda each: each.resource.name)


def _told(stacks: Stacks) -> Iterator[Resource]:
    return (each for each in resources(stacks) if each.type not in PICTURES)


def _different(before: Resource, after: Resource) -> tuple[str, ...]:
    properties = before.properties.keys() | after.properties.keys()
    found = {each for each in properties if before.properties.get(each) != after.properties.get(each)}
    found |= {each for each in _ATTRIBUTES if before.body.get(each) != after.body.get(each)}
    return tuple(sorted(found))
