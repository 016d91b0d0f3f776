"""Notification queue → inboxes."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from marquee import aws, settings
from marquee.errors import MarqueeError
from marquee.messages.notifications import Announcement
from marquee.queue import Queue
from marquee.repositories.notifications import Inbox
from marquee.repositories.table import Table
from marquee.telemetry import MetricUnit, logger, metrics
from notification_fanout.fanout import Fanout
from notification_fanout.followers import Followers

FAILURES = (ValidationError, MarqueeError, ClientError, BotoCoreError)


@cache
def fanout() -> Fanout:
    """Return what tells followers, made once for a function."""
    viewers = Table(aws.dynamodb(), settings.required("VIEWERS_TABLE"))
    queue = Queue(aws.sqs(), settings.required("NOTIFICATION_QUEUE_URL"))
    return Fanout(Followers(viewers, settings.regions()), Inbox(viewers), lambda following: queue.send([following]))


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Tell the pages of a batch and name the messages that have to come again."""
    failures = []
    for record in event["Records"]:
        try:
            tell(Announcement.model_validate_json(record["body"]))
        except FAILURES as error:
            logger.warning("page not told", message_id=record["messageId"], error_type=type(error).__name__)
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def tell(announcement: Announcement) -> None:
    """Tell one page and count who did not know it."""
    told = fanout().tell(announcement)
    metrics.add_metric("NotificationsWritten", MetricUnit.Count, told)
    change = announcement.change
    logger.info("page told", change_id=change.id, title_id=change.title_id, kind=change.kind, told=told)
