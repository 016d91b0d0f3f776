"""Where imports read: the bucket of uploads, a prefix of a bucket, and folders of Google Drive, all in the same way."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import ClientError

from marquee import importing_files
from marquee.errors import MarqueeError
from marquee.models.import_work import Entry

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# So many entries, each with the mark that it was seen, and the groups that they make fit into one transaction.
PAGE = 80
CHUNK = 65_536
# Names of many entries go into one item.
NAME_LENGTH = 500
MISSING = {"NoSuchKey", "AccessDenied", "403", "404"}
FINAL = MISSING | {"NoSuchBucket", "InvalidObjectState"}


class EntryRefused(MarqueeError):
    """A file or folder cannot be read, and asking again will not help; the message says why."""


@dataclass(frozen=True)
class Listing:
    """A part of what is in folders; `refused` are entries that are not imported, each with the reason."""

    folders: list[Entry] = field(default_factory=list)
    files: list[Entry] = field(default_factory=list)
    refused: list[tuple[Entry, str]] = field(default_factory=list)
    next: str | None = None

    def __len__(self) -> int:
        return len(self.folders) + len(self.files) + len(self.refused)

    def add(self, other: "Listing") -> None:
        """Add what another part holds."""
        self.folders.extend(other.folders)
        self.files.extend(other.files)
        self.refused.extend(other.refused)

    def ids(self) -> set[str]:
        """Return the ids of all entries, in whatever way they are listed."""
        return {each.id for each in (*self.folders, *self.files, *(entry for entry, _ in self.refused))}


@dataclass(frozen=True)
class Opened:
    """The bytes of a file from a place on, and the version that they are of, if the source knows any."""

    chunks: Iterator[bytes]
    version: str | None


def shown_name(name: str) -> str:
    """Return the name of an entry with its folders, of one that is too long for a table the end."""
    return name if len(name) <= NAME_LENGTH else "…" + name[1 - NAME_LENGTH :]


def as_such(folder: Entry) -> Entry:
    """Return what stands for a folder itself, in place of what is in it: the folder has been seen already."""
    return folder.model_copy(update={"id": f"{folder.id}#", "name": folder.name or folder.id})


class Source(Protocol):
    """What an import reads from. All raise EntryRefused, and the errors of their service where it may go better."""

    @property
    def is_tree(self) -> bool:
        """Return whether several ways may lead to one entry, or pages overlap."""

    def root(self, name: str) -> tuple[bool, Entry]:
        """Return where to begin for what was asked for, and whether that is a folder."""

    def list(self, folder: Entry, page: str | None, size: int = PAGE) -> Listing:
        """Return a page of a folder, of `size` entries at most."""

    def open(self, file: Entry, offset: int) -> Opened:
        """Open a file at a byte; raises EntryRefused if it is not the version any more that it was."""


class S3Source:
    """Objects of a bucket below `base`, which stays out of their names; folders are prefixes, read as one."""

    is_tree = False

    def __init__(self, client: "S3Client", bucket: str, base: str, *, is_folder: bool) -> None:
        self._client = client
        self._bucket = bucket
        self._base = base
        self._is_folder = is_folder

    def root(self, name: str) -> tuple[bool, Entry]:
        """Return the prefix, or the one object that was uploaded."""
        return self._is_folder, Entry(id=self._base + name if self._is_folder else self._base, name=shown_name(name))

    def list(self, folder: Entry, page: str | None, size: int = PAGE) -> Listing:
        """Return a page of objects in the order of their keys; `page` is the key before."""
        request: dict[str, Any] = {"Bucket": self._bucket, "Prefix": folder.id, "MaxKeys": size}
        if page:
            request["StartAfter"] = page
        try:
            answer = self._client.list_objects_v2(**request)
        except ClientError as error:
            raise _refused(error) from error
        found = Listing(next=answer["Contents"][-1]["Key"] if answer.get("IsTruncated") else None)
        for each in answer.get("Contents", []):
            key = each["Key"]
            name = shown_name(key.removeprefix(self._base))
            entry = Entry(id=key, name=name, size=each["Size"], version=each["ETag"])
            if key.endswith("/"):
                continue
            if importing_files.is_importable(key):
                found.files.append(entry)
            else:
                found.refused.append((entry, "it is neither CSV nor JSON nor NDJSON by its name"))
        return found

    def open(self, file: Entry, offset: int) -> Opened:
        """Open an object; one that was written over meanwhile is refused."""
        request: dict[str, Any] = {"Bucket": self._bucket, "Key": file.id, "Range": f"bytes={offset}-"}
        if file.version:
            request["IfMatch"] = file.version
        try:
            answer = self._client.get_object(**request)
        except ClientError as error:
            if error.response["Error"]["Code"] == "InvalidRange":
                return Opened(iter(()), file.version)
            # To those who may not list a bucket, S3 says of what is not there that they may not read it.
            if not self._is_folder and error.response["Error"]["Code"] in MISSING:
                raise EntryRefused("it is not there (uploaded yet?)") from error
            raise _refused(error) from error
        return Opened(answer["Body"].iter_chunks(CHUNK), answer["ETag"])


def _refused(error: ClientError) -> Exception:
    """Return what an error of S3 means for an entry; one that may go better the next time stays what it is."""
    code = error.response["Error"]["Code"]
    if code in ("PreconditionFailed", "412"):
        return EntryRefused("it was changed while it was being read; the rest of it was not imported")
    if code in ("NoSuchKey", "404"):
        return EntryRefused("it is not there")
    return EntryRefused(f"S3 does not give it out ({code})") if code in FINAL else error
