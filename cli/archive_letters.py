"""The dead-letter queue of the collectors: what could not be collected, and why."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Self

from pydantic import ValidationError

from cli.errors import OperatorError
from marquee.messages.archive import CollectRequest
from marquee.queue import BATCH, RESENDS

# Long enough for SQS to ask all of its machines; without it an answer may be empty though there are messages.
WAIT_SECONDS = 2
# How long a message that was looked at stays hidden from others if this command is killed.
HIDDEN_SECONDS = 300
UNREADABLE = "the message cannot be read"
UNTOLD = "delivered too often without an end"


@dataclass(frozen=True)
class DeadLetter:
    """A message of the dead-letter queue; `request` is None if nobody can read it."""

    id: str
    receipt: str
    request: CollectRequest | None

    @classmethod
    def of(cls, message: dict[str, Any]) -> Self:
        """Read what SQS hands over."""
        try:
            request = CollectRequest.model_validate_json(message["Body"])
        except ValidationError:
            request = None
        return cls(message["MessageId"], message["ReceiptHandle"], request)

    @property
    def reasons(self) -> Counter[str]:
        """Return why, with the number of ids of which it is said."""
        if self.request is None:
            return Counter([UNREADABLE])
        return Counter(self.request.reasons.get(each, UNTOLD) for each in self.request.ids)

    def tells(self, reason: str) -> bool:
        """Tell whether one of the reasons holds a text, in any case."""
        return any(reason.lower() in each.lower() for each in self.reasons)


class DeadLetters:
    """The dead-letter queue. Messages stay in it until they are removed, and come to light again when let go."""

    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs = sqs
        self._url = url

    def depth(self) -> int:
        """Return about how many messages there are."""
        names = ["ApproximateNumberOfMessages"]
        found = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)
        return int(found["Attributes"][names[0]])

    def read(self) -> Iterator[list[DeadLetter]]:
        """Yield the messages, at most ten at a time, each once; ends when SQS has no other."""
        seen: set[str] = set()
        while True:
            answer = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=BATCH,
                WaitTimeSeconds=WAIT_SECONDS,
                VisibilityTimeout=HIDDEN_SECONDS,
            )
            letters = [DeadLetter.of(each) for each in answer.get("Messages", [])]
            fresh = [each for each in letters if each.id not in seen]
            if not fresh:
                return
            seen.update(each.id for each in fresh)
            yield fresh

    def remove(self, letters: list[DeadLetter]) -> None:
        """Delete messages that somebody else has now; raises OperatorError if SQS keeps one."""
        self._each(self._sqs.delete_message_batch, [{"ReceiptHandle": each.receipt} for each in letters])

    def let_go(self, letters: list[DeadLetter]) -> None:
        """Have messages come to light at once, not when they have been hidden long enough."""
        entries = [{"ReceiptHandle": each.receipt, "VisibilityTimeout": 0} for each in letters]
        self._each(self._sqs.change_message_visibility_batch, entries)

    def _each(self, call: Callable[..., dict[str, Any]], entries: list[dict[str, Any]]) -> None:
        for start in range(0, len(entries), BATCH):
            some = enumerate(entries[start : start + BATCH])
            pending = {str(number): {"Id": str(number), **entry} for number, entry in some}
            for _ in range(RESENDS):
                answer = call(QueueUrl=self._url, Entries=list(pending.values()))
                pending = {each["Id"]: pending[each["Id"]] for each in answer.get("Failed", [])}
                if not pending:
                    break
            else:
                raise OperatorError(
                    f"SQS refused {len(pending)} of the messages {RESENDS} times; run the command again."
                )
