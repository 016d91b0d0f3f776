"""The environment's own key: who may use it, and everything that is encrypted with it."""

from __future__ import annotations

from collections.abc import Iterable

from aws_cdk import Aws, Stack
from aws_cdk import aws_athena as athena
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import IConstruct

from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.environment_stack import EnvironmentStack
from stacks.constructs.key_uses import uses_of

_ENCRYPT, _DECRYPT = "kms:GenerateDataKey", "kms:Decrypt"


def customer_key(stack: EnvironmentStack, name: str) -> kms.Key:
    """Return a key that AWS renews each year; besides the account's IAM, three services may use it for our resources.

    Functions get their rights from `encrypt_with`.
    """
    key = kms.Key(
        stack,
        name,
        description=f"Marquee {stack.config.name}: everything that is stored",
        enable_key_rotation=True,
        removal_policy=stack.data_removal_policy,
    )
    ours = f"marquee-{stack.config.name}-*"
    # CloudWatch Logs and EventBridge tell KMS for which group or queue they ask, the one that tells alarms for whom.
    for service, actions, condition in (
        (
            f"logs.{Aws.REGION}",
            ["kms:Encrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
            {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": _arn("logs", "log-group:*")}},
        ),
        ("events", [], {"ArnLike": {"kms:EncryptionContext:aws:sqs:arn": _arn("sqs", ours)}}),
        ("cloudwatch", [], {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}),
        ("budgets", [], {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}),
    ):
        key.add_to_resource_policy(
            iam.PolicyStatement(
                actions=[_DECRYPT, _ENCRYPT, *actions],
                principals=[iam.ServicePrincipal(f"{service}.amazonaws.com")],
                resources=["*"],
                conditions=condition,
            )
        )
    return key


def encrypt_with(key: kms.IKey, stacks: Iterable[Stack]) -> None:
    """Encrypt what the `stacks` store with `key`, and let each role use it by the services that it uses."""
    for stack in stacks:
        for each in stack.node.find_all():
            if isinstance(each, iam.Policy):
                _allow_use(each, key)
            else:
                _encrypt(each, key.key_arn)


def _encrypt(resource: IConstruct, key_arn: str) -> None:
    match resource:
        case dynamodb.CfnGlobalTable():
            # CDK's own way wants to know the region.
            resource.add_property_override("Replicas.0.SSESpecification", {"KMSMasterKeyId": key_arn})
        case kinesis.CfnStream():
            resource.stream_encryption = kinesis.CfnStream.StreamEncryptionProperty(
                encryption_type="KMS", key_id=key_arn
            )
            acknowledge(resource, "KDS3", "The configuration asks for the environment's own key instead of Kinesis's.")
        case s3.CfnBucket():
            resource.bucket_encryption = s3.CfnBucket.BucketEncryptionProperty(
                server_side_encryption_configuration=[_of_objects(key_arn)]
            )
        case sqs.CfnQueue():
            resource.kms_master_key_id, resource.sqs_managed_sse_enabled = key_arn, None
        case sns.CfnTopic():
            resource.kms_master_key_id = key_arn
        case secretsmanager.CfnSecret() | logs.CfnLogGroup():
            resource.kms_key_id = key_arn
        case athena.CfnWorkGroup():
            resource.add_property_override(
                "WorkGroupConfiguration.ResultConfiguration.EncryptionConfiguration",
                {"EncryptionOption": "SSE_KMS", "KmsKey": key_arn},
            )


def _of_objects(key_arn: str) -> s3.CfnBucket.ServerSideEncryptionRuleProperty:
    return s3.CfnBucket.ServerSideEncryptionRuleProperty(
        # One call of KMS serves many objects.
        bucket_key_enabled=True,
        server_side_encryption_by_default=s3.CfnBucket.ServerSideEncryptionByDefaultProperty(
            sse_algorithm="aws:kms", kms_master_key_id=key_arn
        ),
    )


def _allow_use(policy: iam.Policy, key: kms.IKey) -> None:
    for use in uses_of(Stack.of(policy).resolve(policy.document)):
        policy.add_statements(
            iam.PolicyStatement(
                actions=list(use.actions),
                resources=[key.key_arn],
                conditions={"StringEquals": {"kms:ViaService": f"{use.service}.{Aws.REGION}.amazonaws.com"}},
            )
        )


def _arn(service: str, resource: str) -> str:
    return f"arn:{Aws.PARTITION}:{service}:{Aws.REGION}:{Aws.ACCOUNT_ID}:{resource}"
