"""The ways in which a failure goes back to whoever is to try again: a queue, the stream, a function."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from marquee.errors import MarqueeError
from marquee.failures_reread import reread
from marquee.models.operations import Failure, ReplayWay
from marquee.repositories.quarantine import QuarantineRepository
from marquee.stream import EventStream

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient


class NotReplayed(MarqueeError):
    """What failed cannot be given back, or has failed at once when it was."""


class Ways:
    """Gives failures back; each may be given back any number of times, because its function knows what it has done."""

    def __init__(
        self,
        *,
        sqs: "SQSClient",
        kinesis: "KinesisClient",
        streams: Any,
        lambda_: "LambdaClient",
        stream_name: str,
        quarantine: QuarantineRepository,
    ) -> None:
        """Take plain clients; `streams` is that of DynamoDB Streams, `stream_name` the stream of programme events."""
        self._sqs = sqs
        self._kinesis = kinesis
        self._streams = streams
        self._lambda = lambda_
        self._stream_name = stream_name
        self._quarantine = quarantine
        self._ways: Mapping[ReplayWay, Callable[[Failure], None]] = {
            "send": self._send,
            "publish": self._publish,
            "reread": self._reread,
            "invoke": self._invoke,
        }

    def give_back(self, failure: Failure) -> None:
        """Give a failure back by its way; raises NotReplayed, or what the service answers."""
        if not failure.target:
            raise NotReplayed("What failed could not be read, or was too large to be kept whole.")
        self._ways[failure.way](failure)

    def _send(self, failure: Failure) -> None:
        """Send the message to its own queue, with its attributes; in a FIFO queue to its group.

        A FIFO queue takes a repetition within five minutes as the same message.
        """
        attributes: Any = {
            name: {"DataType": "String", "StringValue": value} for name, value in failure.attributes.items()
        }
        fifo: Any = {}
        if failure.group:
            name = f"{failure.id}-{failure.attempts}"
            fifo = {"MessageGroupId": failure.group, "MessageDeduplicationId": name}
        self._sqs.send_message(
            QueueUrl=failure.target, MessageBody=failure.payload, MessageAttributes=attributes, **fifo
        )

    def _publish(self, failure: Failure) -> None:
        """Put a quarantined event on the stream again, as it came; consumers do not depend on its place there."""
        event_id = failure.attributes["event_id"]
        kept = self._quarantine.original(event_id)
        if kept is None:
            raise NotReplayed("The event is not kept any more, or was too large to be kept whole.")
        EventStream(self._kinesis, self._stream_name).place_one((event_id, kept))

    def _reread(self, failure: Failure) -> None:
        """Give the records that a stream still has to the function again, and look at what it answers."""
        for event in reread(json.loads(failure.payload), self._kinesis, self._streams):
            answer = self._call(failure.target, event, "RequestResponse")
            if again := (answer or {}).get("batchItemFailures"):
                raise NotReplayed(f"Of {len(event['Records'])} records {len(again)} failed again, see the log.")

    def _invoke(self, failure: Failure) -> None:
        """Invoke a function in the background with what it was invoked with."""
        self._call(failure.target, json.loads(failure.payload), "Event")

    def _call(self, function: str, event: object, invocation: Any) -> dict[str, Any] | None:
        answer = self._lambda.invoke(FunctionName=function, InvocationType=invocation, Payload=json.dumps(event))
        told = answer["Payload"].read()
        if "FunctionError" in answer:
            raise NotReplayed(f"The function failed again: {told.decode(errors='replace')[:500]}")
        found: dict[str, Any] | None = json.loads(told) if told else None
        return found
