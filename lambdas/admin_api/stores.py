"""The stores of the admin API, each made once for a function."""

from functools import cache

from marquee import aws, settings
from marquee.harvest_queue import HarvestQueue
from marquee.queue import Queue
from marquee.repositories.jobs import JobRepository
from marquee.repositories.table import Table


@cache
def jobs() -> JobRepository:
    """Return the record of runs."""
    return JobRepository(Table(aws.dynamodb(), settings.required("OPERATIONS_TABLE")))


@cache
def harvests() -> HarvestQueue:
    """Return the queue of harvests that are wanted."""
    return HarvestQueue(jobs(), Queue(aws.sqs(), settings.required("HARVEST_QUEUE_URL")))
