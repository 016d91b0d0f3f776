"""`POST /ingest` and `POST /ingest/batch`."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler import Response, content_types
from pydantic import BaseModel

from ingest_api import stores
from ingest_api.checks import Refused, checked_key, read_body
from ingest_api.ingest import Outcome, Standing
from ingest_api.producers import producer
from marquee.event_handler import new_router
from marquee.models import Shape
from marquee.telemetry import MetricUnit, logger, metrics

MOST = 500
ACCEPTED = "Event accepted"
RETRY: Mapping[str, str] = {"Retry-After": "2"}

router = new_router()


class AcceptedAnswer(Shape):
    """An event that is on the stream, and where."""

    message: str
    eventType: str
    sequenceNumber: str
    shardId: str


class ResultAnswer(Shape):
    """What became of one event of a batch: 202 with the fields of a single one, 400, 422 or 503 with an error."""

    status: int
    message: str = ""
    eventType: str = ""
    sequenceNumber: str = ""
    shardId: str = ""
    error: str = ""
    path: str = ""


class BatchAnswer(Shape):
    """What became of each event, in the order in which they were sent."""

    accepted: int
    rejected: int
    results: list[ResultAnswer]


@router.post("/ingest", summary="Send an event", tags=["Events"])
def take_event() -> Response[AcceptedAnswer]:
    """Put one event on the stream; with an `Idempotency-Key` (or an `event_id`) it is taken once."""
    sender = producer(router)
    standing = stores.ingest().one(read_body(router.current_event.body), sender, idempotency_key())
    count(sender, accepted=1)
    return answer(202, accepted(standing))


@router.post("/ingest/batch", summary="Send up to 500 events", tags=["Events"])
def take_events() -> Response[BatchAnswer]:
    """Put the events that are right on the stream, whatever the others are.

    An event with an `event_id` is taken once; an `Idempotency-Key` names those that have none by their place.
    """
    sender = producer(router)
    events = read_body(router.current_event.body).get("events")
    if not isinstance(events, list) or not 0 < len(events) <= MOST:
        raise Refused(f"events must be a list of 1 to {MOST} events", "events")
    results = [result(each) for each in stores.ingest().many(events, sender, idempotency_key())]
    taken = sum(each.status == 202 for each in results)
    count(sender, accepted=taken, rejected=len(results) - taken)
    body = BatchAnswer(accepted=taken, rejected=len(results) - taken, results=results)
    busy = any(each.status == 503 for each in results)
    return answer(202 if taken else 503 if busy else 400, body, headers=RETRY if busy else None)


def idempotency_key() -> str | None:
    """Return the name that the caller gave to the request; raises Refused for one that cannot be."""
    return checked_key(router.current_event.headers.get("Idempotency-Key"))


def accepted(standing: Standing) -> AcceptedAnswer:
    """Return what to say of an event that is on the stream."""
    return AcceptedAnswer(
        message=ACCEPTED,
        eventType=standing.event_type,
        sequenceNumber=standing.placed.sequence_number,
        shardId=standing.placed.shard_id,
    )


def result(outcome: Outcome) -> ResultAnswer:
    """Return what to say of one event of a batch."""
    if isinstance(outcome, Refused):
        path = {"path": outcome.path} if outcome.path else {}
        return ResultAnswer(status=outcome.status, error=str(outcome), **path)
    return ResultAnswer(status=202, **accepted(outcome).model_dump())


def answer(status: int, body: BaseModel, *, headers: Mapping[str, str] | None = None) -> Response[Any]:
    """Return an answer of what the body says, without the fields that have nothing to say."""
    text = body.model_dump_json(exclude_unset=True)
    return Response(status, content_types.APPLICATION_JSON, text, headers=dict(headers or {}))


def count(sender: str, *, accepted: int, rejected: int = 0) -> None:
    """Count and log what was taken."""
    metrics.add_metric("EventsAccepted", MetricUnit.Count, accepted)
    metrics.add_metric("EventsRejected", MetricUnit.Count, rejected)
    logger.info("events taken", producer=sender, accepted=accepted, rejected=rejected)
