"""The AWS clients of a function, each made once and only when it is used."""

# What botocore makes has no types; each function here says which client it is.
# mypy: disable-error-code="no-any-return"

from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config

import marquee

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

# A function would rather try again than hang until its own time is up. The pool is as wide as the widest fan-out.
CONFIG = Config(
    connect_timeout=2, read_timeout=10, retries={"mode": "standard", "max_attempts": 5}, max_pool_connections=32
)
# A function that is waited for works for longer than an API call takes, and is not to be asked twice.
WAITING = Config(connect_timeout=2, read_timeout=24, retries={"mode": "standard", "total_max_attempts": 1})
# What is started in the background must not keep a viewer waiting; if it was not started, a later request tries again.
BACKGROUND = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 1})


@cache
def _session() -> botocore.session.Session:
    # With its first client a function has loaded its modules.
    marquee.settle()
    return botocore.session.get_session()


def client(service: str, config: Config = CONFIG) -> Any:
    """Return a client for a service, like boto3's, without the import of what boto3 adds to it."""
    return _session().create_client(service, config=config)


@cache
def dynamodb() -> "DynamoDBClient":
    """Return the client for DynamoDB."""
    return client("dynamodb", CONFIG)


@cache
def kinesis() -> "KinesisClient":
    """Return the client for Kinesis."""
    return client("kinesis", CONFIG)


@cache
def sqs() -> "SQSClient":
    """Return the client for SQS."""
    return client("sqs", CONFIG)


@cache
def secrets_manager() -> "SecretsManagerClient":
    """Return the client for Secrets Manager."""
    return client("secretsmanager", CONFIG)


@cache
def cognito() -> "CognitoIdentityProviderClient":
    """Return the client for Cognito user pools."""
    return client("cognito-idp", CONFIG)


@cache
def lambda_() -> "LambdaClient":
    """Return the client for starting other functions in the background: it tries once, for a moment."""
    return client("lambda", BACKGROUND)


@cache
def waiting_lambda() -> "LambdaClient":
    """Return the client for asking other functions and waiting for what they answer."""
    return client("lambda", WAITING)


@cache
def dynamodb_streams() -> Any:
    """Return the client for the streams of tables."""
    return client("dynamodbstreams", CONFIG)


@cache
def cloudwatch() -> Any:
    """Return the client for metrics."""
    return client("cloudwatch", CONFIG)


@cache
def logs() -> "CloudWatchLogsClient":
    """Return the client for logs."""
    return client("logs", CONFIG)


@cache
def cloudformation() -> Any:
    """Return the client for stacks."""
    return client("cloudformation", CONFIG)


@cache
def s3() -> "S3Client":
    """Return the client for S3."""
    return client("s3", CONFIG)


@cache
def ssm() -> "SSMClient":
    """Return the client for Systems Manager's parameters."""
    return client("ssm", CONFIG)
