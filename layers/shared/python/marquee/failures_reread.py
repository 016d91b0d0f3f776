"""Reads the records that Lambda has given up from their stream again, while they are still there.

Lambda tells of a batch that it gives up by shard and sequence numbers, not by its records.
"""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from marquee.errors import MarqueeError

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient

# Lambda takes 6 MB; the data of a record is told in Base64.
EVENT_BYTES = 4_000_000
EVENT_RECORDS = 100
# Empty answers are normal between records; a shard that was read through gives nothing else.
EMPTY_READS = 20
GONE = {
    "TrimmedDataAccessException",
    "ResourceNotFoundException",
    "InvalidArgumentException",
    "ExpiredIteratorException",
}

Event = dict[str, Any]


class RecordsGone(MarqueeError):
    """The stream does not have the records any more."""

    def __init__(self) -> None:
        super().__init__("The records are not in the stream any more.")


def reread(told: Mapping[str, Any], kinesis: "KinesisClient", streams: Any) -> Iterator[Event]:
    """Yield the records of a batch that was given up, as events that Lambda would hand to the function.

    Raises RecordsGone.
    """
    if batch := told.get("KinesisBatchInfo"):
        yield from _events(_kinesis_records(batch, kinesis))
    else:
        yield from _events(_table_records(told["DDBStreamBatchInfo"], streams))


def _kinesis_records(batch: Mapping[str, Any], client: "KinesisClient") -> Iterator[Event]:
    arn, shard = batch["streamArn"], batch["shardId"]
    place = {"StreamName": arn.split("/")[1], "StartingSequenceNumber": batch["startSequenceNumber"]}
    for record in _read(client, place, batch, lambda each: int(each["SequenceNumber"])):
        yield {
            "eventID": f"{shard}:{record['SequenceNumber']}",
            "eventSource": "aws:kinesis",
            "eventSourceARN": arn,
            "kinesis": {
                "partitionKey": record["PartitionKey"],
                "sequenceNumber": record["SequenceNumber"],
                "data": base64.b64encode(record["Data"]).decode(),
                "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"].timestamp(),
            },
        }


def _table_records(batch: Mapping[str, Any], client: Any) -> Iterator[Event]:
    arn = batch["streamArn"]
    place = {"StreamArn": arn, "SequenceNumber": batch["startSequenceNumber"]}
    for record in _read(client, place, batch, lambda each: int(each["dynamodb"]["SequenceNumber"])):
        yield {**_plain(record), "eventSourceARN": arn}


def _read(
    client: Any, first: Mapping[str, str], batch: Mapping[str, Any], number: Callable[[Any], int]
) -> Iterator[Any]:
    """Yield the records of a shard from the `first` of a batch to the last."""
    last = int(batch["endSequenceNumber"])
    try:
        place = client.get_shard_iterator(**first, ShardId=batch["shardId"], ShardIteratorType="AT_SEQUENCE_NUMBER")[
            "ShardIterator"
        ]
        empty, begun = 0, False
        while place and empty < EMPTY_READS:
            answer = client.get_records(ShardIterator=place)
            empty = 0 if answer["Records"] else empty + 1
            for record in answer["Records"]:
                if number(record) > last:
                    return
                begun = True
                yield record
                if number(record) == last:
                    return
            place = answer.get("NextShardIterator")
    except ClientError as error:
        if error.response["Error"]["Code"] in GONE:
            raise RecordsGone from error
        raise
    if not begun:
        raise RecordsGone


def _events(records: Iterable[Event]) -> Iterator[Event]:
    """Yield events of as many records as Lambda takes at once, in order."""
    batch: list[Event] = []
    size = 0
    for record in records:
        weight = len(json.dumps(record))
        if batch and (len(batch) == EVENT_RECORDS or size + weight > EVENT_BYTES):
            yield {"Records": batch}
            batch, size = [], 0
        batch.append(record)
        size += weight
    if batch:
        yield {"Records": batch}


def _plain(value: Any) -> Any:
    """Return what DynamoDB Streams gives as Lambda would tell it in JSON: moments in seconds, bytes in Base64."""
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.timestamp() if hasattr(value, "timestamp") else value
