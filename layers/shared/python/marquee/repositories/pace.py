"""The pace and the circuit breaker of a provider in the operations table, shared by all functions.

`governor:<provider>` / `pace`: `tat` is the time of the next free call slot (epoch microseconds), `failures`
and `openings` count since the last success, until `open_until` (epoch microseconds) no call is made. A
conditional update moves `tat` on by as many slots as are wanted (GCRA without bursts): one write serves many
calls. No slot is so near that it would pass while it is being claimed.

Slots are moments of a clock that all functions are taken to share. So one whose own is wrong gets none: it looks at
the pace first, and DynamoDB dates its answer. In no period does the provider see a call too many as long as clocks
agree within half of what a call may come late (15 ms for TMDB, 0.9 s for WatchMode). Up to two seconds a wrong clock
is not noticed; then a period may hold the calls of so much more time on either side, and others wait so much longer.
Beyond that it changes nothing, whatever it says (decision 43).
"""

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Any

from marquee.errors import RateLimited, UpstreamUnavailable
from marquee.governor import FAILURES_TO_OPEN, MAX_QUEUE_SECONDS, ProviderLimits, open_seconds
from marquee.repositories.table import ConditionFailed, Item, Table, conditions, decode, encode, encode_key
from marquee.traffic import TrafficClass

MICROSECONDS = 1_000_000
# A claim fails for no reason only when the queue runs empty or fills just then; not this often in a row.
CLAIM_ATTEMPTS = 10
# The write of a claim takes 16 to 40 ms; it needs no more, however late a call may be.
LONGEST_LEAD_SECONDS = 0.05
# How long a clock is believed that was right, by how much it may be wrong (a date names whole seconds), and when one
# that was wrong is looked at again.
CLOCK_BELIEVED_SECONDS = 1.0
CLOCK_WRONG_SECONDS = 1.0
CLOCK_AGAIN_SECONDS = 10.0
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
        self._clock_seen_at = float("-inf")
        # Threads of one function that claimed at once would only make each other's guesses wrong.
        self._claiming = Lock()

    def claim(self, calls: int, traffic: TrafficClass, deadline: float | None) -> list[float]:
        """Claim slots and return their times (epoch seconds).

        Raises NoSlot when the queue is too long for `traffic` or reaches beyond `deadline`, or the clock is wrong;
        BreakerOpen while the circuit breaker is open. Threads claim one after the other.
        """
        with self._claiming:
            return self._claim(calls, traffic, deadline)

    def _claim(self, calls: int, traffic: TrafficClass, deadline: float | None) -> list[float]:
        self.refuse_if_open()
        self._check_clock()
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

    def _check_clock(self) -> None:
        """Raise NoSlot if the clock is not DynamoDB's; one GetItem, unless it was right a moment ago."""
        sent = self._clock()
        if self._clock_seen_at <= sent < self._clock_seen_at + CLOCK_BELIEVED_SECONDS:
            return
        answer = self._table.client.get_item(TableName=self._table.name, Key=self._key(), ConsistentRead=True)
        self._learn(decode(answer.get("Item", {})))
        wrong = self._compare_clock(sent, answer)
        if wrong > CLOCK_WRONG_SECONDS:
            message = f"the clock of this function is {wrong:.0f} s or more wrong"
            raise NoSlot(self._limits.provider, message, retry_after=CLOCK_AGAIN_SECONDS)

    def _compare_clock(self, sent: float, answer: Any) -> float:
        """Return by how many seconds or more the clock is wrong by the date of an answer; a right one is believed."""
        received = self._clock()
        date = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
        now = parsedate_to_datetime(date).timestamp() if date else sent
        wrong = max(sent - now - 1, now - received)
        self._clock_seen_at = received if wrong <= CLOCK_WRONG_SECONDS else float("-inf")
        return wrong

    def _update(self, expression: str, values: dict[str, object], condition: str | None = None) -> Item:
        request: Any = {"UpdateExpression": expression, "ExpressionAttributeValues": encode(values)}
        if condition:
            request |= {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        sent = self._clock()
        with conditions():
            answer = self._table.client.update_item(
                TableName=self._table.name, Key=self._key(), ReturnValues="ALL_NEW", **request
            )
        # So who claims again and again needs no further look at the clock.
        self._compare_clock(sent, answer)
        return decode(answer["Attributes"])

    def _key(self) -> Any:
        return encode_key((self._pk, "pace"))

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
