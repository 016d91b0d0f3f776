"""The store of the archive API, made once for a function."""

from functools import cache

from marquee import aws, settings
from marquee.repositories.archive import ArchiveStore


@cache
def archive() -> ArchiveStore:
    """Return the archive."""
    return ArchiveStore(aws.s3(), settings.required("ARCHIVE_BUCKET"))
