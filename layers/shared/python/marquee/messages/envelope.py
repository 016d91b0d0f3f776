"""The envelope of every event on the programme-events stream."""

import hashlib
import json
import uuid
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from marquee import clock

TITLE_LISTED = "title.listed"
LISTING_COMPLETED = "listing.completed"
ACTIVITY_PREFIX = "activity."

SCHEDULED_CAUSE = "scheduled_user_prefs_ingestion"

# A clock may be a little fast; a moment far ahead would win over every later word for ever.
FUTURE_SECONDS = 86_400


def _published(text: str) -> str:
    moment = clock.normalised(text)
    if clock.seconds_between(clock.now(), moment) > FUTURE_SECONDS:
        raise ValueError("lies in the future")
    return moment


Moment = Annotated[str, Field(max_length=64), AfterValidator(_published)]
Text = Annotated[str, Field(max_length=300)]


class MalformedEvent(Exception):
    """The bytes are not an event: not JSON, no object, or an envelope or payload that does not fit its type."""


class Header(BaseModel):
    """Who published an event, when and why; R0's header has the last three fields only."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    eventId: Text = ""
    eventType: Text = TITLE_LISTED
    schemaVersion: Text = "1"
    publishingComponent: Text
    publishTimestamp: Moment
    publishCause: Text


class Event(BaseModel):
    """A header and a payload whose form its `eventType` decides."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    header: Header
    payload: dict[str, object] = Field(strict=True)


def build(
    event_type: str, payload: BaseModel, *, component: str, cause: str, published_at: str, event_id: str | None = None
) -> bytes:
    """Return an event as it is put on the stream; `published_at` orders it against others (clock.timestamp)."""
    header = Header(
        eventId=event_id or str(uuid.uuid4()),
        eventType=event_type,
        publishingComponent=component,
        publishTimestamp=published_at,
        publishCause=cause,
    )
    body = {"header": header.model_dump(), "payload": payload.model_dump(mode="json")}
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def parse(data: bytes) -> Event:
    """Return the event in `data`; raises MalformedEvent with the reason."""
    try:
        event = Event.model_validate(json.loads(data))
    except ValidationError as error:
        raise MalformedEvent(explain(error)) from error
    except (ValueError, RecursionError) as error:
        raise MalformedEvent(f"not JSON: {error}") from error
    if event.header.eventId:
        return event
    header = event.header.model_copy(update={"eventId": content_id(data)})
    return event.model_copy(update={"header": header})


def content_id(data: bytes) -> str:
    """Return the id of an event that brings none: the same bytes always have the same id."""
    return hashlib.sha256(data).hexdigest()[:32]


def explain(error: ValidationError) -> str:
    """Return where a body does not fit, without repeating the body."""
    places = (f"{'.'.join(map(str, each['loc'])) or 'body'}: {each['msg']}" for each in error.errors()[:5])
    return "; ".join(places)
