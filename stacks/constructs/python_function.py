"""The one way to make a Lambda function, and to say what it may touch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from aws_cdk import CfnOutput, Duration, IgnoreMode, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.layer_build import ROOT
from stacks.constructs.log_group import log_group
from stacks.constructs.shared_layer import RUNTIME, architecture, shared_layer

LAMBDAS = ROOT / "lambdas"
# A failure is replayed with the rights of an operator, and the log says what operators did: whoever could write there
# could have operators do something, or have done it.
_OPERATORS_OWN = ("failure:*", "failures", "audit:*")


class PythonFunction(Construct):
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

    def allow(
        self, actions: Sequence[str], *resource_arns: str, conditions: Mapping[str, object] | None = None
    ) -> None:
        """Allow `actions` on exactly `resource_arns`, and only under `conditions`."""
        self._role.add_to_policy(
            iam.PolicyStatement(actions=list(actions), resources=list(resource_arns), conditions=conditions)
        )

    def allow_table(self, table: dynamodb.ITableV2, *operations: str) -> None:
        """Allow DynamoDB `operations` (such as `GetItem`) on the table itself, not on its indexes."""
        self.allow([f"dynamodb:{operation}" for operation in operations], table.table_arn)

    def allow_partitions(self, table: dynamodb.ITableV2, partitions: Sequence[str], *operations: str) -> None:
        """Allow DynamoDB `operations` on items of some `partitions` (`*` is any text), and on no others."""
        self.allow(
            [f"dynamodb:{operation}" for operation in operations],
            table.table_arn,
            conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": list(partitions)}},
        )

    def allow_work(self, operations: dynamodb.ITableV2, *calls: str) -> None:
        """Allow DynamoDB `calls` on everything in the operations table but what operators trust and what they did."""
        self.allow(
            [f"dynamodb:{call}" for call in calls],
            operations.table_arn,
            conditions={"ForAllValues:StringNotLike": {"dynamodb:LeadingKeys": list(_OPERATORS_OWN)}},
        )

    def allow_ending_runs(self, operations: dynamodb.ITableV2) -> None:
        """Allow freeing the lock of a run that ends."""
        self.allow_partitions(operations, ["running:*"], "DeleteItem")

    def allow_index_query(self, table: dynamodb.ITableV2, *indexes: str) -> None:
        """Allow Query on the named `indexes` of the table."""
        self.allow(["dynamodb:Query"], *(f"{table.table_arn}/index/{index}" for index in indexes))

    def allow_send(self, queue: sqs.IQueue) -> None:
        """Allow sending messages, single or in batches."""
        self.allow(["sqs:SendMessage"], queue.queue_arn)

    def allow_alike(self, actions: Sequence[str], arn: str, *, reason: str) -> None:
        """Allow `actions` on all resources whose ARN begins alike: it ends in `*`."""
        self.allow(actions, arn)
        written = Stack.of(self).resolve(arn)["Fn::Join"][1]
        finding = "".join(f"<{part['Ref']}>" if isinstance(part, dict) else part for part in written)
        acknowledge(self._role.node.find_child("DefaultPolicy"), f"IAM5[Resource::{finding}]", reason)

    def allow_anything(self, actions: Sequence[str], *, reason: str) -> None:
        """Allow `actions` that AWS cannot narrow to a resource."""
        self.allow(actions, "*")
        acknowledge(self._role.node.find_child("DefaultPolicy"), "IAM5[Resource::*]", reason)

    def allow_objects(self, bucket: s3.IBucket, prefix: str, *, reason: str) -> None:
        """Allow reading and writing what lies below `prefix` of a bucket, and seeing what is there."""
        self._allow_objects(["s3:GetObject", "s3:PutObject"], bucket, prefix, reason)

    def allow_reading(self, bucket: s3.IBucket, prefix: str, *, reason: str) -> None:
        """Allow reading what lies below `prefix` of a bucket, and seeing what is there."""
        self._allow_objects(["s3:GetObject"], bucket, prefix, reason)

    def allow_writing(self, bucket: s3.IBucket, prefix: str, *, reason: str) -> None:
        """Allow putting objects below `prefix` of a bucket, and neither reading nor seeing them."""
        self.allow(["s3:PutObject"], bucket.arn_for_objects(f"{prefix}*"))
        self._explain_objects(bucket, prefix, reason)

    def _allow_objects(self, actions: Sequence[str], bucket: s3.IBucket, prefix: str, reason: str) -> None:
        self.allow(actions, bucket.arn_for_objects(f"{prefix}*"))
        # Without it, S3 does not tell an object that is missing from one that may not be read. Only a list has a
        # prefix: asked for an object, S3 looks for the right without one.
        self.allow(["s3:ListBucket"], bucket.bucket_arn, conditions={"StringLikeIfExists": {"s3:prefix": f"{prefix}*"}})
        self._explain_objects(bucket, prefix, reason)

    def _explain_objects(self, bucket: s3.IBucket, prefix: str, reason: str) -> None:
        finding = f"IAM5[Resource::{self._name_of(bucket)}/{prefix}*]"
        acknowledge(self._role.node.find_child("DefaultPolicy"), finding, reason)

    def _name_of(self, bucket: s3.IBucket) -> str:
        """Return how cdk-nag writes the ARN of a bucket: of this stack, or imported from another one."""
        owner = Stack.of(bucket)
        if owner is Stack.of(self):
            return f"<{owner.get_logical_id(cast(s3.CfnBucket, bucket.node.default_child))}.Arn>"
        exported: str = owner.resolve(owner.export_value(bucket.bucket_arn))["Fn::ImportValue"]
        return exported

    def allow_secret(self, secret: secretsmanager.ISecret) -> None:
        """Allow reading the secret's value."""
        self.allow(["secretsmanager:GetSecretValue"], secret.secret_arn)


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
