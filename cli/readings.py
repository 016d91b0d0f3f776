"""What an environment holds of events: the archive of some days, the counters, the quarantine."""

import gzip
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Self

from cli.environment import Environment
from cli.tally import Counts, TitleCounts
from marquee import clock, keys
from marquee.repositories.event_archive import folder
from marquee.repositories.table import Table

# How far the clock of this machine may be from that of the cloud.
CLOCK_MARGIN = timedelta(minutes=5)
READERS = 8
AT_ONCE = 64


@dataclass(frozen=True)
class Archived:
    """An event as it stands in the archive."""

    event_id: str
    event_type: str
    timestamp: str
    payload: dict[str, Any]


@dataclass(frozen=True)
class Readings:
    """Reads what became of events; costs as much as the days and titles that are asked for."""

    table: Table
    s3: Any
    bucket: str

    @classmethod
    def of(cls, environment: Environment) -> Self:
        """Return the readings of an environment."""
        table = Table(environment.client("dynamodb"), environment.output("OperationsTable"))
        return cls(table, environment.client("s3"), environment.output("EventsBucket"))

    def archived(self, started_at: str, ended_at: str) -> Iterator[Archived]:
        """Yield the events that were archived since `started_at` and taken in until `ended_at`."""
        since, until = clock.parse(started_at) - CLOCK_MARGIN, clock.parse(ended_at) + CLOCK_MARGIN
        with ThreadPoolExecutor(READERS) as readers:
            names = self._objects(since, until)
            while some := list(islice(names, AT_ONCE)):
                for events in readers.map(self._events, some):
                    yield from events

    def counters(self, titles: Iterable[tuple[str, str]], days: Iterable[str]) -> Counts:
        """Return what is counted of some (day, title) pairs, and of the types of event on some days."""
        counts = Counts()
        wanted = ((keys.activity(day), keys.title(title_id)) for day, title_id in titles)
        for item in self.table.batch_get(wanted, ConsistentRead=True):
            found = TitleCounts(**{field: item.get(field, 0) for field in TitleCounts.model_fields})
            counts.add_title(item["PK"].partition(":")[2], item["SK"].partition(":")[2], found)
        for day in days:
            rows = self.table.query(
                "PK = :day AND begins_with(SK, :type)",
                {":day": keys.activity(day), ":type": keys.TYPE_PREFIX},
                ConsistentRead=True,
            )
            for row in rows:
                counts.add_type(day, row["SK"].partition(":")[2].rpartition("#")[0], row["events"])
                counts.events += row["events"]
        return counts

    def quarantined(self, event_ids: Iterable[str]) -> dict[str, str]:
        """Return why events are in the quarantine, of those among `event_ids` that are."""
        wanted = ((keys.quarantine(each), keys.RECORD) for each in event_ids)
        found = self.table.batch_get(wanted, ProjectionExpression="id, reason", ConsistentRead=True)
        return {item["id"]: item["reason"] for item in found}

    def _objects(self, since: datetime, until: datetime) -> Iterator[str]:
        pages = self.s3.get_paginator("list_objects_v2")
        for day in days_of(since, until):
            for page in pages.paginate(Bucket=self.bucket, Prefix=folder(day)):
                yield from (each["Key"] for each in page.get("Contents", []) if each["LastModified"] >= since)

    def _events(self, name: str) -> list[Archived]:
        packed = self.s3.get_object(Bucket=self.bucket, Key=name)["Body"].read()
        # A text may hold the other characters that Python takes for the end of a line.
        lines = gzip.decompress(packed).decode().split("\n")
        return [_archived(json.loads(line)) for line in lines if line]


def days_of(since: datetime, until: datetime) -> list[str]:
    """Return the UTC days from one moment to another."""
    first, last = clock.timestamp(since)[:10], clock.timestamp(until)[:10]
    count = (datetime.fromisoformat(last) - datetime.fromisoformat(first)).days + 1
    return [(datetime.fromisoformat(first) + timedelta(days=number)).date().isoformat() for number in range(count)]


def _archived(line: dict[str, Any]) -> Archived:
    return Archived(line["event_id"], line["event_type"], line["timestamp"], line["payload"])
