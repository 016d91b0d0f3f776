"""What other systems report, from the stream to counters, archive and marks."""

from __future__ import annotations

import base64
from collections.abc import Callable

import activity_consumer.handler as consuming
from tests.chaos.scenario import Feed, Scenario
from tests.chaos.world import Message
from tests.fakes.activity import (
    DAY,
    OTHER_SHARD,
    SHARD,
    Record,
    Told,
    archived,
    by_viewer,
    counters,
    deliver,
    lines,
    numbered,
    rated,
    reported,
    tally,
)
from tests.fakes.titles import listed, title

BAD = Told("bad").data().replace(b"title_viewed", b"title_sung")
EVENTS = (
    Told("a"),
    by_viewer("b", "title_watched", ingested_at=f"{DAY}T23:59:59.000Z"),
    rated("c", 7, user_id="anna"),
    Told("d", "title_followed", title_id=12),
    reported("e"),
    Told("a"),
)


class ActivityConsumer(Scenario):
    """Views, marks of a viewer and a report of an offer, one of them twice, and one that cannot be used."""

    name = "activity_consumer"
    holds = "each event counted once and archived once, marks set, the report passed on, the unusable one set aside"

    def prepare(self) -> None:
        self.world.monkeypatch.setenv("TRUSTED_PRODUCERS", "demo")
        self.world.fresh(consuming)
        listed(self.cloud.titles, title("11"))
        self.cloud.viewers_table.put({"PK": "userpref:anna", "SK": "settings"})
        feed = Feed(consuming.lambda_handler, ordered=True, batch=7)
        feed.add(*records(numbered([*EVENTS, BAD])))
        self.feeds.append(feed)

    def rival(self) -> Callable[[], object]:
        """The same events from another shard, as a producer sends them that had no answer."""
        return lambda: deliver(numbered(EVENTS[2:4], first=100), OTHER_SHARD)

    def check(self) -> None:
        assert counters(self.cloud.operations) == tally(EVENTS), "the counters are not those of the events"
        assert archived() == lines(EVENTS), "the archive does not hold each event once"
        items = self.cloud.items(self.cloud.operations)
        kept = [bytes(each["original"]["B"]) for (pk, _), each in items.items() if pk.startswith("quarantine:")]
        assert kept == [BAD], "the unusable event is not in the quarantine"
        marks = {sk for pk, sk in self.cloud.items(self.cloud.viewers_table) if pk == "user:anna" and ":" in sk}
        assert marks == {"watched:11", "rating:11"}, f"the marks are {marks}"
        assert self.world.received("ENRICHMENT"), "nobody looks after the reported offer"


def records(numbered_events: list[Record]) -> list[Message]:
    """Return records of a shard as Lambda hands them to a function."""
    return [
        {
            "eventID": f"{SHARD}:{number}",
            "kinesis": {"sequenceNumber": str(number), "data": base64.b64encode(data).decode()},
        }
        for number, data in numbered_events
    ]
