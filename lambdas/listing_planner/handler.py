"""Schedule (or a person) → listing queue."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from listing_planner.planner import Candidate, Plan, candidates, plan
from marquee import aws, clock, keys, settings
from marquee.messages.envelope import SCHEDULED_CAUSE
from marquee.messages.work import ListingRequest
from marquee.models.jobs import PartState
from marquee.operations_runs import lock_of, unless_running
from marquee.providers import watchmode, watchmode_governor
from marquee.queue import Queue
from marquee.repositories.jobs import JobRepository
from marquee.repositories.listings import ListingRepository
from marquee.repositories.reference import ReferenceRepository
from marquee.repositories.table import Table
from marquee.repositories.viewers import ViewerRepository
from marquee.telemetry import logger, metrics
from marquee.traffic import TrafficClass

KIND = "listing"


@cache
def operations() -> Table:
    """Return the operations table."""
    return Table(aws.dynamodb(), settings.required("OPERATIONS_TABLE"))


def make_plan() -> Plan:
    """Return what the credits of the day allow, of the pairs that viewers chose."""
    listings = ListingRepository(operations())
    reference = ReferenceRepository(Table(aws.dynamodb(), settings.required("CATALOGUE_TABLE")))
    viewers = ViewerRepository(Table(aws.dynamodb(), settings.required("VIEWERS_TABLE")))
    regions = settings.regions()
    pairs = list(viewers.chosen_pairs())
    wanted = [(region, pair.source_id, pair.genre_id) for pair in pairs for region in regions]
    found = candidates(pairs, reference.sources(), reference.genres(), regions, listings.listed_at(wanted))
    return plan(found, credits_left()) if found else Plan((), ())


def credits_left() -> int:
    """Return the credits that scheduled work may still spend today.

    Asks WatchMode, which is free, when that is not known yet or when nothing was left: a run is the moment to find
    out that there are credits again.
    """
    governor = watchmode_governor()
    budget = governor.snapshot().budget
    if governor.quota_check_due() or budget is None or budget.exhausted_until:
        watchmode().status(TrafficClass.SCHEDULED)
        budget = governor.snapshot().budget
    return budget.left[TrafficClass.SCHEDULED] if budget else 0


def requests(job_id: str, chosen: Plan) -> list[ListingRequest]:
    """Return the messages for the pairs to list."""
    now = clock.now()
    return [
        ListingRequest(
            job_id=job_id,
            region=each.region,
            source_id=each.source_id,
            genre_id=each.genre_id,
            cause=SCHEDULED_CAUSE,
            traffic=TrafficClass.SCHEDULED,
            requested_at=now,
        )
        for each in chosen.listed
    ]


def part(each: Candidate) -> str:
    """Return the name of a pair as a part of the job."""
    return keys.listing_part(each.region, each.source_id, each.genre_id)


@logger.inject_lambda_context
@metrics.log_metrics
@unless_running
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Plan one run and queue its pairs; answers with the id of its job."""
    jobs = JobRepository(operations())
    started_by, job_id = str(event.get("started_by", "schedule")), event.get("job_id")
    job_id = jobs.begin(KIND, started_by=started_by, input={}, lock=lock_of(KIND, {}), job_id=job_id)
    with jobs.failing(job_id):
        chosen = make_plan()
        parts: dict[str, PartState] = dict.fromkeys(map(part, chosen.listed), "queued")
        parts |= dict.fromkeys(map(part, chosen.deferred), "deferred")
        error = f"{len(chosen.deferred)} pairs deferred: the credits do not suffice today" if chosen.deferred else None
        jobs.add_parts(job_id, parts, counts={"credits_planned": chosen.credits}, error=error)
        Queue(aws.sqs(), settings.required("LISTING_QUEUE_URL")).send(requests(job_id, chosen))
    logger.info("run planned", job_id=job_id, listed=len(chosen.listed), deferred=len(chosen.deferred))
    return {"job_id": job_id, "planned": len(chosen.listed), "deferred": len(chosen.deferred)}
