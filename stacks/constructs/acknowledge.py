"""Findings of cdk-nag that are accepted, each on one resource and with its reason."""

from __future__ import annotations

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def acknowledge(resource: IConstruct, finding: str, reason: str) -> None:
    """Accept the AwsSolutions `finding` (such as `IAM5[Resource::*]`) on `resource` and nothing below it."""
    Validations.of(resource.node.default_child or resource).acknowledge(
        Acknowledgment(id=f"AwsSolutions-{finding}", reason=reason)
    )
