"""Everything that can be wrong with what is sent: events, whole requests, records on the stream."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from cli import synthesis
from marquee import clock
from marquee.messages import envelope
from marquee.messages.activity import Activity, build

BODY_BYTES = 262_144
BATCH_EVENTS = 500
KEY_LENGTH = 255
DEPTH = 20_000

Event = dict[str, Any]
Spoil = Callable[[Event, Random], object]


@dataclass(frozen=True)
class BadRequest:
    """A request that is wrong as a whole; one without its own key does not come from a producer."""

    path: str = "/ingest"
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    own_key: bool = True


EVENT_FLAWS: dict[str, Spoil] = {
    "no object": lambda event, rng: rng.choice((17, "text", [event], None)),
    "no event_type": lambda event, rng: _without(event, "event_type"),
    "empty event_type": lambda event, rng: {**event, "event_type": rng.choice(("", None, 0, False))},
    "unknown event_type": lambda event, rng: {**event, "event_type": rng.choice(("title_forgotten", "TITLE_VIEWED"))},
    "event_type is no text": lambda event, rng: {**event, "event_type": rng.choice((17, ["title_viewed"], {"a": 1}))},
    "no payload": lambda event, rng: _without(event, "payload"),
    "empty payload": lambda event, rng: {**event, "payload": rng.choice((None, "", 0, False))},
    "payload is no object": lambda event, rng: {**event, "payload": rng.choice(([event], "text", 17, True, []))},
    "incomplete payload": lambda event, rng: _with_payload(event, synthesis.incomplete, rng),
    "unfit payload": lambda event, rng: _with_payload(event, synthesis.unfit, rng),
    "timestamp is no moment": lambda event, rng: {**event, "timestamp": rng.choice(("yesterday", "2026-13-45", 17))},
    "long event_id": lambda event, rng: {**event, "event_id": "x" * (KEY_LENGTH + 1)},
}
# The one that needs an event which was taken before.
REUSED_KEY = "event_id of another event"


REQUEST_FLAWS: dict[str, Callable[[Event], BadRequest]] = {
    "no body": lambda event: BadRequest(),
    "body is no JSON": lambda event: BadRequest(content=_json(event)[:-1]),
    "body is no text": lambda event: BadRequest(content=b'{"event_type": "\xff\xfe"}'),
    "body is no object": lambda event: BadRequest(content=_json([event])),
    "body with NaN": lambda event: BadRequest(content=_json({**event, "payload": {"supply": float("nan")}})),
    "body too deep": lambda event: BadRequest(content=b"[" * DEPTH + b"]" * DEPTH),
    "body too large": lambda event: BadRequest(content=_json({**event, "more": "x" * BODY_BYTES})),
    "no events": lambda event: BadRequest("/ingest/batch", _json({"events": []})),
    "events are no list": lambda event: BadRequest("/ingest/batch", _json({"events": event})),
    "too many events": lambda event: BadRequest("/ingest/batch", _json({"events": [{}] * (BATCH_EVENTS + 1)})),
    "wrong API key": lambda event: BadRequest(content=_json(event), headers={"X-API-Key": "x" * 20}, own_key=False),
    "no API key": lambda event: BadRequest(content=_json(event), own_key=False),
}


def bad_record(number: int, run: str, rng: Random) -> tuple[str, bytes]:
    """Return what is wrong with a record, and the record: it says that it is an activity, and cannot be used."""
    names = list(RECORD_FLAWS)
    flaw = names[number % len(names)]
    moment = clock.now()
    good = Activity(
        event_type="title_rated",
        timestamp=moment,
        ingested_at=moment,
        producer=run,
        payload={"title_id": "1", "rating": rng.randint(1, 10)},
    )
    body = json.loads(build(good, component="generator", event_id=f"{run}-record-{number}"))
    RECORD_FLAWS[flaw](body)
    return flaw, _json(body)


RECORD_FLAWS: dict[str, Callable[[Event], object]] = {
    "unknown type": lambda body: _rename(body, "title_forgotten"),
    "type of another event": lambda body: body["payload"].update(event_type="title_viewed"),
    "unfit payload": lambda body: body["payload"]["payload"].update(rating=11),
    "incomplete payload": lambda body: body["payload"]["payload"].pop("title_id"),
    "no producer": lambda body: body["payload"].pop("producer"),
    "payload is no object": lambda body: body.update(payload="text"),
    "no moment of publication": lambda body: body["header"].pop("publishTimestamp"),
}


def _rename(body: Event, event_type: str) -> None:
    body["header"]["eventType"] = f"{envelope.ACTIVITY_PREFIX}{event_type}"
    body["payload"]["event_type"] = event_type


def _without(event: Event, name: str) -> Event:
    return {field: value for field, value in event.items() if field != name}


def _with_payload(event: Event, spoil: Callable[[str, Event, Random], Event], rng: Random) -> Event:
    return {**event, "payload": spoil(event["event_type"], event["payload"], rng)}


def _json(value: object) -> bytes:
    return json.dumps(value).encode()
