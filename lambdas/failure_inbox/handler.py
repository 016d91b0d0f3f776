"""Dead-letter and failure queues → inbox of failures."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from marquee import aws, settings
from marquee.errors import MarqueeError
from marquee.failures_reading import Source, read
from marquee.repositories.failures import FailureRepository
from marquee.repositories.table import Table
from marquee.telemetry import MetricUnit, logger, metrics

TRANSIENT = (MarqueeError, ClientError, BotoCoreError)


@cache
def failures() -> FailureRepository:
    """Return the inbox."""
    return FailureRepository(Table(aws.dynamodb(), settings.required("OPERATIONS_TABLE")))


@cache
def sources() -> dict[str, Source]:
    """Return the queues of failures by ARN: lines of name, ARN, way and target."""
    lines = (line.split("|") for line in settings.required("SOURCES").splitlines())
    return {arn: Source(name, way, target) for name, arn, way, target in lines}  # type: ignore[arg-type]


@cache
def packages() -> dict[str, str]:
    """Return the functions that read streams: package by the name that AWS knows it by."""
    told = (each.split("=") for each in settings.required("FUNCTIONS").split(","))
    return {name: package for package, name in told}


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Put each message into the inbox and name those that have to come again.

    A message is in the inbox before it leaves its queue; one that comes twice counts once, by its id.
    """
    again = []
    for record in event["Records"]:
        try:
            take(record)
        except TRANSIENT as error:
            logger.warning("failure comes again", error_type=type(error).__name__, reason=str(error))
            again.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": again}


def take(record: dict[str, Any]) -> None:
    """Put what one message tells into the inbox."""
    told = read(record, sources()[record["eventSourceARN"]], packages())
    failure = failures().add(told)
    metrics.add_metric("FailuresReceived", MetricUnit.Count, 1)
    logger.warning(
        "failure received",
        failure_id=failure.id,
        source=failure.source,
        attempts=failure.attempts,
        reason=failure.reason,
    )
