"""AWS in memory for many runs, each in an empty world with functions that have just been started."""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import patch

import botocore.endpoint
import pytest
from botocore.session import Session
from moto import mock_aws
from moto.backends import get_backend
from moto.dynamodb.responses import DynamoHandler

from marquee import aws
from marquee.repositories.table import Table
from marquee.telemetry import logger, metrics
from tests.chaos.faults import Injector
from tests.cloud_tables import create_tables, data_template
from tests.fakes.dynamodb import mend
from tests.unit.conftest import CREDENTIALS, TABLES, Cloud, forget

ACCOUNT, REGION = "123456789012", "eu-west-2"
QUEUES = (
    *("LISTING", "QUARANTINE", "ENRICHMENT", "NOTIFICATION", "DIGEST", "HARVEST", "ARCHIVE", "IMPORT"),
    *("ARCHIVE_DEAD_LETTER",),
)
FIFO_QUEUES = ("LIBRARY", "LIBRARY_DEAD_LETTER")
BUCKETS = {"EVENTS_BUCKET": "marquee-events", "ARCHIVE_BUCKET": "marquee-archive", "UPLOADS_BUCKET": "marquee-uploads"}
STREAM = "programme-events"
# What functions measure of themselves would fill pages.
QUIET = {"POWERTOOLS_METRICS_DISABLED": "true"}
Message = dict[str, Any]


class World:
    """Tables, queues, buckets and a stream that are made once and emptied before each run."""

    def __init__(self) -> None:
        self.monkeypatch = pytest.MonkeyPatch()
        self._lasting = pytest.MonkeyPatch()
        self._mock = mock_aws()
        self.injector = Injector()
        self.pool = ""

    def __enter__(self) -> World:
        for name, value in {**CREDENTIALS, **QUIET, "EVENT_STREAM": STREAM, **BUCKETS}.items():
            self._lasting.setenv(name, value)
        # What functions tell of themselves would fill pages.
        self._lasting.setattr(metrics, "add_metric", lambda *args, **more: None)
        self._lasting.setattr(metrics, "flush_metrics", lambda *args, **more: None)
        self._level = logger.log_level
        logger.setLevel("CRITICAL")
        watch_clients(self._lasting, self.injector)
        self._mock.start()
        mend(self._lasting)
        remember_tokens(self._lasting)
        # Nobody waits: not the client before it tries again, and not Marquee's own code.
        self._lasting.setattr(botocore.endpoint, "time", SimpleNamespace(sleep=lambda seconds: None))
        self._lasting.setattr(time, "sleep", lambda seconds: None)
        forget()
        names = create_tables(data_template(), aws.dynamodb())
        for table, name in names.items():
            self._lasting.setenv(f"{table.upper()}_TABLE", name)
        for queue in (*QUEUES, *FIFO_QUEUES):
            fifo = queue in FIFO_QUEUES
            attributes = {"FifoQueue": "true"} if fifo else {}
            made = aws.sqs().create_queue(QueueName=f"{queue}{'.fifo' if fifo else ''}", Attributes=attributes)
            self._lasting.setenv(f"{queue}_QUEUE_URL", made["QueueUrl"])
        aws.kinesis().create_stream(StreamName=STREAM, ShardCount=2)
        for bucket in BUCKETS.values():
            location: Any = {"LocationConstraint": REGION}
            aws.s3().create_bucket(Bucket=bucket, CreateBucketConfiguration=location)
        self.cloud = Cloud(*(Table(aws.dynamodb(), names[each]) for each in TABLES), stream=STREAM)
        return self

    def __exit__(self, *_: object) -> None:
        self.monkeypatch.undo()
        self._mock.stop()
        self._lasting.undo()
        logger.setLevel(self._level)
        forget()

    def empty(self, seed: int = 0) -> None:
        """Take away everything that the run before has left."""
        self.monkeypatch.undo()
        random.seed(seed)
        for table in _backend("dynamodb").tables.values():
            table.items.clear()
            if table.stream_shard:
                table.stream_shard.items.clear()
        for queue in _backend("sqs").queues.values():
            queue._messages = []
            queue._pending_messages, queue.deleted_messages = set(), set()
        for bucket in _backend("s3", "aws").buckets.values():
            bucket.keys.clear()
        for stream in _backend("kinesis").streams.values():
            for shard in stream.shards.values():
                shard.records.clear()
        self.injector.faults, self.injector.requests, self.injector.struck = {}, [], []
        self.injector.overtake = lambda: None

    def fresh(self, *modules: ModuleType) -> None:
        """Have functions make anew what they keep for their life."""
        for module in modules:
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()

    def received(self, queue: str) -> list[Message]:
        """Return what a queue holds as Lambda hands it to a function, and leave the queue empty."""
        held = _backend("sqs").queues[os.environ[f"{queue}_QUEUE_URL"].rpartition("/")[2]]
        found = [message(each.body, each.id) for each in held._messages]
        held._messages = []
        return found

    def drop_bucket(self, bucket: str) -> None:
        """Remove a bucket that is empty, named by its variable, for somebody who makes it."""
        aws.s3().delete_bucket(Bucket=BUCKETS[bucket])

    def objects(self, bucket: str) -> dict[str, list[Any]]:
        """Return the versions of each object of a bucket, named by its variable."""
        keys = _backend("s3", "aws").buckets[BUCKETS[bucket]].keys
        return {name: keys.getlist(name) for name in keys}


def message(body: str, name: str, **more: Any) -> Message:
    """Return a message of a queue as Lambda hands it to a function."""
    attributes = {"ApproximateReceiveCount": "1", "SentTimestamp": "1772972760000"}
    return {"messageId": name, "receiptHandle": name, "body": body, "attributes": attributes, **more}


def _backend(service: str, region: str = REGION) -> Any:
    return get_backend(service)[ACCOUNT][region]  # type: ignore[call-overload]


def watch_clients(monkeypatch: pytest.MonkeyPatch, injector: Injector) -> None:
    """Have the injector see the requests of every client that anybody makes."""
    create = Session.create_client

    def create_client(self: Session, *args: Any, **more: Any) -> Any:
        client = create(self, *args, **more)
        injector.register(client)
        return client

    monkeypatch.setattr(Session, "create_client", create_client)


def remember_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have moto do a transaction once that the client sends again with the same token, as DynamoDB does."""
    done: set[str] = set()
    write = DynamoHandler.transact_write_items

    def transact_write_items(self: DynamoHandler) -> Any:
        token = self.body.get("ClientRequestToken")
        if token in done:
            return "{}"
        answer = write(self)
        done.add(token)
        return answer

    monkeypatch.setattr(DynamoHandler, "transact_write_items", transact_write_items)


@contextmanager
def clocks(seconds: float) -> Iterator[None]:
    """Have the functions' clock go wrong, or time pass, by some seconds."""
    if not seconds:
        yield
        return
    real_time, real = time.time, datetime

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return real.now(tz) + timedelta(seconds=seconds)

    ours = [each for name, each in list(sys.modules.items()) if _is_marquees(name, each)]
    with patch.object(time, "time", lambda: real_time() + seconds):
        for module in ours:
            module.datetime = Shifted  # type: ignore[attr-defined]
        try:
            yield
        finally:
            for module in ours:
                module.datetime = real  # type: ignore[attr-defined]


def _is_marquees(name: str, module: Any) -> bool:
    root = name.partition(".")[0]
    file = getattr(module, "__file__", None) or ""
    return (root == "marquee" or "/lambdas/" in file) and getattr(module, "datetime", None) is datetime


def shuffled(things: Iterable[Any], chance: random.Random) -> list[Any]:
    """Return things in another order."""
    found = list(things)
    chance.shuffle(found)
    return found
