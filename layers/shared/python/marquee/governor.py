"""The rules for using a provider: pace, circuit breaker and credits. Nothing here stores or waits.

`marquee.repositories.governors` applies these rules to the operations table, where all functions share them.
"""

import calendar
import math
from dataclasses import dataclass
from datetime import date, datetime

from marquee.traffic import TrafficClass

# How long (seconds) the queue of reserved calls may be for one more to join it. Backfill joins only a nearly
# empty queue and scheduled work a short one, so a viewer waits for at most 10 s and a chunk of other work.
MAX_QUEUE_SECONDS = {TrafficClass.VIEWER: 30.0, TrafficClass.SCHEDULED: 10.0, TrafficClass.BACKFILL: 2.0}

# The part of a day's allowance at which a class has to stop. Viewers may take from the days to come, but only so
# much that no single one of them can spend the month.
DAILY_SHARE = {TrafficClass.VIEWER: 3.0, TrafficClass.SCHEDULED: 1.0, TrafficClass.BACKFILL: 0.6}

# Calls are spaced for 97 % of the permitted rate. The missing 3 % of a period is what a call may come late,
# by scheduling or by the network, without one call too many in any window the provider may look at.
UTILISATION = 0.97

# How far ahead (seconds) a reservation claims slots: enough to share a write among many calls, little enough
# that others do not wait behind a long batch and that few slots are lost when a batch stops early.
CHUNK_SECONDS = 0.5

FAILURES_TO_OPEN = 5
FIRST_OPEN_SECONDS = 30.0
LONGEST_OPEN_SECONDS = 600.0
LONGEST_PAUSE_SECONDS = 3600.0


@dataclass(frozen=True)
class ProviderLimits:
    """What a provider permits: `calls` in `period` seconds and, if `has_credits`, credits by the month."""

    provider: str
    calls: float
    period: float
    has_credits: bool = False

    @property
    def interval(self) -> float:
        """Seconds between two calls."""
        return self.period / self.calls / UTILISATION

    @property
    def lateness(self) -> float:
        """Seconds by which a call may miss its slot before the slot is void."""
        return self.period * (1 / UTILISATION - 1)

    @property
    def chunk(self) -> int:
        """Number of slots that a reservation claims at once at most."""
        return max(1, math.floor(CHUNK_SECONDS / self.interval))


def watchmode_limits(per_minute: float = 120) -> ProviderLimits:
    """Return the limits of WatchMode: calls a minute, and credits."""
    return ProviderLimits("watchmode", per_minute, 60.0, has_credits=True)


def tmdb_limits(per_second: float = 40) -> ProviderLimits:
    """Return the limits of TMDB: calls a second, no credits."""
    return ProviderLimits("tmdb", per_second, 1.0)


def open_seconds(openings: int) -> float:
    """Return how long the breaker stays open after it has opened `openings` times since the last success."""
    return float(min(LONGEST_OPEN_SECONDS, FIRST_OPEN_SECONDS * 2 ** min(openings, 16)))


def pause_seconds(retry_after: float | None, attempt: int, limits: ProviderLimits) -> float:
    """Return how long everyone pauses after a 429 at `attempt` (from 1): as asked, else ever longer."""
    if retry_after is not None:
        return min(max(retry_after, 0.0), LONGEST_PAUSE_SECONDS)
    return float(max(1.0, limits.period / 8) * 2 ** (attempt - 1))


def next_renewal(today: date, renewal_day: int = 1) -> date:
    """Return the first day after `today` on which the credits are expected to be renewed.

    WatchMode does not say when that is, so it is the first of the month until a renewal has been seen.
    """
    this_month = _day_of_month(today.year, today.month, renewal_day)
    if this_month > today:
        return this_month
    year, month = (today.year + 1, 1) if today.month == 12 else (today.year, today.month + 1)
    return _day_of_month(year, month, renewal_day)


def _day_of_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def renewed(known_used: int, used: int) -> bool:
    """Return whether the credits were renewed between two readings.

    Answers may overtake each other, so that a later reading is a little lower; a renewal takes away most.
    """
    return used < known_used // 2


def daily_allowance(quota: int, used_at_start_of_day: int, today: date, renewal_day: int = 1) -> int:
    """Return how many credits may be spent today: what is left, spread over the days until the renewal."""
    left = max(0, min(quota, quota - used_at_start_of_day))
    return math.ceil(left / (next_renewal(today, renewal_day) - today).days)


@dataclass(frozen=True)
class CreditState:
    """What is known of a provider's credits; times are UTC, `used_at_day_start` belongs to `day`."""

    quota: int
    used: int
    used_at_day_start: int
    day: date
    as_of: datetime
    renewal_day: int = 1
    exhausted_until: datetime | None = None
    checked_at: datetime | None = None

    def used_before(self, today: date) -> int:
        """Return the credits used before `today` began, as far as it is known."""
        return self.used_at_day_start if self.day == today else self.used

    def is_exhausted(self, now: datetime) -> bool:
        """Return whether the provider has said that nothing is left."""
        return self.exhausted_until is not None and self.exhausted_until > now

    def allowance(self, today: date) -> int:
        """Return the credits planned for `today`."""
        return daily_allowance(self.quota, self.used_before(today), today, self.renewal_day)

    def ceiling(self, traffic: TrafficClass, today: date) -> int:
        """Return the credits that all classes together may have spent today after a call of `traffic`."""
        left = max(0, self.quota - self.used_before(today))
        return min(left, math.floor(self.allowance(today) * DAILY_SHARE[traffic]))
