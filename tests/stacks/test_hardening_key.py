"""The environment's own key: what is encrypted with it, who may use it, and by which services."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from tests.stacks.assemblies import Assembly, Resource, actions, statements

WITH_KEY = ("staging", "prod")
READING_TABLES = {"kms:Decrypt", "kms:DescribeKey"}
WRITING_TABLES = READING_TABLES | {
    *("kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo"),
    *("kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"),
}
# What is stored, and where its template names the key.
STORED = {
    "AWS::DynamoDB::GlobalTable": ("Replicas", 0, "SSESpecification", "KMSMasterKeyId"),
    "AWS::Kinesis::Stream": ("StreamEncryption", "KeyId"),
    "AWS::S3::Bucket": (
        *("BucketEncryption", "ServerSideEncryptionConfiguration", 0),
        *("ServerSideEncryptionByDefault", "KMSMasterKeyID"),
    ),
    "AWS::SQS::Queue": ("KmsMasterKeyId",),
    "AWS::SNS::Topic": ("KmsMasterKeyId",),
    "AWS::SecretsManager::Secret": ("KmsKeyId",),
    "AWS::Logs::LogGroup": ("KmsKeyId",),
    "AWS::Athena::WorkGroup": (
        *("WorkGroupConfiguration", "ResultConfiguration", "EncryptionConfiguration", "KmsKey"),
    ),
}
# What each function may do with the key, by the service that asks for it.
USES = {
    "archive_api": {"s3": {"kms:Decrypt"}},
    "ingest_api": {"dynamodb": WRITING_TABLES, "kinesis": {"kms:GenerateDataKey"}},
    "library_api": {
        "dynamodb": WRITING_TABLES,
        "s3": {"kms:GenerateDataKey"},
        "sqs": {"kms:Decrypt", "kms:GenerateDataKey"},
    },
    "title_consumer": {
        "dynamodb": WRITING_TABLES,
        "kinesis": {"kms:Decrypt"},
        "sqs": {"kms:Decrypt", "kms:GenerateDataKey"},
    },
    "archive_harvester": {
        "dynamodb": WRITING_TABLES,
        "s3": {"kms:Decrypt", "kms:GenerateDataKey"},
        "secretsmanager": {"kms:Decrypt"},
        "sqs": {"kms:Decrypt", "kms:GenerateDataKey"},
    },
}


@pytest.fixture(params=WITH_KEY)
def keyed(request: pytest.FixtureRequest, assemblies: dict[str, Assembly]) -> Assembly:
    """Each environment with a key of its own."""
    return assemblies[request.param]


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def names_key(value: Any, resource: Resource) -> bool:
    """Whether a value is the key's ARN: of the data stack itself, or imported from it."""
    own = resource.template["Outputs"].get("KeyArn", {}).get("Value")
    return bool(value == own) or "-data:ExportsOutputFnGetAttKey" in json.dumps(value)


def key_statements(policy: Resource) -> list[dict[str, Any]]:
    return [each for each in statements(policy) if actions(each)[0].startswith("kms:")]


def via(statement: dict[str, Any]) -> str:
    """The service that a statement about the key is for."""
    service, _, rest = statement["Condition"]["StringEquals"]["kms:ViaService"]["Fn::Join"][1]
    assert rest == ".amazonaws.com"
    return str(service).removesuffix(".")


@pytest.mark.parametrize("environment", ["local", "dev"])
def test_environments_without_a_key_of_their_own_know_nothing_of_one(
    assemblies: dict[str, Assembly], environment: str
) -> None:
    assembly = assemblies[environment]

    assert not list(assembly.resources("AWS::KMS::Key"))
    assert "kms:" not in json.dumps(assembly.templates)


@pytest.mark.parametrize("kind", STORED)
def test_everything_that_is_stored_is_encrypted_with_the_key(keyed: Assembly, kind: str) -> None:
    found = [each for each in keyed.resources(kind) if each.stack != "web"]

    assert found
    for resource in found:
        assert names_key(at(resource.properties, STORED[kind]), resource), resource.name
        assert "SqsManagedSseEnabled" not in resource.properties, resource.name


def test_what_the_web_stack_stores_is_public_and_needs_no_key(keyed: Assembly) -> None:
    assert "KeyArn" not in json.dumps(keyed.templates["web"])
    assert Counter(each["Type"] for each in keyed.templates["web"]["Resources"].values())["AWS::S3::Bucket"] == 1


def test_key_is_renewed_each_year_and_outlives_its_stack_in_prod(keyed: Assembly) -> None:
    (key,) = keyed.resources("AWS::KMS::Key")

    assert key.properties["EnableKeyRotation"] is True
    assert key.body["DeletionPolicy"] == ("Retain" if keyed.environment == "prod" else "Delete")


def test_key_serves_the_accounts_own_rights_and_four_services_for_resources_of_ours(keyed: Assembly) -> None:
    (key,) = keyed.resources("AWS::KMS::Key")
    told = {}
    for statement in key.properties["KeyPolicy"]["Statement"]:
        ((kind, who),) = statement["Principal"].items()
        for each in who if isinstance(who, list) else [who]:
            told[kind, each if isinstance(each, str) else each["Fn::Join"][1][0]] = statement

    assert told.keys() == {
        ("AWS", "arn:"),
        *(("Service", f"{service}.amazonaws.com") for service in ("events", "cloudwatch", "budgets")),
        ("Service", "logs."),
    }
    assert told["AWS", "arn:"]["Principal"]["AWS"]["Fn::Join"][1][-1] == ":root"
    services = [statement for (kind, _), statement in told.items() if kind == "Service"]
    assert not any("*" in action for statement in services for action in actions(statement))
    assert all("AWS::AccountId" in json.dumps(statement["Condition"]) for statement in services)
    queues = told["Service", "events.amazonaws.com"]["Condition"]["ArnLike"]
    assert f":marquee-{keyed.environment}-*" in json.dumps(queues["kms:EncryptionContext:aws:sqs:arn"])


def test_roles_use_the_key_only_by_services_that_they_use(keyed: Assembly) -> None:
    for policy in keyed.resources("AWS::IAM::Policy"):
        used = {action.split(":")[0] for each in statements(policy) for action in actions(each)}
        for statement in key_statements(policy):
            assert via(statement) in used, policy.name
            assert statement["Condition"].keys() == {"StringEquals"}, policy.name
            assert names_key(statement["Resource"], policy), policy.name


@pytest.mark.parametrize("package", USES)
def test_function_may_do_with_the_key_what_its_services_need_and_no_more(keyed: Assembly, package: str) -> None:
    role = {"Ref": keyed.function(package).properties["Role"]["Fn::GetAtt"][0]}
    (policy,) = [
        each
        for each in keyed.resources("AWS::IAM::Policy")
        if each.stack == keyed.function(package).stack and role in each.properties["Roles"]
    ]

    assert {via(each): set(actions(each)) for each in key_statements(policy)} == USES[package]


def test_schedules_that_fill_queues_may_encrypt(keyed: Assembly) -> None:
    clocks = [
        each
        for each in keyed.resources("AWS::IAM::Policy")
        if "Clock" in each.logical_id and "sqs:SendMessage" in json.dumps(each.properties)
    ]

    assert clocks
    for policy in clocks:
        (statement,) = key_statements(policy)
        assert (via(statement), set(actions(statement))) == ("sqs", {"kms:Decrypt", "kms:GenerateDataKey"}), policy.name
