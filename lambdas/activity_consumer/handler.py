"""Kinesis → counters, archive, viewers and enrichment queue."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from activity_consumer.consumer import ActivityConsumer
from activity_consumer.follow_ups import FollowUps
from marquee import aws, settings
from marquee.quarantining import Quarantine
from marquee.queue import Queue
from marquee.repositories.activity import ActivityRepository
from marquee.repositories.event_archive import EventArchive
from marquee.repositories.marks import MarkRepository
from marquee.repositories.quarantine import QuarantineRepository
from marquee.repositories.table import Table
from marquee.repositories.titles import TitleRepository
from marquee.stream_records import failures, shard_of, stream_records
from marquee.telemetry import logger, metrics


@cache
def consumer() -> ActivityConsumer:
    """Return the consumer of this function, made once."""
    operations = Table(aws.dynamodb(), settings.required("OPERATIONS_TABLE"))
    activity = ActivityRepository(operations)
    quarantine = Quarantine(
        QuarantineRepository(operations), Queue(aws.sqs(), settings.required("QUARANTINE_QUEUE_URL"))
    )
    follow_ups = FollowUps(
        TitleRepository(Table(aws.dynamodb(), settings.required("CATALOGUE_TABLE"))),
        MarkRepository(Table(aws.dynamodb(), settings.required("VIEWERS_TABLE"))),
        activity,
        Queue(aws.sqs(), settings.required("ENRICHMENT_QUEUE_URL")),
        quarantine,
        frozenset(settings.optional("TRUSTED_PRODUCERS").split(",")) - {""},
    )
    archive = EventArchive(aws.s3(), settings.required("EVENTS_BUCKET"))
    return ActivityConsumer(activity, archive, quarantine, follow_ups)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Take a batch of stream records and name those that have to come again."""
    return failures(consumer().consume(shard_of(event), stream_records(event)))
