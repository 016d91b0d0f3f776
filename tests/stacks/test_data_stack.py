"""The data stack: what the tables, the stream and the secrets are."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.cloud_tables import create_tables, data_template
from tests.stacks.assemblies import Assembly

SHOWN_IN_LISTS = [
    *("id", "kind", "state", "source", "reason", "first_at", "last_at", "attempts", "preview", "note", "who", "way"),
    "target",
]


def table(assembly: Assembly, name: str) -> dict[str, Any]:
    template = assembly.templates["data"]
    properties: dict[str, Any] = template["Resources"][template["Outputs"][name]["Value"]["Ref"]]["Properties"]
    return properties


def indexes(properties: dict[str, Any], kind: str) -> dict[str, tuple[list[str], dict[str, Any]]]:
    return {
        index["IndexName"]: ([key["AttributeName"] for key in index["KeySchema"]], index["Projection"])
        for index in properties.get(kind, [])
    }


@pytest.mark.parametrize("name", ["CatalogueTable", "ViewersTable", "OperationsTable", "TmdbCacheTable"])
def test_every_table_is_on_demand_encrypted_and_recoverable(assembly: Assembly, name: str) -> None:
    properties = table(assembly, name)

    assert [key["AttributeName"] for key in properties["KeySchema"]] == ["PK", "SK"]
    types = {each["AttributeName"]: each["AttributeType"] for each in properties["AttributeDefinitions"]}
    assert {attribute for attribute, kind in types.items() if kind != "S"} <= {"score"}
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}
    (replica,) = properties["Replicas"]
    assert replica["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert replica["DeletionProtectionEnabled"] == (assembly.environment == "prod")


def test_catalogue_has_the_indexes_that_its_access_patterns_need(dev: Assembly) -> None:
    catalogue = table(dev, "CatalogueTable")

    everything, keys = {"ProjectionType": "ALL"}, {"ProjectionType": "KEYS_ONLY"}
    assert indexes(catalogue, "LocalSecondaryIndexes") == {
        "by_rating": (["PK", "rating_sort"], everything),
        "by_release": (["PK", "release_sort"], everything),
        "by_popularity": (["PK", "popularity_sort"], everything),
    }
    assert indexes(catalogue, "GlobalSecondaryIndexes") == {
        "by_kind": (["kind", "SK"], everything),
        "pending_enrichment": (["enrichment_due", "enrichment_rank"], keys),
        "refresh_due": (["refresh_bucket", "refresh_due"], keys),
    }
    assert catalogue["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert catalogue["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_viewers_have_a_stream_expire_and_count_what_is_unread(dev: Assembly) -> None:
    viewers = table(dev, "ViewersTable")

    assert indexes(viewers, "LocalSecondaryIndexes") == {"unread": (["PK", "unread"], {"ProjectionType": "KEYS_ONLY"})}
    assert viewers["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert viewers["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_operations_are_listed_by_kind_and_expire(dev: Assembly) -> None:
    operations = table(dev, "OperationsTable")

    assert indexes(operations, "GlobalSecondaryIndexes") == {
        "by_kind": (
            ["kind", "started_at"],
            {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["id", "state", "started_by", "finished_at", "reason"]},
        ),
        "listed": (["list", "listed_at"], {"ProjectionType": "INCLUDE", "NonKeyAttributes": SHOWN_IN_LISTS}),
        "by_score": (
            ["trending_day", "score"],
            {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["views", "watches", "ratings", "follows"]},
        ),
    }
    assert operations["TimeToLiveSpecification"]["AttributeName"] == "expires_at"


def test_cached_lists_expire_by_their_own_attribute(dev: Assembly) -> None:
    assert table(dev, "TmdbCacheTable")["TimeToLiveSpecification"] == {"AttributeName": "expiresAt", "Enabled": True}


def test_event_stream_has_two_encrypted_shards_for_a_day(dev: Assembly) -> None:
    (stream,) = dev.resources("AWS::Kinesis::Stream")

    assert stream.properties["ShardCount"] == 2
    assert stream.properties["RetentionPeriodHours"] == 24
    assert stream.properties["StreamModeDetails"] == {"StreamMode": "PROVISIONED"}
    assert stream.properties["StreamEncryption"] == {"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"}


def test_no_provider_key_stands_in_the_template(dev: Assembly) -> None:
    secrets = [each for each in dev.resources("AWS::SecretsManager::Secret") if each.stack == "data"]

    assert len(secrets) == 2
    assert all("SecretString" not in secret.properties for secret in secrets)
    assert all("GenerateSecretString" in secret.properties for secret in secrets)


def test_the_template_for_unit_tests_is_the_one_that_is_deployed(dev: Assembly) -> None:
    def without_metadata(template: dict[str, Any]) -> Any:
        return {
            logical_id: {key: value for key, value in body.items() if key != "Metadata"}
            for logical_id, body in template["Resources"].items()
            if body["Type"] == "AWS::DynamoDB::GlobalTable"
        }

    assert json.dumps(without_metadata(data_template())) == json.dumps(without_metadata(dev.templates["data"]))


def test_tables_for_unit_tests_have_the_deployed_indexes_streams_and_expiry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")

    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-west-1")
        names = create_tables(data_template(), client)
        described = {key: client.describe_table(TableName=name)["Table"] for key, name in names.items()}
        expiry = client.describe_time_to_live(TableName=names["operations"])["TimeToLiveDescription"]

    assert set(names) == {"catalogue", "viewers", "operations", "tmdb_cache", "library"}
    assert {index["IndexName"] for index in described["catalogue"]["LocalSecondaryIndexes"]} == {
        "by_rating",
        "by_release",
        "by_popularity",
    }
    assert len(described["catalogue"]["GlobalSecondaryIndexes"]) == 3
    assert described["viewers"]["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert "StreamSpecification" not in described["operations"]
    assert expiry["AttributeName"] == "expires_at"
