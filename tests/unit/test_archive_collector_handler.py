"""The function over its queue: what is done leaves it, what is left comes again after the right time."""

import os
from typing import Any

import pytest

from archive_collector import handler
from archive_collector.collecting import RETRY_SECONDS, SOON_SECONDS
from marquee import aws
from marquee.errors import Conflict
from marquee.repositories.archive_chunks import ChunkTaken
from tests.fakes.collecting import CollectingCloud
from tests.fakes.tmdb import refusal
from tests.unit.conftest import Cloud, FakeContext


@pytest.fixture
def place(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> CollectingCloud:
    place = CollectingCloud(cloud)
    place.tmdb.add("movie", 1, 2)
    url = aws.sqs().create_queue(QueueName="ids", Attributes={"VisibilityTimeout": "900"})["QueueUrl"]
    monkeypatch.setenv("ARCHIVE_QUEUE_URL", url)
    monkeypatch.setattr(handler, "collector", lambda: place.collector)
    return place


@pytest.fixture
def visible_after(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The seconds after which messages were told to come again."""
    found: list[int] = []
    aws.sqs().meta.events.register(
        "provide-client-params.sqs.ChangeMessageVisibility",
        lambda params, **_: found.append(params["VisibilityTimeout"]),
    )
    return found


def deliver(body: str, context: FakeContext) -> list[Any]:
    """Put a message into the queue and give it to the function; return what it reports as failed."""
    url = os.environ["ARCHIVE_QUEUE_URL"]
    aws.sqs().send_message(QueueUrl=url, MessageBody=body)
    [message] = aws.sqs().receive_message(QueueUrl=url)["Messages"]
    record = {"messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"], "body": message["Body"]}
    failed: list[Any] = handler.lambda_handler({"Records": [record]}, context)["batchItemFailures"]
    assert failed in ([], [{"itemIdentifier": message["MessageId"]}])
    return failed


def test_message_that_is_done_leaves_the_queue(
    place: CollectingCloud, context: FakeContext, visible_after: list[int]
) -> None:
    assert deliver(place.queue("movie", 1, 2).model_dump_json(), context) == []
    assert visible_after == []
    assert place.job.state == "succeeded"


def test_message_of_which_some_is_left_comes_again_later(
    place: CollectingCloud, context: FakeContext, visible_after: list[int]
) -> None:
    place.tmdb.faults[2] = refusal(503, 9, "Service offline.")

    assert deliver(place.queue("movie", 1, 2).model_dump_json(), context)

    assert visible_after == [RETRY_SECONDS[0]]
    assert place.job.counts["done"] == 1


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (ChunkTaken("chunk", 3.2), 4),
        (ChunkTaken("chunk", 800), RETRY_SECONDS[0]),
        (Conflict("others were faster"), RETRY_SECONDS[0]),
    ],
    ids=["taken for a moment", "taken for long", "conflict"],
)
def test_message_that_could_not_be_worked_on_comes_again(
    place: CollectingCloud,
    context: FakeContext,
    visible_after: list[int],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    seconds: int,
) -> None:
    async def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(place.collector, "collect", refuse)

    assert deliver(place.queue("movie", 1).model_dump_json(), context)
    assert visible_after == [seconds]


def test_message_that_nobody_can_read_is_left_to_the_dead_letter_queue(
    place: CollectingCloud, context: FakeContext, visible_after: list[int]
) -> None:
    assert deliver('{"ids": []}', context)
    assert visible_after == [SOON_SECONDS]


def test_message_comes_again_even_if_the_queue_is_not_told_when(
    place: CollectingCloud, context: FakeContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.tmdb.faults[2] = refusal(503, 9, "Service offline.")
    request = place.queue("movie", 1, 2).model_dump_json()
    record = {"messageId": "1", "receiptHandle": "not a handle", "body": request}

    answer = handler.lambda_handler({"Records": [record]}, context)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
