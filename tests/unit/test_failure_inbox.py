"""What queues of failures hold comes into the inbox: with its source, its reason, and its way back."""

import json
from typing import Any

import pytest

from failure_inbox import handler
from marquee.failures_shown import redacted
from marquee.models.operations import Failure
from marquee.repositories.failures import FailureRepository
from tests.fakes.failures import record
from tests.unit.conftest import Cloud, FakeContext, forget

ARN = "arn:aws:sqs:eu-west-2:000000000000:"
SOURCES = (
    f"listing|{ARN}listing-dead|send|https://queue/listing",
    f"enrichment|{ARN}enrichment-dead|send|https://queue/enrichment",
    f"quarantine|{ARN}quarantine|publish|publish",
    f"event_stream|{ARN}stream|reread|reread",
    f"listing_planner|{ARN}runs|invoke|planner-1",
)
FUNCTION = "arn:aws:lambda:eu-west-2:000000000000:function:consumer-1:$LATEST"
BATCH = {"shardId": "s1", "startSequenceNumber": "1", "endSequenceNumber": "9", "streamArn": "arn", "batchSize": 4}
GIVEN_UP = {
    "requestContext": {"functionArn": FUNCTION, "condition": "RetryAttemptsExhausted", "approximateInvokeCount": 7},
    "KinesisBatchInfo": BATCH,
}
RUN_FAILED = {
    "requestContext": {"functionArn": FUNCTION, "condition": "RetriesExhausted"},
    "requestPayload": {"b": 1, "a": 2},
    "responsePayload": {"errorType": "UpstreamUnavailable", "errorMessage": "watchmode: down"},
}


@pytest.fixture
def inbox(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> FailureRepository:
    forget(handler)
    monkeypatch.setenv("SOURCES", "\n".join(SOURCES))
    monkeypatch.setenv("FUNCTIONS", "title_consumer=consumer-1,title_enrichment=enrichment-1")
    return FailureRepository(cloud.operations)


def take(*records: Any) -> dict[str, Any]:
    return handler.lambda_handler({"Records": list(records)}, FakeContext())  # type: ignore[arg-type]


def only(inbox: FailureRepository) -> Failure:
    (found,) = inbox.list()[0]
    return inbox.require(found.id)


@pytest.mark.parametrize(
    ("queue", "body", "facts"),
    [
        pytest.param(
            "listing-dead",
            {"pair": 1},
            ("message", "listing", "delivered 3 times without success", "send", "https://queue/listing"),
            id="a message",
        ),
        pytest.param(
            "enrichment-dead",
            {"title_id": "1"},
            ("enrichment", "enrichment", "delivered 3 times without success", "send", "https://queue/enrichment"),
            id="a title",
        ),
        pytest.param(
            "quarantine",
            {"event_id": "e1", "reason": "not JSON"},
            ("event", "quarantine", "not JSON", "publish", "publish"),
            id="an event",
        ),
        pytest.param(
            "stream",
            GIVEN_UP,
            (
                "event",
                "title_consumer",
                "4 records were given up after 7 tries: RetryAttemptsExhausted",
                "reread",
                "consumer-1",
            ),
            id="records of a stream",
        ),
        pytest.param(
            "runs",
            RUN_FAILED,
            ("message", "listing_planner", "UpstreamUnavailable: watchmode: down", "invoke", "planner-1"),
            id="a run",
        ),
    ],
)
def test_failure_says_where_it_is_from_why_and_how_it_goes_back(
    inbox: FailureRepository, queue: str, body: object, facts: tuple[str, ...]
) -> None:
    assert take(record(body, arn=ARN + queue)) == {"batchItemFailures": []}

    found = only(inbox)
    assert (found.kind, found.source, found.reason, found.way, found.target) == facts


@pytest.mark.parametrize("queue", ["listing-dead", "quarantine", "stream", "runs"])
def test_what_nobody_can_read_is_a_failure_as_well(inbox: FailureRepository, queue: str) -> None:
    take(record("{", arn=ARN + queue))

    found = only(inbox)
    # A message need not be read to go back to its queue.
    assert (found.payload, bool(found.target)) == ("{", queue == "listing-dead")


def test_same_failure_in_another_message_is_the_same_record(inbox: FailureRepository) -> None:
    take(record(RUN_FAILED, "m1", arn=ARN + "runs"))
    again = {**RUN_FAILED, "requestContext": {**RUN_FAILED["requestContext"], "requestId": "other"}}
    take(record(again, "m2", arn=ARN + "runs"), record(again, "m2", arn=ARN + "runs"))

    assert only(inbox).attempts == 2
    assert json.loads(only(inbox).payload) == RUN_FAILED["requestPayload"]


def test_message_keeps_its_group_and_the_reason_that_its_sender_gave(inbox: FailureRepository) -> None:
    take(record("{}", arn=ARN + "listing-dead", group="library", reason="two of a kind", trace="t"))

    found = only(inbox)
    assert (found.group, found.reason, found.attributes) == ("library", "two of a kind", {"trace": "t"})


def test_payload_that_an_item_has_no_room_for_is_kept_in_part_and_has_no_way_back(inbox: FailureRepository) -> None:
    take(record("x" * 400_000, arn=ARN + "listing-dead"))

    assert (len(only(inbox).payload), only(inbox).target) == (75_000, "")


def test_message_that_cannot_be_noted_comes_again_and_the_others_do_not(
    inbox: FailureRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    from marquee.errors import Conflict

    add = FailureRepository.add

    def broken(self: FailureRepository, failure: Failure) -> Failure:
        if failure.message_id == "m1":
            raise Conflict("busy")
        return add(self, failure)

    monkeypatch.setattr(FailureRepository, "add", broken)

    answer = take(*(record({"n": n}, f"m{n}", arn=ARN + "listing-dead") for n in (1, 2)))

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    assert only(inbox).payload == '{"n": 2}'


def test_nothing_that_names_a_viewer_is_shown() -> None:
    told = {"user_id": "u-1", "added_by": "anna", "userId": "u-1", "cause": "userpref:u-1", "n": [{"email": "a@b.org"}]}

    shown = redacted(json.dumps({**told, "title_id": "7", "text": "write to a@b.org"}))

    assert not [each for each in ("u-1", "anna", "a@b.org") if each in shown]
    assert json.loads(shown)["title_id"] == "7"


@pytest.mark.parametrize("payload", ["", "{", "null", "[1]", "plain a@b.org text", "x" * 300_000, "x@" * 9_000])
def test_whatever_failed_can_be_shown(payload: str) -> None:
    assert "a@b.org" not in redacted(payload)
