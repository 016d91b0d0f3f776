"""SQS queues: batches of ten, what the queue rejects is sent again, and messages that come again when there is hope."""

import random
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel

from marquee.errors import MarqueeError
from marquee.telemetry import logger

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH = 10
RESENDS = 6


class QueueUnavailable(MarqueeError):
    """The queue did not take all messages, however often they were sent."""


class Queue:
    """One SQS queue, as its senders see it."""

    def __init__(self, client: "SQSClient", url: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._url = url
        self._sleep = sleep

    def send(self, messages: Iterable[BaseModel]) -> int:
        """Send each message as JSON; returns how many; raises QueueUnavailable when some stay rejected."""
        bodies = [message.model_dump_json() for message in messages]
        for start in range(0, len(bodies), BATCH):
            self._send_batch(bodies[start : start + BATCH])
        return len(bodies)

    def _send_batch(self, bodies: list[str]) -> None:
        pending: dict[str, Any] = {str(n): {"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies)}
        for attempt in range(RESENDS):
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=list(pending.values()))
            for sent in answer.get("Successful", []):
                del pending[sent["Id"]]
            if not pending:
                return
            self._sleep(random.uniform(0, min(3.0, 0.1 * 2**attempt)))
        raise QueueUnavailable(f"{len(pending)} messages were rejected {RESENDS} times")


def come_again(client: "SQSClient", url: str, record: Mapping[str, Any], seconds: float) -> None:
    """Let a queue deliver a message that a function has received again after some seconds.

    If the queue will not have that, the message comes after its visibility timeout, which must outlast the function and
    is longer than most outages.
    """
    try:
        client.change_message_visibility(
            QueueUrl=url, ReceiptHandle=record["receiptHandle"], VisibilityTimeout=round(seconds)
        )
    except (ClientError, BotoCoreError) as error:
        logger.warning("the message comes again at another time than meant", reason=str(error))


class FifoQueue:
    """One FIFO queue, as its senders see it: the messages of a group are received in the order of sending."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, message: BaseModel, *, group: str, name: str) -> None:
        """Send one message as JSON; one of the same `name` within five minutes is the same message.

        One at a time: of a batch the queue may take the second message and reject the first.
        """
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=message.model_dump_json(),
            MessageGroupId=group,
            MessageDeduplicationId=name,
        )
