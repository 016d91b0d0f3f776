"""The archive: how long TMDB's data is kept, how harvests begin, what the functions may touch, what SQL can ask."""

from __future__ import annotations

import json

import pytest

from marquee.archive import flat
from marquee.messages.archive import HarvestMessage
from stacks.archive_stack import collecting_time
from stacks.config import load
from stacks.constructs.harvest_starts import collection_schedule
from tests.stacks.assemblies import CONTEXT, Assembly, Resource, actions, statements
from tests.stacks.test_event_sources import mapping

SIX_MONTHS = 180


def archive_bucket(assembly: Assembly) -> Resource:
    (bucket,) = (each for each in assembly.resources("AWS::S3::Bucket") if each.stack == "archive")
    return bucket


def test_versions_are_kept_and_none_for_longer_than_six_months(assembly: Assembly) -> None:
    properties = archive_bucket(assembly).properties
    rules = properties["LifecycleConfiguration"]["Rules"]
    current = {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule}
    (replaced,) = (rule["NoncurrentVersionExpiration"] for rule in rules if "NoncurrentVersionExpiration" in rule)

    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert current.keys() >= {f"tmdb/{kind}/" for kind in ("movie", "tv", "season", "person")} | {"tmdb/_tables/"}
    assert max(current.values()) + replaced["NoncurrentDays"] <= SIX_MONTHS


def test_bucket_is_closed_and_stays_in_prod(assembly: Assembly) -> None:
    bucket = archive_bucket(assembly)

    assert set(bucket.properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket.properties["BucketEncryption"]
    assert bucket.body["DeletionPolicy"] == ("Retain" if assembly.environment == "prod" else "Delete")


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        pytest.param(1440, "cron(30 8 * * ? *)", id="R4's default: daily, once the exports are there"),
        pytest.param(720, "cron(30 8,20 * * ? *)", id="twice a day"),
        pytest.param(60, f"cron(30 {','.join(map(str, range(24)))} * * ? *)", id="every hour"),
        pytest.param(90, "rate(90 minutes)", id="no whole hours"),
        pytest.param(2880, "rate(2880 minutes)", id="every other day"),
    ],
)
def test_interval_becomes_a_schedule(minutes: int, expected: str) -> None:
    assert collection_schedule(minutes) == expected


def test_scheduled_harvest_is_a_message_that_the_harvester_understands(assembly: Assembly) -> None:
    found = [
        json.loads(each.properties["Target"]["Input"])
        for each in assembly.resources("AWS::Scheduler::Schedule")
        if each.stack == "archive"
    ]

    assert len(found) == (1 if assembly.environment in ("staging", "prod") else 0)
    for payload in found:
        message = HarvestMessage.model_validate(payload)
        assert (message.request.mode, message.request.scope) == ("differential", "changes")
        assert (message.job_id, message.request.started_by) == (None, "schedule")


def test_event_of_an_operator_starts_a_harvest_and_none_gets_lost(assembly: Assembly) -> None:
    (rule,) = assembly.resources("AWS::Events::Rule")
    (target,) = rule.properties["Targets"]

    assert rule.properties["EventPattern"] == {"source": ["marquee.operator"], "detail-type": ["Harvest requested"]}
    assert target["InputTransformer"]["InputTemplate"] == '{"request":<detail>}'
    assert target["DeadLetterConfig"]["Arn"]


def test_message_has_the_time_that_all_collectors_together_need() -> None:
    def seconds(**more: object) -> float:
        environments = {"dev": {**CONTEXT["environments"]["dev"], **more}}
        return collecting_time(load({**CONTEXT, "environments": environments, "env": "dev"}.get)).to_seconds()

    assert seconds(collector_concurrency=5) == 87
    assert seconds(collector_concurrency=16) == 210
    assert seconds(collector_concurrency=2, tmdb_per_second=50) == 60
    assert seconds(collector_concurrency=16, tmdb_per_second=3) == 900


def test_collectors_are_as_many_as_configured_and_take_one_message_each(assembly: Assembly) -> None:
    reading = mapping(assembly, "archive_collector")

    assert reading["BatchSize"] == 1
    assert reading["ScalingConfig"] == {"MaximumConcurrency": CONTEXT["defaults"]["collector_concurrency"]}


def test_ids_wait_as_long_as_a_queue_can_keep_them(assembly: Assembly) -> None:
    source = mapping(assembly, "archive_collector")["EventSourceArn"]["Fn::GetAtt"][0]

    assert assembly.templates["archive"]["Resources"][source]["Properties"]["MessageRetentionPeriod"] == 14 * 86_400


@pytest.mark.parametrize("package", ["archive_harvester", "archive_collector"])
def test_functions_of_the_archive_read_and_write_nothing_else(dev: Assembly, package: str) -> None:
    granted = {action for actions, _ in dev.allowed(package) for action in actions}

    assert {action for action in granted if action.startswith("dynamodb:")} == {
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
    }
    assert {action for action in granted if action.startswith("s3:")} == {
        "s3:GetObject",
        "s3:PutObject",
        "s3:ListBucket",
    }


def test_api_of_the_archive_only_reads(dev: Assembly) -> None:
    granted = {action for actions, _ in dev.allowed("archive_api") for action in actions}

    assert {action for action in granted if not action.startswith(("logs:", "xray:"))} == {
        "s3:GetObject",
        "s3:ListBucket",
        "ssm:GetParameter",
    }


def test_tables_have_the_columns_of_the_rows(assembly: Assembly) -> None:
    found = {
        each.properties["TableInput"]["Name"]: {
            column["Name"]: column["Type"] for column in each.properties["TableInput"]["StorageDescriptor"]["Columns"]
        }
        for each in assembly.resources("AWS::Glue::Table")
        if each.stack == "archive"
    }

    assert found == {f"{table}_rows": dict(columns) for table, columns in flat.COLUMNS.items()}


@pytest.mark.parametrize("package", ["archive_harvester", "archive_collector", "archive_api"])
def test_object_that_is_missing_is_told_from_one_that_may_not_be_read(dev: Assembly, package: str) -> None:
    name = package.replace("_", " ").title().replace(" ", "")
    (condition,) = {
        json.dumps(statement["Condition"])
        for policy in dev.resources("AWS::IAM::Policy")
        if policy.logical_id.startswith(name)
        for statement in statements(policy)
        if actions(statement) == ["s3:ListBucket"]
    }

    # Asked for an object, S3 looks for the right to list without a prefix.
    assert json.loads(condition) == {"StringLikeIfExists": {"s3:prefix": "tmdb/*"}}
