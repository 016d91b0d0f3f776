"""Id queue → archive."""

import asyncio
import math
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from archive_collector.collecting import LAST_CALL_SECONDS, RETRY_SECONDS, SOON_SECONDS, Collector
from marquee import aws, clock, providers, settings
from marquee.errors import MarqueeError
from marquee.messages.archive import CollectRequest
from marquee.queue import Queue, come_again
from marquee.repositories.archive import ArchiveStore
from marquee.repositories.archive_chunks import ChunkRepository, ChunkTaken
from marquee.repositories.manifests import Manifests, settle_harvest
from marquee.repositories.table import Table
from marquee.telemetry import logger, metrics

TRANSIENT = (MarqueeError, ClientError, BotoCoreError)


@cache
def collector() -> Collector:
    """Return what collects, made once."""
    operations = Table(aws.dynamodb(), settings.required("OPERATIONS_TABLE"))
    bucket = settings.required("ARCHIVE_BUCKET")
    manifests = Manifests(aws.s3(), bucket)
    return Collector(
        providers.tmdb_archive(),
        ArchiveStore(aws.s3(), bucket),
        ChunkRepository(operations),
        Queue(aws.sqs(), settings.required("ARCHIVE_DEAD_LETTER_QUEUE_URL")),
        lambda job_id: settle_harvest(operations, manifests, job_id),
    )


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Collect the ids of the messages and name the messages of which some are left."""
    deadline = clock.deadline(context, LAST_CALL_SECONDS)
    failures = []
    for record in event["Records"]:
        try:
            request = CollectRequest.model_validate_json(record["body"])
            seconds = asyncio.run(collector().collect(request, deadline))
        except ValidationError as error:
            # Of no use however often it comes; the queue hands it on to the dead-letter queue in the end.
            logger.error("unreadable message", reason=str(error.errors(include_input=False, include_url=False)))
            seconds = SOON_SECONDS
        except ChunkTaken as error:
            seconds = min(math.ceil(error.seconds), RETRY_SECONDS[0])
        except TRANSIENT as error:
            logger.warning("ids will be collected again", error_type=type(error).__name__, reason=str(error))
            seconds = RETRY_SECONDS[0]
        if seconds is not None:
            come_again(aws.sqs(), settings.required("ARCHIVE_QUEUE_URL"), record, seconds)
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
