"""Viewers stream → pair counts, listing queue and enrichment queue."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from marquee import aws, keys, settings
from marquee.errors import Conflict
from marquee.queue import Queue, QueueUnavailable
from marquee.repositories.jobs import JobRepository
from marquee.repositories.listings import ListingRepository
from marquee.repositories.reference import ReferenceRepository
from marquee.repositories.table import Table, may_go_better
from marquee.repositories.viewers import ViewerRepository
from marquee.telemetry import MetricUnit, logger, metrics
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
        Queue(aws.sqs(), settings.required("ENRICHMENT_QUEUE_URL")),
        settings.regions(),
    )


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Look after each viewer and all titles of a batch once; name the first records of what has to come again."""
    choosers: dict[str, str] = {}
    titles: dict[str, str] = {}
    for record in event["Records"]:
        key, number = record["dynamodb"]["Keys"], record["dynamodb"]["SequenceNumber"]
        if user_id := chooser(key):
            choosers.setdefault(user_id, number)
        elif title_id := followed(key):
            titles.setdefault(title_id, number)
    failures = [number for user, number in choosers.items() if not done(partial(watch().preferences_changed, user))]
    if titles and not done(partial(watch().followers_changed, list(titles))):
        failures += titles.values()
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failures]}


def done(work: Callable[[], None]) -> bool:
    """Do a piece of work; return False if it has to come again."""
    try:
        work()
    except TRANSIENT as error:
        if may_go_better(error):
            logger.warning("a change will come again", error_type=type(error).__name__, reason=str(error))
            return False
        # Whoever waits behind it must not wait for what never will succeed.
        logger.exception("a change cannot be followed")
        metrics.add_metric("ChangesPassedOver", MetricUnit.Count, 1)
    return True


def chooser(key: dict[str, Any]) -> str | None:
    """Return whose choice an item is, None for items that are no choice, such as this function's own counts."""
    pk, sk = key["PK"]["S"], key["SK"]["S"]
    if not pk.startswith(keys.preferences("")) or not sk.startswith((keys.source(""), keys.genre(""))):
        return None
    return str(pk.removeprefix(keys.preferences("")))


def followed(key: dict[str, Any]) -> str | None:
    """Return the title whose follower an item is, None for other items."""
    pk, sk = key["PK"]["S"], key["SK"]["S"]
    if not pk.startswith(keys.TITLE_PREFIX) or not sk.startswith(keys.FOLLOWER_PREFIX):
        return None
    return str(pk.removeprefix(keys.TITLE_PREFIX))
