"""A provider as a status page shows it: apart from the rules, since calls are made without it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from marquee.governor import CreditState, next_renewal
from marquee.traffic import TrafficClass


@dataclass(frozen=True)
class BudgetView:
    """The credits for a status page: `left` is what each class may still spend today."""

    quota: int
    used: int
    as_of: datetime
    allowance: int
    spent_today: int
    spent_by_class: Mapping[TrafficClass, int]
    left: Mapping[TrafficClass, int]
    renewal_expected: date
    exhausted_until: datetime | None


@dataclass(frozen=True)
class GovernorView:
    """A provider for a status page.

    `queue_seconds` is the wait of the next call; no calls are made until `open_until`, if it is set.
    """

    provider: str
    calls_per_second: float
    queue_seconds: float
    failures: int
    open_until: datetime | None = None
    budget: BudgetView | None = None


def budget_view(state: CreditState, spent: Mapping[str, int], now: datetime) -> BudgetView:
    """Return the view of the credits; `spent` holds today's total as "spent" and the classes by name."""
    today = now.astimezone(UTC).date()
    total = spent.get("spent", 0)
    exhausted = state.is_exhausted(now)
    return BudgetView(
        quota=state.quota,
        used=state.used,
        as_of=state.as_of,
        allowance=state.allowance(today),
        spent_today=total,
        spent_by_class={each: spent.get(each.value, 0) for each in TrafficClass},
        left={each: 0 if exhausted else max(0, state.ceiling(each, today) - total) for each in TrafficClass},
        renewal_expected=next_renewal(today, state.renewal_day),
        exhausted_until=state.exhausted_until if exhausted else None,
    )
