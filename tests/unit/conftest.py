"""Unit tests: no network, no real credentials, AWS in memory with the tables of the synthesised data stack."""

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws
from pytest_socket import disable_socket

from marquee import aws, enricher, providers, settings
from marquee.repositories.guide_index import GuideIndex
from marquee.repositories.jobs import JobRepository
from marquee.repositories.listings import ListingRepository
from marquee.repositories.quarantine import QuarantineRepository
from marquee.repositories.reference import ReferenceRepository
from marquee.repositories.table import Table
from marquee.repositories.titles import TitleRepository
from marquee.repositories.viewers import ViewerRepository
from marquee.telemetry import logger
from tests.cloud_tables import create_tables, data_template
from tests.fakes.clock import FakeClock
from tests.fakes.dynamodb import mend
from tests.fakes.operations import CountedTable, operations_table

if TYPE_CHECKING:
    from tests.fakes.shelves import Warm

TABLES = ("catalogue", "viewers", "operations", "tmdb_cache")
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-west-2",
    "REGIONS": "GB",
}


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep a test from the network, from real credentials and from what the test before it left."""
    for name in [each for each in os.environ if each.startswith(("AWS_", "WATCHMODE_", "TMDB_"))]:
        monkeypatch.delenv(name)
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    disable_socket(allow_unix_socket=True)
    forget()
    yield
    forget()


def forget(*functions: ModuleType) -> None:
    """Forget the clients and settings that a function keeps for its life, and what it has made of them."""
    for module in (aws, enricher, providers, settings, *functions):
        for value in vars(module).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an answer of the guide read as much as it wants to; how little is enough is tested by itself."""
    monkeypatch.setattr("guide_api.budget.CALLS", 10_000)


@dataclass
class Cloud:
    """AWS in memory: the tables, the repositories over them, a stream and the queues."""

    catalogue: Table
    viewers_table: Table
    operations: Table
    tmdb_cache: Table
    stream: str

    def __post_init__(self) -> None:
        self.titles = TitleRepository(self.catalogue)
        self.index = GuideIndex(self.catalogue)
        self.reference = ReferenceRepository(self.catalogue)
        self.viewers = ViewerRepository(self.viewers_table)
        self.jobs = JobRepository(self.operations)
        self.listings = ListingRepository(self.operations)
        self.quarantine = QuarantineRepository(self.operations)

    def items(self, table: Table) -> dict[tuple[str, str], dict[str, Any]]:
        """Return everything in a table by key."""
        found = table.client.scan(TableName=table.name)["Items"]
        return {(item["PK"]["S"], item["SK"]["S"]): item for item in found}

    def messages(self, queue: str) -> list[str]:
        """Return and remove all messages of a queue, named by its variable."""
        url, found = os.environ[queue], []
        while batch := aws.sqs().receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in batch:
                found.append(message["Body"])
                aws.sqs().delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def published(self) -> list[bytes]:
        """Return all records of the stream."""
        found = []
        for shard in aws.kinesis().list_shards(StreamName=self.stream)["Shards"]:
            iterator = aws.kinesis().get_shard_iterator(
                StreamName=self.stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            found += [each["Data"] for each in aws.kinesis().get_records(ShardIterator=iterator)["Records"]]
        return found


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """An empty cloud, with the variables that lead a function to it."""
    with mock_aws():
        mend(monkeypatch)
        names = create_tables(data_template(), boto3.client("dynamodb"))
        for table, name in names.items():
            monkeypatch.setenv(f"{table.upper()}_TABLE", name)
        for queue in ("LISTING", "QUARANTINE", "ENRICHMENT", "NOTIFICATION", "DIGEST"):
            url = aws.sqs().create_queue(QueueName=queue.lower())["QueueUrl"]
            monkeypatch.setenv(f"{queue}_QUEUE_URL", url)
        aws.kinesis().create_stream(StreamName="programme-events", ShardCount=2)
        monkeypatch.setenv("EVENT_STREAM", "programme-events")
        monkeypatch.setenv("TMDB_CACHE_REFRESH", "tmdb-cache-refresh")
        boto3.client("s3").create_bucket(
            Bucket="marquee-events", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"}
        )
        monkeypatch.setenv("EVENTS_BUCKET", "marquee-events")
        yield Cloud(*(Table(aws.dynamodb(), names[each]) for each in TABLES), stream="programme-events")


@pytest.fixture(scope="module")
def shared_table() -> Iterator[CountedTable]:
    """The operations table of a module of tests about the providers."""
    with operations_table() as table:
        yield table


@pytest.fixture
def table(shared_table: CountedTable) -> CountedTable:
    """The operations table, empty."""
    shared_table.clear()
    return shared_table


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands at noon of 10 March 2026, 22 days before a month begins."""
    return FakeClock()


@dataclass
class FakeContext:
    """What Lambda tells a function of its invocation."""

    function_name: str = "test"
    memory_limit_in_mb: int = 128
    invoked_function_arn: str = "arn:aws:lambda:eu-west-2:000000000000:function:test"
    aws_request_id: str = "request"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@pytest.fixture
def context() -> FakeContext:
    return FakeContext()


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command's `main` silence the functions' logger for the length of a test."""
    monkeypatch.setattr(logger, "setLevel", lambda level: None)


class Logged(logging.Handler):
    """Keeps every record of every logger, with its exception."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.text += logging.Formatter().format(record) + str(vars(record)) + "\n"


@pytest.fixture
def logged() -> Iterator[Logged]:
    """What is logged, at the level that says most; the AWS client's own words are none of ours."""
    found, root = Logged(), logging.getLogger()
    level = root.level
    root.addHandler(found)
    root.setLevel(logging.DEBUG)
    for name in ("botocore", "boto3", "urllib3", "s3transfer"):
        logging.getLogger(name).setLevel(logging.INFO)
    yield found
    root.removeHandler(found)
    root.setLevel(level)


@pytest.fixture
def guide(cloud: Cloud) -> Cloud:
    """What the guide reads, with services and genres in it."""
    from tests.fakes.guide import open_guide

    return open_guide(cloud)


@pytest.fixture
def warm(guide: Cloud) -> "Warm":
    """A warm function of the guide, as far as it keeps shelves."""
    from tests.fakes.shelves import Warm

    return Warm(guide)
