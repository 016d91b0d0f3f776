"""Reads `activity.*` events and says what each of them adds to the counters. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from marquee import keys
from marquee.activity import event_types, problem
from marquee.messages import envelope
from marquee.messages.activity import Activity, activity
from marquee.messages.envelope import ACTIVITY_PREFIX, MalformedEvent
from marquee.repositories.activity import Claim, Entry, Row
from marquee.repositories.event_archive import object_key
from marquee.stream_records import StreamRecord
from marquee.trending import WEIGHTS

VIEWED, WATCHED, RATED, FOLLOWED = "title_viewed", "title_watched", "title_rated", "title_followed"
REPORTED = "availability_reported"
# What the events about the interest in a title are counted as.
COUNTED_AS = {VIEWED: "views", WATCHED: "watches", RATED: "ratings", FOLLOWED: "follows"}
DAY = len("2026-11-21")


@dataclass(frozen=True)
class Taken:
    """One event with the record that brought it, and the line that it is in the archive."""

    event_id: str
    activity: Activity
    record: StreamRecord
    line: bytes

    @property
    def title_id(self) -> str:
        """Return the title that an event of a type about titles is about."""
        return str(int(self.activity.payload["title_id"]))

    @property
    def rating(self) -> int | None:
        """Return the rating of an event that gives one."""
        return int(self.activity.payload["rating"]) if self.activity.event_type == RATED else None

    def object(self, batch: str) -> str:
        """Return where the event stands in the archive if it comes there with a batch."""
        return object_key(self.activity.ingested_at[:DAY], batch)

    def entry(self, shard: str, batch: str) -> Entry:
        """Return the event as it is to be counted."""
        return Entry(self.event_id, Claim(self.record.sequence_number, self.object(batch)), self.adds(shard))

    def adds(self, shard: str) -> Mapping[Row, Mapping[str, int]]:
        """Return what the event adds to which counters of the day on which it happened."""
        day, event_type = self.activity.timestamp[:DAY], self.activity.event_type
        found: dict[Row, dict[str, int]] = {(day, keys.activity_of_type(event_type, shard)): {"events": 1}}
        if name := COUNTED_AS.get(event_type):
            amounts = {name: 1, "score": WEIGHTS[name]}
            if self.rating is not None:
                amounts["rating_sum"] = self.rating
            found[day, keys.title(self.title_id)] = amounts
        return found


def read_event(record: StreamRecord) -> Taken | None:
    """Return the event of a record, None if it is none of another system; raises MalformedEvent with the reason.

    What is no event at all is set aside by `title_consumer`, which alone sees every such record.
    """
    try:
        event = envelope.parse(record.data)
    except MalformedEvent:
        return None
    if not event.header.eventType.startswith(ACTIVITY_PREFIX):
        return None
    found = activity(event)
    if found.event_type not in event_types():
        raise MalformedEvent(f"unknown event type {event.header.eventType!r}")
    if wrong := problem(found.event_type, found.payload):
        raise MalformedEvent(f"{wrong.path} {wrong.message}")
    return Taken(event.header.eventId, found, record, _line(event.header.eventId, found))


def _line(event_id: str, found: Activity) -> bytes:
    body = {"event_id": event_id, **found.model_dump()}
    try:
        return json.dumps(body, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        # Python reads more than JSON has: numbers that are none, halves of characters.
        raise MalformedEvent(f"cannot be told in JSON: {type(error).__name__}") from error
