"""An environment with an archive, in memory, as the command line sees it."""

import os
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner, Result

from cli import environment
from cli.__main__ import app
from cli.environment import Environment
from marquee import archive_letters
from tests.unit.conftest import Cloud

BUCKET = "marquee-archive"
QUEUES = ("HarvestQueueUrl", "ArchiveQueueUrl", "ArchiveDeadLetterQueueUrl")


@dataclass
class ArchivePlace:
    """The environment, and what its commands print."""

    cloud: Cloud
    outputs: dict[str, str]

    @classmethod
    def within(cls, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> "ArchivePlace":
        """Make the bucket and the queues of an environment, and have every command work there."""
        s3, sqs = boto3.client("s3"), boto3.client("sqs")
        region = {"LocationConstraint": os.environ["AWS_DEFAULT_REGION"]}
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=region)
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        outputs = {queue: sqs.create_queue(QueueName=queue)["QueueUrl"] for queue in QUEUES}
        outputs |= {"ArchiveBucket": BUCKET, "OperationsTable": cloud.operations.name, "MediaTypes": "movie,tv,person"}
        monkeypatch.setattr(archive_letters, "WAIT_SECONDS", 0)
        place = cls(cloud, outputs)
        place.install(monkeypatch)
        return place

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have every command work here."""
        monkeypatch.setattr(environment, "_deployed", lambda name, session: self.environment)

    @property
    def environment(self) -> Environment:
        """Return what a command gets to know of it."""
        return Environment("test", self.outputs, boto3.client, lambda producer: "")

    def run(self, *arguments: str) -> Result:
        """Run `marquee archive …`; what goes wrong is raised."""
        return CliRunner().invoke(app, ["archive", *arguments, "--env", "test"], catch_exceptions=False)

    def messages(self, queue: str) -> list[str]:
        """Return the bodies of the messages of a queue that nobody holds."""
        found: list[str] = []
        while batch := self.sqs.receive_message(QueueUrl=self.outputs[queue], MaxNumberOfMessages=10).get("Messages"):
            found += [message["Body"] for message in batch]
        return sorted(found)

    @property
    def sqs(self) -> Any:
        """Return a client of SQS."""
        return boto3.client("sqs")

    @property
    def s3(self) -> Any:
        """Return a client of S3."""
        return boto3.client("s3")
