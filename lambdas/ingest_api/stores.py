"""What the routes work with, made once for a function."""

from functools import cache

from botocore.config import Config

from ingest_api.ingest import Ingest
from marquee import activity, aws, settings
from marquee.repositories.idempotency import IdempotencyRecords
from marquee.repositories.table import Table
from marquee.stream import EventStream

# A caller waits: two short attempts each, some seven seconds, so that the claim, the stream and the answer of an event
# all end before API Gateway gives up at 29.
CONFIG = aws.CONFIG.merge(
    Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 2})
)


@cache
def ingest() -> Ingest:
    """Return what takes events."""
    stream = EventStream(aws.client("kinesis", CONFIG), settings.required("EVENT_STREAM"))
    table = Table(aws.client("dynamodb", CONFIG), settings.required("OPERATIONS_TABLE"))
    return Ingest(stream, IdempotencyRecords(table), accepted_types())


@cache
def accepted_types() -> tuple[str, ...]:
    """Return the types that this environment accepts, in the order of the registry."""
    refused = settings.optional("REFUSED_EVENT_TYPES").split(",")
    return tuple(each for each in activity.event_types() if each not in refused)
