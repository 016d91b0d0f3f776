"""Enrichment queue → catalogue."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from marquee import clock
from marquee.enricher import enricher
from marquee.errors import Conflict, UpstreamError
from marquee.messages.work import EnrichmentRequest
from marquee.telemetry import logger, metrics
from marquee.traffic import TrafficClass

TRANSIENT = (UpstreamError, Conflict, ClientError, BotoCoreError)
WRITING_SECONDS = 10


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Complete the titles of a batch and name the messages that have to come again."""
    deadline = clock.deadline(context, WRITING_SECONDS)
    failures = []
    for record in event["Records"]:
        request = EnrichmentRequest.model_validate_json(record["body"])
        try:
            enricher().complete(request.title_id, request.traffic, deadline, doubted_at=request.doubted_at)
        except TRANSIENT as error:
            logger.warning("title stays as it is", title_id=request.title_id, reason=str(error))
            if comes_again(request, error):
                failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def comes_again(request: EnrichmentRequest, error: Exception) -> bool:
    """Return whether a message has to be delivered again: the next sweep finds what an outage left undone.

    Only what a viewer looks at is worth the wait of this queue, and a doubt, of which the sweep knows nothing.
    """
    awaited = request.traffic is TrafficClass.VIEWER or request.doubted_at is not None
    return awaited or not isinstance(error, UpstreamError)
