"""The stores of the guide API, each made once for a function."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache

from marquee import aws, settings
from marquee.queue import Queue
from marquee.repositories.guide_index import GuideIndex
from marquee.repositories.listings import ListingRepository
from marquee.repositories.reference import ReferenceRepository
from marquee.repositories.table import Table
from marquee.repositories.titles import TitleRepository
from marquee.repositories.viewers import ViewerRepository


@cache
def catalogue() -> Table:
    """Return the catalogue table."""
    return Table(aws.dynamodb(), settings.required("CATALOGUE_TABLE"))


@cache
def titles() -> TitleRepository:
    """Return the titles."""
    return TitleRepository(catalogue())


@cache
def index() -> GuideIndex:
    """Return the guide index."""
    return GuideIndex(catalogue())


@cache
def reference() -> ReferenceRepository:
    """Return the services and genres."""
    return ReferenceRepository(catalogue())


@cache
def viewers() -> ViewerRepository:
    """Return what viewers chose."""
    return ViewerRepository(Table(aws.dynamodb(), settings.required("VIEWERS_TABLE")))


@cache
def listings() -> ListingRepository:
    """Return when the pairs were listed."""
    return ListingRepository(Table(aws.dynamodb(), settings.required("OPERATIONS_TABLE")))


@cache
def enrichment_queue() -> Queue:
    """Return the queue of titles to complete."""
    return Queue(aws.sqs(), settings.required("ENRICHMENT_QUEUE_URL"))


@cache
def executor() -> ThreadPoolExecutor:
    """Return the threads that query pairs side by side; as many as the client has connections to spare."""
    return ThreadPoolExecutor(16)
