"""The zstd dictionaries in the archive's bucket: `tmdb/_dictionaries/<id>.zdict`; `current.json` names one a kind."""

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from marquee.archive import dictionaries
from marquee.errors import Conflict, NotFound
from marquee.models.archive import Kind

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX = "tmdb/_dictionaries/"
# A dictionary that has been trained is in use after this many seconds at the latest.
READ_AGAIN_SECONDS = 300.0


class DictionaryStore:
    """Finds dictionaries by id, and the one to write a kind with."""

    def __init__(self, client: "S3Client", bucket: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._bucket = bucket
        self._clock = clock
        self._found: dict[int, bytes] = {}
        self._current: dict[str, int] = {}
        self._read_at = float("-inf")

    def find(self, number: int) -> bytes:
        """Return the dictionary of an id. Raises NotFound."""
        if number not in self._found:
            data = dictionaries.shipped_by_id(number) or self._read(f"{number}{dictionaries.SUFFIX}")
            if data is None:
                raise NotFound(f"The archive has no dictionary {number}.")
            self._found[number] = data
        return self._found[number]

    def current(self, kind: Kind) -> bytes:
        """Return the dictionary that a kind is written with now.

        Those that come with Marquee are put into the bucket before the first use, so that the data there explains
        itself. Raises NotFound.
        """
        if self._clock() - self._read_at > READ_AGAIN_SECONDS:
            listed = self._read(dictionaries.CURRENT)
            self._current = json.loads(listed) if listed else self._put_shipped()
            self._read_at = self._clock()
        return self.find(self._current[kind])

    def use(self, kind: Kind, dictionary: bytes) -> None:
        """Have a kind written with a dictionary from now on: it is there before it is named. Raises Conflict."""
        number = dictionaries.dictionary_id(dictionary)
        self._put(number, dictionary)
        listed = self._read(dictionaries.CURRENT)
        current = json.loads(listed) if listed else self._put_shipped()
        self._name({**current, kind: number})

    def _put_shipped(self) -> dict[str, int]:
        current = {str(kind): number for kind, number in dictionaries.current().items()}
        for number in current.values():
            self._put(number, self.find(number))
        # The list last: who reads it finds what it names.
        self._name(current)
        return current

    def _put(self, number: int, dictionary: bytes) -> None:
        """Write a dictionary, unless it is there: objects cannot be read with another than they were written with."""
        name = f"{number}{dictionaries.SUFFIX}"
        try:
            self._client.put_object(Bucket=self._bucket, Key=PREFIX + name, Body=dictionary, IfNoneMatch="*")
        except ClientError as error:
            if error.response["Error"]["Code"] != "PreconditionFailed":
                raise
            if self._read(name) != dictionary:
                raise Conflict(f"The archive has another dictionary {number}, which must stay as it is.") from error

    def _name(self, current: dict[str, int]) -> None:
        self._client.put_object(
            Bucket=self._bucket, Key=PREFIX + dictionaries.CURRENT, Body=json.dumps(current).encode()
        )

    def _read(self, name: str) -> bytes | None:
        try:
            return self._client.get_object(Bucket=self._bucket, Key=PREFIX + name)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise
