"""Somebody runs code in one of our functions: they get what the function may do, and nothing else.

The emulator decides by the same policies that are deployed to AWS, partitions of tables included.
"""

from functools import cache
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.e2e.attempts import Attempt, attempts
from tests.e2e.cloud import Cloud
from tests.e2e.held_rights import held_rights
from tests.e2e.rights import FUNCTIONS, allows, rights_of

DENIED = {"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedException"}
# Who may do what hurts most: what is done, to what, and to which part of it.
WHO = {
    ("GetSecretValue", "secret data-DriveKey", ""): {"library_importer"},
    ("GetSecretValue", "secret data-TmdbKey", ""): {
        *("archive_collector", "archive_harvester", "enrichment_worker", "title_enrichment", "tmdb_cache_refresh"),
    },
    ("GetSecretValue", "secret data-WatchModeKey", ""): {
        *("enrichment_worker", "listing_planner", "reference_refresh", "title_enrichment", "title_ingestion"),
    },
    ("PutItem", "catalogue", "title:1"): {
        *("availability_watch", "enrichment_worker", "reference_refresh", "title_consumer", "title_enrichment"),
    },
    ("PutItem", "library", "library:main"): {"library_importer", "library_recount", "library_writer"},
    ("PutItem", "operations", "audit:2026-11-21"): {"admin_api"},
    ("PutItem", "operations", "failure:1"): {"admin_api", "failure_inbox", "operations_watch"},
    ("GetItem", "viewers", "user:1"): {
        *("activity_consumer", "digest_sender", "guide_api", "notification_fanout", "preference_watch"),
    },
    ("Query", "viewers", "user:1"): {"digest_sender", "guide_api", "notification_fanout", "preference_watch"},
    ("PutItem", "viewers", "user:1"): {"activity_consumer", "guide_api", "notification_fanout", "preference_watch"},
    ("PutRecord", "programme-events", ""): {"admin_api", "ingest_api"},
    ("PutRecords", "programme-events", ""): {"ingest_api", "reference_refresh", "title_ingestion"},
    ("PutObject", "bucket archive/tmdb/*", ""): {"archive_collector", "archive_harvester"},
    ("PutObject", "bucket uploads/uploads/*", ""): {"library_api"},
    ("SendEmail", "mail identity/digest@marquee.local", ""): {"digest_sender"},
    ("ListUsers", "user pool", ""): {"digest_sender"},
    ("AdminDeleteUser", "user pool", ""): {"guide_api"},
    ("AdminSetUserPassword", "user pool", ""): {"sign_up_link"},
    ("AdminAddUserToGroup", "user pool", ""): set[str](),
    ("DeleteItem", "operations", "audit:2026-11-21"): {"admin_api"},
    ("FilterLogEvents", "logs *", ""): {"admin_api"},
}
# What changes nothing where it is allowed.
READS = {"GetItem", "BatchGetItem", "Query", "DescribeTable", "GetSecretValue", "GetParameter", "ListBucket"}
ONCE = Config(retries={"total_max_attempts": 1}, parameter_validation=False)


@pytest.fixture(scope="module")
def tried(cloud: Cloud) -> list[Attempt]:
    """Every attempt, the same for each function."""
    return attempts(cloud)


@pytest.fixture(scope="module")
def session() -> boto3.Session:
    """What reads the models of the services once for all functions."""
    return boto3.Session()


def test_table_of_rights_has_every_function(cloud: Cloud) -> None:
    assert sorted(cloud.outputs.functions) == FUNCTIONS


@pytest.mark.parametrize(("right", "functions"), WHO.items(), ids=[" ".join(right).rstrip() for right in WHO])
def test_what_hurts_most_is_for_few(right: tuple[str, str, str], functions: set[str]) -> None:
    assert {each for each in FUNCTIONS if allows(rights_of(each), *right)} == functions


@pytest.mark.parametrize("function", FUNCTIONS)
def test_function_has_the_rights_that_are_written_and_no_others(cloud: Cloud, function: str) -> None:
    assert held_rights(cloud, function) == rights_of(function)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_function_is_refused_whatever_is_not_written(
    cloud: Cloud, tried: list[Attempt], session: boto3.Session, function: str
) -> None:
    client_for = clients(cloud, session, function)
    outside = [each for each in tried if not each.is_within(rights_of(function))]

    got_through = [str(each) for each in outside if not is_denied(client_for(each.service), each)]

    assert len(outside) > 200
    assert got_through == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_function_is_not_refused_what_is_written(
    cloud: Cloud, tried: list[Attempt], session: boto3.Session, function: str
) -> None:
    client_for = clients(cloud, session, function)
    inside = [each for each in tried if each.action in READS and each.is_within(rights_of(function))]

    assert [str(each) for each in inside if is_denied(client_for(each.service), each)] == []


def clients(cloud: Cloud, session: boto3.Session, function: str) -> Any:
    """Return what makes clients with the rights of a function, one of each service."""
    role = cloud.aws.client("lambda").get_function_configuration(FunctionName=cloud.outputs.functions[function])["Role"]
    keys = cloud.aws.client("sts").assume_role(RoleArn=role, RoleSessionName="attack")["Credentials"]

    @cache
    def client(service: str) -> Any:
        return session.client(
            service,  # type: ignore[call-overload]
            endpoint_url=cloud.outputs.aws_endpoint_url,
            region_name=cloud.outputs.region,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
            config=ONCE,
        )

    return client


def is_denied(client: Any, attempt: Attempt) -> bool:
    """Say whether a call is refused for want of a right, and for no other reason."""
    try:
        getattr(client, attempt.operation)(**attempt.arguments)
    except ClientError as error:
        return error.response["Error"]["Code"] in DENIED
    return False
