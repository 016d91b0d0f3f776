"""Schedule (or a person) → digest queue."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, get_args

from aws_lambda_powertools.utilities.typing import LambdaContext

from marquee import aws, settings
from marquee.errors import InvalidInput
from marquee.messages.notifications import DigestRequest
from marquee.models.jobs import PartState
from marquee.models.viewers import DigestFrequency
from marquee.operations_runs import lock_of, unless_running
from marquee.queue import Queue
from marquee.repositories.digests import Digests
from marquee.repositories.jobs import JobRepository
from marquee.repositories.table import Table
from marquee.telemetry import logger, metrics

KIND = "digest"
VIEWERS_A_MESSAGE = 25
MONDAY = 0


@logger.inject_lambda_context
@metrics.log_metrics
@unless_running
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Plan one run and queue its viewers; answers with the id of its job.

    A second run of the same day finds what is due already claimed by the first, so it sends nothing twice.
    """
    frequencies = due(event, datetime.now(UTC))
    jobs = JobRepository(Table(aws.dynamodb(), settings.required("OPERATIONS_TABLE")))
    digests = Digests(Table(aws.dynamodb(), settings.required("VIEWERS_TABLE")))
    started_by = str(event.get("started_by", "schedule"))
    input = {"frequencies": frequencies}
    job_id = jobs.begin(KIND, started_by=started_by, input=input, lock=lock_of(KIND, input), job_id=event.get("job_id"))
    with jobs.failing(job_id):
        planned = [each for frequency in frequencies for each in requests(job_id, frequency, digests)]
        parts: dict[str, PartState] = {each.part: "queued" for each in planned}
        viewers = sum(len(each.user_ids) for each in planned)
        jobs.add_parts(job_id, parts, counts={"viewers": viewers, "mails": 0})
        Queue(aws.sqs(), settings.required("DIGEST_QUEUE_URL")).send(planned)
    logger.info("run planned", job_id=job_id, frequencies=frequencies, viewers=viewers, messages=len(planned))
    return {"job_id": job_id, "planned": len(planned), "viewers": viewers}


def due(event: Mapping[str, Any], now: datetime) -> list[DigestFrequency]:
    """Return the e-mails to send: those asked for, else the daily ones, on Mondays (UTC) the weekly ones as well."""
    known: tuple[DigestFrequency, ...] = get_args(DigestFrequency)
    asked = event.get("frequency")
    if asked is None:
        return ["daily", "weekly"] if now.weekday() == MONDAY else ["daily"]
    if asked not in known:
        raise InvalidInput(f"The frequency must be {' or '.join(known)}, not {asked!r}.")
    return [asked]


def requests(job_id: str, frequency: DigestFrequency, digests: Digests) -> list[DigestRequest]:
    """Return the messages for the viewers who want an e-mail so often."""
    viewers = list(digests.subscribers(frequency))
    return [
        DigestRequest(
            job_id=job_id,
            part=f"{frequency}:{start // VIEWERS_A_MESSAGE:05d}",
            frequency=frequency,
            user_ids=tuple(viewers[start : start + VIEWERS_A_MESSAGE]),
        )
        for start in range(0, len(viewers), VIEWERS_A_MESSAGE)
    ]
