"""The one way to make a Lambda function; what it may touch is said by the methods of `Entitled`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from aws_cdk import CfnOutput, Duration, IgnoreMode, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.entitled import Entitled
from stacks.constructs.layer_build import ROOT
from stacks.constructs.log_group import log_group
from stacks.constructs.shared_layer import RUNTIME, architecture, shared_layer

LAMBDAS = ROOT / "lambdas"


class PythonFunction(Entitled):
    """A function from the folder `lambdas/<package>`, with a role and a log group of its own.

    The stack publishes its name as the output `Function<Package>`. Lambda stops a function whose messages come back
    to it for the sixteenth time, unless it `sends_to_itself` on purpose. With `snap_start`, containers of its published
    versions begin as a snapshot.
    """

    def __init__(
        self,
        scope: Construct,
        package: str,
        *,
        config: EnvironmentConfig,
        description: str,
        timeout: Duration,
        memory_mb: int,
        environment: Mapping[str, str],
        sends_to_itself: bool = False,
        snap_start: bool = False,
    ) -> None:
        name = camel_case(package)
        super().__init__(scope, name)
        self.timeout = timeout
        self.package = package
        self.log_group = logs = log_group(self, "Logs", config=config)
        self._role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"What {package} may touch",
        )
        self.allow(["logs:CreateLogStream", "logs:PutLogEvents"], logs.log_group_arn)
        self.function = lambda_.Function(
            self,
            "Function",
            description=description,
            runtime=RUNTIME,
            architecture=architecture(config),
            handler=f"{package}.handler.lambda_handler",
            code=package_asset(package),
            layers=[shared_layer(self, config=config)],
            role=self._role,
            timeout=timeout,
            memory_size=memory_mb,
            logging_format=lambda_.LoggingFormat.JSON,
            # Lambda itself drops what is below this, whatever the function's own logger is set to.
            application_log_level_v2=lambda_.ApplicationLogLevel[config.log_level.replace("WARNING", "WARN")],
            log_group=logs,
            recursive_loop=lambda_.RecursiveLoop.ALLOW if sends_to_itself else None,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if snap_start else None,
            tracing=lambda_.Tracing.ACTIVE if config.tracing else lambda_.Tracing.DISABLED,
            environment={
                "MARQUEE_ENVIRONMENT": config.name,
                "POWERTOOLS_SERVICE_NAME": package,
                "POWERTOOLS_METRICS_NAMESPACE": "Marquee",
                "POWERTOOLS_LOG_LEVEL": config.log_level,
                # There is none, and to look for one pydantic reads what every installed package says of itself.
                "PYDANTIC_DISABLE_PLUGINS": "__all__",
                # Where time zones are, which Python otherwise loads all that it knows of its own build to tell.
                "PYTHONTZPATH": "/usr/share/zoneinfo",
                **environment,
            },
        )
        acknowledge(
            self.function,
            "L1",
            "Every function runs the Python 3.13 that the shared layer's wheels are built for.",
        )
        if config.tracing:
            acknowledge(
                self._role.node.find_child("DefaultPolicy"),
                "IAM5[Resource::*]",
                "X-Ray's PutTraceSegments and PutTelemetryRecords know no resource to narrow them to.",
            )
        CfnOutput(Stack.of(self), f"Function{name}", value=self.function.function_name)


def camel_case(package: str) -> str:
    """Return `TitleConsumer` for `title_consumer`."""
    return "".join(word.capitalize() for word in package.split("_"))


def package_asset(package: str, folder: Path = LAMBDAS) -> lambda_.AssetCode:
    """Return the code asset that holds the folder `package` and nothing else of `folder`.

    The package stays a folder inside the zip, so that its import path is that of the tests, and an edit of
    another function leaves its hash alone.
    """
    return lambda_.Code.from_asset(
        str(folder),
        ignore_mode=IgnoreMode.GIT,
        exclude=["/*", f"!/{package}", "__pycache__", "*.pyc"],
    )
