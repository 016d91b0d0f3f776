"""Events of producers on their way to the stream."""

from __future__ import annotations

import json
from typing import Any

from ingest_api import producers, stores
from marquee.messages import envelope
from tests.chaos.scenario import Feed, Scenario
from tests.chaos.world import message
from tests.fakes.ingest import PRODUCERS, send, send_many

VIEWED: dict[str, Any] = {"event_type": "title_viewed", "payload": {"title_id": 11}}


class IngestApi(Scenario):
    """A producer sends an event with a name and a batch of three, until each is accepted, and once more."""

    name = "ingest_api"
    holds = "each accepted event is on the stream, under one id however often it was sent"

    def prepare(self) -> None:
        self.world.monkeypatch.setenv("PRODUCERS", json.dumps(PRODUCERS))
        self.world.fresh(producers, stores)
        feed = Feed(self._send, batch=1)
        feed.add(message("one", "one"), message("batch", "batch"))
        self.feeds.append(feed)

    def _send(self, event: dict[str, Any], _: object) -> dict[str, Any]:
        (record,) = event["Records"]
        if record["body"] == "one":
            answer = send(VIEWED, headers={"Idempotency-Key": "a"})
            accepted = answer.status == 202
        else:
            answer = send_many([{**VIEWED, "event_id": f"b{n}"} for n in range(3)])
            accepted = answer.status == 202 and answer.json["accepted"] == 3
        return {"batchItemFailures": [] if accepted else [{"itemIdentifier": record["messageId"]}]}

    def check(self) -> None:
        ids = {envelope.parse(each).header.eventId for each in self.cloud.published()}
        assert len(ids) == 4, f"the stream has {len(ids)} events"
