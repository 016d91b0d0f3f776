"""What `marquee verify` and the smoke test ask of AWS, as the rights of whoever runs them in the pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from stacks.config import EnvironmentConfig

# `<…>` is how CDK and cdk-nag write what only AWS knows; `{named}` becomes what names of the environment begin with.
_HERE = "<AWS::Region>:<AWS::AccountId>"
_MADE_UP = "CloudFormation makes the names up, each beginning with its stack's; a new one is not to need a new role."
_RANDOM = "AWS makes the ids up, so that no name tells the environment; "


@dataclass(frozen=True)
class Grant:
    """Actions on resources; `because` says why they are not narrower."""

    actions: tuple[str, ...]
    resource: str
    because: str
    tagged: bool = False
    """Whether only what carries the tag of the environment counts."""


READING = (
    Grant(("cloudformation:DescribeStacks",), "*", "Outputs are looked for in all stacks, page after page."),
    Grant(("cloudformation:ListStackResources",), f"cloudformation:{_HERE}:stack/{{named}}/*", _MADE_UP),
    Grant(("lambda:GetFunction", "lambda:GetFunctionConfiguration"), f"lambda:{_HERE}:function:{{named}}", _MADE_UP),
    Grant(("lambda:ListEventSourceMappings",), "*", "AWS narrows the listing of mappings to no resource."),
    Grant(
        ("lambda:GetEventSourceMapping",),
        f"lambda:{_HERE}:event-source-mapping:*",
        f"{_RANDOM}a mapping tells no more than what reads which queue.",
    ),
    Grant(
        ("iam:ListRolePolicies", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies"),
        "iam::<AWS::AccountId>:role/{named}",
        "The roles of the functions are read to tell which right is missing; CloudFormation makes their names up.",
    ),
    Grant(("scheduler:GetSchedule",), f"scheduler:{_HERE}:schedule/default/{{named}}", _MADE_UP),
    Grant(
        ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"),
        f"dynamodb:{_HERE}:table/{{named}}Operations*",
        "Jobs, failures and providers are read from the one table of operations, whose name CloudFormation makes up.",
    ),
    Grant(("sqs:GetQueueAttributes",), f"sqs:{_HERE}:{{named}}", _MADE_UP),
    Grant(("sns:ListSubscriptionsByTopic",), f"sns:{_HERE}:{{named}}", _MADE_UP),
    Grant(("cloudwatch:DescribeAlarms",), f"cloudwatch:{_HERE}:alarm:{{named}}", _MADE_UP),
    Grant(
        ("cognito-idp:ListUsersInGroup",),
        f"cognito-idp:{_HERE}:userpool/*",
        f"{_RANDOM}the tag of the pool does.",
        tagged=True,
    ),
)
READING_ENCRYPTED = (Grant(("kms:Decrypt",), f"kms:{_HERE}:key/*", f"{_RANDOM}the tag of the key does.", tagged=True),)
# What the checks `secrets`, `sign-in` and `pipeline` need besides.
TRYING = (
    Grant(
        ("secretsmanager:GetSecretValue", "secretsmanager:ListSecretVersionIds"),
        f"secretsmanager:{_HERE}:secret:*",
        "Secrets are named by what they are, not by their stack; the tag of the secret tells the environment.",
        tagged=True,
    ),
    Grant(
        (
            *("cognito-idp:AdminCreateUser", "cognito-idp:AdminSetUserPassword", "cognito-idp:AdminDeleteUser"),
            *("cognito-idp:AdminInitiateAuth", "cognito-idp:DescribeUserPoolClient"),
        ),
        f"cognito-idp:{_HERE}:userpool/*",
        "A user is made for a moment in a pool without people, which only its tag tells from others.",
        tagged=True,
    ),
    Grant(
        ("kinesis:PutRecords",),
        f"kinesis:{_HERE}:stream/{{named}}",
        "Without producers the event of the check is put on the one stream, whose name CloudFormation makes up.",
    ),
    Grant(
        ("s3:GetObject",),
        "s3:::{named}/activity/*",
        "Whether the event was archived is asked of the one bucket with such a folder.",
    ),
    Grant(("s3:ListBucket",), "s3:::{named}", "Without it S3 hides what is not there."),
)
TRYING_ENCRYPTED = (
    Grant(
        ("kms:GenerateDataKey",),
        f"kms:{_HERE}:key/*",
        "What is put on the stream is encrypted by the environment's key, which its tag tells.",
        tagged=True,
    ),
)


def grants(config: EnvironmentConfig) -> Iterator[Grant]:
    """Yield the rights: reading alone where data of people is kept, which is why the pipeline skips checks there."""
    chosen = [*READING, *(READING_ENCRYPTED if config.customer_managed_key else ())]
    if not config.retain_data:
        chosen += [*TRYING, *(TRYING_ENCRYPTED if config.customer_managed_key else ())]
    for each in chosen:
        arn = each.resource if each.resource == "*" else f"arn:<AWS::Partition>:{each.resource}"
        yield replace(each, resource=arn.format(named=f"marquee-{config.name}-*"))
