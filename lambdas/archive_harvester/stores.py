"""What the harvester works with, made once."""

import time
from collections.abc import Callable
from functools import cache, partial

from archive_harvester.gathering import Gathering
from archive_harvester.harvester import Harvester
from archive_harvester.queueing import Queueing
from marquee import aws, settings
from marquee.clients.tmdb_changes import TmdbChanges
from marquee.clients.tmdb_exports import TmdbExports
from marquee.providers import Secret, tmdb_governor
from marquee.queue import Queue
from marquee.repositories.archive_states import ArchiveStates
from marquee.repositories.harvests import HarvestRepository
from marquee.repositories.known_ids import KnownIds
from marquee.repositories.manifests import Manifests, settle_harvest
from marquee.repositories.table import Table


@cache
def exports() -> TmdbExports:
    """Return the client for the exports."""
    return TmdbExports(settings.required("TMDB_EXPORTS_URL"))


@cache
def changes() -> TmdbChanges:
    """Return the client for the lists of changes."""
    key = Secret(settings.required("TMDB_SECRET_ARN"))
    return TmdbChanges(settings.required("TMDB_URL"), key, tmdb_governor())


@cache
def harvest_queue() -> Queue:
    """Return the queue that a harvest goes on through."""
    return Queue(aws.sqs(), settings.required("HARVEST_QUEUE_URL"))


def harvester(token: str, *, time: Callable[[], float] = time.time) -> Harvester:
    """Return what harvests in one invocation, which has the name `token`."""
    operations = Table(aws.dynamodb(), settings.required("OPERATIONS_TABLE"))
    bucket = settings.required("ARCHIVE_BUCKET")
    ids, manifests = KnownIds(aws.s3(), bucket), Manifests(aws.s3(), bucket)
    harvests, states = HarvestRepository(operations, token, time=time), ArchiveStates(operations, time=time)
    collectors = Queue(aws.sqs(), settings.required("ARCHIVE_QUEUE_URL"))
    per_second = settings.required_number("TMDB_PER_SECOND")
    return Harvester(
        harvests,
        states,
        Gathering(exports(), changes(), ids, harvests, time=time),
        Queueing(harvests, states, ids, manifests, collectors, per_second),
        partial(settle_harvest, operations, manifests),
        settings.media_types(),
        time=time,
    )
