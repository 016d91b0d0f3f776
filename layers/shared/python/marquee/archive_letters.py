"""The dead-letter queue of the collectors: what could not be collected, why, and another try at it."""

from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any, Self

from pydantic import ValidationError

from marquee.messages.archive import CollectRequest
from marquee.queue import BATCH, RESENDS, Queue, QueueUnavailable

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
        """Delete messages that somebody else has now; raises QueueUnavailable if SQS keeps one."""
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
                raise QueueUnavailable(f"SQS refused {len(pending)} of the messages {RESENDS} times; try again.")


@dataclass
class Outcome:
    """What a replay has done, in messages and ids, and how many messages stay in the dead-letter queue."""

    messages: int = 0
    ids: int = 0
    left: int = 0


def replayed(letters: DeadLetters, queue: Queue, *, reason: str, limit: int | None) -> Generator[Outcome]:
    """Send messages to the collectors again; yields how far it is after each step.

    A message is in the queue before it leaves the dead-letter queue: one that is in both because this was stopped in
    between is collected once, by the state of its chunk. What nobody can read stays where it is.
    """
    outcome, kept = Outcome(), []
    try:
        for batch in letters.read():
            room = len(batch) if limit is None else limit - outcome.messages
            chosen = [each for each in batch if each.request and each.tells(reason)][:room]
            kept += [each for each in batch if each not in chosen]
            outcome.left = len(kept)
            requests = [each.request for each in chosen if each.request]
            queue.send(requests)
            letters.remove(chosen)
            outcome.messages += len(requests)
            outcome.ids += sum(len(each.ids) for each in requests)
            yield outcome
            if outcome.messages == limit:
                break
    finally:
        letters.let_go(kept)
