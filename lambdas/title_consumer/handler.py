"""Kinesis → catalogue."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from marquee import aws, settings
from marquee.quarantining import Quarantine
from marquee.queue import Queue
from marquee.repositories.guide_index import GuideIndex
from marquee.repositories.listings import ListingRepository
from marquee.repositories.quarantine import QuarantineRepository
from marquee.repositories.table import Table
from marquee.repositories.titles import TitleRepository
from marquee.repositories.viewers import ViewerRepository
from marquee.stream_records import failures, stream_records
from marquee.telemetry import logger, metrics
from title_consumer.consumer import TitleConsumer


@cache
def consumer() -> TitleConsumer:
    """Return the consumer of this function, made once."""
    catalogue = Table(aws.dynamodb(), settings.required("CATALOGUE_TABLE"))
    operations = Table(aws.dynamodb(), settings.required("OPERATIONS_TABLE"))
    return TitleConsumer(
        TitleRepository(catalogue),
        GuideIndex(catalogue),
        ListingRepository(operations),
        Quarantine(QuarantineRepository(operations), Queue(aws.sqs(), settings.required("QUARANTINE_QUEUE_URL"))),
        ViewerRepository(Table(aws.dynamodb(), settings.required("VIEWERS_TABLE"))).unchosen,
    )


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Apply a batch of stream records and name those that have to come again."""
    return failures(consumer().consume(stream_records(event)))
