"""One governor per provider: it says when the provider may be called, and whether at all.

All functions share one table of `pace` and `credits`, and together keep to what the provider permits.
"""

import random
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Self

from marquee import keys
from marquee.errors import RateLimited
from marquee.governor import ProviderLimits, pause_seconds
from marquee.repositories.credits import CreditBudget
from marquee.repositories.pace import Pace
from marquee.repositories.table import Table
from marquee.traffic import TrafficClass

if TYPE_CHECKING:
    from marquee.governor_views import GovernorView

# Who gets to its slot late, because the machine is busy, takes another one, and leaves half of what a call may be late
# to its way to the provider; but not more often than this, or it might never get anywhere.
TURNS = 3


class Governor:
    """Sets calls and credits aside before a call, and learns from what the provider answers."""

    def __init__(
        self,
        table: Table,
        limits: ProviderLimits,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.provider = limits.provider
        self.limits = limits
        self.clock = clock
        self.sleep = sleep
        partition = keys.governor(limits.provider)
        self._pace = Pace(table, limits, partition, clock=clock)
        self.lead = self._pace.lead
        self._budget = CreditBudget(table, limits.provider, partition, now=lambda: datetime.fromtimestamp(clock(), UTC))

    def reserve(
        self,
        calls: int = 1,
        *,
        credits: int = 0,
        traffic: TrafficClass,
        deadline: float | None = None,
        spacing: float = 0,
    ) -> "Reservation":
        """Set `calls` aside, and `credits` for each; use the result as a context manager.

        Slots are claimed when they are used. With a `deadline` (epoch seconds) a call waits for its turn till
        then; without one it is refused when the queue is too long for `traffic`. Calls of one reservation keep
        `spacing` seconds apart. Raises QuotaExhausted when `traffic` may not spend as much, before anything is sent.
        """
        day = self._budget.charge(calls * credits, traffic) if credits else None
        return Reservation(self, calls, credits, traffic, deadline, day, spacing)

    def claim_slots(self, calls: int, traffic: TrafficClass, deadline: float | None) -> list[float]:
        """Claim slots now and return their times (epoch seconds); with a deadline, wait for them until then.

        Raises RateLimited when the queue is too long, UpstreamUnavailable while the circuit breaker is open.
        """
        while True:
            try:
                return self._pace.claim(calls, traffic, deadline)
            except RateLimited as refusal:
                wait = refusal.retry_after or self.limits.interval
                if deadline is None or self.clock() + wait > deadline:
                    raise
                # Callers that wait for the same moment should not all come at it.
                self.sleep(wait * random.uniform(1.0, 1.2))

    def refuse_if_open(self) -> None:
        """Raise UpstreamUnavailable if the circuit breaker is known to be open."""
        self._pace.refuse_if_open()

    def report_success(self) -> None:
        """Take note that the provider answered."""
        self._pace.succeeded()

    def report_failure(self) -> None:
        """Take note that the provider failed; a few times in a row open the circuit breaker for everyone."""
        self._pace.failed()

    def report_rate_limited(self, retry_after: float | None, attempt: int = 1) -> float:
        """Let everyone pause after a 429 and return for how long (seconds); `attempt` counts from 1."""
        pause = pause_seconds(retry_after, attempt, self.limits)
        self._pace.pause(pause)
        return pause

    def quota_check_due(self) -> bool:
        """Return whether the provider has to be asked for its quota before the next call for credits."""
        return self._budget.check_due()

    def report_quota(self, quota: int, used: int) -> None:
        """Take note of what the provider says of its credits."""
        self._budget.record(quota, used)

    def report_exhausted(self) -> None:
        """Stop all spending until the provider says that there are credits again."""
        self._budget.record_exhausted()

    def give_back(self, credits: int, traffic: TrafficClass, day: date) -> None:
        """Return credits that were set aside and not taken."""
        self._budget.give_back(credits, traffic, day)

    def snapshot(self) -> "GovernorView":
        """Return pace, circuit breaker and credits for a status page."""
        # Only status pages show governors; whoever calls a provider never does.
        from marquee.governor_views import GovernorView

        queue_seconds, failures, open_until = self._pace.read()
        return GovernorView(
            provider=self.provider,
            calls_per_second=1 / self.limits.interval,
            queue_seconds=queue_seconds,
            failures=failures,
            open_until=open_until,
            budget=self._budget.view() if self.limits.has_credits else None,
        )


class Reservation:
    """Calls set aside for one piece of work; threads may share it."""

    def __init__(
        self,
        governor: Governor,
        calls: int,
        credits: int,
        traffic: TrafficClass,
        deadline: float | None,
        day: date | None,
        spacing: float,
    ) -> None:
        self.deadline = deadline
        self._governor = governor
        self._credits = credits
        self._traffic = traffic
        self._day = day
        self._calls = calls
        self._unmade = calls
        self._unpaid = calls
        self._slots: deque[float] = deque()
        # Calls that keep a distance of their own would miss slots claimed ahead.
        self._chunk = 1 if spacing else governor.limits.chunk
        self._claimed = 0
        self._lock = threading.Lock()
        # A lock of its own: who has an answer need not wait until somebody else has a slot.
        self._counting = threading.Lock()
        self._spacing = spacing
        self._last_call = float("-inf")
        self._turn = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    @property
    def made(self) -> int:
        """Return for how many calls there was a turn; more than were set aside where some were repeated."""
        return self._calls - self._unmade

    def wait_for_slot(self) -> None:
        """Wait until the next call may be made. Raises RateLimited or UpstreamUnavailable when it may not."""
        with self._turn if self._spacing else nullcontext():
            # Never longer than the spacing, even if the clock has been set back. No slot is nearer than the lead.
            earliest = min(self._last_call, self._governor.clock()) + self._spacing
            self._sleep_until(earliest - self._governor.lead)
            for attempt in range(TURNS):
                with self._lock:
                    self._unmade += bool(attempt)
                    slot = self._next_slot()
                self._sleep_until(slot)
                self._last_call = self._governor.clock()
                if self._last_call - slot <= self._governor.limits.lateness / 2:
                    return

    def pay(self) -> None:
        """Count one call as taken by the provider."""
        with self._counting:
            self._unpaid -= 1

    def drop_slots(self) -> None:
        """Give up the slots that were claimed before everyone had to pause."""
        with self._lock:
            self._slots.clear()

    def close(self) -> None:
        """Give back the credits of calls that were not made or cost nothing."""
        with self._counting:
            credits, self._unpaid = self._unpaid * self._credits, 0
        if credits > 0 and self._day:
            self._governor.give_back(credits, self._traffic, self._day)

    def _sleep_until(self, moment: float) -> None:
        if (delay := moment - self._governor.clock()) > 0:
            self._governor.sleep(delay)

    def _next_slot(self) -> float:
        """Return a slot that can still be met; a missed one belongs to a moment that others fill now."""
        self._governor.refuse_if_open()
        oldest = self._governor.clock() - self._governor.limits.lateness
        if self._slots and self._slots[0] < oldest:
            # Claim no more than can be used in time, or others wait for slots that nobody uses.
            self._chunk = max(1, self._claimed - len(self._slots))
            while self._slots and self._slots[0] < oldest:
                self._slots.popleft()
        if not self._slots:
            self._claimed = min(max(1, self._unmade), self._chunk)
            self._slots.extend(self._governor.claim_slots(self._claimed, self._traffic, self.deadline))
        self._unmade -= 1
        return self._slots.popleft()
