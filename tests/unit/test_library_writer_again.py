"""When a message that failed for now comes again, and what becomes of those who wait for one that is given up."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from pyroaring import BitMap

from library_writer import handler
from marquee import keys
from marquee.library_units import MOST_BITMAPS
from marquee.messages.library import LibraryMessage
from marquee.repositories.library_items import bitmap_item
from tests.fakes.interruptions import COLLISION
from tests.fakes.library import Desk, FakeQueue, batch, film, memory_desk, undo
from tests.fakes.memory_client import MemoryClient
from tests.unit.conftest import FakeContext

BUSY: Any = {"Error": {"Code": "ProvisionedThroughputExceededException", "Message": "later"}}
TRANSACTION_BYTES = 4_000_000


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> FakeQueue:
    made = FakeQueue()
    monkeypatch.setenv("LIBRARY_QUEUE_URL", "changes")
    monkeypatch.setattr("library_writer.handler.aws.sqs", lambda: made)
    monkeypatch.setattr("marquee.repositories.library_store.time.sleep", lambda _: None)
    return made


@pytest.fixture
def stores(queue: FakeQueue, monkeypatch: pytest.MonkeyPatch) -> tuple[Desk, MemoryClient]:
    desk, client = memory_desk()
    monkeypatch.setattr("library_writer.handler.writer", lambda: desk.writer)
    return desk, client


def deliver(context: FakeContext, received: int, *messages: LibraryMessage) -> list[str]:
    """Give messages to the function that were received so often; return those that have to come again."""
    records = [
        {
            "messageId": str(number),
            "receiptHandle": str(number),
            "body": message.model_dump_json(),
            "attributes": {"ApproximateReceiveCount": str(received)},
        }
        for number, message in enumerate(messages)
    ]
    answer = handler.lambda_handler({"Records": records}, context)
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def failing(times: int, error: Any = BUSY) -> Callable[[str], None]:
    """Return an interruption in which a number of transactions fail."""
    left = iter(range(times))

    def fail(operation: str) -> None:
        if operation == "TransactWriteItems" and next(left, None) is not None:
            raise ClientError(error, operation)

    return fail


@pytest.mark.parametrize(("received", "seconds"), [(1, 5), (2, 10), (3, 20), (4, 40), (5, 60), (6, 60), (89, 60)])
def test_message_that_failed_for_now_and_those_behind_it_come_again_soon(
    stores: tuple[Desk, MemoryClient], queue: FakeQueue, context: FakeContext, received: int, seconds: int
) -> None:
    desk, client = stores
    messages = [desk.ask("add", film(name)) for name in ("Heat", "Ali", "Thief")]
    assert deliver(context, received, messages[0]) == []
    client.interrupt = failing(1)

    assert deliver(context, received, *messages) == ["1", "2"]

    assert queue.pauses == {"1": seconds, "2": seconds}
    assert (desk.answer(messages[1]).state, desk.dead.sent) == ("queued", [])


def test_message_for_which_no_time_is_left_comes_again_at_once(
    stores: tuple[Desk, MemoryClient], queue: FakeQueue, context: FakeContext
) -> None:
    context.get_remaining_time_in_millis = lambda: 1_000  # type: ignore[method-assign]

    assert deliver(context, 90, stores[0].ask("add", film())) == ["0"]

    assert queue.pauses == {"0": 0}


def test_message_that_failed_too_often_is_answered_and_set_aside_and_holds_up_no_other(
    stores: tuple[Desk, MemoryClient], queue: FakeQueue, context: FakeContext
) -> None:
    desk, client = stores
    bad, good = desk.ask("add", film("Heat")), desk.ask("add", film("Ali"))
    client.interrupt = failing(1)

    assert deliver(context, 90, bad, good) == []

    assert [desk.answer(each).state for each in (bad, good)] == ["failed", "added"]
    assert desk.answer(bad).reason
    assert [each["MessageBody"] for each in desk.dead.sent] == [bad.model_dump_json()]
    assert "ProvisionedThroughput" in desk.dead.sent[0]["MessageAttributes"]["reason"]["StringValue"]
    assert queue.pauses == {}


@pytest.mark.parametrize("error", [BUSY, COLLISION], ids=["busy", "always met"])
def test_message_that_cannot_even_be_answered_comes_again_and_is_answered_then(
    stores: tuple[Desk, MemoryClient], queue: FakeQueue, context: FakeContext, error: Any
) -> None:
    desk, client = stores
    message = desk.ask("add", film())
    client.interrupt = failing(1000, error)

    assert deliver(context, 90, message) == ["0"]
    assert (desk.answer(message).state, desk.dead.sent, queue.pauses) == ("queued", [], {"0": 60})

    client.interrupt = failing(1)
    assert deliver(context, 91, message) == []
    assert (desk.answer(message).state, len(desk.dead.sent)) == ("failed", 1)


def test_batch_that_failed_too_often_counts_its_rows_as_failed(
    stores: tuple[Desk, MemoryClient], context: FakeContext
) -> None:
    desk, client = stores
    desk.begin_import("i", 2)
    client.interrupt = failing(1)

    assert deliver(context, 90, batch("i", "b", [film("Heat"), film("Ali")])) == []

    assert (desk.counts("i").failed, desk.imports.get("i").state) == (2, "finished")


def test_undo_that_can_never_be_applied_keeps_its_movies_and_comes_to_its_end(
    stores: tuple[Desk, MemoryClient], context: FakeContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, client = stores
    desk.begin_import("i", 3)
    deliver(context, 1, batch("i", "b", [film("Heat"), film("Ali"), film("Thief")]))
    desk.table.update(keys.library_import("i"), keys.RECORD, "SET stored_state = :undoing", {":undoing": "undoing"})
    message = undo("i", "u", desk.noted("i"))
    client.interrupt = failing(0)
    monkeypatch.setattr("library_writer.batches.Movie", None)

    assert [deliver(context, 1, message) for _ in range(10)] == [[]] * 10

    counts = desk.counts("i")
    assert (counts.removed, counts.kept, desk.imports.get("i").state) == (0, 3, "undone")
    assert (len(desk.movies()), len(desk.dead.sent) > 0) == (3, True)


def test_undo_that_is_given_up_midway_keeps_only_what_is_not_out_yet(
    stores: tuple[Desk, MemoryClient], context: FakeContext
) -> None:
    desk, client = stores
    desk.begin_import("i", 3)
    deliver(context, 1, batch("i", "b", [film("Heat"), film("Ali"), film("Thief")]))
    desk.table.update(keys.library_import("i"), keys.RECORD, "SET stored_state = :undoing", {":undoing": "undoing"})
    transactions = iter([None, BUSY])

    def fail_second(operation: str) -> None:
        if operation == "TransactWriteItems" and (error := next(transactions, None)):
            raise ClientError(error, operation)

    client.interrupt = fail_second

    assert deliver(context, 90, undo("i", "u", desk.noted("i"))) == []

    counts = desk.counts("i")
    assert (counts.removed, counts.kept, desk.imports.get("i").state) == (2, 1, "undone")
    assert [each.title for each in desk.movies()] == ["Thief"]


def test_read_that_another_writer_comes_between_admits_no_duplicate(
    stores: tuple[Desk, MemoryClient], context: FakeContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, client = stores
    desk.add(film("Ali"))
    message, read = desk.ask("add", film("Heat")), client.batch_get_item

    def torn(**request: Any) -> dict[str, Any]:
        monkeypatch.setattr(client, "batch_get_item", read)
        old = read(**request)["Responses"]["library"]
        desk.add(film("Heat"))
        new = [item for item in read(**request)["Responses"]["library"] if item["SK"]["S"] == "header"]
        return {"Responses": {"library": [item for item in old if item["SK"]["S"] != "header"] + new}}

    monkeypatch.setattr(client, "batch_get_item", torn)

    assert deliver(context, 1, message) == []

    assert desk.answer(message).state == "duplicate"
    assert [each.title for each in desk.movies()] == ["Ali", "Heat"]


def test_transaction_that_meets_others_a_few_times_is_sent_again_under_the_same_ordinals(
    stores: tuple[Desk, MemoryClient], context: FakeContext
) -> None:
    desk, client = stores
    desk.begin_import("i", 2)
    client.interrupt = failing(4, COLLISION)

    assert deliver(context, 1, batch("i", "b", [film("Heat"), film("Ali")])) == []

    assert (desk.counts("i").added, desk.index.header().next, desk.noted("i")) == (2, 2, [0, 1])


def test_bitmaps_of_one_transaction_fit_into_it_up_to_a_million_movies() -> None:
    dense = bitmap_item(("library:main", "genre:drama"), BitMap(range(0, 1_000_000, 2)))

    assert MOST_BITMAPS * len(dense["bits"]) < TRANSACTION_BYTES
