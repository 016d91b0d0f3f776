"""Catalogue stream → arrivals log and notification queue."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from availability_watch.watch import AvailabilityWatch
from marquee import aws, settings
from marquee.queue import Queue
from marquee.repositories.arrivals import ArrivalLog
from marquee.repositories.listings import ListingRepository
from marquee.repositories.table import Table
from marquee.repositories.titles import TitleRepository
from marquee.telemetry import logger, metrics


@cache
def watch() -> AvailabilityWatch:
    """Return the watch of this function, made once."""
    catalogue = Table(aws.dynamodb(), settings.required("CATALOGUE_TABLE"))
    return AvailabilityWatch(
        TitleRepository(catalogue),
        ListingRepository(Table(aws.dynamodb(), settings.required("OPERATIONS_TABLE"))),
        ArrivalLog(catalogue),
        Queue(aws.sqs(), settings.required("NOTIFICATION_QUEUE_URL")),
    )


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Tell what a batch shows and name the first record that has to come again, from which the stream goes on."""
    failed = watch().watch(event["Records"])
    return {"batchItemFailures": [{"itemIdentifier": number} for number in sorted(failed, key=int)[:1]]}
