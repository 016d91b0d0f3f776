"""What is kept of TMDB in S3: an object an item, in versions, and flat rows for SQL.

`tmdb/<kind>/<id mod 1000>/<id>.pb.zst`, with `sha256` (of the body, see marquee.archive.fingerprint), `collected-at`,
`schema` and, for a tombstone, `gone` as metadata; `tmdb/_tables/<table>/collected=<yyyy-mm-dd>/<name>.ndjson.gz`.
"""

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from marquee.archive import packing
from marquee.errors import Conflict, NotFound
from marquee.models.archive import ArchivedItem, ArchivedVersion, Kind
from marquee.repositories.archive_dictionaries import DictionaryStore

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Goes up when what an object holds can no longer be read as before.
SCHEMA = "1"
FOLDERS = 1000
# S3's words for an object or a version that is not there, with and without a body to say it in.
ABSENT = {"404", "NoSuchKey", "NoSuchVersion"}
# And for an object that is not what a write was to replace: another one is there, another write is under way, none is
# there any more (or the lifecycle has put a delete marker over it).
OVERTAKEN = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"}


def object_key(kind: Kind, id: str) -> str:
    """Return the name of an item's object; a season stands in the folder of its series."""
    number = int(id.partition("-")[0])
    return f"tmdb/{kind}/{number % FOLDERS}/{id}.pb.zst"


def season_id(tv_id: int, number: int) -> str:
    """Return the id that a season has in the archive."""
    return f"{tv_id}-{number}"


class Overtaken(Conflict):
    """What a write was to replace is not the newest version any more: nothing was written."""


@dataclass(frozen=True)
class Standing:
    """What stands under the name of an item: `etag` of anything, `version` of what the archive has put there."""

    etag: str | None = None
    version: ArchivedVersion | None = None


class ArchiveStore:
    """Reads and writes objects whole; S3 keeps the versions that they replace.

    Objects of items are written on condition that the newest version is the one that the writer has seen. So what the
    client sends again, because the answer was lost, makes no second version: it is Overtaken by itself, and who then
    looks finds it there. An object that somebody else has put there is none of the archive's, so that the next harvest
    writes over it.
    """

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket
        self._dictionaries = DictionaryStore(client, bucket)

    def head(self, kind: Kind, id: str, version_id: str | None = None) -> ArchivedVersion | None:
        """Return what is known of an item without its body, None if there is none."""
        answer = self._head(kind, id, version_id)
        return _version(answer) if answer else None

    def standing(self, kind: Kind, id: str) -> Standing:
        """Return what a write of an item replaces."""
        answer = self._head(kind, id)
        return Standing(answer["ETag"], _version(answer)) if answer else Standing()

    def put(self, kind: Kind, id: str, body: dict[str, Any], *, sha256: str, collected_at: str, over: Standing) -> None:
        """Write a body, the newest version from now on; raises Overtaken if `over` is not what stands there."""
        dictionary = self._dictionaries.current(kind)
        data = packing.pack(kind, body, dictionary)
        if over.etag == _etag(data):
            # The same bytes would have the same tag, and S3 could not tell this version from the one that it replaces.
            data = packing.pack(kind, body, dictionary, checksum=True)
        self._put(kind, id, data, {"sha256": sha256, "collected-at": collected_at, "schema": SCHEMA}, over)

    def bury(self, kind: Kind, id: str, *, collected_at: str, over: Standing) -> None:
        """Write a tombstone, the newest version from now on: TMDB has no such item any more.

        Raises Overtaken as `put`, but cannot tell one tombstone from another: nobody writes one over one.
        """
        self._put(kind, id, b"", {"collected-at": collected_at, "schema": SCHEMA, "gone": "true"}, over)

    def get(self, kind: Kind, id: str, version_id: str | None = None) -> ArchivedItem:
        """Return an item, the newest version or the one named. Raises NotFound."""
        missing = f"The archive has no {kind} {id}" + (f" of version {version_id}." if version_id else ".")
        with absence(missing):
            answer = self._client.get_object(Bucket=self._bucket, **_object(kind, id, version_id))
        version, data = _version(answer), answer["Body"].read()
        if version is None:
            raise NotFound(missing)
        body = None if version.gone else packing.unpack(kind, data, self._dictionaries.find)
        return ArchivedItem(kind=kind, id=id, version=version, body=body)

    def versions(self, kind: Kind, id: str) -> Iterator[ArchivedVersion]:
        """Yield the versions of an item, the newest first, each for one request: take only as many as are shown."""
        key = object_key(kind, id)
        pages = self._client.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=key)
        for page in pages:
            for listed in page.get("Versions", ()):
                # Between the list and this request the lifecycle may have removed it.
                if listed["Key"] == key and (found := self.head(kind, id, listed["VersionId"])):
                    yield found.model_copy(update={"is_latest": listed["IsLatest"]})

    def seasons(self, tv_id: int) -> list[str]:
        """Return the ids of the seasons that are kept of a series and are not tombstones."""
        begin = object_key("season", season_id(tv_id, 0)).removesuffix("0.pb.zst")
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=begin)
        kept = [each["Key"] for page in pages for each in page.get("Contents", ()) if each["Size"]]
        return [key.rpartition("/")[2].removesuffix(".pb.zst") for key in kept]

    def put_rows(self, table: str, day: str, name: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Write rows of a table that were collected on a day, in place of those of the same name.

        The same rows are the same bytes, and nobody reads older versions: written twice they are as written once.
        """
        lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
        self._client.put_object(
            Bucket=self._bucket,
            Key=f"tmdb/_tables/{table}/collected={day}/{name}.ndjson.gz",
            Body=gzip.compress("".join(lines).encode(), mtime=0),
            ContentType="application/gzip",
        )

    def _head(self, kind: Kind, id: str, version_id: str | None = None) -> Any:
        try:
            return self._client.head_object(Bucket=self._bucket, **_object(kind, id, version_id))
        except ClientError as error:
            if error.response["Error"]["Code"] in ABSENT:
                return None
            raise

    def _put(self, kind: Kind, id: str, data: bytes, metadata: dict[str, str], over: Standing) -> None:
        # A delete marker counts as no object with both conditions.
        condition: Any = {"IfMatch": over.etag} if over.etag else {"IfNoneMatch": "*"}
        try:
            self._client.put_object(
                Bucket=self._bucket, Key=object_key(kind, id), Body=data, Metadata=metadata, **condition
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in OVERTAKEN:
                raise Overtaken(f"{kind} {id} was written by others just now") from error
            raise


@contextmanager
def absence(message: str) -> Iterator[None]:
    """Translate S3's words for something that is not there to NotFound."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in ABSENT:
            raise NotFound(message) from error
        raise


def _object(kind: Kind, id: str, version_id: str | None) -> Any:
    key = {"Key": object_key(kind, id)}
    return {**key, "VersionId": version_id} if version_id else key


def _etag(data: bytes) -> str:
    """Return the tag that S3 gives to bytes in a bucket with its own keys."""
    return f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'


def _version(answer: Any) -> ArchivedVersion | None:
    metadata = answer["Metadata"]
    if "collected-at" not in metadata:
        return None
    return ArchivedVersion(
        version_id=answer.get("VersionId", "null"),
        collected_at=metadata["collected-at"],
        sha256=metadata.get("sha256", ""),
        bytes=answer["ContentLength"],
        gone=metadata.get("gone") == "true",
    )
