"""How many requests a provider takes in a window, and how many credits a plan has."""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

Clock = Callable[[], float]


@dataclass(slots=True)
class Window:
    """A sliding window: at most `requests` within the last `seconds`. Refused requests do not count."""

    requests: int
    seconds: float
    clock: Clock
    _taken: deque[float] = field(default_factory=deque)

    def take(self) -> bool:
        """Count one request, or say that there is no room for it."""
        self._forget()
        if len(self._taken) >= self.requests:
            return False
        self._taken.append(self.clock())
        return True

    @property
    def remaining(self) -> int:
        """Return how many requests still fit."""
        self._forget()
        return max(0, self.requests - len(self._taken))

    @property
    def retry_after(self) -> int:
        """Return the whole seconds until the oldest request leaves the window."""
        self._forget()
        oldest = self._taken[0] if self._taken else self.clock()
        return max(1, math.ceil(oldest + self.seconds - self.clock()))

    def clear(self) -> None:
        """Forget every request."""
        self._taken.clear()

    def _forget(self) -> None:
        horizon = self.clock() - self.seconds
        while self._taken and self._taken[0] <= horizon:
            self._taken.popleft()


@dataclass(slots=True)
class Plan:
    """A WatchMode account: its key, its monthly credits and its own rate window."""

    name: str
    key: str = field(repr=False)
    quota: int
    window: Window
    quota_used: int = 0

    @property
    def is_free(self) -> bool:
        """Tell whether deep links, changes and release dates are kept from this plan."""
        return self.name == "free"
