"""What a warm function has read a moment ago and may tell again, to whomever it concerns."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """Values by key, each read again after some seconds; of more than `most` those that were last asked for stay.

    What `holds` nothing is kept for `empty_seconds`: what was chosen a moment ago may be listed in the next.
    Workers may ask side by side; two that miss the same one both read it.
    """

    def __init__(
        self,
        seconds: float,
        most: int,
        *,
        empty_seconds: float,
        holds: Callable[[Value], object] = bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds = seconds
        self._most = most
        self._empty_seconds = empty_seconds
        self._holds = holds
        self._clock = clock
        self._kept: OrderedDict[Key, tuple[float, Value]] = OrderedDict()

    def get(self, key: Key, read: Callable[[], Value]) -> Value:
        """Return the value of a key, read if it is not there or old; raises what `read` raises, and keeps nothing."""
        until, value = self._kept.get(key, (float("-inf"), None))
        if value is None or self._clock() >= until:
            value = read()
            lasts = self._seconds if self._holds(value) else self._empty_seconds
            self._kept[key] = (self._clock() + lasts, value)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        else:
            self._touch(key)
        return value

    def _touch(self, key: Key) -> None:
        try:
            self._kept.move_to_end(key)
        except KeyError:
            # Another worker has just made room.
            return
