"""The programme-events stream from the side of those who publish."""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from marquee.errors import MarqueeError

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient

# Limits of PutRecords: 500 records and 5 MB a call, with their partition keys.
BATCH_RECORDS = 500
BATCH_BYTES = 5_000_000
RESENDS = 8

Record = tuple[str, bytes]


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
            self._put(batch)

    def _put(self, batch: Sequence[Record]) -> None:
        pending: list[Any] = [{"PartitionKey": key, "Data": data} for key, data in batch]
        for attempt in range(RESENDS):
            answer = self._client.put_records(StreamName=self._name, Records=pending)
            pending = [sent for sent, result in zip(pending, answer["Records"], strict=True) if "ErrorCode" in result]
            if not pending:
                return
            self._sleep(random.uniform(0, min(5.0, 0.1 * 2**attempt)))
        raise StreamUnavailable(f"{len(pending)} of {len(batch)} records were rejected {RESENDS} times")


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
