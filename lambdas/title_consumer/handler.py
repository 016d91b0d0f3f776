"""Kinesis → catalogue."""

import base64
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from marquee import aws, settings
from marquee.queue import Queue
from marquee.repositories.guide_index import GuideIndex
from marquee.repositories.listings import ListingRepository
from marquee.repositories.quarantine import QuarantineRepository
from marquee.repositories.table import Table
from marquee.repositories.titles import TitleRepository
from marquee.repositories.viewers import ViewerRepository
from marquee.telemetry import logger, metrics
from title_consumer.consumer import StreamRecord, TitleConsumer


@cache
def consumer() -> TitleConsumer:
    """Return the consumer of this function, made once."""
    catalogue = Table(aws.dynamodb(), settings.required("CATALOGUE_TABLE"))
    operations = Table(aws.dynamodb(), settings.required("OPERATIONS_TABLE"))
    return TitleConsumer(
        TitleRepository(catalogue),
        GuideIndex(catalogue),
        ListingRepository(operations),
        QuarantineRepository(operations),
        Queue(aws.sqs(), settings.required("QUARANTINE_QUEUE_URL")),
        ViewerRepository(Table(aws.dynamodb(), settings.required("VIEWERS_TABLE"))).unchosen,
    )


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Apply a batch of stream records and name those that have to come again."""
    records = [
        StreamRecord(record["kinesis"]["sequenceNumber"], base64.b64decode(record["kinesis"]["data"]))
        for record in event["Records"]
    ]
    failed = consumer().consume(records)
    return {"batchItemFailures": [{"itemIdentifier": number} for number in sorted(failed, key=int)]}
