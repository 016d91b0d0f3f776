"""The programme-events stream from the side of those who publish."""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from marquee.errors import MarqueeError
from marquee.telemetry import logger

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient

# Limits of PutRecords: 500 records and 5 MB a call, with their partition keys.
BATCH_RECORDS = 500
BATCH_BYTES = 5_000_000
RESENDS = 8

Record = tuple[str, bytes]


@dataclass(frozen=True)
class Placed:
    """Where the stream keeps a record."""

    sequence_number: str
    shard_id: str


class StreamUnavailable(MarqueeError):
    """The stream did not take all records, however often they were sent."""


class EventStream:
    """Publishes events; what the stream rejects is sent again until it is accepted."""

    def __init__(self, client: "KinesisClient", name: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._name = name
        self._sleep = sleep

    def publish(self, records: Iterable[Record]) -> None:
        """Put (partition key, event) records; raises StreamUnavailable when some stay rejected."""
        for batch in _batches(records):
            missing = sum(placed is None for placed in self._put(batch, RESENDS))
            if missing:
                raise StreamUnavailable(f"{missing} of {len(batch)} records were rejected {RESENDS} times")

    def place_one(self, record: Record) -> Placed:
        """Put one record and return where it stands; raises StreamUnavailable after the client's own attempts."""
        key, data = record
        try:
            answer = self._client.put_record(StreamName=self._name, PartitionKey=key, Data=data)
        except (ClientError, BotoCoreError) as error:
            raise StreamUnavailable(f"the stream did not take a record: {error}") from error
        return Placed(answer["SequenceNumber"], answer["ShardId"])

    def place(self, records: Sequence[Record], *, attempts: int) -> list[Placed | None]:
        """Put records in at most so many attempts a batch; returns where each stands, None for what was rejected.

        Raises StreamUnavailable when the stream does not answer and has taken nothing of a batch.
        """
        return [placed for batch in _batches(records) for placed in self._put(batch, attempts)]

    def _put(self, batch: Sequence[Record], attempts: int) -> list[Placed | None]:
        placed: dict[int, Placed] = {}
        for attempt in range(attempts):
            pending = [number for number in range(len(batch)) if number not in placed]
            try:
                placed |= self._put_once(batch, pending)
            except (ClientError, BotoCoreError) as error:
                # What stands already is told; the rest is as good as rejected.
                if not placed:
                    raise StreamUnavailable(f"the stream took no record: {error}") from error
                logger.warning("records not sent again", missing=len(pending), error_type=type(error).__name__)
                break
            if len(placed) == len(batch):
                break
            if attempt + 1 < attempts:
                self._sleep(random.uniform(0, min(5.0, 0.1 * 2**attempt)))
        return [placed.get(number) for number in range(len(batch))]

    def _put_once(self, batch: Sequence[Record], pending: Sequence[int]) -> dict[int, Placed]:
        answer = self._client.put_records(
            StreamName=self._name,
            Records=[{"PartitionKey": batch[number][0], "Data": batch[number][1]} for number in pending],
        )
        return {
            number: Placed(result["SequenceNumber"], result["ShardId"])
            for number, result in zip(pending, answer["Records"], strict=True)
            if "ErrorCode" not in result
        }


def _batches(records: Iterable[Record]) -> Iterable[list[Record]]:
    batch: list[Record] = []
    size = 0
    for key, data in records:
        weight = len(key) + len(data)
        if batch and (len(batch) == BATCH_RECORDS or size + weight > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append((key, data))
        size += weight
    if batch:
        yield batch
