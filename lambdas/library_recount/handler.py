"""A person (or a schedule) → recount of the library."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from library_recount.recount import Recount
from marquee import aws, settings
from marquee.models.library import MAIN
from marquee.operations_runs import lock_of, unless_running
from marquee.repositories.jobs import JobRepository
from marquee.repositories.table import Table
from marquee.telemetry import logger, metrics

KIND = "library_recount"
SHOWN = 50


@logger.inject_lambda_context
@metrics.log_metrics
@unless_running
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Count the library anew, and mend it if `repair` is true; answers with the id of the job and what differed."""
    repair = event.get("repair") is True
    jobs = JobRepository(Table(aws.dynamodb(), settings.required("OPERATIONS_TABLE")))
    input = {"repair": repair}
    job_id = jobs.begin(
        KIND,
        started_by=str(event.get("started_by", "schedule")),
        input=input,
        lock=lock_of(KIND, input),
        job_id=event.get("job_id"),
    )
    with jobs.failing(job_id):
        recount = Recount(Table(aws.dynamodb(), settings.required("LIBRARY_TABLE")), MAIN)
        report = recount.mend() if repair else recount.count()
    found = len(report.differences)
    counts = {"movies": report.right.total, "differences": found, "repaired": found if repair else 0}
    jobs.succeeded(job_id, counts=counts)
    logger.info("library counted", extra={"job_id": job_id, "shown": report.differences[:SHOWN], **counts})
    return {"job_id": job_id, "counts": counts, "differences": report.differences[:SHOWN]}
