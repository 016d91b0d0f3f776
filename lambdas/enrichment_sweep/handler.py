"""Schedule (or a person) → enrichment queue."""

from collections.abc import Sequence
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from marquee import aws, clock, enrichment, settings
from marquee.messages.work import EnrichmentRequest
from marquee.operations_runs import lock_of, unless_running
from marquee.providers import watchmode_governor
from marquee.queue import Queue
from marquee.repositories.jobs import JobRepository
from marquee.repositories.table import Table
from marquee.repositories.titles import TitleRepository
from marquee.telemetry import MetricUnit, logger, metrics
from marquee.traffic import TrafficClass

KIND = "enrichment"
# Titles of one need in one sweep. Each need has its own number, so that a long queue for details, which cost
# credits, never keeps titles from their card or TMDB's facts from being fetched anew.
MOST = 500
# WatchMode's details with offers (UPSTREAM 1.2).
CREDITS_A_TITLE = 2


@logger.inject_lambda_context
@metrics.log_metrics
@unless_running
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Queue titles in order of need: no card yet, then stale ones, then no details by demand; answers with counts.

    With `title_ids` it queues these, as if a viewer had asked for them. A title may be queued twice; the worker looks
    at what it has before it asks a provider.
    """
    jobs = JobRepository(Table(aws.dynamodb(), settings.required("OPERATIONS_TABLE")))
    title_ids = [str(each) for each in event.get("title_ids", ())]
    input = {"title_ids": title_ids} if title_ids else {}
    job_id = jobs.begin(
        KIND,
        started_by=str(event.get("started_by", "schedule")),
        input=input,
        lock=lock_of(KIND, input),
        job_id=event.get("job_id"),
    )
    with jobs.failing(job_id):
        counts = ask_for(title_ids) if title_ids else sweep()
    jobs.succeeded(job_id, counts=counts)
    logger.info("titles swept up", extra={"job_id": job_id, **counts})
    return {"job_id": job_id, "counts": counts}


def ask_for(title_ids: Sequence[str]) -> dict[str, int]:
    """Queue titles that somebody has named and return how many."""
    queue = Queue(aws.sqs(), settings.required("ENRICHMENT_QUEUE_URL"))
    wanted = (EnrichmentRequest(title_id=each, traffic=TrafficClass.VIEWER) for each in title_ids)
    return {"asked_for": queue.send(wanted)}


def sweep() -> dict[str, int]:
    """Queue what is due and return how many titles of each need."""
    titles = TitleRepository(Table(aws.dynamodb(), settings.required("CATALOGUE_TABLE")))
    queue = Queue(aws.sqs(), settings.required("ENRICHMENT_QUEUE_URL"))
    without_card = titles.lacking_enrichment(enrichment.CARD, MOST)
    without_details = titles.lacking_enrichment(enrichment.DETAILS, min(MOST, affordable()))
    stale = titles.due_for_refresh(clock.now(), MOST)
    metrics.add_metric("TitlesWithoutCard", MetricUnit.Count, len(without_card))
    for title_ids, traffic in (
        (without_card, TrafficClass.SCHEDULED),
        (stale, TrafficClass.BACKFILL),
        (without_details, TrafficClass.BACKFILL),
    ):
        queue.send(EnrichmentRequest(title_id=title_id, traffic=traffic) for title_id in title_ids)
    return {"without_card": len(without_card), "without_details": len(without_details), "stale": len(stale)}


def affordable() -> int:
    """Return how many titles backfill may still get details for today; none while the quota is not known."""
    budget = watchmode_governor().snapshot().budget
    return budget.left[TrafficClass.BACKFILL] // CREDITS_A_TITLE if budget else 0
