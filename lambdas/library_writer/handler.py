"""Library queue (FIFO) → library."""

import time
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from library_writer.writer import DeadLetters, LibraryWriter
from marquee import aws, clock, settings
from marquee.queue import come_again
from marquee.repositories.table import Table
from marquee.telemetry import logger, metrics

# What one message may take at most, so that none is begun that cannot be ended.
MESSAGE_SECONDS = 20
# When a message comes again, by how often it was received; after that as the last. So one is tried for 87 minutes, and
# the queue itself, which would tell nobody, gives it up only after 100 times.
PAUSES = (5, 10, 20, 40, 60)
LAST_RECEIVE = 90


@cache
def writer() -> LibraryWriter:
    """Return the writer of this function, made once."""
    return LibraryWriter(
        Table(aws.dynamodb(), settings.required("LIBRARY_TABLE")),
        DeadLetters(aws.sqs(), settings.required("LIBRARY_DEAD_LETTER_QUEUE_URL")),
    )


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Apply messages in order and name those that have to come again: the first that failed for now, and all after."""
    deadline = clock.deadline(context, MESSAGE_SECONDS)
    records, taken, pause = event["Records"], 0, 0
    for record in records:
        if time.time() > deadline:
            break
        received = int(record["attributes"]["ApproximateReceiveCount"])
        if not writer().take(record["body"], record["messageId"], last=received >= LAST_RECEIVE):
            pause = PAUSES[min(received, len(PAUSES)) - 1]
            break
        taken += 1
    again = records[taken:]
    for record in again:
        # All of them: the queue delivers none of a group while it believes that one is being worked on.
        come_again(aws.sqs(), settings.required("LIBRARY_QUEUE_URL"), record, pause)
    logger.info("messages taken", taken=taken, again=len(again))
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in again]}
