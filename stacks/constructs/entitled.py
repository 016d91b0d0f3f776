"""What a function may touch: each method allows one kind of thing, as narrowly as AWS can say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from aws_cdk import Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.constructs.acknowledge import acknowledge

# A failure is replayed with the rights of an operator, and the log says what operators did: whoever could write there
# could have operators do something, or have done it.
_OPERATORS_OWN = ("failure:*", "failures", "audit:*")


class Entitled(Construct):
    """Something with a role of its own, and the ways to add to what that may do."""

    _role: iam.Role

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
