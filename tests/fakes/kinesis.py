"""A stream in a list."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

SHARDS = 2


def throttled(operation: str = "PutRecord") -> ClientError:
    """Return what the client raises when the stream stays too busy for all its attempts."""
    code = "ProvisionedThroughputExceededException"
    return ClientError({"Error": {"Code": code, "Message": "Rate exceeded for shard 0 of secret-stream"}}, operation)


class FakeKinesis:
    """Takes records and counts calls; `trouble` is asked before each call and may raise, or name records to reject."""

    def __init__(self) -> None:
        self.records: list[tuple[str, bytes]] = []
        self.calls: list[str] = []
        self.trouble: Callable[[int], set[int] | None] = lambda call: None

    def put_record(self, **request: Any) -> dict[str, Any]:
        self._call("PutRecord")
        return self._take(request)

    def put_records(self, **request: Any) -> dict[str, Any]:
        rejected = self._call("PutRecords")
        results = [
            {"ErrorCode": "InternalFailure"} if number in rejected else self._take(each)
            for number, each in enumerate(request["Records"])
        ]
        return {"Records": results, "FailedRecordCount": len(rejected)}

    def _call(self, name: str) -> set[int]:
        self.calls.append(name)
        return self.trouble(len(self.calls)) or set()

    def _take(self, record: dict[str, Any]) -> dict[str, Any]:
        self.records.append((record["PartitionKey"], record["Data"]))
        return {"SequenceNumber": str(len(self.records)), "ShardId": f"shardId-{len(self.records) % SHARDS:012}"}
