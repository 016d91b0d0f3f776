"""The archive of TMDB: what is kept of it, and the versions of that."""

from typing import Any, Literal

from marquee.models import Model

# What TMDB numbers and lists, each from 1 upwards: a movie and a series may share a number.
MediaType = Literal["movie", "tv", "person"]
# What is stored as an object of its own: a season, with its episodes, has the id `<series>-<number>`.
Kind = Literal["movie", "tv", "season", "person"]

MEDIA_TYPES: tuple[MediaType, ...] = ("movie", "tv", "person")
KINDS: tuple[Kind, ...] = ("movie", "tv", "season", "person")


class ArchivedVersion(Model):
    """One version of an item: when it was collected, the hash of its body, its size in bytes as it is stored.

    `gone` marks a tombstone: from then on TMDB had no such item.
    """

    version_id: str
    collected_at: str
    sha256: str
    bytes: int
    gone: bool = False
    is_latest: bool = True


class ArchivedItem(Model):
    """An item as TMDB described it; a tombstone has no `body`."""

    kind: Kind
    id: str
    version: ArchivedVersion
    body: dict[str, Any] | None = None
