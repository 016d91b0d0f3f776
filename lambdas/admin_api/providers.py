"""How a provider may be used now, in the words of the admin API."""

from datetime import UTC, datetime, timedelta

from admin_api.answers import BreakerAnswer, CreditsAnswer, ProviderAnswer
from marquee import clock
from marquee.governor import MAX_QUEUE_SECONDS
from marquee.governor_views import BudgetView, GovernorView

# No queue of calls gets longer; a longer wait is a pause that the provider has asked for.
LONGEST_QUEUE_SECONDS = max(MAX_QUEUE_SECONDS.values())


def provider_answer(view: GovernorView) -> ProviderAnswer:
    """Return a provider as it is shown."""
    paused = view.queue_seconds > LONGEST_QUEUE_SECONDS
    until = datetime.now(UTC) + timedelta(seconds=view.queue_seconds)
    return ProviderAnswer(
        name=view.provider,
        requests_per_second=round(view.calls_per_second, 3),
        credits=_credits(view.budget) if view.budget else None,
        breaker=BreakerAnswer(
            state="open" if view.open_until else "closed",
            open_until=clock.timestamp(view.open_until) if view.open_until else None,
            failures=view.failures,
        ),
        paused_until=clock.timestamp(until) if paused else None,
    )


def _credits(budget: BudgetView) -> CreditsAnswer:
    return CreditsAnswer(
        left=0 if budget.exhausted_until else max(0, budget.quota - budget.used),
        limit=budget.quota,
        renews_at=budget.renewal_expected.isoformat(),
        spent_today=budget.spent_today,
        budget_today=budget.allowance,
    )
