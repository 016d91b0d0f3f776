"""Import queue → rows on the queue of the library."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from library_importer.stores import importer
from marquee import aws, clock, settings
from marquee.errors import Conflict, UpstreamError
from marquee.messages.imports import ImportBell
from marquee.queue import QueueUnavailable, come_again
from marquee.repositories.import_work import Overtaken
from marquee.telemetry import logger, metrics

# What is tried again is tried after this many seconds for each time it was tried: sooner than the visibility timeout of
# the queue, which must outlast the function.
RETRY_SECONDS = 30
# From this try on, what a service does not give out is told as a failure; the queue has to allow one more.
LAST_TRY = 5
# Left for the last step and what it sends, at the end of the function's time.
RESERVE_SECONDS = 60

TRANSIENT = (UpstreamError, QueueUnavailable, Conflict, Overtaken, ClientError, BotoCoreError)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer the bells and name those that have to be rung again."""
    deadline = clock.deadline(context, RESERVE_SECONDS)
    failures = []
    for record in event["Records"]:
        tries = int(record["attributes"]["ApproximateReceiveCount"])
        try:
            bell = ImportBell.model_validate_json(record["body"])
            importer().answer(bell, deadline, gives_up=tries >= LAST_TRY)
        except TRANSIENT as error:
            logger.warning("import will be looked after again", error_type=type(error).__name__, reason=str(error))
            come_again(aws.sqs(), settings.required("IMPORT_QUEUE_URL"), record, RETRY_SECONDS * tries)
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
