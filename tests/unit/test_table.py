from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from marquee.errors import Conflict
from marquee.repositories.table import Collided, ConditionFailed, Table, decode, encode, encode_key, may_go_better
from tests.fakes.client import Answer, PreparedClient
from tests.unit.conftest import Cloud

KEY1, KEY2 = encode_key(("a", "1")), encode_key(("a", "2"))


def table(*answers: Answer) -> tuple[Table, PreparedClient, list[float]]:
    client, slept = PreparedClient(*answers), list[float]()
    return Table(client, "t", sleep=slept.append), client, slept  # type: ignore[arg-type]


def refused(code: str, *reasons: str) -> ClientError:
    body: Any = {"Error": {"Code": code}, "CancellationReasons": [{"Code": reason} for reason in reasons]}
    return ClientError(body, "Write")


def test_query_follows_all_pages() -> None:
    pages = {"Items": [KEY1], "LastEvaluatedKey": KEY1}, {"Items": [], "LastEvaluatedKey": KEY2}, {"Items": [KEY2]}
    queried, client, _ = table(*pages)

    found = list(queried.query("PK = :pk", {":pk": "a"}, IndexName="i"))

    assert found == [{"PK": "a", "SK": "1"}, {"PK": "a", "SK": "2"}]
    assert [request.get("ExclusiveStartKey") for request in client.requests] == [None, KEY1, KEY2]
    assert {request["IndexName"] for request in client.requests} == {"i"}


def test_query_reads_no_further_than_it_is_asked_to() -> None:
    queried, client, _ = table({"Items": [KEY1], "LastEvaluatedKey": KEY1})

    next(queried.query("PK = :pk", {":pk": "a"}))

    assert len(client.requests) == 1


def test_single_page_comes_as_dynamodb_sends_it_and_tells_where_it_stopped() -> None:
    stopped, _, _ = table({"Items": [KEY1], "LastEvaluatedKey": KEY1})
    ended, _, _ = table({"Items": [KEY1]})

    assert stopped.query_page("PK = :pk", {":pk": "a"}) == ([KEY1], KEY1)
    assert ended.query_page("PK = :pk", {":pk": "a"}) == ([KEY1], None)


def test_missing_item_is_none() -> None:
    assert table({})[0].get("a", "1") is None


def test_batch_read_asks_again_for_what_was_left_out() -> None:
    answers = {"Responses": {"t": [KEY1]}, "UnprocessedKeys": {"t": {"Keys": [KEY2]}}}, {"Responses": {"t": [KEY2]}}
    read, client, slept = table(*answers)

    assert read.batch_get([("a", "1"), ("a", "2"), ("a", "1")]) == [{"PK": "a", "SK": "1"}, {"PK": "a", "SK": "2"}]
    assert [request["RequestItems"]["t"]["Keys"] for request in client.requests] == [[KEY1, KEY2], [KEY2]]
    assert len(slept) == 1


def test_batch_read_takes_a_hundred_keys_at_a_time_with_the_same_arguments() -> None:
    read, client, _ = table({"Responses": {}})

    read.batch_get([("a", str(n)) for n in range(101)], ConsistentRead=True)

    sent = [request["RequestItems"]["t"] for request in client.requests]
    assert [(len(each["Keys"]), each["ConsistentRead"]) for each in sent] == [(100, True), (1, True)]


def test_nothing_to_read_or_write_asks_nobody() -> None:
    idle, client, _ = table({})

    assert idle.batch_get([]) == []
    idle.batch_write()

    assert client.requests == []


def test_batch_write_sends_again_what_was_left_out() -> None:
    write, client, slept = table({"UnprocessedItems": {"t": [{"PutRequest": {"Item": KEY2}}]}}, {})

    write.batch_write(puts=[{"PK": "a", "SK": "1"}, {"PK": "a", "SK": "2"}], deletes=[("b", "1")])

    first, second = (request["RequestItems"]["t"] for request in client.requests)
    assert first == [
        {"PutRequest": {"Item": KEY1}},
        {"PutRequest": {"Item": KEY2}},
        {"DeleteRequest": {"Key": encode_key(("b", "1"))}},
    ]
    assert second == [{"PutRequest": {"Item": KEY2}}]
    assert len(slept) == 1


def test_batch_write_takes_twenty_five_requests_at_a_time() -> None:
    write, client, _ = table({})

    write.batch_write(deletes=[("a", str(n)) for n in range(51)])

    assert [len(request["RequestItems"]["t"]) for request in client.requests] == [25, 25, 1]


def test_busy_table_ends_in_a_conflict_and_not_in_silence() -> None:
    reading, _, _ = table({"Responses": {}, "UnprocessedKeys": {"t": {"Keys": [KEY1]}}})
    writing, _, waits = table({"UnprocessedItems": {"t": [{"PutRequest": {"Item": KEY1}}]}})

    with pytest.raises(Conflict, match="read"):
        reading.batch_get([("a", "1")])
    with pytest.raises(Conflict, match="write"):
        writing.batch_write(puts=[{"PK": "a", "SK": "1"}])

    assert sum(waits) < 10


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(refused("ConditionalCheckFailedException"), id="a condition"),
        pytest.param(refused("TransactionConflictException"), id="a transaction on the item"),
        pytest.param(refused("TransactionCanceledException", "None", "ConditionalCheckFailed"), id="one of several"),
        pytest.param(refused("TransactionCanceledException", "TransactionConflict", "None"), id="two transactions"),
    ],
)
def test_lost_race_is_a_failed_condition(error: ClientError) -> None:
    lost, _, _ = table(error)

    for write in (
        lambda: lost.put({"PK": "a", "SK": "1"}),
        lambda: lost.update("a", "1", "SET x = :x", {":x": 1}),
        lambda: lost.delete("a", "1"),
        lambda: lost.transact([lost.delete_action("a", "1")]),
    ):
        with pytest.raises(ConditionFailed):
            write()


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        (("TransactionConflict", "None"), Collided),
        (("TransactionConflict", "ConditionalCheckFailed"), ConditionFailed),
    ],
    ids=["alone", "with a condition"],
)
def test_collision_is_told_from_a_lost_race(codes: tuple[str, ...], kind: type[Exception]) -> None:
    with pytest.raises(ConditionFailed) as failed:
        table(refused("TransactionCanceledException", *codes))[0].transact([])

    assert failed.type is kind


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(refused("ProvisionedThroughputExceededException"), id="too busy"),
        pytest.param(refused("TransactionCanceledException", "ConditionalCheckFailed", "ValidationError"), id="a bug"),
        pytest.param(refused("TransactionCanceledException", "ThrottlingError"), id="throttled"),
    ],
)
def test_any_other_refusal_stays_what_it_is(error: ClientError) -> None:
    with pytest.raises(ClientError):
        table(error)[0].transact([])


@pytest.mark.parametrize("code", ["ThrottlingError", "ProvisionedThroughputExceeded"])
def test_throttled_transaction_is_sent_again(code: str) -> None:
    throttled = refused("TransactionCanceledException", "None", code)
    written, client, slept = table(throttled, refused("TransactionCanceledException", code, "TransactionConflict"), {})

    written.transact([written.put_action({"PK": "a", "SK": "1"})])

    assert (len(client.requests), len(slept)) == (3, 2)


def test_transaction_that_stays_throttled_is_an_error_after_a_few_times() -> None:
    written, client, _ = table(refused("TransactionCanceledException", "ThrottlingError"))

    with pytest.raises(ClientError):
        written.transact([written.put_action({"PK": "a", "SK": "1"})])
    assert len(client.requests) == 8


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        pytest.param(refused("ThrottlingException"), True, id="throttled"),
        pytest.param(Conflict("busy"), True, id="conflict"),
        pytest.param(refused("ValidationException"), False, id="item cannot be stored"),
        pytest.param(refused("TransactionCanceledException", "None", "ValidationError"), False, id="in a transaction"),
        pytest.param(ValueError("a defect"), False, id="defect"),
    ],
)
def test_what_dynamodb_finds_unusable_never_goes_better(error: Exception, expected: bool) -> None:
    assert may_go_better(error) is expected


def test_expression_without_values_sends_none() -> None:
    put, client, _ = table({})

    put.put({"PK": "a", "SK": "1"}, ConditionExpression="attribute_not_exists(PK)", ExpressionAttributeValues={})

    assert "ExpressionAttributeValues" not in client.requests[0]


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.text(max_size=5)
    | st.booleans()
    | st.integers(-(10**37), 10**37)
    | st.floats(-1e6, 1e6).map(lambda each: round(each, 9))
    | st.binary(min_size=1, max_size=5)
    | st.sets(st.text(min_size=1, max_size=3), min_size=1, max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=3), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=3), VALUES, max_size=3))
def test_values_come_back_as_they_were_stored(item: dict[str, Any]) -> None:
    assert decode(encode(item)) == item


def test_none_is_left_out_at_every_depth() -> None:
    assert decode(encode({"a": None, "b": {"c": None, "d": 1}, "e": [{"f": None}]})) == {"b": {"d": 1}, "e": [{}]}


@pytest.mark.parametrize(
    ("stored", "read"), [(Decimal("8.10"), 8.1), (Decimal("8.0"), 8), (0.1 + 0.2, 0.1 + 0.2), ((1, 2), [1, 2])]
)
def test_numbers_come_back_as_int_or_float_and_tuples_as_lists(stored: object, read: object) -> None:
    found = decode(encode({"n": stored}))["n"]

    assert (found, type(found)) == (read, type(read))


def test_real_table_keeps_what_was_put_and_refuses_what_must_not_be(cloud: Cloud) -> None:
    item = {"PK": "a", "SK": "1", "rating": 8.1, "tags": {"x", "y"}, "blob": b"\x00\xff", "part": {"n": 1}}
    cloud.catalogue.put(item)

    assert cloud.catalogue.get("a", "1") == item
    with pytest.raises(ConditionFailed):
        cloud.catalogue.put(item, ConditionExpression="attribute_not_exists(PK)")
    with pytest.raises(ConditionFailed):
        cloud.catalogue.transact(
            [
                cloud.catalogue.put_action({"PK": "b", "SK": "1"}),
                cloud.catalogue.check_action("a", "1", "rating > :least", {":least": 9}),
            ]
        )
    assert cloud.catalogue.get("b", "1") is None
