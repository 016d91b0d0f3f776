"""Schedule (or a person) → reference data."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from marquee import aws, clock, settings
from marquee.operations_runs import lock_of, unless_running
from marquee.providers import watchmode
from marquee.repositories.jobs import JobRepository
from marquee.repositories.reference import ReferenceRepository
from marquee.repositories.table import Table
from marquee.stream import EventStream
from marquee.telemetry import logger, metrics
from reference_refresh.refresh import RefreshRequest, refresh

KIND = "reference"
# A little less than a day, so that the daily refresh does not slip by one tick of the schedule each day.
FRESH_SECONDS = 23 * 3600


@cache
def jobs() -> JobRepository:
    """Return the record of runs."""
    return JobRepository(Table(aws.dynamodb(), settings.required("OPERATIONS_TABLE")))


def is_due(last_success: str | None) -> bool:
    """Return whether a scheduled run has anything to do: once a day, and until the first success each time."""
    return last_success is None or clock.seconds_between(last_success, clock.now()) > FRESH_SECONDS


@logger.inject_lambda_context
@metrics.log_metrics
@unless_running
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Refresh what the input asks for, everything by default; answers with the counts, raises when it failed."""
    request = RefreshRequest.model_validate(event)
    if request.only_if_due and not is_due(jobs().last_success(KIND)):
        return {"skipped": "refreshed within a day"}
    input = request.model_dump()
    job_id = jobs().begin(
        KIND, started_by=request.started_by, input=input, lock=lock_of(KIND, input), job_id=event.get("job_id")
    )
    reference = ReferenceRepository(Table(aws.dynamodb(), settings.required("CATALOGUE_TABLE")))
    with jobs().failing(job_id):
        stream = EventStream(aws.kinesis(), settings.required("EVENT_STREAM"))
        counts = refresh(request, watchmode(), reference, stream)
    jobs().succeeded(job_id, counts=counts)
    if request.is_whole(settings.regions()):
        jobs().record_success(KIND)
    logger.info("reference refreshed", extra={"job_id": job_id, **counts})
    return {"job_id": job_id, "counts": counts}
