"""Sending to the stream and to the queues: what is rejected goes again, limits are kept."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marquee.messages.work import EnrichmentRequest
from marquee.queue import Queue, QueueUnavailable
from marquee.stream import BATCH_BYTES, BATCH_RECORDS, EventStream, Record, StreamUnavailable
from marquee.traffic import TrafficClass
from tests.fakes.client import Answer, PreparedClient


def accept(**request: Any) -> dict[str, Any]:
    return {"FailedRecordCount": 0, "Records": [{"SequenceNumber": "1", "ShardId": "0"} for _ in request["Records"]]}


def reject_odd(**request: Any) -> dict[str, Any]:
    taken = {"SequenceNumber": "1", "ShardId": "0"}
    results = [{"ErrorCode": "Throttled"} if n % 2 else taken for n in range(len(request["Records"]))]
    return {"FailedRecordCount": len(results) // 2, "Records": results}


def reject_all(**request: Any) -> dict[str, Any]:
    return {"Records": [{"ErrorCode": "InternalFailure"} for _ in request["Records"]]}


def take_all(**request: Any) -> dict[str, Any]:
    return {"Successful": [{"Id": each["Id"]} for each in request["Entries"]]}


def stream(*answers: Answer) -> tuple[EventStream, PreparedClient, list[float]]:
    client, slept = PreparedClient(*answers), list[float]()
    return EventStream(client, "events", sleep=slept.append), client, slept  # type: ignore[arg-type]


def queue(*answers: Answer) -> tuple[Queue, PreparedClient, list[float]]:
    client, slept = PreparedClient(*answers), list[float]()
    return Queue(client, "https://queue", sleep=slept.append), client, slept  # type: ignore[arg-type]


def requests(count: int) -> list[EnrichmentRequest]:
    return [EnrichmentRequest(title_id=str(n), traffic=TrafficClass.SCHEDULED) for n in range(count)]


def bodies(client: PreparedClient) -> list[list[str]]:
    return [[entry["MessageBody"] for entry in request["Entries"]] for request in client.requests]


def test_rejected_records_and_no_others_are_sent_again() -> None:
    events, client, slept = stream(reject_odd, accept)

    events.publish([("a", b"0"), ("b", b"1"), ("c", b"2"), ("d", b"3")])

    first, second = ([each["Data"] for each in request["Records"]] for request in client.requests)
    assert (first, second, len(slept)) == ([b"0", b"1", b"2", b"3"], [b"1", b"3"], 1)


def test_record_goes_with_its_partition_key() -> None:
    events, client, _ = stream(accept)

    events.publish([("title:11", b"x")])

    (request,) = client.requests
    assert request == {"StreamName": "events", "Records": [{"PartitionKey": "title:11", "Data": b"x"}]}


def test_records_that_stay_rejected_are_an_error() -> None:
    events, _, slept = stream(reject_all)

    with pytest.raises(StreamUnavailable, match="1 of 1"):
        events.publish([("a", b"0")])

    assert sum(slept) < 30


@pytest.mark.parametrize(
    ("records", "sizes"),
    [
        pytest.param([("k", b"x")] * 1001, [500, 500, 1], id="500 records"),
        pytest.param([("k", b"x" * 999_999)] * 6, [5, 1], id="5 MB with the keys"),
        pytest.param([("k" * 256, b"x" * 1_000_000)] * 5, [4, 1], id="long keys count"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_batches_keep_to_the_limits(records: list[Record], sizes: list[int]) -> None:
    events, client, _ = stream(accept)

    events.publish(records)

    assert [len(request["Records"]) for request in client.requests] == sizes


@given(st.lists(st.integers(1, 1_000_000).map(lambda size: ("key", bytes(size))), max_size=20))
def test_every_record_is_sent_once_in_order_within_the_limits(records: list[Record]) -> None:
    events, client, _ = stream(accept)

    events.publish(records)

    batches = [[(each["PartitionKey"], each["Data"]) for each in request["Records"]] for request in client.requests]
    assert [each for batch in batches for each in batch] == records
    assert all(len(batch) <= BATCH_RECORDS for batch in batches)
    assert all(sum(len(key) + len(data) for key, data in batch) <= BATCH_BYTES for batch in batches)


def test_messages_go_ten_at_a_time() -> None:
    target, client, _ = queue(take_all)

    assert target.send(requests(21)) == 21

    assert [len(batch) for batch in bodies(client)] == [10, 10, 1]
    assert [body for batch in bodies(client) for body in batch] == [each.model_dump_json() for each in requests(21)]


def test_rejected_messages_and_no_others_are_sent_again() -> None:
    partly = {"Successful": [{"Id": "0"}, {"Id": "2"}], "Failed": [{"Id": "1", "Code": "InternalError"}]}
    target, client, slept = queue(partly, {"Successful": [{"Id": "1"}]})

    assert target.send(requests(3)) == 3

    assert bodies(client)[1] == [requests(3)[1].model_dump_json()]
    assert len(slept) == 1


def test_messages_that_stay_rejected_are_an_error() -> None:
    target, _, slept = queue({"Failed": [{"Id": "0", "Code": "InternalError"}]})

    with pytest.raises(QueueUnavailable, match="1 messages"):
        target.send(requests(1))

    assert sum(slept) < 15
