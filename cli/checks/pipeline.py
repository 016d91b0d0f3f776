"""Whether an event goes all the way: taken in, put on the stream, consumed, counted."""

import json
import re
import time
import uuid
from collections.abc import Callable, Iterator
from typing import TypeVar

import httpx

from cli.checks.site import Site
from cli.environment import DEMO_PRODUCER, LOCAL
from cli.errors import OperatorError
from marquee import clock
from marquee.messages import activity
from marquee.messages.activity import Activity
from marquee.repositories.activity import ActivityRepository
from marquee.repositories.event_archive import EventArchive
from marquee.stream import EventStream

PAUSE_SECONDS = 0.5
# Changes nobody's marks and no title's counters; it is counted as one search more.
EVENT_TYPE = "search_performed"
PAYLOAD = {"query": "marquee verify"}
NOBODY = "verify"
Found = TypeVar("Found")
_KEY = re.compile(r"IngestKeyArn(?P<producer>\w+)")


def event_arrives(site: Site) -> Iterator[str]:
    """Say where an event of a producer gets stuck; without producers it begins at the stream."""
    key = f"verify-{uuid.uuid4().hex}"
    producer = producer_of(site)
    refusal = _send(site, producer, key) if producer else _publish(site, key)
    if refusal:
        yield refusal
        return
    counted = ActivityRepository(site.table("OperationsTable"))
    archive = EventArchive(site.client("s3"), site.place.output("EventsBucket"))
    event_id = activity.event_id(producer or NOBODY, key)
    claim = _awaited(lambda: counted.claims([event_id]).get(event_id), site.wait_seconds)
    waited = f"within {site.wait_seconds:g} seconds; `marquee logs activity_consumer` says why"
    if claim is None:
        yield f"An event was taken in but not consumed {waited}, or nothing feeds that function."
    elif not _awaited(lambda: archive.has(claim.object), site.wait_seconds):
        yield f"An event was counted but not archived {waited}."


def producer_of(site: Site) -> str | None:
    """Return a producer whose key can be had, None if there is none."""
    if site.place.name == LOCAL:
        return DEMO_PRODUCER
    found = (match["producer"] for match in map(_KEY.fullmatch, sorted(site.place.outputs)) if match)
    # `NightDesk` is called night_desk.
    return next((re.sub(r"(?<!^)(?=[A-Z])", "_", each).lower() for each in found), None)


def _awaited(look: Callable[[], Found | None], seconds: float) -> Found | None:
    """Return what is found when it is there, None if it is not within some seconds."""
    deadline = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < deadline:
        pause()
    return found


def pause() -> None:
    """Give the event some time."""
    time.sleep(PAUSE_SECONDS)


def _send(site: Site, producer: str, key: str) -> str | None:
    """Send the event as a producer does; returns what is wrong if it is not accepted."""
    try:
        api_key = site.place.ingest_key(producer)
    except OperatorError as error:
        return str(error)
    body = {"event_type": EVENT_TYPE, "timestamp": clock.now(), "payload": PAYLOAD}
    headers = {"X-API-Key": api_key, "Idempotency-Key": key}
    with site.http() as http:
        try:
            answer = http.post("/ingest", json=body, headers=headers)
        except httpx.HTTPError as error:
            return f"The API did not answer when it was sent an event: {error}."
    if answer.status_code == httpx.codes.ACCEPTED:
        return None
    return f"The API answered {answer.status_code} to an event of {producer}: {_reason(answer)}."


def _publish(site: Site, key: str) -> str | None:
    now = clock.now()
    event = Activity(event_type=EVENT_TYPE, timestamp=now, ingested_at=now, producer=NOBODY, payload=PAYLOAD)
    event_id = activity.event_id(NOBODY, key)
    stream = EventStream(site.client("kinesis"), site.place.output("EventStream"))
    stream.publish([(key, activity.build(event, component="marquee_verify", event_id=event_id))])
    return None


def _reason(answer: httpx.Response) -> str:
    try:
        said = answer.json()
        return str(said.get("error") or said.get("message"))
    except (json.JSONDecodeError, AttributeError):
        return answer.reason_phrase
