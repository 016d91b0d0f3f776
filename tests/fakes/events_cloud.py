"""All that events pass through, in the process: the API, the stream, the consumer, tables and archive."""

import gzip
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field

import boto3
import pytest

from activity_consumer import handler
from cli import generation
from cli.environment import Environment
from cli.events import differences
from cli.generation import Order
from cli.generator import Plan
from cli.readings import Readings
from cli.synthesis import Subjects
from cli.tally import Tally
from cli.verification import Difference
from ingest_api import producers, stores
from marquee import activity, aws
from tests.fakes.activity import OTHER_SHARD, SHARD, deliver
from tests.fakes.ingest import PRODUCERS, Inlet
from tests.fakes.ingest_cloud import KEY, URL, IngestTransport
from tests.unit.conftest import Cloud

BATCH = 50


@dataclass
class EventsCloud:
    """An environment that takes events, and consumes them when told to."""

    cloud: Cloud
    inlet: Inlet = field(default_factory=Inlet)

    def __post_init__(self) -> None:
        outputs = {"ApiUrl": URL, "OperationsTable": self.cloud.operations.name, "EventStream": self.cloud.stream}
        outputs["EventsBucket"] = os.environ["EVENTS_BUCKET"]
        self.place = Environment("test", outputs, boto3.client, lambda producer: KEY)

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have the functions work here."""
        handler.consumer.cache_clear()
        producers.by_key_id.cache_clear()
        monkeypatch.setenv("PRODUCERS", json.dumps(PRODUCERS))
        monkeypatch.setattr(stores, "ingest", self.inlet.ingest)

    def run(self, *, count: int = 300, bad_records: int = 0, **shares: float) -> Tally:
        """Run the generator as the command does."""
        plan = Plan(activity.event_types(), Subjects(("11", "12", "13"), ("anna", "ben")), 1, **shares)
        order = Order(plan, "demo", 1e6, 20, count, bad_records=bad_records)
        tally = generation.new_tally(self.place, order)
        generation.remember_counters(self.place, order, tally)
        generation.place_bad_records(self.place, order, tally)
        generation.generate(self.place, order, tally, IngestTransport())
        return tally

    def consume(self) -> None:
        """Have everything consumed that the API and the generator have put on the stream, over two shards."""
        records = [data for _, data in self.inlet.kinesis.records] + self.cloud.published()
        for shard, own in ((SHARD, records[::2]), (OTHER_SHARD, records[1::2])):
            numbered = list(enumerate(own, start=1))
            for start in range(0, len(numbered), BATCH):
                deliver(numbered[start : start + BATCH], shard)

    def differences(self, tally: Tally) -> list[Difference]:
        """Return what differs from a tally."""
        return differences(tally, Readings.of(self.place))

    def rewrite(self, change: Callable[[list[str]], object]) -> None:
        """Change the lines of the first object of the archive."""
        bucket = os.environ["EVENTS_BUCKET"]
        name = aws.s3().list_objects_v2(Bucket=bucket)["Contents"][0]["Key"]
        lines = gzip.decompress(aws.s3().get_object(Bucket=bucket, Key=name)["Body"].read()).decode().split("\n")[:-1]
        change(lines)
        body = gzip.compress("".join(f"{line}\n" for line in lines).encode())
        aws.s3().put_object(Bucket=bucket, Key=name, Body=body)
