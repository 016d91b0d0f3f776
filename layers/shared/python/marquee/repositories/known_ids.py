"""Sets of TMDB's ids in the archive's bucket: those known of each media type, and those of one harvest.

They are Roaring bitmaps in their portable form: a million ids take between some bytes and 130 KB.
"""

import uuid
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from pyroaring import BitMap

from marquee.models.archive import MediaType

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class KnownIds:
    """Reads and writes sets of ids, whole."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def known(self, media_type: MediaType) -> BitMap:
        """Return the ids of a media type that have been queued so far; none before the first harvest."""
        try:
            return self.get(_known_key(media_type))
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return BitMap()
            raise

    def put_known(self, media_type: MediaType, ids: BitMap) -> None:
        """Make `ids` those that are known of a media type."""
        self._put(_known_key(media_type), ids)

    def get(self, key: str) -> BitMap:
        """Return the set of a harvest that `put` gave a key to; none for "", which is the key of what never was."""
        if not key:
            return BitMap()
        return BitMap.deserialize(self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read())

    def put(self, job_id: str, name: str, ids: BitMap) -> str:
        """Keep a set of ids of a harvest and return its key, for the record of the harvest to hold.

        Each one has a key of its own: what the record names must not change before the record does.
        """
        key = f"tmdb/_harvests/{job_id}/{name}-{uuid.uuid4().hex[:12]}.roar"
        self._put(key, ids)
        return key

    def _put(self, key: str, ids: BitMap) -> None:
        packed = ids.copy()
        packed.run_optimize()
        self._client.put_object(Bucket=self._bucket, Key=key, Body=packed.serialize())


def _known_key(media_type: MediaType) -> str:
    return f"tmdb/_known/{media_type}.roar"
