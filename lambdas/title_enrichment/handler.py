"""Catalogue stream → catalogue."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from marquee import clock, keys
from marquee.enricher import enricher
from marquee.errors import Conflict, UpstreamError
from marquee.guide import fingerprint
from marquee.models.titles import Title
from marquee.repositories.governors import Reservation
from marquee.repositories.table import decode
from marquee.repositories.titles import to_title
from marquee.telemetry import logger, metrics

TRANSIENT = (UpstreamError, Conflict, ClientError, BotoCoreError)
WRITING_SECONDS = 10


@cache
def executor() -> ThreadPoolExecutor:
    """Return the threads in which titles wait for the provider side by side."""
    return ThreadPoolExecutor(8)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Give the new titles of a batch their card and name the records that have to come again."""
    deadline = clock.deadline(context, WRITING_SECONDS)
    wanted = {title.id: (number, title) for number, title in map(read, event["Records"]) if title}
    with enricher().reserve(len(wanted), deadline) as reservation:
        give = partial(give_card, reservation, deadline)
        failed = [number for number in executor().map(give, wanted.values()) if number]
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}


def give_card(reservation: Reservation, deadline: float, entry: tuple[str, Title]) -> str | None:
    """Give one title its card; returns the number of its record if that has to come again."""
    number, title = entry
    try:
        enricher().give_card(title, reservation, deadline)
    except TRANSIENT as error:
        logger.warning("title stays pending", title_id=title.id, reason=str(error))
        return number
    return None


def read(record: dict[str, Any]) -> tuple[str, Title | None]:
    """Return the sequence number of a record and the title that wants a card, if it is one.

    This function writes to the table whose stream it reads. Only a listing that says something new makes a title
    pending, and what this function writes leaves the listing as it was: a record that was pending before with the
    same facts is an echo, or the same title under another pair, and answering it would go round for ever.
    """
    change = record["dynamodb"]
    # A batch that is read again from the stream holds all that was written meanwhile, offers and index rows too.
    if "NewImage" not in change or change["NewImage"]["SK"]["S"] != keys.RECORD:
        return change["SequenceNumber"], None
    title = to_title(decode(change["NewImage"]))
    if title.enrichment_state != "pending":
        return change["SequenceNumber"], None
    if "OldImage" in change:
        before = to_title(decode(change["OldImage"]))
        if before.enrichment_state == "pending" and fingerprint(before.listing) == fingerprint(title.listing):
            return change["SequenceNumber"], None
    return change["SequenceNumber"], title
