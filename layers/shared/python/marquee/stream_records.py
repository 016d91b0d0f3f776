"""The programme-events stream from the side of those who consume."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class StreamRecord:
    """One record as the stream delivers it."""

    sequence_number: str
    data: bytes


def stream_records(event: Mapping[str, Any]) -> list[StreamRecord]:
    """Return the records of a batch as Lambda hands it to a function, in the order of the stream."""
    return [
        StreamRecord(record["kinesis"]["sequenceNumber"], base64.b64decode(record["kinesis"]["data"]))
        for record in event["Records"]
    ]


def shard_of(event: Mapping[str, Any]) -> str:
    """Return the shard of a batch, which is always of one."""
    shard_id: str = event["Records"][0]["eventID"].partition(":")[0]
    return shard_id


def failures(sequence_numbers: Iterable[str]) -> dict[str, Any]:
    """Return the answer that has Lambda deliver these records again, and all after the first of them."""
    return {"batchItemFailures": [{"itemIdentifier": number} for number in sorted(sequence_numbers, key=int)]}
