"""What the routes of the library work with, made once for a function."""

from functools import cache

from botocore.config import Config

from library_api.uploads import Uploads
from marquee import aws, settings
from marquee.queue import FifoQueue, Queue
from marquee.repositories.imports import ImportRepository
from marquee.repositories.library import LibraryIndex, LibraryRequests
from marquee.repositories.table import Table

# By itself, boto3 signs addresses of the endpoint of all regions, which sends a new bucket's uploads elsewhere.
SIGNING = aws.CONFIG.merge(Config(signature_version="s3v4", s3={"addressing_style": "path"}))


@cache
def table() -> Table:
    """Return the library table."""
    return Table(aws.dynamodb(), settings.required("LIBRARY_TABLE"))


@cache
def library() -> LibraryIndex:
    """Return the movies."""
    return LibraryIndex(table())


@cache
def requests() -> LibraryRequests:
    """Return what people asked for."""
    return LibraryRequests(table())


@cache
def writer_queue() -> FifoQueue:
    """Return the queue of the one who changes the library."""
    return FifoQueue(aws.sqs(), settings.required("LIBRARY_QUEUE_URL"))


@cache
def imports() -> ImportRepository:
    """Return the imports."""
    return ImportRepository(table())


@cache
def importer_queue() -> Queue:
    """Return the bell of the importer."""
    return Queue(aws.sqs(), settings.required("IMPORT_QUEUE_URL"))


@cache
def uploads() -> Uploads:
    """Return where files are uploaded to."""
    return Uploads(aws.client("s3", SIGNING), settings.required("UPLOADS_BUCKET"))
