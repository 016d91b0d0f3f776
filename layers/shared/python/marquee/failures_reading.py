"""Reads what queues of failures hold: messages given up, and what Lambda and the scheduler tell of theirs. Pure.

Every failure gets its id from where it is from and what failed, not from the message that told of it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marquee import clock
from marquee.failures_shown import preview
from marquee.messages.work import QuarantineNotice
from marquee.models.operations import Failure, FailureKind, ReplayWay

ENRICHMENT = "enrichment"
REASON_LENGTH = 1_000
# An item of DynamoDB has room for 400 KB.
PAYLOAD_BYTES = 300_000
UNTOLD = "delivered {times} times without success"
UNREADABLE = "what the queue holds cannot be read"


@dataclass(frozen=True)
class Source:
    """A queue of failures: its name, and how and to whom (a queue's address or a function's name) they go back."""

    name: str
    way: ReplayWay
    target: str


@dataclass(frozen=True)
class _Told:
    """What a message tells of a failure; `identity` is what stays the same when it fails again."""

    source: str
    target: str
    identity: str
    reason: str
    payload: str
    kind: FailureKind = "message"
    attributes: Mapping[str, str] = field(default_factory=dict)


def read(record: Mapping[str, Any], source: Source, packages: Mapping[str, str]) -> Failure:
    """Return the failure that a message of a queue of failures tells of.

    `packages` names functions by what AWS calls them. What nobody can read is a failure too, but with no way back.
    """
    readers = {"send": _message, "publish": _event, "reread": _batch, "invoke": _run}
    try:
        told = readers[source.way](record, source, packages)
    except (ValueError, KeyError, TypeError):
        told = _Told(source.name, "", record["body"], UNREADABLE, record["body"])
    whole = len(told.payload.encode()) <= PAYLOAD_BYTES
    now = clock.now()
    return Failure(
        id=hashlib.sha256(f"{told.source}\0{told.identity}".encode()).hexdigest()[:32],
        kind=told.kind,
        source=told.source,
        reason=told.reason[:REASON_LENGTH],
        first_at=now,
        last_at=now,
        preview=preview(told.payload),
        way=source.way,
        # What is not kept whole cannot go back.
        target=told.target if whole else "",
        payload=told.payload if whole else told.payload[: PAYLOAD_BYTES // 4],
        group=record["attributes"].get("MessageGroupId", "") if source.way == "send" else "",
        attributes=dict(told.attributes),
        message_id=record["messageId"],
    )


def _message(record: Mapping[str, Any], source: Source, packages: Mapping[str, str]) -> _Told:
    """Read a message that its own queue has given up."""
    attributes = _attributes(record)
    times = record["attributes"].get("ApproximateReceiveCount", "several")
    reason = attributes.pop("reason", "") or attributes.pop("ERROR_MESSAGE", "") or UNTOLD.format(times=times)
    kind: FailureKind = "enrichment" if source.name == ENRICHMENT else "message"
    return _Told(source.name, source.target, record["body"], reason, record["body"], kind, attributes)


def _event(record: Mapping[str, Any], source: Source, packages: Mapping[str, str]) -> _Told:
    """Read the notice of an event that was set aside; the quarantine has the event itself."""
    notice = QuarantineNotice.model_validate_json(record["body"])
    told = {"event_id": notice.event_id}
    return _Told(source.name, source.target, notice.event_id, notice.reason, record["body"], "event", told)


def _batch(record: Mapping[str, Any], source: Source, packages: Mapping[str, str]) -> _Told:
    """Read what Lambda tells of records of a stream that it has given up."""
    told = json.loads(record["body"])
    batch = told.get("KinesisBatchInfo") or told["DDBStreamBatchInfo"]
    context = told["requestContext"]
    name = str(context["functionArn"]).split(":")[6]
    place = f"{batch['streamArn']} {batch['shardId']} {batch['startSequenceNumber']} {batch['endSequenceNumber']}"
    times = context.get("approximateInvokeCount", "several")
    reason = f"{batch.get('batchSize', 'some')} records were given up after {times} tries: {context['condition']}"
    kind: FailureKind = "enrichment" if packages[name] == "title_enrichment" else "event"
    return _Told(packages[name], name, place, reason, record["body"], kind)


def _run(record: Mapping[str, Any], source: Source, packages: Mapping[str, str]) -> _Told:
    """Read what Lambda tells of an invocation that failed for good, or what the scheduler could not start."""
    told = json.loads(record["body"])
    if "requestPayload" not in told:
        reason = _attributes(record).get("ERROR_MESSAGE", "the scheduler could not start it")
        return _Told(source.name, source.target, record["body"], reason, record["body"])
    answer = told.get("responsePayload") or {}
    reason = f"{answer.get('errorType', told['requestContext']['condition'])}: {answer.get('errorMessage', '')}"
    payload = json.dumps(told["requestPayload"], sort_keys=True)
    return _Told(source.name, source.target, payload, reason, payload)


def _attributes(record: Mapping[str, Any]) -> dict[str, str]:
    found = record.get("messageAttributes") or {}
    return {name: each["stringValue"] for name, each in found.items() if each.get("stringValue")}
