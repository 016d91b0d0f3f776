"""What the importer works with, made once for a function, and where each kind of import reads."""

from functools import cache
from typing import TYPE_CHECKING

from library_importer.importer import Importer, Stores
from library_importer.sources import S3Source, Source
from library_importer.steps import Outgoing
from marquee import aws, settings
from marquee.errors import SignInRefused
from marquee.models.imports import Import
from marquee.queue import FifoQueue, Queue
from marquee.repositories.import_progress import ImportProgress
from marquee.repositories.import_work import ImportWork
from marquee.repositories.imports import ImportRepository
from marquee.repositories.library import LibraryIndex
from marquee.repositories.table import Table

if TYPE_CHECKING:
    from marquee.clients.google_drive import DriveClient

# In the bucket of uploads, what operators put there by themselves; the uploads of others are out of its reach.
IMPORTS = "imports/"


@cache
def importer() -> Importer:
    """Return what looks after imports."""
    table = Table(aws.dynamodb(), settings.required("LIBRARY_TABLE"))
    stores = Stores(
        ImportRepository(table),
        ImportWork(table),
        ImportProgress(table),
        LibraryIndex(table),
    )
    outgoing = Outgoing(
        FifoQueue(aws.sqs(), settings.required("LIBRARY_QUEUE_URL")),
        Queue(aws.sqs(), settings.required("IMPORT_QUEUE_URL")),
    )
    return Importer(stores, outgoing, source_of)


def source_of(now: Import) -> Source:
    """Return where an import reads; raises SignInRefused for a Google Drive that is not set up."""
    if now.source.kind == "drive":
        # Most imports are of a bucket: they do without the client and what signs in for it.
        from library_importer.drive_source import DriveSource
        from marquee.clients.google_drive_answers import NAME

        if not settings.optional("DRIVE_SECRET_ARN"):
            raise SignInRefused(NAME, "this environment has no credentials for it")
        return DriveSource(drive())
    if now.source.kind == "upload":
        return S3Source(aws.s3(), settings.required("UPLOADS_BUCKET"), now.upload_key, is_folder=False)
    return S3Source(aws.s3(), settings.required("UPLOADS_BUCKET"), IMPORTS, is_folder=True)


@cache
def drive() -> "DriveClient":
    """Return the client for Google Drive."""
    # Only an import from Google Drive needs a secret; what else is there paces providers that no import asks.
    from marquee.clients.google_drive import DriveClient
    from marquee.providers import Secret

    return DriveClient(settings.required("DRIVE_URL"), Secret(settings.required("DRIVE_SECRET_ARN")))
