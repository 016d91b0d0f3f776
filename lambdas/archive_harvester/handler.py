"""Harvest queue → queue of ids to collect."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from archive_harvester.stores import harvest_queue, harvester
from marquee import aws, clock, harvesting, settings
from marquee.errors import MarqueeError
from marquee.messages.archive import HarvestMessage
from marquee.queue import come_again
from marquee.repositories.harvests import HarvestBusy
from marquee.telemetry import logger, metrics

# No step begins when less is left: a call for changes waits for its turn and for its answer, then sets are written.
RESERVE_SECONDS = 45
# After this long an invocation of which nothing was heard is gone, because the function has a time limit.
SLACK_SECONDS = 5
# An attempt that failed is repeated after a minute, then two, four, eight and fifteen.
FIRST_WAIT_SECONDS = 60
LONGEST_WAIT_SECONDS = 900

TRANSIENT = (MarqueeError, ClientError, BotoCoreError)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Work on the harvests of the messages and name the messages that have to come again."""
    deadline = clock.deadline(context, RESERVE_SECONDS)
    failures = []
    for record in event["Records"]:
        try:
            harvest(record, deadline, token=f"{context.aws_request_id}/{record['messageId']}")
        except TRANSIENT as error:
            logger.warning("harvest goes on later", error_type=type(error).__name__, reason=str(error))
            come_again(aws.sqs(), settings.required("HARVEST_QUEUE_URL"), record, seconds_until_next_try(record, error))
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def harvest(record: dict[str, Any], deadline: float, token: str) -> None:
    """Do what a message asks for; if that takes longer than there is time, send a message to go on with it."""
    until = deadline + RESERVE_SECONDS + SLACK_SECONDS
    own_id = harvesting.job_id(record["messageId"], int(record["attributes"]["SentTimestamp"]))
    try:
        message = HarvestMessage.model_validate_json(record["body"])
    except ValidationError as error:
        reasons = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        harvester(token).refuse(own_id, f"The request cannot be used: {reasons}", until)
        return
    job_id = message.job_id or own_id
    if not harvester(token).work(job_id, message.request, deadline, until):
        harvest_queue().send([HarvestMessage(job_id=job_id)])


def seconds_until_next_try(record: dict[str, Any], error: Exception) -> float:
    """Return when a message is to come again: when another invocation has ended, else later each time."""
    if isinstance(error, HarvestBusy):
        return max(1.0, error.seconds)
    tries = int(record["attributes"]["ApproximateReceiveCount"])
    return float(min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** min(tries - 1, 10)))
