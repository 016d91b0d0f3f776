"""The ingest function as API Gateway calls it after it has checked the key, with a stream and a table in memory."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from ingest_api import handler, producers, stores
from ingest_api.ingest import Ingest
from marquee import activity
from marquee.messages import envelope
from marquee.messages.activity import Activity
from marquee.messages.activity import activity as carried
from marquee.repositories.idempotency import IdempotencyRecords
from marquee.repositories.table import Table
from marquee.stream import EventStream
from tests.fakes.api_gateway import Answer, Context
from tests.fakes.kinesis import FakeKinesis
from tests.fakes.table import MemoryTable

PRODUCERS = {"key-1": "demo", "key-2": "partner"}


@dataclass
class Inlet:
    """What ingest works with, to look at."""

    kinesis: FakeKinesis = field(default_factory=FakeKinesis)
    table: Table = field(default_factory=MemoryTable)

    def open(self, monkeypatch: pytest.MonkeyPatch) -> "Inlet":
        """Make the function work with this."""
        producers.by_key_id.cache_clear()
        monkeypatch.setenv("PRODUCERS", json.dumps(PRODUCERS))
        monkeypatch.setattr(stores, "ingest", self.ingest)
        return self

    def ingest(self) -> Ingest:
        """Return a new instance of the worker, as a new instance of the function has."""
        stream = EventStream(self.kinesis, "events", sleep=lambda _: None)  # type: ignore[arg-type]
        records = IdempotencyRecords(self.table, sleep=lambda _: None)
        return Ingest(stream, records, activity.event_types())

    def events(self) -> dict[str, Activity]:
        """Return what is on the stream as consumers count it: the first record of each event id."""
        found: dict[str, Activity] = {}
        for _, data in self.kinesis.records:
            event = envelope.parse(data)
            found.setdefault(event.header.eventId, carried(event))
        return found


def send(
    body: object, *, path: str = "/ingest", producer: str | None = "demo", headers: dict[str, str] | None = None
) -> Answer:
    """Return the answer to a request of a producer, None for a key of nobody; a text goes as it is."""
    key_id = next((each for each, name in PRODUCERS.items() if name == producer), "key-0")
    event = {
        "httpMethod": "POST",
        "path": path,
        "resource": path,
        "headers": {"Content-Type": "application/json", **(headers or {})},
        "multiValueHeaders": {},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "requestContext": {"requestId": "request", "path": f"/api{path}", "identity": {"apiKeyId": key_id}},
        "body": body if isinstance(body, str) or body is None else json.dumps(body),
        "isBase64Encoded": False,
    }
    answer = handler.lambda_handler(event, Context("ingest_api"))  # type: ignore[arg-type]
    found: dict[str, Any] = answer.get("multiValueHeaders") or {}
    return Answer(answer["statusCode"], answer["body"], {name: values[0] for name, values in found.items()})


def send_many(events: list[Any], **more: Any) -> Answer:
    """Return the answer to a batch."""
    return send({"events": events}, path="/ingest/batch", **more)
