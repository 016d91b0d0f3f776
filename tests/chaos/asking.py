"""People who ask an API function for something, and ask the same again as long as it answers 5xx or not at all."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.scenario import Feed
from tests.chaos.world import message
from tests.fakes.api_gateway import Answer

# A request, and whether what it was answered is what the person wanted.
Request = Callable[[], Answer]
GATEWAY_GAVE_UP = 500


class Refused(AssertionError):
    """A request that is right was refused."""


@dataclass
class Requests(Feed):
    """The requests of one person, one after the other; what was answered with success is not asked for again.

    `content` says by the name of a request which refusals are as good as success to who asks for the second time.
    """

    requests: dict[str, Request] = field(default_factory=dict)
    content: dict[str, Callable[[Answer], bool]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    answers: dict[str, list[Answer]] = field(default_factory=dict)

    def ask(self, name: str, request: Request, content: Callable[[Answer], bool] = lambda _: False) -> None:
        """Have the person ask for something next."""
        self.requests[name], self.content[name] = request, content
        self.add(message(name, name))

    def again(self, chance: random.Random) -> None:
        """Ask for nothing: people who were told that it is done do not."""

    def _answer(self, event: dict[str, Any], _: object) -> dict[str, Any]:
        (record,) = event["Records"]
        name = record["body"]
        answer = self.requests[name]()
        if answer.status < 300:
            self.answers.setdefault(name, []).append(answer)
        elif answer.status >= GATEWAY_GAVE_UP:
            return {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}
        elif not self.content[name](answer):
            self.refused.append(f"{name}: {answer.status} {answer.body}")
        return {}


def person(named: Iterable[tuple[str, Request]] = ()) -> Requests:
    """Return somebody with some requests."""
    found = Requests(handler=lambda event, context: found._answer(event, context), ordered=True, batch=1)
    for name, request in named:
        found.ask(name, request)
    return found
