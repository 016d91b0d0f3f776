"""A function behind the API: published in versions, and called by the name of the one that is live."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.python_function import PythonFunction

LIVE = "live"


class ApiFunction(PythonFunction):
    """A function that answers requests; whoever calls it calls its alias `live`.

    Each deployment that changes its code, its settings or the layer publishes a version, and the alias moves to it.
    The version before goes when the deployment is complete: the way back is a deployment, and a snapshot costs money.
    """

    def __init__(
        self,
        scope: Construct,
        package: str,
        *,
        config: EnvironmentConfig,
        description: str,
        memory_mb: int,
        environment: Mapping[str, str],
    ) -> None:
        super().__init__(
            scope,
            package,
            config=config,
            description=description,
            # As long as the gateway waits.
            timeout=Duration.seconds(29),
            memory_mb=memory_mb,
            environment=environment,
            snap_start=config.snap_start,
        )
        self.version = self.function.current_version
        self.alias = lambda_.Alias(self, "Live", alias_name=LIVE, version=self.version)
