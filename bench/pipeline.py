"""How many events a second come through the local cloud's stream into the tables, beside a plain consumer of a stream.

The time is that from the first request that sends to the moment all that was accepted is in the tables.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import uuid4

from bench.cloud import known
from cli import events, generation
from cli.environment import DEMO_PRODUCER, LOCAL, environment
from cli.generation import Order
from cli.generator import Plan
from cli.readings import Readings
from cli.subjects import subjects
from local.errors import LocalCloudError
from local.waiting import wait_until
from marquee import clock
from marquee.messages import envelope
from marquee.messages.titles import TitleListed
from marquee.repositories.table import Table
from tests.e2e.cloud import Cloud

TITLES = 500
NAMED = 2_000
# Those of a request: as many as Kinesis and the ingest API take at most.
BATCH = 500
# Those of a reading: as many as the event source hands to a function.
READ = 100
SECONDS = 180
# Not availability_reported: the providers would be asked about each title.
TYPES = ("session_started", "title_viewed", "title_watched", "title_rated", "title_followed", "search_performed")
# Services that nobody has chosen, so that nothing asks the providers about a title.
NOBODYS = ("90001", "90002", "90003")


@dataclass
class Pipeline:
    """The stream and the tables of a cloud; `numbers` are ids that no title has had yet."""

    cloud: Cloud
    numbers: "count[int]" = field(default_factory=lambda: count(time.time_ns() // 1_000_000 * 1_000))

    def __post_init__(self) -> None:
        self.kinesis = self.cloud.aws.client("kinesis")
        self.stream = self.cloud.outputs.streams["programme_events"]
        self.table = Table(self.cloud.aws.client("dynamodb"), self.cloud.outputs.tables["catalogue"])

    def put(self, records: Sequence[Mapping[str, Any]], stream: str | None = None) -> None:
        """Put records on a stream; raises LocalCloudError if it does not take all of them."""
        for start in range(0, len(records), BATCH):
            some = list(records[start : start + BATCH])
            answer = self.kinesis.put_records(StreamName=stream or self.stream, Records=some)
            if answer["FailedRecordCount"]:
                raise LocalCloudError(f"the stream refused {answer['FailedRecordCount']} records")

    def new_titles(self, number: int) -> dict[str, dict[str, str | bytes]]:
        """Return the records of as many titles as nobody has seen, by id."""
        return {id_: record(id_) for id_ in (str(next(self.numbers)) for _ in range(number))}

    def markers(self) -> dict[str, dict[str, str | bytes]]:
        """Return a new title for each shard: when they are in the table, so is all that lay before them."""
        shards = self.kinesis.describe_stream(StreamName=self.stream)["StreamDescription"]["Shards"]
        first = [each["HashKeyRange"]["StartingHashKey"] for each in shards]
        made = self.new_titles(len(shards)).items()
        return {id_: {**each, "ExplicitHashKey": key} for (id_, each), key in zip(made, first, strict=True)}

    def wait_for(self, titles: Sequence[str]) -> None:
        """Wait until all of some titles are in the table."""
        wait_until(lambda: known(self.table, list(titles)) == len(titles), SECONDS, f"{len(titles)} titles")


def run(cloud: Cloud) -> dict[str, Any]:
    """Return for each kind of event how many were accepted, how many of them arrived, and how many came in a second."""
    pipeline = Pipeline(cloud)
    # What comes first starts the functions, and does not count.
    _put_titles(pipeline, pipeline.new_titles(1))
    _named(NAMED)
    titles = pipeline.new_titles(TITLES)
    return {
        "rows": {
            "titles that nobody has seen": _rate(TITLES, lambda: _put_titles(pipeline, titles)),
            "the same titles again": _rate(TITLES, lambda: _put_again(pipeline, titles)),
            "named events through the ingest API": _named(NAMED),
            "a plain consumer, one PutItem each": _plain(pipeline, TITLES),
        }
    }


def tables(found: Mapping[str, Any]) -> str:
    """Return the figures as a table."""
    lines = ["| events | accepted | arrived, each once | seconds | events a second |", "|---" * 5 + "|"]
    for name, row in found["rows"].items():
        lines.append(
            f"| {name} | {row['accepted']:,} | {row['arrived']:,} | {row['seconds']:.1f} | {row['per_second']:.1f} |"
        )
    return "\n".join(lines)


def record(title_id: str) -> dict[str, str | bytes]:
    """Return what tells of a title under three pairs, as a record for the stream."""
    payload = TitleListed(
        id=title_id, title=f"Title {title_id} of the bench", type="movie", source_ids=NOBODYS, genre_ids=("1",)
    )
    data = envelope.build("title.listed", payload, component="bench", cause="bench", published_at=clock.now())
    return {"Data": data, "PartitionKey": title_id}


def _put_titles(pipeline: Pipeline, titles: Mapping[str, Mapping[str, Any]]) -> int:
    pipeline.put(list(titles.values()))
    pipeline.wait_for(list(titles))
    return len(titles)


def _put_again(pipeline: Pipeline, titles: Mapping[str, Mapping[str, Any]]) -> int:
    markers = pipeline.markers()
    pipeline.put([*titles.values(), *markers.values()])
    pipeline.wait_for(list(markers))
    return known(pipeline.table, list(titles))


def _named(number: int) -> dict[str, float]:
    """Send made events with names, wait until they are counted, and look that each stands in the archive once.

    Raises LocalCloudError with what differs.
    """
    place = environment(LOCAL)
    known_titles = subjects(place, titles=None, viewers=None, token=None)
    order = Order(Plan(TYPES, known_titles, seed=1), DEMO_PRODUCER, rate=1e6, batch=BATCH, count=number)
    account = generation.new_tally(place, order)
    generation.remember_counters(place, order, account)
    readings = Readings.of(place)

    def through() -> int:
        generation.generate(place, order, account)
        wait_until(lambda: events.arrived(account, readings), SECONDS, "the named events to be counted")
        return account.accepted.events

    row = _rate(number, through)
    # The consumer counts first and archives then.
    wait_until(lambda: not events.differences(account, readings), SECONDS, "the archive to hold every named event once")
    return row


def _plain(pipeline: Pipeline, number: int) -> dict[str, float]:
    """Read a stream of one's own with as many records, and put each into a table of one's own, and nothing else."""
    kinesis, dynamodb = pipeline.kinesis, pipeline.cloud.aws.client("dynamodb")
    name, records = f"bench-{uuid4().hex[:8]}", pipeline.new_titles(number)
    kinesis.create_stream(StreamName=name, ShardCount=1)
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "PK", "AttributeType": "S"}],
    )
    shard = kinesis.describe_stream(StreamName=name)["StreamDescription"]["Shards"][0]["ShardId"]

    def through() -> int:
        pipeline.put(list(records.values()), name)
        where = kinesis.get_shard_iterator(StreamName=name, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
        iterator, taken = where["ShardIterator"], 0
        while taken < number:
            answer = kinesis.get_records(ShardIterator=iterator, Limit=READ)
            for each in answer["Records"]:
                item = {"PK": {"S": each["PartitionKey"]}, "event": {"B": each["Data"]}}
                dynamodb.put_item(TableName=name, Item=item)
            iterator, taken = answer["NextShardIterator"], taken + len(answer["Records"])
        return taken

    try:
        return _rate(number, through)
    finally:
        kinesis.delete_stream(StreamName=name)
        dynamodb.delete_table(TableName=name)


def _rate(accepted: int, through: Callable[[], int]) -> dict[str, float]:
    """Return how long it took to bring that many through, and how many a second that is."""
    began = time.perf_counter()
    arrived = through()
    seconds = time.perf_counter() - began
    return {
        "accepted": accepted,
        "arrived": arrived,
        "seconds": round(seconds, 2),
        "per_second": round(arrived / seconds, 1),
    }
