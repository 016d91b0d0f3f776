"""Viewers stream → pair counts and listing queue."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from marquee import aws, keys, settings
from marquee.errors import Conflict
from marquee.queue import Queue, QueueUnavailable
from marquee.repositories.jobs import JobRepository
from marquee.repositories.listings import ListingRepository
from marquee.repositories.reference import ReferenceRepository
from marquee.repositories.table import Table
from marquee.repositories.viewers import ViewerRepository
from marquee.telemetry import logger, metrics
from preference_watch.watch import PreferenceWatch

TRANSIENT = (Conflict, QueueUnavailable, ClientError, BotoCoreError)


@cache
def watch() -> PreferenceWatch:
    """Return the watch of this function, made once."""
    operations = Table(aws.dynamodb(), settings.required("OPERATIONS_TABLE"))
    return PreferenceWatch(
        ViewerRepository(Table(aws.dynamodb(), settings.required("VIEWERS_TABLE"))),
        ListingRepository(operations),
        ReferenceRepository(Table(aws.dynamodb(), settings.required("CATALOGUE_TABLE"))),
        JobRepository(operations),
        Queue(aws.sqs(), settings.required("LISTING_QUEUE_URL")),
        settings.regions(),
    )


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Look after each viewer of a batch once and name the first record of those that have to come again."""
    first_record: dict[str, str] = {}
    for record in event["Records"]:
        if user_id := chooser(record["dynamodb"]["Keys"]):
            first_record.setdefault(user_id, record["dynamodb"]["SequenceNumber"])
    failures = []
    for user_id, sequence_number in first_record.items():
        try:
            watch().preferences_changed(user_id)
        except TRANSIENT as error:
            logger.warning("viewer will come again", error_type=type(error).__name__, reason=str(error))
            failures.append({"itemIdentifier": sequence_number})
    return {"batchItemFailures": failures}


def chooser(key: dict[str, Any]) -> str | None:
    """Return whose choice an item is, None for items that are no choice, such as this function's own counts."""
    pk, sk = key["PK"]["S"], key["SK"]["S"]
    if not pk.startswith(keys.preferences("")) or not sk.startswith((keys.source(""), keys.genre(""))):
        return None
    return str(pk.removeprefix(keys.preferences("")))
