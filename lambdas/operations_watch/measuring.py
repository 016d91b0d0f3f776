"""Measures how operations are now: the gauges of `marquee.operations_metrics`."""

from collections import Counter
from collections.abc import Sequence

from marquee import clock
from marquee import enrichment as rules
from marquee import operations_freshness as rules_of_age
from marquee import operations_metrics as gauges
from marquee.governor_views import BudgetView
from marquee.models.archive import MediaType
from marquee.models.jobs import Job
from marquee.models.titles import Title
from marquee.operations_runs import RUNS
from marquee.repositories.archive_states import ArchiveStates
from marquee.repositories.failures import FailureRepository
from marquee.repositories.governors import Governor
from marquee.repositories.jobs import JobRepository
from marquee.repositories.table import Table
from marquee.repositories.titles import TitleRepository
from marquee.telemetry import logger

KINDS = ("archive", *(run.kind for run in RUNS.values()))
# Titles that lack something are counted up to here: some 60 read units for each need.
MOST = 5_000
# Of so many of the most wanted it is looked how long they have waited.
LOOKED_AT = 100
DAYS_A_MONTH = 30


def runs(running: Sequence[Job], stopped: Sequence[Job]) -> None:
    """Measure how many runs of each kind are under way, and how many were found to have stopped."""
    counted = Counter(job.kind for job in running)
    for kind in sorted({*KINDS, *counted}):
        gauges.JOBS_RUNNING.record(counted[kind], kind=kind)
    gauges.JOBS_STOPPED.record(len(stopped))


def failures(operations: Table) -> None:
    """Measure how many failures wait for a person."""
    found = FailureRepository(operations).open_by_source(with_closed=True)
    for source, count in found.items():
        gauges.FAILURES_OPEN_BY_SOURCE.record(count, source=source)
    gauges.FAILURES_OPEN.record(sum(found.values()))


def providers(governors: Sequence[Governor]) -> None:
    """Measure how providers may be used."""
    for view in (governor.snapshot() for governor in governors):
        gauges.BREAKER_OPEN.record(1 if view.open_until else 0, provider=view.provider)
        gauges.PROVIDER_QUEUE.record(view.queue_seconds, provider=view.provider)
        if view.budget:
            left = 0 if view.budget.exhausted_until else max(0, view.budget.quota - view.budget.used)
            gauges.CREDITS_LEFT.record(left, provider=view.provider)
            gauges.CREDIT_PACE.record(pace(view.budget, left), provider=view.provider)


def pace(budget: BudgetView, left: int) -> float:
    """Return what may be spent today, in percent of an even share of the month."""
    return 100 * budget.allowance * DAYS_A_MONTH / budget.quota if left and budget.quota else 0.0


def freshness(operations: Table, interval: str, media_types: Sequence[MediaType]) -> list[str]:
    """Measure how old the data is; returns what by the clock should have been done and was not.

    What never was done is not missed: an environment may be younger than its schedule.
    """
    now, states = clock.now(), ArchiveStates(operations)
    successes = JobRepository(operations).last_successes(rules_of_age.LOCKS)
    harvested = [states.get(each).changes_until for each in media_types]
    found = rules_of_age.freshness(successes, now)
    found += rules_of_age.archive_freshness(harvested, float(interval), now)
    for each in found:
        if each.data and each.age is not None:
            gauges.DATA_AGE.record(each.age, data=each.data)
    missed = [each.what for each in found if each.age is not None and not each.is_fresh]
    if missed:
        logger.warning("schedules missed", missed=missed)
    gauges.SCHEDULES_MISSED.record(len(missed))
    return missed


def enrichment(catalogue: Table) -> None:
    """Measure how many titles lack something, and for how long one of the most wanted has waited for its card."""
    titles = TitleRepository(catalogue)
    without_card = titles.lacking_enrichment(rules.CARD, MOST)
    gauges.ENRICHMENT_BACKLOG.record(len(without_card), part=rules.CARD)
    gauges.ENRICHMENT_BACKLOG.record(len(titles.lacking_enrichment(rules.DETAILS, MOST)), part=rules.DETAILS)
    waiting = titles.get_many(without_card[:LOOKED_AT]).values()
    now = clock.now()
    waits = [clock.seconds_between(listed_since(title), now) for title in waiting if rules.needs(title) == rules.CARD]
    gauges.ENRICHMENT_WAIT.record(max([0.0, *waits]))


def listed_since(title: Title) -> str:
    """Return since when a title has been there."""
    return min((each.first_seen for each in title.attributions.values()), default=title.listing.as_of)
