"""What a scenario is: what waits for a function, how it is delivered until it has been taken, what holds afterwards."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tests.chaos.world import Message, World, clocks, shuffled
from tests.fakes.interruptions import Crash
from tests.unit.conftest import FakeContext

Rival = Callable[[], object] | None
Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
# Invocations that a run may take; real queues and streams give up much later, in hours.
MOST_INVOCATIONS = 40


class Stuck(AssertionError):
    """Something is delivered again and again and never taken."""


@dataclass
class Feed:
    """What a queue or a shard still has for a function, delivered again until the function has taken it.

    Of a queue each message that was not taken comes again, in any order; of a shard (`ordered`) everything from the
    first record that was not.
    """

    handler: Handler
    ordered: bool = False
    batch: int = 10
    watched: bool = True
    copy: Handler | None = None
    waiting: list[Message] = field(default_factory=list)
    seen: list[Message] = field(default_factory=list)

    def add(self, *messages: Message) -> None:
        """Have further messages wait."""
        self.waiting += messages
        self.seen += messages

    def deliver(self, world: World, chance: random.Random, skew: float, rival: Rival) -> None:
        """Have one invocation take a batch."""
        if not self.ordered:
            chance.shuffle(self.waiting)
        batch = self.waiting[: self.batch]
        world.injector.overtake = rival or (lambda: (self.copy or self.handler)({"Records": batch}, FakeContext()))
        try:
            with clocks(skew), world.injector.invocation(watched=self.watched):
                failed = failed_of(self.handler({"Records": batch}, FakeContext()))
        except (Crash, Exception):
            failed = {name_of(each) for each in batch}
        left = [each for each in batch if name_of(each) in failed]
        if self.ordered and left:
            left = batch[batch.index(left[0]) :]
        for each in left:
            if "attributes" in each:
                received = int(each["attributes"]["ApproximateReceiveCount"]) + 1
                each["attributes"] = {**each["attributes"], "ApproximateReceiveCount": str(received)}
        self.waiting = left + self.waiting[self.batch :]

    def again(self, chance: random.Random) -> None:
        """Deliver everything once more: of a shard in its order, of a queue in another."""
        self.waiting = list(self.seen) if self.ordered else shuffled(self.seen, chance)


@dataclass
class Schedule:
    """A function that is started by the clock: what failed runs twice again at once, what was killed a day later."""

    handler: Handler
    event: dict[str, Any]
    housekeeping: Callable[[], object]
    tries: int = 0
    day: int = 0
    waiting: bool = True

    def deliver(self, world: World, chance: random.Random, skew: float, rival: Rival) -> None:
        """Start the function; a run that another one keeps out has a day to be looked after."""
        world.injector.overtake = rival or (lambda: self.handler(dict(self.event), FakeContext()))
        answer: dict[str, Any] | None = None
        with clocks(skew + self.day * 86_400):
            try:
                with world.injector.invocation():
                    answer = self.handler(dict(self.event), FakeContext())
            except (Crash, Exception):
                self.tries += 1
        if answer is not None and "skipped" not in answer:
            self.waiting = False
        elif answer is not None or self.tries >= 3:
            self._next_day()

    def _next_day(self) -> None:
        self.day, self.tries = self.day + 1, 0
        with clocks(self.day * 86_400):
            self.housekeeping()

    def again(self, chance: random.Random) -> None:
        """Have the next day come."""
        self._next_day()
        self.waiting = True


class Scenario(ABC):
    """A function with what it finds, what it is told, and what must hold when it has been told everything."""

    name: ClassVar[str]
    holds: ClassVar[str]

    def __init__(self, world: World) -> None:
        self.world = world
        self.cloud = world.cloud
        self.feeds: list[Feed | Schedule] = []
        self.prepare()

    @abstractmethod
    def prepare(self) -> None:
        """Write what the function finds, and have something wait for it."""

    @abstractmethod
    def check(self) -> None:
        """Raise AssertionError if something that must hold does not."""

    def collect(self) -> None:
        """Hand on what a function has sent to a queue that another one, or it itself, reads."""
        return

    def rival(self) -> Rival:
        """Return what a writer does who overtakes the function, None for a copy of the function itself."""
        return None

    def run(self, chance: random.Random, skew: Callable[[], float] = lambda: 0) -> None:
        """Deliver until nothing waits; raises Stuck."""
        for _ in range(MOST_INVOCATIONS):
            self.collect()
            waiting = [each for each in self.feeds if each.waiting]
            if not waiting:
                return
            feed = chance.choice(waiting)
            feed.deliver(self.world, chance, skew(), self.rival())
        raise Stuck(f"something still waits after {MOST_INVOCATIONS} invocations")


def failed_of(answer: Any) -> set[str]:
    """Return what an answer of a function names as not taken."""
    return {each["itemIdentifier"] for each in (answer or {}).get("batchItemFailures", [])}


def name_of(record: Message) -> str:
    """Return the name under which a function reports a record as not taken."""
    if "messageId" in record:
        return str(record["messageId"])
    return str((record.get("kinesis") or {}).get("sequenceNumber") or record["dynamodb"]["SequenceNumber"])
