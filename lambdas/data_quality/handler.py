"""Schedule (or a person) → quality of the data."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from data_quality.sweep import sweep
from marquee import aws, clock, settings
from marquee.operations_metrics import QUALITY_FINDINGS
from marquee.operations_runs import lock_of, unless_running
from marquee.repositories.jobs import JobRepository
from marquee.repositories.quality import QualityRepository
from marquee.repositories.table import Table
from marquee.repositories.titles import TitleRepository
from marquee.telemetry import logger, metrics

KIND = "data_quality"
# What the report and the end of the job take.
RESERVE_SECONDS = 20


@logger.inject_lambda_context
@metrics.log_metrics
@unless_running
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Measure the quality of the data and keep it as that of the day; answers with the job and its counts.

    A second measurement of a day takes the place of the first.
    """
    operations = Table(aws.dynamodb(), settings.required("OPERATIONS_TABLE"))
    jobs = JobRepository(operations)
    started_by, job_id = str(event.get("started_by", "schedule")), event.get("job_id")
    job_id = jobs.begin(KIND, started_by=started_by, input={}, lock=lock_of(KIND, {}), job_id=job_id)
    with jobs.failing(job_id):
        titles = TitleRepository(Table(aws.dynamodb(), settings.required("CATALOGUE_TABLE")))
        tally, left = sweep(titles, clock.deadline(context, RESERVE_SECONDS))
        report = tally.report(clock.now())
        QualityRepository(operations).put(report)
    counts = {**tally.counts(), "left": left}
    jobs.succeeded(job_id, counts=counts)
    for measure in report.measures:
        QUALITY_FINDINGS.record(measure.count, measure=measure.name)
    logger.info("quality measured", extra={"job_id": job_id, **counts})
    return {"job_id": job_id, "counts": counts}
