"""The pace and the circuit breaker of a provider in the operations table, shared by all functions.

`governor:<provider>` / `pace`: `tat` is the time of the next free call slot (epoch microseconds), `failures`
and `openings` count since the last success, until `open_until` (epoch microseconds) no call is made. A
conditional update moves `tat` on by as many slots as are wanted (GCRA without bursts): one write serves many
calls. No slot is so near that it would pass while it is being claimed.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from marquee.errors import RateLimited, UpstreamUnavailable
from marquee.governor import FAILURES_TO_OPEN, MAX_QUEUE_SECONDS, ProviderLimits, TrafficClass, open_seconds
from marquee.repositories.table import ConditionFailed, Item, Table

MICROSECONDS = 1_000_000
# A claim fails for no reason only when the queue runs empty or fills just then; not this often in a row.
CLAIM_ATTEMPTS = 10
# The write of a claim takes 16 to 40 ms; it needs no more, however late a call may be.
LONGEST_LEAD_SECONDS = 0.05
BREAKER_CLOSED = "(attribute_not_exists(open_until) OR open_until <= :now)"


class NoSlot(RateLimited):
    """The queue of calls is too long, or reaches beyond the deadline: nothing was sent."""


class BreakerOpen(UpstreamUnavailable):
    """The circuit breaker is open: nothing was sent."""


class Pace:
    """Hands out call slots one after the other to all functions, none while the circuit breaker is open."""

    def __init__(self, table: Table, limits: ProviderLimits, partition: str, *, clock: Callable[[], float]) -> None:
        self._table = table
        self._limits = limits
        self._pk = partition
        self._clock = clock
        self.lead = min(limits.lateness, LONGEST_LEAD_SECONDS)
        # What the last answer of the table said; only a guess, which saves a write that would fail.
        self._tat = 0
        self._open_until = 0
        self._failures = 0

    def claim(self, calls: int, traffic: TrafficClass, deadline: float | None) -> list[float]:
        """Claim slots and return their times (epoch seconds).

        Raises NoSlot when the queue is too long for `traffic` or reaches beyond `deadline`, BreakerOpen while
        the circuit breaker is open.
        """
        interval = self._limits.interval * MICROSECONDS
        cost = round(calls * interval)
        for _ in range(CLAIM_ATTEMPTS):
            now = self._now()
            end = None if deadline is None else round(deadline * MICROSECONDS)
            latest = now + round(MAX_QUEUE_SECONDS[traffic] * MICROSECONDS)
            self._refuse(now, latest, end)
            try:
                stored = self._move(now, latest if end is None else min(latest, end), cost)
            except ConditionFailed as failure:
                stored = self._item_behind(failure)
                self._learn(stored)
                self._refuse(now, latest, end, tat=stored.get("tat", 0))
                continue
            self._learn(stored)
            first = stored["tat"] - cost
            return [(first + n * interval) / MICROSECONDS for n in range(calls)]
        raise NoSlot(self._limits.provider, "too many callers at once", retry_after=self._limits.interval)

    def refuse_if_open(self) -> None:
        """Raise BreakerOpen if the circuit breaker is known to be open; asks nobody."""
        if self._open_until > self._now():
            until = f"{_moment(self._open_until):%H:%M:%S}"
            raise BreakerOpen(self._limits.provider, f"too many failures, no calls until {until} UTC")

    def succeeded(self) -> None:
        """Close the circuit breaker; writes only if there were failures."""
        if self._failures:
            self._learn(self._update("SET failures = :none REMOVE open_until, openings", {":none": 0}))

    def failed(self) -> None:
        """Count a failure; several in a row open the circuit breaker for everyone."""
        stored = self._update("ADD failures :one", {":one": 1})
        self._learn(stored)
        if self._failures < FAILURES_TO_OPEN:
            return
        now = self._now()
        until = now + round(open_seconds(stored.get("openings", 0)) * MICROSECONDS)
        values: dict[str, object] = {":until": until, ":one": 1, ":now": now}
        try:
            self._learn(self._update("SET open_until = :until ADD openings :one", values, BREAKER_CLOSED))
        except ConditionFailed as failure:
            # It is open already: calls that were under way when it opened do not open it for longer.
            self._learn(self._item_behind(failure))

    def pause(self, seconds: float) -> None:
        """Give out no slot earlier than `seconds` from now."""
        values: dict[str, object] = {":until": self._now() + round(seconds * MICROSECONDS)}
        try:
            self._learn(self._update("SET tat = :until", values, "attribute_not_exists(tat) OR tat < :until"))
        except ConditionFailed as failure:
            self._learn(self._item_behind(failure))

    def read(self) -> tuple[float, int, datetime | None]:
        """Return the length of the queue (seconds), the failures in a row, until when the breaker is open."""
        self._learn(self._table.get(self._pk, "pace", consistent=True) or {})
        now = self._now()
        open_until = _moment(self._open_until) if self._open_until > now else None
        return max(0, self._tat - now) / MICROSECONDS, self._failures, open_until

    def _move(self, now: int, latest: int, cost: int) -> Item:
        """Move the queue on by `cost`: from its end, or from the first moment that a call can meet."""
        first = now + round(self.lead * MICROSECONDS)
        if self._tat > first:
            return self._update(
                "SET tat = tat + :cost",
                {":now": now, ":first": first, ":latest": latest, ":cost": cost},
                f"tat > :first AND tat <= :latest AND {BREAKER_CLOSED}",
            )
        return self._update(
            "SET tat = :next",
            {":now": now, ":first": first, ":next": first + cost},
            f"(attribute_not_exists(tat) OR tat <= :first) AND {BREAKER_CLOSED}",
        )

    def _refuse(self, now: int, latest: int, end: int | None, *, tat: int = 0) -> None:
        """Raise what stands against a call whose slot would be at `tat`; nothing does if it returns."""
        self.refuse_if_open()
        slot = max(now + round(self.lead * MICROSECONDS), tat)
        if end is not None and slot > end:
            message, wait = "there is no slot before the deadline", slot - now
        elif slot > latest:
            message, wait = f"the queue is {(slot - now) / MICROSECONDS:.1f} s long", slot - latest
        else:
            return
        raise NoSlot(self._limits.provider, message, retry_after=wait / MICROSECONDS)

    def _update(self, expression: str, values: dict[str, object], condition: str | None = None) -> Item:
        more: dict[str, Any] = {"ReturnValues": "ALL_NEW"}
        if condition:
            more |= {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        return self._table.update(self._pk, "pace", expression, values, **more)

    def _item_behind(self, failure: ConditionFailed) -> Item:
        """Return the item that did not meet the condition; DynamoDB sends it along with the refusal."""
        return failure.item or self._table.get(self._pk, "pace", consistent=True) or {}

    def _learn(self, stored: Item) -> None:
        self._tat = stored.get("tat", 0)
        self._open_until = stored.get("open_until", 0)
        self._failures = stored.get("failures", 0)

    def _now(self) -> int:
        return round(self._clock() * MICROSECONDS)


def _moment(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / MICROSECONDS, UTC)
