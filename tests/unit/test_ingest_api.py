"""`POST /ingest` and `POST /ingest/batch`: what callers are told, and what is on the stream afterwards."""

import json
from typing import Any

import pytest

from ingest_api import producers, stores
from marquee import activity, clock
from marquee.errors import Conflict
from tests.fakes.ingest import PRODUCERS, Inlet, send, send_many
from tests.fakes.kinesis import throttled
from tests.unit.conftest import Cloud

VIEWED = {"event_type": "title_viewed", "payload": {"title_id": 11}}
RATED = {"event_type": "title_rated", "payload": {"title_id": "12", "rating": 8}}
BUSY = {"error": "The event stream is busy. Try again in a moment."}


@pytest.fixture
def inlet(monkeypatch: pytest.MonkeyPatch) -> Inlet:
    return Inlet().open(monkeypatch)


def refuse_all(call: int) -> None:
    raise throttled()


def test_accepted_event_is_answered_with_four_fields_and_stands_on_the_stream(inlet: Inlet) -> None:
    answer = send(VIEWED | {"timestamp": "2025-03-10T14:00:00+02:00"})

    place = {"sequenceNumber": "1", "shardId": "shardId-000000000001"}
    assert answer.status == 202
    assert list(answer.json.items()) == [
        *{"message": "Event accepted", "eventType": "title_viewed"}.items(),
        *place.items(),
    ]
    (found,) = inlet.events().values()
    assert (found.event_type, found.timestamp, found.producer) == ("title_viewed", "2025-03-10T12:00:00.000Z", "demo")
    assert found.payload == {"title_id": 11}
    assert inlet.kinesis.records[0][0] == "title:11"


def test_timestamp_is_set_where_it_is_missing_and_ingested_at_always(inlet: Inlet) -> None:
    before = clock.now()
    send(VIEWED)
    send(VIEWED | {"timestamp": "2020-01-01T00:00:00Z", "ingested_at": "2020-01-01T00:00:00Z"})

    unsaid, said = inlet.events().values()
    assert before <= unsaid.timestamp == unsaid.ingested_at <= said.ingested_at <= clock.now()
    assert said.timestamp == "2020-01-01T00:00:00.000Z"


@pytest.mark.parametrize("event_type", activity.event_types()[:6])
def test_types_of_r3_are_accepted(inlet: Inlet, event_type: str) -> None:
    ids = {each: f"{each}-1" for each in ("session_id", "tutor_id", "customer_id", "subject")}

    assert send({"event_type": event_type, "payload": ids}).status == 202


@pytest.mark.parametrize(
    ("body", "status", "answer"),
    [
        (None, 400, {"error": "Request body is required"}),
        ("{", 400, {"error": "Request body must be valid JSON"}),
        ([], 400, {"error": "Request body must be a JSON object"}),
        ({"payload": {}}, 400, {"error": "event_type is required"}),
        ({"event_type": "title_viewed"}, 400, {"error": "payload is required"}),
        (RATED | {"payload": {"title_id": 1}}, 400, {"error": "payload.rating is required", "path": "payload.rating"}),
        (VIEWED | {"x": "x" * 262_144}, 413, {"error": "Request body is larger than 262144 bytes"}),
    ],
)
def test_refused_event_is_told_why_and_is_not_on_the_stream(
    inlet: Inlet, body: object, status: int, answer: dict[str, str]
) -> None:
    found = send(body)

    assert (found.status, found.json) == (status, answer)
    assert inlet.kinesis.calls == []


def test_batch_is_answered_event_by_event_in_order_whatever_the_others_are(inlet: Inlet) -> None:
    answer = send_many([VIEWED, {"event_type": "x"}, None, RATED | {"payload": {"rating": 1}}, RATED])

    assert (answer.status, answer.json["accepted"], answer.json["rejected"]) == (202, 2, 3)
    first, unknown, nothing, unfit, last = answer.json["results"]
    assert first == {
        "status": 202,
        "message": "Event accepted",
        "eventType": "title_viewed",
        "sequenceNumber": "1",
        "shardId": "shardId-000000000001",
    }
    assert (unknown["status"], unknown["error"][:20]) == (400, "Invalid event_type. ")
    assert nothing == {"status": 400, "error": "Event must be a JSON object"}
    assert unfit == {"status": 400, "error": "payload.title_id is required", "path": "payload.title_id"}
    assert (last["status"], last["sequenceNumber"]) == (202, "2")
    assert [each.event_type for each in inlet.events().values()] == ["title_viewed", "title_rated"]


def test_batch_without_a_good_event_is_refused_with_its_results(inlet: Inlet) -> None:
    answer = send_many([{}, {"event_type": "title_viewed"}])

    assert answer.status == 400
    assert [each["error"] for each in answer.json["results"]] == ["event_type is required", "payload is required"]
    assert inlet.kinesis.calls == []


@pytest.mark.parametrize("events", [[], [VIEWED] * 501, {}, "events", None, 5], ids=str)
def test_batch_of_none_or_too_many_is_refused(inlet: Inlet, events: Any) -> None:
    answer = send_many(events)

    assert (answer.status, answer.json) == (
        400,
        {"error": "events must be a list of 1 to 500 events", "path": "events"},
    )


def test_event_costs_one_call_and_a_batch_of_500_one_call(inlet: Inlet) -> None:
    assert send(VIEWED).status == 202
    assert inlet.kinesis.calls == ["PutRecord"]

    assert send_many([VIEWED] * 500).json["accepted"] == 500
    assert inlet.kinesis.calls == ["PutRecord", "PutRecords"]


def test_records_that_the_stream_rejects_are_sent_again_and_answered_in_their_place(inlet: Inlet) -> None:
    inlet.kinesis.trouble = lambda call: {0, 2} if call == 1 else {1} if call == 2 else None

    results = send_many([VIEWED, RATED, VIEWED]).json["results"]

    assert [each["sequenceNumber"] for each in results] == ["2", "1", "3"]
    assert len(inlet.kinesis.calls) == 3


def test_event_of_a_batch_that_stays_rejected_is_told_to_come_again(inlet: Inlet) -> None:
    inlet.kinesis.trouble = lambda call: {1} if call == 1 else {0}

    answer = send_many([VIEWED, RATED])

    assert (answer.status, answer.headers["Retry-After"]) == (202, "2")
    assert [each["status"] for each in answer.json["results"]] == [202, 503]
    assert answer.json["results"][1] == {"status": 503, **BUSY}
    assert len(inlet.kinesis.calls) == 4


def test_events_that_stand_are_told_when_the_stream_fails_on_the_rest(inlet: Inlet) -> None:
    def fail_later(call: int) -> set[int]:
        if call > 1:
            raise throttled("PutRecords")
        return {1}

    inlet.kinesis.trouble = fail_later

    assert [each["status"] for each in send_many([VIEWED, RATED]).json["results"]] == [202, 503]


@pytest.mark.parametrize("batch", [False, True])
def test_busy_stream_is_answered_with_when_to_come_again_and_nothing_of_the_inside(inlet: Inlet, batch: bool) -> None:
    inlet.kinesis.trouble = refuse_all

    answer = send_many([VIEWED]) if batch else send(VIEWED)

    assert (answer.status, answer.json, answer.headers["Retry-After"]) == (503, BUSY, "2")


def test_whole_batch_that_stays_rejected_is_told_to_come_again(inlet: Inlet) -> None:
    inlet.kinesis.trouble = lambda call: {0}

    answer = send_many([VIEWED])

    assert (answer.status, answer.headers["Retry-After"], answer.json["accepted"]) == (503, "2", 0)


def test_busy_table_is_answered_like_a_busy_stream(inlet: Inlet, monkeypatch: pytest.MonkeyPatch) -> None:
    def collide(_: object) -> None:
        raise Conflict("secret-table: written by others")

    monkeypatch.setattr(inlet.table, "transact", collide)

    answer = send(VIEWED | {"event_id": "a"})

    assert (answer.status, answer.json) == (503, BUSY)


def test_defect_is_answered_without_its_reason(inlet: Inlet, caplog: pytest.LogCaptureFixture) -> None:
    def fail(call: int) -> None:
        raise ZeroDivisionError("secret")

    inlet.kinesis.trouble = fail

    answer = send(VIEWED)

    assert (answer.status, answer.json) == (500, {"error": "Internal server error"})
    assert "ZeroDivisionError" in caplog.text


def test_key_of_nobody_is_refused(inlet: Inlet) -> None:
    assert send(VIEWED, producer=None).status == 403
    assert inlet.kinesis.calls == []


def test_unknown_address_is_told_so(inlet: Inlet) -> None:
    answer = send(VIEWED, path="/ingest/all")

    assert (answer.status, answer.json) == (404, {"error": "There is nothing at this address"})


def test_logs_count_events_and_hold_none(inlet: Inlet, caplog: pytest.LogCaptureFixture) -> None:
    send(VIEWED | {"payload": {"title_id": 11, "x": "very-private"}, "event_id": "very-private"})
    send(VIEWED | {"payload": {"title_id": "very-private"}})
    send('{"very-private"')

    written = repr([vars(record) for record in caplog.records])
    assert "'accepted': 1" in written
    assert "very-private" not in written


@pytest.mark.parametrize(("event_type", "status"), [("title_viewed", 202), ("search_performed", 400)])
def test_function_works_with_what_its_environment_names(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, event_type: str, status: int
) -> None:
    for each in (stores.ingest, stores.accepted_types, producers.by_key_id):
        each.cache_clear()
    monkeypatch.setenv("PRODUCERS", json.dumps(PRODUCERS))
    monkeypatch.setenv("REFUSED_EVENT_TYPES", "search_performed,ib_call_logged")

    answer = send({"event_type": event_type, "payload": {"title_id": 11, "query": "x"}, "event_id": "a"})

    assert answer.status == status
    assert len(cloud.published()) == (status == 202)
    assert "ib_call_logged" not in answer.body
