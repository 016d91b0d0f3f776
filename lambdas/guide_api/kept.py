"""What a warm function has read a moment ago and may tell again, to whomever it concerns."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import Executor
from itertools import takewhile
from typing import Generic, TypeVar

from guide_api.budget import Budget

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """Values by key, each by one request, read again after some seconds as far as the budget of an answer allows.

    What is older is told as it is for `stale_seconds` more; what `holds` nothing is read again after `empty_seconds`:
    what was chosen a moment ago may be listed in the next. Of more than `most` those that were last asked for stay.
    """

    def __init__(
        self,
        seconds: float,
        most: int,
        *,
        empty_seconds: float,
        stale_seconds: float,
        holds: Callable[[Value], object] = bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds = seconds
        self._most = most
        self._empty_seconds = empty_seconds
        self._stale_seconds = stale_seconds
        self._holds = holds
        self._clock = clock
        self._kept: OrderedDict[Key, tuple[float, Value]] = OrderedDict()

    def get_many(
        self,
        keys: Iterable[Key],
        read: Callable[[Key], Value],
        budget: Budget,
        executor: Executor,
        *,
        renew: bool = True,
    ) -> dict[Key, Value]:
        """Return the values of those keys that are there or may be read, in the order of the keys.

        What is missing is read first, in that order, then what is oldest; with `renew=False` nothing that is there.
        Raises what `read` raises, and keeps nothing of that.
        """
        wanted, now = list(dict.fromkeys(keys)), self._clock()
        due = sorted((key for key in wanted if self._until(key, now) <= now), key=lambda key: self._until(key, now))
        if not renew:
            due = [key for key in due if self._until(key, now) == float("-inf")]
        reading = list(takewhile(lambda _: budget.take(), due))
        for key, value in zip(reading, executor.map(read, reading) if reading else (), strict=True):
            self._kept[key] = (now + (self._seconds if self._holds(value) else self._empty_seconds), value)
        found = {key: self._kept[key][1] for key in wanted if self._until(key, now) > float("-inf")}
        for key in found:
            self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return found

    def _until(self, key: Key, now: float) -> float:
        """Return until when the value of a key is new, minus infinity for one that is missing or far too old."""
        until, _ = self._kept.get(key, (float("-inf"), None))
        return until if until + self._stale_seconds > now else float("-inf")
