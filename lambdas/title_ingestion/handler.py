"""Listing queue → programme-events."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from marquee import aws, clock, settings
from marquee.errors import Conflict, UpstreamError
from marquee.messages.work import ListingRequest
from marquee.providers import watchmode
from marquee.queue import come_again
from marquee.repositories.guide_index import GuideIndex
from marquee.repositories.jobs import JobRepository
from marquee.repositories.listings import ListingRepository
from marquee.repositories.table import Table
from marquee.stream import EventStream, StreamUnavailable
from marquee.telemetry import logger, metrics
from title_ingestion.ingestion import TitleIngestion

# A pair that could not be listed is tried again after this many seconds for each time it was tried: long enough for
# a short outage, and much sooner than the visibility timeout of the queue, which must outlast the function.
RETRY_SECONDS = 60
PUBLISHING_SECONDS = 30

TRANSIENT = (UpstreamError, StreamUnavailable, Conflict, ClientError, BotoCoreError)


@cache
def ingestion() -> TitleIngestion:
    """Return what lists the pairs, made once."""
    operations = Table(aws.dynamodb(), settings.required("OPERATIONS_TABLE"))
    return TitleIngestion(
        watchmode(),
        GuideIndex(Table(aws.dynamodb(), settings.required("CATALOGUE_TABLE"))),
        ListingRepository(operations),
        JobRepository(operations),
        EventStream(aws.kinesis(), settings.required("EVENT_STREAM")),
    )


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """List the pairs of the messages and name the messages that have to come again."""
    deadline = clock.deadline(context, PUBLISHING_SECONDS)
    failures = []
    for record in event["Records"]:
        try:
            ingestion().ingest(ListingRequest.model_validate_json(record["body"]), deadline)
        except TRANSIENT as error:
            logger.warning("pair will be listed again", error_type=type(error).__name__, reason=str(error))
            tries = int(record["attributes"]["ApproximateReceiveCount"])
            come_again(aws.sqs(), settings.required("LISTING_QUEUE_URL"), record, RETRY_SECONDS * tries)
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
