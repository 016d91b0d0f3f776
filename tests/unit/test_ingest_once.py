"""An event with a name is one event, however often, in whatever way and at whatever moment it is sent."""

from collections import Counter
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest_api.checks import Refused
from ingest_api.ingest import Standing
from marquee.errors import Conflict
from marquee.repositories.idempotency import IdempotencyRecords
from tests.fakes.ingest import Inlet, send, send_many
from tests.fakes.interruptions import Crash, before_requests, colliding, crashing, overtaking
from tests.fakes.kinesis import throttled
from tests.fakes.operations import CountedTable

VIEWED: dict[str, Any] = {"event_type": "title_viewed", "payload": {"title_id": 11}}
OTHER: dict[str, Any] = {"event_type": "title_viewed", "payload": {"title_id": 12}}
USED = {"error": "This key was used for another event"}


@pytest.fixture
def inlet(monkeypatch: pytest.MonkeyPatch) -> Inlet:
    return Inlet().open(monkeypatch)


@pytest.fixture
def real(table: CountedTable) -> Inlet:
    """Ingest over a table whose requests can be counted and interrupted."""
    return Inlet(table=table)


def test_same_key_gives_the_same_answer_and_one_event(inlet: Inlet) -> None:
    answers = [send(VIEWED, headers={"idempotency-key": "a"}) for _ in range(10)]

    assert {(each.status, each.body) for each in answers} == {(202, answers[0].body)}
    assert inlet.kinesis.calls == ["PutRecord"]


def test_events_that_the_stream_has_are_accepted_though_their_place_cannot_be_remembered(
    inlet: Inlet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise Conflict("the table is busy")

    monkeypatch.setattr(IdempotencyRecords, "remember", busy)

    answer = send_many([VIEWED, {**OTHER, "event_id": "a"}])

    assert (answer.status, answer.json["accepted"]) == (202, 2)
    assert len(inlet.events()) == 2


def test_same_key_with_another_event_is_refused(inlet: Inlet) -> None:
    send(VIEWED, headers={"Idempotency-Key": "a"})

    answer = send(OTHER, headers={"Idempotency-Key": "a"})

    assert (answer.status, answer.json) == (422, USED)
    assert inlet.kinesis.calls == ["PutRecord"]


def test_without_a_key_each_request_is_an_event(inlet: Inlet) -> None:
    send(VIEWED)
    send(VIEWED)

    assert len(inlet.events()) == 2


def test_key_of_another_producer_is_another_key(inlet: Inlet) -> None:
    send(VIEWED, headers={"Idempotency-Key": "a"})

    assert send(OTHER, headers={"Idempotency-Key": "a"}, producer="partner").status == 202
    assert sorted(each.producer for each in inlet.events().values()) == ["demo", "partner"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('{"payload": {"title_id": 11}, "event_type": "title_viewed"}', id="other order"),
        pytest.param('{"event_type": "title_viewed", "payload": {"title_id": 11.0}}', id="same number"),
        pytest.param(VIEWED | {"timestamp": None}, id="no timestamp"),
        pytest.param(VIEWED | {"event_id": "a"}, id="the key as event_id"),
        pytest.param(VIEWED | {"event_id": "b"}, id="the header before event_id"),
    ],
)
def test_same_event_said_in_another_way_is_the_same(inlet: Inlet, body: object) -> None:
    first = send(VIEWED, headers={"Idempotency-Key": "a"})

    assert send(body, headers={"Idempotency-Key": "a"}).body == first.body


def test_name_is_the_same_alone_and_in_a_batch(inlet: Inlet) -> None:
    first = send(VIEWED, headers={"Idempotency-Key": "a"})

    (result,) = send_many([VIEWED | {"event_id": "a"}]).json["results"]

    assert result == {"status": 202, **first.json}
    assert inlet.kinesis.calls == ["PutRecord"]


def test_name_twice_in_a_batch_is_one_event_and_with_another_content_none(inlet: Inlet) -> None:
    batch = [each | {"event_id": "a"} for each in (VIEWED, VIEWED, OTHER)]

    first, same, other = send_many(batch).json["results"]

    assert first == same
    assert other == {"status": 422, **USED}
    assert [each.payload for each in inlet.events().values()] == [VIEWED["payload"]]


def test_key_of_a_batch_names_the_events_that_have_no_name(inlet: Inlet) -> None:
    batch = [VIEWED, OTHER | {"event_id": "b"}, VIEWED]

    answers = [send_many(batch, headers={"Idempotency-Key": "a"}).body for _ in range(3)]

    assert len(set(answers)) == 1
    assert (len(inlet.events()), inlet.kinesis.calls) == (3, ["PutRecords"])


def test_event_that_the_stream_did_not_take_is_taken_by_the_next_request(inlet: Inlet) -> None:
    def busy_at_first(call: int) -> None:
        if call == 1:
            raise throttled()

    inlet.kinesis.trouble = busy_at_first
    key = {"Idempotency-Key": "a"}

    assert [send(VIEWED, headers=key).status for _ in range(3)] == [503, 202, 202]
    assert send(OTHER, headers=key).status == 422
    assert len(inlet.events()) == 1


def test_part_of_a_batch_that_the_stream_did_not_take_is_taken_by_the_next_request(inlet: Inlet) -> None:
    inlet.kinesis.trouble = lambda call: {1} if call == 1 else {0} if call < 5 else None
    batch = [VIEWED | {"event_id": "a"}, OTHER | {"event_id": "b"}]

    first, second = (send_many(batch).json["results"] for _ in range(2))

    assert [each["status"] for each in first + second] == [202, 503, 202, 202]
    assert first[0] == second[0]
    assert Counter(each.payload["title_id"] for each in inlet.events().values()) == {11: 1, 12: 1}


deliveries = st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=8), min_size=1, max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deliveries)
def test_names_in_any_order_and_any_batches_are_each_one_event_with_one_answer(
    monkeypatch: pytest.MonkeyPatch, batches: list[list[int]]
) -> None:
    inlet = Inlet().open(monkeypatch)
    told: dict[int, set[str]] = {}

    for numbers in batches:
        events = [{**VIEWED, "payload": {"title_id": each + 1}, "event_id": f"e{each}"} for each in numbers]
        for number, result in zip(numbers, send_many(events).json["results"], strict=True):
            told.setdefault(number, set()).add(repr(result))

    assert all(len(answers) == 1 for answers in told.values())
    assert sorted(each.payload["title_id"] - 1 for each in inlet.events().values()) == sorted(told)
    assert len(inlet.kinesis.records) == len(told)


@pytest.mark.parametrize("batch", [False, True])
def test_request_that_ends_after_any_step_is_one_event_when_it_comes_again(real: Inlet, batch: bool) -> None:
    def deliver(name: str) -> Any:
        if batch:
            return real.ingest().many([VIEWED | {"event_id": name}], "demo", None)[0]
        return real.ingest().one(VIEWED, "demo", name)

    for steps in range(3):
        with before_requests(real.table.client, crashing(steps)), suppress(Crash):
            deliver(f"name {steps}")

        assert len({deliver(f"name {steps}") for _ in range(3)}) == 1
        assert len(real.events()) == steps + 1


@pytest.mark.parametrize("step", [0, 1], ids=["before the claim", "before the place"])
def test_of_two_equal_requests_at_once_both_are_told_the_same(real: Inlet, step: int) -> None:
    twins: list[Standing] = []
    waits: list[Any] = [lambda: None] * step

    with before_requests(
        real.table.client, overtaking(*waits, lambda: twins.append(real.ingest().one(VIEWED, "demo", "a")))
    ):
        told = real.ingest().one(VIEWED, "demo", "a")

    assert twins == [told] == [real.ingest().one(VIEWED, "demo", "a")]
    assert len(real.events()) == 1


def test_of_two_different_requests_at_once_one_is_refused(real: Inlet) -> None:
    with (
        before_requests(real.table.client, overtaking(lambda: real.ingest().one(OTHER, "demo", "a"))),
        pytest.raises(Refused, match="another event"),
    ):
        real.ingest().one(VIEWED, "demo", "a")

    assert [each.payload for each in real.events().values()] == [OTHER["payload"]]


def test_requests_that_meet_in_the_table_wait_for_each_other(real: Inlet) -> None:
    with before_requests(real.table.client, colliding(3)):
        assert real.ingest().one(VIEWED, "demo", "a")

    with before_requests(real.table.client, colliding(1000)), pytest.raises(Conflict):
        real.ingest().one(VIEWED, "demo", "b")


def test_150_named_events_cost_a_bounded_number_of_requests(real: Inlet, table: CountedTable) -> None:
    events = [VIEWED | {"event_id": f"e{number}"} for number in range(150)]

    first = real.ingest().many(events, "demo", None)
    assert (table.requests, real.kinesis.calls) == ({"TransactWriteItems": 4}, ["PutRecords"])

    table.requests.clear()
    assert real.ingest().many(events, "demo", None) == first
    assert (table.requests, len(real.kinesis.calls)) == ({"TransactWriteItems": 2, "BatchGetItem": 4}, 1)
