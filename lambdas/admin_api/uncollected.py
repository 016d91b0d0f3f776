"""The ids of the archive that could not be collected: they stay in their dead-letter queue, with the reasons by id."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from marquee.archive_letters import DeadLetters, replayed
from marquee.models.operations import ReplayCount
from marquee.queue import Queue

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

SOURCE = "archive_collector"


class Uncollected:
    """One line of the failures for all messages of the queue, replayed as `marquee archive replay` does."""

    source = SOURCE

    def __init__(self, client: "SQSClient", dead_letters: str, queue: str) -> None:
        self._letters = DeadLetters(client, dead_letters)
        self._queue = Queue(client, queue)

    def open(self) -> dict[str, int]:
        """Return about how many messages there are, by the source; nothing if there are none."""
        depth = self._letters.depth()
        return {SOURCE: depth} if depth else {}

    def replay(self, go_on: Callable[[], bool]) -> ReplayCount:
        """Send messages to the collectors again for as long as `go_on` says so."""
        messages = left = 0
        steps = replayed(self._letters, self._queue, reason="", limit=None)
        for outcome in steps:
            messages, left = outcome.messages, outcome.left
            if not go_on():
                steps.close()
                break
        return ReplayCount(replayed=messages, failed=left, left=self._letters.depth())
