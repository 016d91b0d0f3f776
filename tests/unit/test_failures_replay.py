"""What failed goes back to whoever is to try again; replaying it twice ends in the same state."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from marquee import aws
from marquee.failures import Replayer
from marquee.failures_reread import reread
from marquee.failures_ways import Ways
from marquee.models.operations import Failure
from marquee.repositories.failures import FailureRepository
from tests.fakes.failures import failure
from tests.unit.conftest import Cloud

A, B = "a" * 32, "b" * 32


class FakeLambda:
    """A function that answers what it is told, and remembers what it was invoked with."""

    def __init__(self, answer: object = None, error: bool = False) -> None:
        self.answer, self.error = answer, error
        self.invoked: list[tuple[str, str, Any]] = []

    def invoke(self, **request: str) -> dict[str, Any]:
        self.invoked.append((request["FunctionName"], request["InvocationType"], json.loads(request["Payload"])))
        told = io.BytesIO(json.dumps(self.answer).encode())
        return {"Payload": told, **({"FunctionError": "Unhandled"} if self.error else {})}


class FakeStreams:
    """A stream of a table with three records, of which the first may be gone."""

    def __init__(self, *, gone: bool = False) -> None:
        self.gone = gone

    def get_shard_iterator(self, **request: str) -> dict[str, str]:
        if self.gone:
            raise ClientError({"Error": {"Code": "TrimmedDataAccessException"}}, "GetShardIterator")
        return {"ShardIterator": request["SequenceNumber"]}

    def get_records(self, **request: str) -> dict[str, Any]:
        numbers = range(int(request["ShardIterator"]), 103)
        records = [
            {
                "eventName": "INSERT",
                "dynamodb": {
                    "SequenceNumber": str(number),
                    "Keys": {"PK": {"S": "title:1"}, "SK": {"S": "record"}},
                    "NewImage": {"bitmap": {"B": b"\x00\x01"}},
                    "ApproximateCreationDateTime": datetime(2026, 11, 1, tzinfo=UTC),
                },
            }
            for number in numbers
        ]
        return {"Records": records, "NextShardIterator": None}


@pytest.fixture
def inbox(cloud: Cloud) -> FailureRepository:
    return FailureRepository(cloud.operations)


def replayer(cloud: Cloud, function: FakeLambda | None = None, streams: FakeStreams | None = None) -> Replayer:
    ways = Ways(
        sqs=aws.sqs(),
        kinesis=aws.kinesis(),
        streams=streams or FakeStreams(),
        lambda_=function or FakeLambda(),  # type: ignore[arg-type]
        stream_name=cloud.stream,
        quarantine=cloud.quarantine,
    )
    return Replayer(FailureRepository(cloud.operations), ways)


def message(cloud: Cloud, name: str = A, **facts: Any) -> Failure:
    url = boto3.client("sqs").get_queue_url(QueueName="listing")["QueueUrl"]
    return failure(name, target=url, **facts)


def batch(**facts: Any) -> Failure:
    place = {"shardId": "s1", "startSequenceNumber": "100", "endSequenceNumber": "101", "streamArn": "arn"}
    given = {"way": "reread", "target": "title-enrichment", "payload": json.dumps({"DDBStreamBatchInfo": place})}
    return failure(A, source="title_enrichment", **{**given, **facts})


def test_message_goes_back_to_its_queue_once_however_often_it_is_replayed(
    cloud: Cloud, inbox: FailureRepository
) -> None:
    inbox.add(message(cloud, payload='{"pair": 1}', attributes={"trace": "x"}))

    first, second = (replayer(cloud).replay(A, "admin:anna") for _ in range(2))

    assert (first.state, second.state) == ("replayed", "replayed")
    assert cloud.messages("LISTING_QUEUE_URL") == ['{"pair": 1}']
    assert (inbox.require(A).who, inbox.open_by_source()) == ("admin:anna", {})


def test_message_of_a_fifo_queue_keeps_its_group(cloud: Cloud, inbox: FailureRepository) -> None:
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="changes.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    inbox.add(failure(A, target=url, group="library"))

    replayer(cloud).replay(A, "admin:anna")

    (found,) = sqs.receive_message(QueueUrl=url, AttributeNames=["All"])["Messages"]
    assert found["Attributes"]["MessageGroupId"] == "library"


def test_failure_that_cannot_go_back_stays_open_and_says_why(cloud: Cloud, inbox: FailureRepository) -> None:
    inbox.add(failure(A, target=""))

    found = replayer(cloud).replay(A, "admin:anna")

    assert (found.state, "could not be read" in found.reason) == ("open", True)
    assert inbox.require(A).state == "open"


def test_quarantined_event_is_on_the_stream_again_as_it_came(cloud: Cloud, inbox: FailureRepository) -> None:
    cloud.quarantine.add("e1", reason="broken", original=b"\x00not json", origin="stream")
    inbox.add(failure(A, kind="event", way="publish", target="publish", attributes={"event_id": "e1"}))

    assert replayer(cloud).replay(A, "admin:anna").state == "replayed"
    assert cloud.published() == [b"\x00not json"]


def test_event_that_was_too_large_to_be_kept_says_so(cloud: Cloud, inbox: FailureRepository) -> None:
    cloud.quarantine.add("e1", reason="broken", original=b"x" * 360_000, origin="stream")
    inbox.add(failure(A, way="publish", target="publish", attributes={"event_id": "e1"}))

    found = replayer(cloud).replay(A, "admin:anna")

    assert (found.state, "too large" in found.reason) == ("open", True)


def test_records_of_a_stream_are_given_to_their_function_again_as_lambda_would(
    cloud: Cloud, inbox: FailureRepository
) -> None:
    function = FakeLambda({"batchItemFailures": []})
    inbox.add(batch())

    assert replayer(cloud, function).replay(A, "admin:anna").state == "replayed"

    ((name, way, event),) = function.invoked
    assert (name, way) == ("title-enrichment", "RequestResponse")
    changes = [each["dynamodb"] for each in event["Records"]]
    assert [each["SequenceNumber"] for each in changes] == ["100", "101"]
    assert changes[0]["NewImage"] == {"bitmap": {"B": "AAE="}}


@pytest.mark.parametrize(
    ("function", "said"),
    [
        pytest.param(FakeLambda({"batchItemFailures": [{"itemIdentifier": "100"}]}), "1 failed again", id="a record"),
        pytest.param(FakeLambda({"errorMessage": "boom"}, error=True), "boom", id="the function"),
    ],
)
def test_records_that_fail_again_leave_the_failure_open(
    cloud: Cloud, inbox: FailureRepository, function: FakeLambda, said: str
) -> None:
    inbox.add(batch())

    found = replayer(cloud, function).replay(A, "admin:anna")

    assert (found.state, said in found.reason) == ("open", True)


def test_records_that_the_stream_has_no_more_are_said_to_be_gone(cloud: Cloud, inbox: FailureRepository) -> None:
    inbox.add(batch())

    found = replayer(cloud, streams=FakeStreams(gone=True)).replay(A, "admin:anna")

    assert (found.state, found.reason) == ("open", "The records are not in the stream any more.")


def test_events_are_read_again_from_the_stream_up_to_the_last_of_the_batch(cloud: Cloud) -> None:
    kinesis = aws.kinesis()
    placed = [kinesis.put_record(StreamName=cloud.stream, PartitionKey="p", Data=bytes([n])) for n in range(4)]
    arn = kinesis.describe_stream_summary(StreamName=cloud.stream)["StreamDescriptionSummary"]["StreamARN"]
    ends = {"startSequenceNumber": placed[1]["SequenceNumber"], "endSequenceNumber": placed[2]["SequenceNumber"]}
    told = {"KinesisBatchInfo": {"streamArn": arn, "shardId": placed[0]["ShardId"], **ends}}

    (event,) = reread(told, kinesis, None)

    assert [each["kinesis"]["data"] for each in event["Records"]] == ["AQ==", "Ag=="]
    assert event["Records"][0]["eventID"].startswith(placed[0]["ShardId"])


def test_failed_run_is_started_again_with_what_it_was_started_with(cloud: Cloud, inbox: FailureRepository) -> None:
    function = FakeLambda()
    inbox.add(failure(A, way="invoke", target="sweep", payload='{"only": 1}'))

    replayer(cloud, function).replay(A, "admin:anna")

    assert function.invoked == [("sweep", "Event", {"only": 1})]


def test_many_are_replayed_and_those_there_is_no_time_for_are_left(cloud: Cloud, inbox: FailureRepository) -> None:
    for name in (A, B):
        inbox.add(message(cloud, name))
    inbox.add(failure("c" * 32, target=""))
    turns = iter([True, True, True, False])

    count = replayer(cloud).replay_ids([A, "d" * 32, "c" * 32, B], "cli:anna", go_on=lambda: next(turns))

    assert count.model_dump() == {"replayed": 1, "failed": 2, "left": 1}


def test_source_is_replayed_whole_and_nothing_else(cloud: Cloud, inbox: FailureRepository) -> None:
    for number in range(3):
        inbox.add(message(cloud, f"{number}" * 32, payload=f"{number}"))
    inbox.add(failure(A, source="digests", target=""))

    count = replayer(cloud).replay_source("listing", "cli:anna", go_on=lambda: True)

    assert count.model_dump() == {"replayed": 3, "failed": 0, "left": 0}
    assert inbox.open_by_source() == {"digests": 1}
    assert len(cloud.messages("LISTING_QUEUE_URL")) == 3
