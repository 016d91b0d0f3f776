"""Messages of queues of failures, as Lambda hands them to a function."""

import json
from typing import Any

from marquee.models.operations import Failure

DEAD = "arn:aws:sqs:eu-west-2:000000000000:dead"


def record(body: object, message_id: str = "m1", *, arn: str = DEAD, group: str = "", **attributes: str) -> Any:
    """Return a message; `body` becomes JSON if it is no text, `attributes` are those of the sender."""
    told = {"ApproximateReceiveCount": "3", **({"MessageGroupId": group} if group else {})}
    return {
        "messageId": message_id,
        "eventSourceARN": arn,
        "body": body if isinstance(body, str) else json.dumps(body),
        "attributes": told,
        "messageAttributes": {name: {"stringValue": each, "dataType": "String"} for name, each in attributes.items()},
    }


def failure(failure_id: str = "a" * 32, **facts: Any) -> Failure:
    """Return an open failure of a message."""
    moment = "2026-11-01T05:00:00.000Z"
    given = {
        "kind": "message",
        "source": "listing",
        "reason": "down",
        "first_at": moment,
        "last_at": moment,
        "way": "send",
        "target": "queue",
        "payload": "{}",
        "message_id": "m1",
    }
    return Failure(id=failure_id, **{**given, **facts})
