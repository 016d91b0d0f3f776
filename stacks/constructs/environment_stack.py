"""The base of every stack: what an environment decides for all of them alike."""

from __future__ import annotations

from aws_cdk import (
    CfnOutput,
    CliCredentialsStackSynthesizer,
    DefaultStackSynthesizer,
    RemovalPolicy,
    Stack,
    Tags,
)
from constructs import Construct

from stacks.config import EnvironmentConfig


class EnvironmentStack(Stack):
    """A stack named `marquee-<environment>-<domain>`, tied to no account and no region."""

    def __init__(self, scope: Construct, *, config: EnvironmentConfig, domain: str, description: str) -> None:
        super().__init__(
            scope,
            f"marquee-{config.name}-{domain}",
            description=description,
            termination_protection=config.deletion_protection,
            synthesizer=DefaultStackSynthesizer() if config.bootstrapped else CliCredentialsStackSynthesizer(),
        )
        self.config = config
        Tags.of(self).add("marquee:environment", config.name)

    @property
    def data_removal_policy(self) -> RemovalPolicy:
        """What happens to data when the stack or the resource goes."""
        return RemovalPolicy.RETAIN if self.config.retain_data else RemovalPolicy.DESTROY

    def output(self, name: str, value: str) -> None:
        """Publish `value` under an output key that is exactly `name`."""
        CfnOutput(self, name, value=value)
