"""The credits of a provider in the operations table, shared by all functions.

`governor:<provider>` / `quota`: what the provider says of the account; / `spent:<day>`: what was set aside on
one UTC day, in total and by class of traffic.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from marquee import clock
from marquee.errors import QuotaExhausted, UpstreamUnavailable
from marquee.governor import CreditState, next_renewal, renewed
from marquee.repositories.table import ConditionFailed, Item, Table
from marquee.traffic import TrafficClass

if TYPE_CHECKING:
    from marquee.governor_views import BudgetView

SPENT_DAYS = 40
# The quota changes once a month but is read once a minute, so that a 402 soon stops all other functions.
REREAD = timedelta(seconds=60)
# A spent account is asked again at most this often, because the day of its renewal is a guess.
RECHECK = timedelta(minutes=10)
RENEWAL_SEEN = timedelta(days=2)


class CreditBudget:
    """Sets credits aside before a call, within what the class of traffic may spend today."""

    def __init__(self, table: Table, provider: str, partition: str, *, now: Callable[[], datetime]) -> None:
        self._table = table
        self._provider = provider
        self._pk = partition
        self._now = now
        self._state: CreditState | None = None
        self._read_at: datetime | None = None

    def check_due(self) -> bool:
        """Return whether the provider has to be asked for its quota before anything is spent.

        It has on the first use of a day and, by one function every ten minutes, while no credits are left.
        """
        state, now = self._current(), self._now()
        if state is None or state.day != now.date():
            return True
        if not state.is_exhausted(now) or (state.checked_at and now - state.checked_at < RECHECK):
            return False
        limit, text = clock.timestamp(now - RECHECK), clock.timestamp(now)
        try:
            self._update(
                "SET checked_at = :now",
                {":now": text, ":limit": limit},
                "attribute_not_exists(checked_at) OR checked_at <= :limit",
            )
        except ConditionFailed:
            self._read_at = None
            return False
        return True

    def charge(self, credits: int, traffic: TrafficClass) -> date:
        """Set `credits` aside and return the day they count for.

        Raises QuotaExhausted when none are left for `traffic`, UpstreamUnavailable if the quota is unknown.
        """
        state, now = self._current(), self._now()
        if state is None:
            raise UpstreamUnavailable(self._provider, "the quota is not known yet")
        if state.is_exhausted(now):
            until = f"{state.exhausted_until:%Y-%m-%d}"
            raise QuotaExhausted(self._provider, f"no credits are left, probably until {until}")
        today = now.date()
        room = state.ceiling(traffic, today) - credits
        refusal = QuotaExhausted(self._provider, f"the credits for {traffic} calls on {today} are spent")
        if room < 0:
            raise refusal
        try:
            self._add(today, credits, traffic, {":room": room}, "attribute_not_exists(spent) OR spent <= :room")
        except ConditionFailed:
            raise refusal from None
        return today

    def give_back(self, credits: int, traffic: TrafficClass, day: date) -> None:
        """Return credits that the provider did not take; `day` is what `charge` returned."""
        self._add(day, -credits, traffic, {}, None)

    def record(self, quota: int, used: int) -> None:
        """Store what the provider says of the account; most answers only repeat it and are not written."""
        state, now = self._current(), self._now()
        if used >= quota:
            self.record_exhausted(quota, used)
        elif state is None or state.day != now.date() or state.is_exhausted(now) or renewed(state.used, used):
            self._open_day(state, quota, used)
        elif quota != state.quota or now - state.as_of >= REREAD:
            self._update(
                "SET quota = :quota, used = :used, as_of = :now",
                {":quota": quota, ":used": used, ":now": clock.timestamp(now)},
            )

    def record_exhausted(self, quota: int | None = None, used: int | None = None) -> None:
        """Store that nothing is left until the expected renewal."""
        state, now = self._current(), self._now()
        if state:
            quota, used = quota or state.quota, used or state.used
            start, renewal_day = state.used_before(now.date()), state.renewal_day
        else:
            quota, used = quota or 0, used or 0
            start, renewal_day = used, 1
        until = datetime.combine(next_renewal(now.date(), renewal_day), time(), UTC)
        values: dict[str, object] = {
            ":quota": quota,
            ":used": used,
            ":start": start,
            ":day": str(now.date()),
            ":now": clock.timestamp(now),
            ":until": clock.timestamp(until),
        }
        self._update(
            "SET quota = :quota, used = :used, used_at_day_start = :start, #day = :day, as_of = :now, "
            "checked_at = :now, exhausted_until = :until",
            values,
        )

    def view(self) -> "BudgetView | None":
        """Return the credits for a status page, None while the quota is not known."""
        # Only status pages show credits; whoever calls a provider never does.
        from marquee.governor_views import budget_view

        self._read_at = None
        state, now = self._current(), self._now()
        return budget_view(state, self._spent(now.date()), now) if state else None

    def _open_day(self, state: CreditState | None, quota: int, used: int) -> None:
        """Begin a day, or begin it again after a renewal, from what is used now less what today has cost."""
        now = self._now()
        spent = self._spent(now.date()).get("spent", 0)
        known = state.as_of if state else datetime.fromtimestamp(0, UTC)
        renewal_day = state.renewal_day if state else 1
        # A drop tells the day of the renewal only if the reading before it was not long ago.
        if renewed(state.used if state else 0, used) and now - known < RENEWAL_SEEN:
            renewal_day = now.day
        values: dict[str, object] = {
            ":quota": quota,
            ":used": used,
            ":start": used - spent,
            ":day": str(now.date()),
            ":now": clock.timestamp(now),
            ":known": clock.timestamp(known),
            ":renewal_day": renewal_day,
        }
        try:
            self._update(
                "SET quota = :quota, used = :used, used_at_day_start = :start, #day = :day, as_of = :now, "
                "checked_at = :now, renewal_day = :renewal_day REMOVE exhausted_until",
                values,
                "attribute_not_exists(as_of) OR as_of <= :known OR #day < :day",
            )
        except ConditionFailed:
            # Another function has begun the day since we read; its beginning counts.
            self._read_at = None

    def _update(self, expression: str, values: dict[str, object], condition: str | None = None) -> None:
        more: dict[str, Any] = {"ConditionExpression": condition} if condition else {}
        if "#day" in expression:
            more["ExpressionAttributeNames"] = {"#day": "day"}
        stored = self._table.update(self._pk, "quota", expression, values, ReturnValues="ALL_NEW", **more)
        self._state, self._read_at = _to_state(stored), self._now()

    def _add(
        self, day: date, credits: int, traffic: TrafficClass, values: dict[str, object], condition: str | None
    ) -> None:
        expires = datetime.combine(day, time(), UTC) + timedelta(days=SPENT_DAYS)
        values = {":credits": credits, ":expires": int(expires.timestamp()), **values}
        more: dict[str, Any] = {"ConditionExpression": condition} if condition else {}
        expression = f"ADD spent :credits, {traffic.value} :credits SET expires_at = :expires"
        self._table.update(self._pk, f"spent:{day}", expression, values, **more)

    def _spent(self, day: date) -> Item:
        return self._table.get(self._pk, f"spent:{day}", consistent=True) or {}

    def _current(self) -> CreditState | None:
        now = self._now()
        if self._read_at is None or now - self._read_at >= REREAD:
            item = self._table.get(self._pk, "quota", consistent=True)
            self._state, self._read_at = _to_state(item) if item else None, now
        return self._state


def _to_state(item: Item) -> CreditState:
    exhausted, checked = item.get("exhausted_until"), item.get("checked_at")
    return CreditState(
        quota=item["quota"],
        used=item["used"],
        used_at_day_start=item["used_at_day_start"],
        day=date.fromisoformat(item["day"]),
        as_of=clock.parse(item["as_of"]),
        renewal_day=item.get("renewal_day", 1),
        exhausted_until=clock.parse(exhausted) if exhausted else None,
        checked_at=clock.parse(checked) if checked else None,
    )
