"""Takes the messages of the library queue, and sets aside those that can never be applied."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from library_writer.batches import Batches
from library_writer.changes import FAILED, Changes
from library_writer.errors import Unusable
from marquee.errors import MarqueeError
from marquee.messages import envelope
from marquee.messages.library import LIBRARY_MESSAGE, ImportBatch, LibraryMessage, MovieChange
from marquee.repositories.table import Table, may_go_better
from marquee.telemetry import MetricUnit, logger, metrics

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

REASON_LENGTH = 1000
TRANSIENT = (MarqueeError, ClientError, BotoCoreError)


class DeadLetters:
    """The queue of messages that can never be applied, as the writer sees it."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, body: str, message_id: str, reason: str) -> None:
        """Set a message aside as it came, with the reason; the same message twice within five minutes is one."""
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=body,
            MessageGroupId="library",
            MessageDeduplicationId=message_id,
            MessageAttributes={"reason": {"DataType": "String", "StringValue": reason[:REASON_LENGTH]}},
        )


class LibraryWriter:
    """Applies messages. Every kind of message says itself how it counts once."""

    def __init__(self, table: Table, dead_letters: DeadLetters) -> None:
        self._changes = Changes(table)
        self._batches = Batches(table)
        self._dead_letters = dead_letters

    def take(self, body: str, message_id: str, *, last: bool = False) -> bool:
        """Apply a message or set it aside, so that it holds up no other; returns False if it has to come again.

        The `last` time, what failed for now has failed: only if it cannot even be answered does it come again.
        """
        try:
            self._take(body, message_id, last)
        except TRANSIENT as error:
            logger.warning("message comes again", message_id=message_id, error=type(error).__name__, reason=str(error))
            return False
        return True

    def _take(self, body: str, message_id: str, last: bool) -> None:
        try:
            message = LIBRARY_MESSAGE.validate_json(body)
        except ValidationError as error:
            return self._set_aside(body, message_id, envelope.explain(error))
        try:
            self._apply(message)
        except Unusable as error:
            self._set_aside(body, message_id, str(error))
        except Exception as error:
            if may_go_better(error) and not last:
                raise
            logger.exception("message cannot be applied", message_id=message_id)
            self._answer(message)
            self._set_aside(body, message_id, f"{type(error).__name__}: {error}")

    def _apply(self, message: LibraryMessage) -> None:
        if isinstance(message, MovieChange):
            self._changes.apply(message)
        elif isinstance(message, ImportBatch):
            self._batches.add(message)
        else:
            self._batches.undo(message)

    def _answer(self, message: LibraryMessage) -> None:
        """Tell those who wait for a message that it failed."""
        if isinstance(message, MovieChange):
            self._changes.fail(message)
        elif isinstance(message, ImportBatch):
            self._batches.fail(message, FAILED)
        else:
            self._batches.keep(message)

    def _set_aside(self, body: str, message_id: str, reason: str) -> None:
        self._dead_letters.send(body, message_id, reason)
        metrics.add_metric("LibraryDeadLetters", MetricUnit.Count, 1)
        logger.warning("message set aside", message_id=message_id, reason=reason[:REASON_LENGTH])
