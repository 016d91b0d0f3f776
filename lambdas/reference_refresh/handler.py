"""Schedule (or a person) → reference data."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from marquee import aws, settings
from marquee.providers import watchmode
from marquee.repositories.jobs import JobRepository
from marquee.repositories.reference import ReferenceRepository
from marquee.repositories.table import Table
from marquee.telemetry import logger, metrics
from reference_refresh.refresh import RefreshRequest, refresh


@cache
def jobs() -> JobRepository:
    """Return the record of runs."""
    return JobRepository(Table(aws.dynamodb(), settings.required("OPERATIONS_TABLE")))


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Refresh what the input asks for, everything by default; answers with the counts, raises when it failed."""
    request = RefreshRequest.model_validate(event)
    job_id = jobs().start("reference", started_by=request.started_by, input=request.model_dump())
    reference = ReferenceRepository(Table(aws.dynamodb(), settings.required("CATALOGUE_TABLE")))
    with jobs().failing(job_id):
        counts = refresh(request, watchmode(), reference)
    jobs().finish(job_id, "succeeded", counts=counts)
    logger.info("reference refreshed", extra={"job_id": job_id, **counts})
    return {"job_id": job_id, "counts": counts}
