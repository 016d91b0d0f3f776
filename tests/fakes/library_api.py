"""The library as an HTTP client sees it: the function behind its gateway, its queues, and the writer behind those."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from library_api import handler, stores
from library_writer.writer import DeadLetters, LibraryWriter
from marquee import aws
from marquee.repositories.table import Table
from tests.fakes.api_gateway import Answer, call
from tests.unit.conftest import Cloud

BUCKET = "marquee-uploads"
FIFO = {"FifoQueue": "true"}


@dataclass(frozen=True)
class LibraryApi:
    """What a test asks, and what it looks at."""

    cloud: Cloud
    table: Table

    def call(self, method: str, path: str, **more: Any) -> Answer:
        """Return the answer to a request (see `api_gateway.call`)."""
        return call(method, path, function=handler.lambda_handler, **more)

    def add(self, title: str, genre: str = "Drama", *, user: str = "anna", **more: object) -> str:
        """Add a movie and return its id."""
        answer = self.call("POST", "/movies", user=user, body={"title": title, "genre": genre, **more})
        assert answer.status == 202, answer.body
        self.write()
        found = self.request(answer.json["id"])
        assert found["state"] == "added", found
        return str(found["movie"]["id"])

    def request(self, request_id: str) -> Any:
        """Return what became of a request."""
        return self.call("GET", f"/movies/requests/{request_id}").json

    def titles(self, path: str, **query: Any) -> list[str]:
        """Return the titles of a page."""
        answer = self.call("GET", path, query=query)
        assert answer.status == 200, answer.body
        return [each["title"] for each in answer.json["movies"]]

    def messages(self) -> list[Any]:
        """Return and remove what waits for the writer."""
        return [json.loads(body) for body in self.cloud.messages("LIBRARY_QUEUE_URL")]

    def bells(self) -> list[str]:
        """Return and remove the ids of the imports that the importer was told of."""
        return [json.loads(body)["import_id"] for body in self.cloud.messages("IMPORT_QUEUE_URL")]

    def write(self) -> None:
        """Let the writer do what waits for it."""
        writer = LibraryWriter(self.table, DeadLetters(aws.sqs(), os.environ["LIBRARY_DEAD_LETTER_QUEUE_URL"]))
        for number, body in enumerate(self.cloud.messages("LIBRARY_QUEUE_URL")):
            assert writer.take(body, str(number))


@contextmanager
def library_api(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[LibraryApi]:
    """Yield the library of a cloud, with queues and a bucket of its own."""
    for queue in ("LIBRARY", "LIBRARY_DEAD_LETTER"):
        made = aws.sqs().create_queue(QueueName=f"{queue.lower()}.fifo", Attributes=FIFO)
        monkeypatch.setenv(f"{queue}_QUEUE_URL", made["QueueUrl"])
    monkeypatch.setenv("IMPORT_QUEUE_URL", aws.sqs().create_queue(QueueName="import")["QueueUrl"])
    boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    monkeypatch.setenv("UPLOADS_BUCKET", BUCKET)
    forget()
    yield LibraryApi(cloud, Table(aws.dynamodb(), os.environ["LIBRARY_TABLE"]))
    forget()


def forget() -> None:
    """Forget the stores that the function keeps for its life."""
    for store in vars(stores).values():
        if hasattr(store, "cache_clear"):
            store.cache_clear()
