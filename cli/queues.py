"""How many messages there are in the queues of an environment."""

import re
from dataclasses import dataclass
from typing import Any

from cli.environment import Environment

WAITING, HELD = "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"
_OUTPUT = re.compile(r"(?P<name>\w+?)(Queue)?Url")
# How stacks call the queues where messages end that failed for good.
_LAST = re.compile(r"DeadLetter|Failures|Quarantine")


@dataclass(frozen=True)
class Depth:
    """About how many messages wait in a queue, and how many somebody holds."""

    queue: str
    waiting: int
    held: int

    @property
    def is_last(self) -> bool:
        """Tell whether messages come here only when they have failed for good."""
        return _LAST.search(self.queue) is not None


def queues_of(place: Environment) -> dict[str, str]:
    """Return the addresses of the queues that the stacks put out, by their names (such as `EnrichmentDeadLetter`)."""
    matches = {output: _OUTPUT.fullmatch(output) for output in sorted(place.outputs) if output.endswith("QueueUrl")}
    return {match["name"]: place.outputs[output] for output, match in matches.items() if match}


def depth(sqs: Any, name: str, url: str) -> Depth:
    """Return how many messages there are in a queue."""
    said = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[WAITING, HELD])["Attributes"]
    return Depth(name, int(said[WAITING]), int(said[HELD]))
