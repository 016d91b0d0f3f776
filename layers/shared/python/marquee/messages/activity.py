"""What `activity.<event type>` events carry: R3's fields, and who sent them."""

import uuid
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from marquee.messages import envelope
from marquee.messages.envelope import ACTIVITY_PREFIX, Event, MalformedEvent, Moment, Text

# Under it, the key of a producer always makes the same event id.
NAMESPACE = uuid.UUID("6d2c5e2e-6f0a-4a0c-9b0b-6a4d3a6f4c11")


class Activity(BaseModel):
    """An event of another system: `timestamp` is when it happened, `ingested_at` when it was taken."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    event_type: Text
    timestamp: Moment
    ingested_at: Moment
    producer: Text
    payload: dict[str, Any]


def event_id(producer: str, key: str | None) -> str:
    """Return the id of an event: always the same for the key of a producer, a new one without a key."""
    return str(uuid.uuid5(NAMESPACE, f"{producer}\0{key}") if key else uuid.uuid4())


def build(activity: Activity, *, component: str, event_id: str) -> bytes:
    """Return an event as it is put on the stream."""
    return envelope.build(
        f"{ACTIVITY_PREFIX}{activity.event_type}",
        activity,
        component=component,
        cause=f"producer:{activity.producer}",
        published_at=activity.ingested_at,
        event_id=event_id,
    )


def activity(event: Event) -> Activity:
    """Return what an event carries; raises MalformedEvent."""
    try:
        found = Activity.model_validate(event.payload)
    except ValidationError as error:
        raise MalformedEvent(envelope.explain(error)) from error
    if event.header.eventType != f"{ACTIVITY_PREFIX}{found.event_type}":
        raise MalformedEvent(f"{event.header.eventType!r} carries {found.event_type!r}")
    return found
