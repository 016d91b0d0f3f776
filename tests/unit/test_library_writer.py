"""Changes that people asked for, through the function and on the tables of the data stack."""

import os
from typing import Any

import pytest
from botocore.exceptions import ClientError

from library_writer import handler
from marquee import aws
from marquee.errors import InvalidInput
from marquee.library_index import Filter
from marquee.repositories.table import Table
from tests.fakes.interruptions import before_requests, colliding, overtaking
from tests.fakes.library import Desk, batch, film, undo
from tests.unit.conftest import Cloud, FakeContext

HEAT = film("Heat", "Crime", "Drama", rating=8.3, year=1995, tmdb_id=949)


@pytest.fixture
def desk(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Desk:
    for name in ("LIBRARY", "LIBRARY_DEAD_LETTER"):
        queue = aws.sqs().create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"})
        monkeypatch.setenv(f"{name}_QUEUE_URL", queue["QueueUrl"])
    handler.writer.cache_clear()
    return Desk(Table(aws.dynamodb(), os.environ["LIBRARY_TABLE"]))


def deliver(context: FakeContext, *bodies: Any) -> list[str]:
    """Give messages to the function as one batch and return those that have to come again."""
    records = [
        {
            "messageId": str(number),
            "receiptHandle": f"receipt {number}",
            "body": body if isinstance(body, str) else body.model_dump_json(),
            "attributes": {"ApproximateReceiveCount": "1"},
        }
        for number, body in enumerate(bodies)
    ]
    answer = handler.lambda_handler({"Records": records}, context)
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def test_added_movie_is_seen_everywhere_at_once(desk: Desk, context: FakeContext) -> None:
    message = desk.ask("add", HEAT)

    assert deliver(context, message) == []

    answer = desk.answer(message)
    movie = desk.index.movie(answer.movie_id)
    assert (answer.state, answer.finished_at is not None) == ("added", True)
    assert movie is not None
    assert (movie.title, movie.added_by, movie.source) == ("Heat", "ann", "manual")
    assert desk.index.search("hea", limit=10).movies == (movie,)
    assert desk.index.filter(Filter(("DRAMA",), 8.3, 1995), limit=10).movies == (movie,)
    assert desk.index.top_rated(limit=10).movies == (movie,)
    shown = desk.index.dashboard()
    assert (shown.total, shown.average_rating, shown.by_year[0].movies) == (1, 8.3, 1)
    assert [each.name for each in shown.top_genres] == ["Crime", "Drama"]


def test_same_message_ten_times_is_one_movie(desk: Desk, context: FakeContext, cloud: Cloud) -> None:
    message = desk.ask("add", HEAT)
    deliver(context, message)
    before = cloud.items(desk.table)

    assert [deliver(context, message) for _ in range(9)] == [[]] * 9
    assert cloud.items(desk.table) == before


@pytest.mark.parametrize(
    "same",
    [film("Heat", "drama", "CRIME", rating=8.3, year=1995), film("Another", tmdb_id=949)],
    ids=["facts", "id"],
)
def test_movie_that_is_there_ends_as_duplicate_and_names_it(desk: Desk, context: FakeContext, same: Any) -> None:
    first, second = desk.ask("add", HEAT), desk.ask("add", same)

    deliver(context, first, second)

    answer = desk.answer(second)
    assert (answer.state, answer.movie_id) == ("duplicate", desk.answer(first).movie_id)
    assert answer.reason
    assert desk.index.dashboard().total == 1


def test_edited_movie_keeps_its_id_and_leaves_nothing_of_what_it_was(desk: Desk, context: FakeContext) -> None:
    added = desk.ask("add", HEAT)
    deliver(context, added)
    before = desk.index.movie(added.movie_id)
    edit = desk.ask("edit", film("Ali", "Sport", year=2001), added.movie_id)

    deliver(context, edit)

    after = desk.index.movie(added.movie_id)
    assert before is not None
    assert after is not None
    assert desk.answer(edit).state == "changed"
    assert (after.title, after.rating, after.tmdb_id, after.created_at) == ("Ali", None, None, before.created_at)
    assert desk.index.search("heat", limit=10).total == 0
    assert desk.index.filter(Filter(("Crime",)), limit=10).total == 0
    assert desk.index.dashboard().average_rating is None
    assert desk.index.search("ali", limit=10).movies == (after,)


def test_movie_that_is_edited_while_it_is_looked_for_is_found(desk: Desk, context: FakeContext) -> None:
    added = desk.ask("add", HEAT)
    edits = [desk.ask("edit", film(f"Edit {number}"), added.movie_id) for number in range(2)]
    deliver(context, added)
    overtakes = [lambda edit=edit: deliver(context, edit) for edit in edits]

    with before_requests(aws.dynamodb(), overtaking(*overtakes, at="BatchGetItem")):
        found = desk.index.movie(added.movie_id)

    assert found is not None
    assert found.title == "Edit 1"
    deliver(context, desk.ask("delete", None, added.movie_id))
    assert desk.index.movie(added.movie_id) is None


def test_edit_that_changes_nothing_is_no_duplicate_of_itself(desk: Desk, context: FakeContext) -> None:
    added = desk.ask("add", HEAT)
    edit = desk.ask("edit", HEAT, added.movie_id)

    deliver(context, added, edit)

    assert desk.answer(edit).state == "changed"
    assert desk.index.dashboard().total == 1


def test_edit_into_another_movie_is_a_duplicate_and_changes_nothing(desk: Desk, context: FakeContext) -> None:
    heat, ali = desk.ask("add", HEAT), desk.ask("add", film("Ali"))
    edit = desk.ask("edit", film("Ali"), heat.movie_id)

    deliver(context, heat, ali, edit)

    assert (desk.answer(edit).state, desk.answer(edit).movie_id) == ("duplicate", ali.movie_id)
    assert sorted(each.title for each in desk.movies()) == ["Ali", "Heat"]


def test_deleted_movie_is_gone_and_may_come_back(desk: Desk, context: FakeContext) -> None:
    added = desk.ask("add", HEAT)
    delete, again, more = (
        desk.ask("delete", None, added.movie_id),
        desk.ask("add", HEAT),
        desk.ask("edit", HEAT, "none"),
    )

    deliver(context, added, delete, again, more)

    assert desk.index.movie(added.movie_id) is None
    assert [desk.answer(each).state for each in (delete, again, more)] == ["deleted", "added", "missing"]
    assert desk.index.dashboard().total == 1


def test_what_is_no_movie_ends_as_invalid(desk: Desk, context: FakeContext) -> None:
    message = desk.ask("add", film("Heat", year=1))

    assert deliver(context, message) == []
    assert (desk.answer(message).state, desk.index.dashboard().total) == ("invalid", 0)
    assert "year" in (desk.answer(message).reason or "")


def test_message_that_can_never_be_applied_is_set_aside_and_holds_up_no_other(desk: Desk, context: FakeContext) -> None:
    good = desk.ask("add", HEAT)
    unknown = good.model_copy(update={"request_id": "unknown"})
    bad = desk.ask("add", film("Ali"))

    assert deliver(context, "{", '{"kind": "none"}', unknown, bad.model_copy(update={"movie": None}), good) == []

    assert desk.answer(good).state == "added"
    found = aws.sqs().receive_message(
        QueueUrl=os.environ["LIBRARY_DEAD_LETTER_QUEUE_URL"], MaxNumberOfMessages=10, MessageAttributeNames=["reason"]
    )["Messages"]
    assert {each["Body"] for each in found} >= {"{", unknown.model_dump_json()}
    assert all(each["MessageAttributes"]["reason"]["StringValue"] for each in found)


def test_movie_that_the_store_refuses_ends_as_failed_and_is_set_aside(
    desk: Desk, context: FakeContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = desk.ask("add", film("x")), desk.ask("add", HEAT)
    monkeypatch.setattr("marquee.library.tokens", lambda title: [""] if title == "x" else [title])

    assert deliver(context, bad, good) == []

    assert [desk.answer(each).state for each in (bad, good)] == ["failed", "added"]
    assert "ClientError" not in (desk.answer(bad).reason or "")
    assert deliver(context, bad) == []


def test_message_that_failed_for_now_holds_back_all_after_it(desk: Desk, context: FakeContext) -> None:
    messages = [desk.ask("add", film(name)) for name in ("Heat", "Ali", "Thief")]
    seen: list[str] = []

    def throttle(operation: str) -> None:
        seen.append(operation)
        if seen.count("TransactWriteItems") == 2:
            error: Any = {"Error": {"Code": "ProvisionedThroughputExceededException", "Message": "later"}}
            raise ClientError(error, operation)

    with before_requests(aws.dynamodb(), throttle):
        assert deliver(context, *messages) == ["1", "2"]
    assert deliver(context, *messages[1:]) == []

    assert [each.title for each in desk.movies()] == ["Heat", "Ali", "Thief"]


def test_transaction_that_meets_another_one_is_done_again(desk: Desk, context: FakeContext) -> None:
    message = desk.ask("add", HEAT)

    with before_requests(aws.dynamodb(), colliding(2)):
        assert deliver(context, message) == []
    assert (desk.answer(message).state, desk.index.header().next) == ("added", 1)


def test_read_that_meets_a_write_is_done_again_and_not_without_end(
    desk: Desk, context: FakeContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(context, desk.ask("add", HEAT))
    monkeypatch.setattr("marquee.repositories.library_items.time.sleep", lambda _: None)
    collide = colliding(1 + 99)

    def collide_with_reads(operation: str) -> Any:
        return collide("TransactWriteItems") if operation == "TransactGetItems" and next(reads) else None

    reads = iter([True, False, *[True] * 99])
    with before_requests(aws.dynamodb(), collide_with_reads):
        assert desk.index.top_rated(limit=1).total == 1
        with pytest.raises(ClientError, match="TransactionCanceledException"):
            desk.index.top_rated(limit=1)


def test_messages_for_which_no_time_is_left_come_again(desk: Desk, context: FakeContext) -> None:
    context.get_remaining_time_in_millis = lambda: 1_000  # type: ignore[method-assign]

    assert deliver(context, desk.ask("add", HEAT), desk.ask("add", film("Ali"))) == ["0", "1"]


def test_import_and_its_undo_are_written_by_the_store_that_is_deployed(desk: Desk, context: FakeContext) -> None:
    desk.begin_import("i", 3)
    rows = batch("i", "b", [HEAT, film("Ali"), film("x", year=1)])

    assert deliver(context, rows, rows) == []
    assert [each.title for each in desk.movies()] == ["Heat", "Ali"]
    assert deliver(context, undo("i", "u", desk.noted("i"))) == []

    counts = desk.counts("i")
    assert (counts.added, counts.failed, counts.removed, counts.left, desk.movies()) == (2, 1, 2, 0, [])


def test_request_with_the_same_key_is_the_same_request(desk: Desk) -> None:
    first = desk.requests.create("add", requested_by="ann", movie=HEAT, key="k")

    assert desk.requests.create("add", requested_by="ann", movie=HEAT, key="k") == first
    assert desk.requests.create("add", requested_by="bob", movie=HEAT, key="k").id != first.id
    assert desk.requests.create("add", requested_by="ann", movie=HEAT).id != first.id
    assert desk.requests.get(first.id) == first
    assert desk.requests.get("unknown") is None
    with pytest.raises(InvalidInput):
        desk.requests.create("add", requested_by="ann", movie=film("Ali"), key="k")


def test_duplicates_are_those_of_the_library_and_those_before(desk: Desk, context: FakeContext) -> None:
    gone = desk.ask("add", film("Ali"))
    deliver(context, desk.ask("add", HEAT), gone, desk.ask("delete", None, gone.movie_id))

    assert desk.index.duplicates([film("Ali"), HEAT, film("Thief"), film("Thief"), film("x", tmdb_id=949)]) == {1, 3, 4}
    assert desk.index.duplicates([]) == set()
