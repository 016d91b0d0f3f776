"""Digest queue → e-mail."""

from collections import Counter
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from digest_sender.mail import Addresses, Mailer, MailRefused, ses
from digest_sender.sender import FAILURES, Sender
from marquee import aws, clock, settings, web_address
from marquee.messages.notifications import DigestRequest
from marquee.repositories.digests import Digests
from marquee.repositories.jobs import JobRepository
from marquee.repositories.marks import MarkRepository
from marquee.repositories.reference import ReferenceRepository
from marquee.repositories.table import Table
from marquee.repositories.titles import TitleRepository
from marquee.telemetry import MetricUnit, logger, metrics

# What one viewer's e-mail may take, SES's own time limit included.
SENDING_SECONDS = 20
METRICS = {"sent": "DigestsSent", "uncertain": "DigestsUncertain", "refused": "DigestsRefused"}


def make_sender() -> Sender:
    """Return what sends e-mails, with the names that the services have now."""
    viewers = Table(aws.dynamodb(), settings.required("VIEWERS_TABLE"))
    catalogue = Table(aws.dynamodb(), settings.required("CATALOGUE_TABLE"))
    return Sender(
        digests=Digests(viewers),
        marks=MarkRepository(viewers),
        titles=TitleRepository(catalogue),
        addresses=Addresses(aws.cognito(), settings.required("USER_POOL_ID")),
        mailer=Mailer(ses(), settings.required("EMAIL_SENDER")),
        services={source.id: source.name for source in ReferenceRepository(catalogue).sources()},
        web_url=web_address.web_url(),
    )


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Send the e-mails of a batch and name the messages that have to come again."""
    jobs = JobRepository(Table(aws.dynamodb(), settings.required("OPERATIONS_TABLE")))
    sender, failures = make_sender(), []
    for record in event["Records"]:
        try:
            deadline = clock.deadline(context, SENDING_SECONDS)
            work_off(DigestRequest.model_validate_json(record["body"]), sender, jobs, deadline)
        except FAILURES as error:
            logger.warning("e-mails not all sent", message_id=record["messageId"], reason=reason(error))
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def work_off(request: DigestRequest, sender: Sender, jobs: JobRepository, deadline: float) -> None:
    """Send the e-mails of one message and record how that part of the run ended; raises what went wrong."""
    outcomes: Counter[str] = Counter()
    problem: Exception | None = None
    try:
        sender.send_all(request, outcomes, deadline)
    except FAILURES as error:
        problem = error
    for outcome, metric in METRICS.items():
        metrics.add_metric(metric, MetricUnit.Count, outcomes[outcome])
    logger.info("e-mails sent", job_id=request.job_id, part=request.part, outcomes=dict(outcomes))
    counts = {"mails": outcomes["sent"]}
    if problem:
        jobs.part_ended(request.job_id, request.part, "failed", counts=counts, error=reason(problem))
        raise problem
    jobs.part_ended(request.job_id, request.part, "done", counts=counts)


def reason(error: Exception) -> str:
    """Return what went wrong without whom it concerns: jobs and logs outlive an account."""
    return str(error) if isinstance(error, MailRefused) else type(error).__name__
