"""The archive of events in S3: `activity/day=<yyyy-mm-dd>/<batch>.ndjson.gz`, one line an event."""

import gzip
from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def folder(day: str) -> str:
    """Return what the names of all objects of a day begin with."""
    return f"activity/day={day}/"


def object_key(day: str, batch: str) -> str:
    """Return the name of the object that holds the events of a batch that were taken on a day."""
    return f"{folder(day)}{batch}.ndjson.gz"


class EventArchive:
    """Writes objects whole: one is there with all its lines, or not at all."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def has(self, key: str) -> bool:
        """Return whether there is an object of that name."""
        try:
            self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            # Only "there is none" is an answer; "you may not look" would have events archived twice.
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return False
            raise
        return True

    def put(self, key: str, lines: Sequence[bytes]) -> None:
        """Write an object; the same lines always make the same bytes."""
        body = gzip.compress(b"".join(line + b"\n" for line in lines), mtime=0)
        self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/gzip")
