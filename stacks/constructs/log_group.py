"""Log groups that forget after the time the environment sets."""

from __future__ import annotations

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.config import EnvironmentConfig


def log_group(scope: Construct, name: str, *, config: EnvironmentConfig) -> logs.LogGroup:
    """Return a new log group; it survives its stack where the environment retains data."""
    return logs.LogGroup(
        scope,
        name,
        retention=logs.RetentionDays[config.log_retention],
        removal_policy=RemovalPolicy.RETAIN if config.retain_data else RemovalPolicy.DESTROY,
    )
