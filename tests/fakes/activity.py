"""Events of other systems on the stream, what they should come to, and what they came to."""

import base64
import gzip
import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from activity_consumer import handler
from marquee import aws
from marquee.messages.activity import Activity, build
from marquee.repositories.table import Table, decode
from marquee.trending import WEIGHTS
from tests.unit.conftest import Cloud, FakeContext

SHARD, OTHER_SHARD = "shardId-000000000000", "shardId-000000000001"
DAY, NEXT_DAY = "2026-03-09", "2026-03-10"
NOON, TAKEN_AT = f"{DAY}T12:00:00.000Z", f"{NEXT_DAY}T00:00:01.000Z"
NAMES = {"title_viewed": "views", "title_watched": "watches", "title_rated": "ratings", "title_followed": "follows"}

Record = tuple[int, bytes]


@dataclass(frozen=True)
class Told:
    """An event as its sender knows it."""

    id: str
    event_type: str = "title_viewed"
    title_id: int | str = 11
    timestamp: str = NOON
    ingested_at: str = TAKEN_AT
    producer: str = "demo"
    more: tuple[tuple[str, Any], ...] = ()

    @property
    def payload(self) -> dict[str, Any]:
        return {"title_id": self.title_id, **dict(self.more)}

    def data(self) -> bytes:
        """Return the event as it is on the stream."""
        activity = Activity(
            event_type=self.event_type,
            timestamp=self.timestamp,
            ingested_at=self.ingested_at,
            producer=self.producer,
            payload=self.payload,
        )
        return build(activity, component="test", event_id=self.id)

    def line(self) -> dict[str, Any]:
        """Return the event as it is in the archive."""
        return {
            "event_id": self.id,
            "event_type": self.event_type,
            "timestamp": self.timestamp,
            "ingested_at": self.ingested_at,
            "producer": self.producer,
            "payload": self.payload,
        }


def rated(event_id: str, rating: int, **more: Any) -> Told:
    user = (("user_id", more.pop("user_id")),) if "user_id" in more else ()
    return Told(event_id, "title_rated", more=(("rating", rating), *user), **more)


def by_viewer(event_id: str, event_type: str, user_id: str = "anna", **more: Any) -> Told:
    return Told(event_id, event_type, more=(("user_id", user_id),), **more)


def reported(event_id: str, **more: Any) -> Told:
    said = (("source_id", "203"), ("region", "GB"), ("available", True))
    return Told(event_id, "availability_reported", more=said, **more)


def numbered(events: Iterable[Told | bytes], first: int = 1) -> list[Record]:
    """Return the records of a shard; bytes go as they are."""
    return [(n, each if isinstance(each, bytes) else each.data()) for n, each in enumerate(events, start=first)]


def consume(*events: Told | bytes) -> list[str]:
    """Have a batch of new records consumed; returns the records that come again."""
    return deliver(numbered(events))


def deliver(records: Sequence[Record], shard: str = SHARD) -> list[str]:
    """Have records consumed as one batch; returns those that come again."""
    found = [
        {
            "eventID": f"{shard}:{number}",
            "kinesis": {"sequenceNumber": str(number), "data": base64.b64encode(data).decode()},
        }
        for number, data in records
    ]
    answer = handler.lambda_handler({"Records": found}, FakeContext())  # type: ignore[arg-type]
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def objects() -> dict[str, list[dict[str, Any]]]:
    """Return the lines of each object of the archive."""
    bucket, found = os.environ["EVENTS_BUCKET"], {}
    for each in aws.s3().list_objects_v2(Bucket=bucket).get("Contents", []):
        body = gzip.decompress(aws.s3().get_object(Bucket=bucket, Key=each["Key"])["Body"].read())
        found[each["Key"]] = [json.loads(line) for line in body.decode().split("\n")[:-1]]
    return found


def archived() -> list[dict[str, Any]]:
    """Return all lines of the archive in the order of the ids."""
    return sorted((line for lines in objects().values() for line in lines), key=lambda line: line["event_id"])


def lines(events: Iterable[Told]) -> list[dict[str, Any]]:
    """Return the lines of some events, each once, in the order of their ids."""
    return [each.line() for each in sorted(set(events), key=lambda each: each.id)]


def counters(table: Table) -> dict[tuple[str, str], int]:
    """Return every count by row and name, those of the shards together."""
    found: Counter[tuple[str, str]] = Counter()
    for item in map(decode, table.client.scan(TableName=table.name)["Items"]):
        if item["PK"].startswith("activity:"):
            for name in item.keys() - {"PK", "SK", "expires_at", "trending_day"}:
                found[f"{item['PK']} {item['SK'].partition('#')[0]}", name] += item[name]
    return dict(found)


def tally(events: Iterable[Told]) -> dict[tuple[str, str], int]:
    """Return what should be counted of some events, each once."""
    found: Counter[tuple[str, str]] = Counter()
    for each in set(events):
        day = f"activity:{each.timestamp[:10]}"
        found[f"{day} type:{each.event_type}", "events"] += 1
        if name := NAMES.get(each.event_type):
            row = f"{day} title:{each.title_id}"
            found[row, name] += 1
            found[row, "score"] += WEIGHTS[name]
        if each.event_type == "title_rated":
            found[row, "rating_sum"] += each.payload["rating"]
    return dict(found)


def quarantined(cloud: Cloud) -> dict[bytes, str]:
    """Return what was set aside, with the reasons."""
    found = [item for (pk, _), item in cloud.items(cloud.operations).items() if pk.startswith("quarantine:")]
    return {bytes(item["original"]["B"]): item["reason"]["S"] for item in found}


def empty(cloud: Cloud) -> None:
    """Take away everything that events leave behind."""
    for table in (cloud.operations, cloud.viewers_table):
        table.batch_write(deletes=cloud.items(table))
    for key in objects():
        aws.s3().delete_object(Bucket=os.environ["EVENTS_BUCKET"], Key=key)
    cloud.messages("QUARANTINE_QUEUE_URL")
    cloud.messages("ENRICHMENT_QUEUE_URL")
