"""What an event has to be: R3's checks in R3's order and words, and what JSON can say and nobody can keep."""

import json
from typing import Any

import pytest

from ingest_api.checks import BODY_BYTES, LEVELS, Refused, checked, checked_key, read_body
from marquee import activity

NOW = "2026-03-10T12:00:00.000Z"
EVENT: dict[str, Any] = {"event_type": "title_viewed", "payload": {"title_id": 11}}
INVALID_TYPE = (
    "Invalid event_type. Must be one of: session_started, session_completed, ib_call_logged, "
    "tutor_availability_updated, customer_health_update, supply_demand_update, title_viewed, title_watched, "
    "title_rated, title_followed, availability_reported, search_performed"
)


def check(event: object) -> Any:
    return checked(event, activity.event_types(), NOW)


def refusal(event: object) -> tuple[str, str | None]:
    with pytest.raises(Refused) as refused:
        check(event)
    assert refused.value.status == 400
    return str(refused.value), refused.value.path


def body_refusal(body: str | None) -> tuple[int, str]:
    with pytest.raises(Refused) as refused:
        read_body(body)
    return refused.value.status, str(refused.value)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(None, "Request body is required", id="none"),
        pytest.param("", "Request body is required", id="empty"),
        pytest.param(" ", "Request body must be valid JSON", id="blank"),
        pytest.param("{broken", "Request body must be valid JSON", id="broken"),
        pytest.param('{"a": 1} {}', "Request body must be valid JSON", id="two"),
        pytest.param("\ufeff{}", "Request body must be valid JSON", id="byte order mark"),
        pytest.param('{"a": NaN}', "Request body must be valid JSON", id="NaN"),
        pytest.param('{"a": -Infinity}', "Request body must be valid JSON", id="Infinity"),
        pytest.param('{"a": "\0"}', "Request body must be valid JSON", id="raw NUL"),
        pytest.param("[" * 100_000, "Request body must be valid JSON", id="nested without end"),
        pytest.param("null", "Request body must be a JSON object", id="null"),
        pytest.param("[{}]", "Request body must be a JSON object", id="list"),
        pytest.param('"\ud800"', "Request body must be a JSON object", id="half a sign"),
    ],
)
def test_body_that_is_no_object_is_refused(body: str | None, text: str) -> None:
    assert body_refusal(body) == (400, text)


def test_size_is_counted_in_bytes_and_the_largest_body_is_read() -> None:
    frame = len(json.dumps({"a": ""}))
    largest = json.dumps({"a": "é" * ((BODY_BYTES - frame) // 2)}, ensure_ascii=False)

    assert read_body(largest)
    assert body_refusal(largest.replace("é", "éé", 1)) == (413, "Request body is larger than 262144 bytes")


@pytest.mark.parametrize("nothing", [None, "", 0, 0.0, False], ids=repr)
def test_what_r3_takes_for_nothing_is_required(nothing: object) -> None:
    assert refusal({"event_type": nothing}) == ("event_type is required", None)
    assert refusal({"event_type": "title_viewed", "payload": nothing}) == ("payload is required", None)


@pytest.mark.parametrize("event_type", ["title_burnt", "TITLE_VIEWED", 7, True, [], {}, ["title_viewed"]], ids=repr)
def test_type_that_is_none_is_refused_with_those_that_are(event_type: object) -> None:
    assert refusal({"event_type": event_type}) == (INVALID_TYPE, None)


def test_checks_come_in_the_order_of_r3() -> None:
    assert refusal({}) == ("event_type is required", None)
    assert refusal({"event_type": "x"}) == (INVALID_TYPE, None)
    assert refusal({"event_type": "title_viewed"}) == ("payload is required", None)
    assert refusal({"event_type": "title_viewed", "payload": {}, "timestamp": "x"})[1] == "payload.title_id"


def test_types_that_the_environment_refuses_are_not_named() -> None:
    with pytest.raises(Refused, match=r"^Invalid event_type. Must be one of: title_rated$"):
        checked(EVENT, ["title_rated"], NOW)


@pytest.mark.parametrize("payload", [[], ["x"], "text", 5, True], ids=repr)
def test_payload_that_is_no_object_is_refused(payload: object) -> None:
    assert refusal(EVENT | {"payload": payload}) == ("payload must be an object", "payload")


def test_payload_that_does_not_fit_is_refused_with_its_place() -> None:
    assert refusal(EVENT | {"event_type": "title_rated"}) == ("payload.rating is required", "payload.rating")


@pytest.mark.parametrize(
    ("value", "path", "message"),
    [
        pytest.param('"\\ud800"', "payload.x", "must be Unicode text", id="half a sign"),
        pytest.param('[1, {"y": "a\\udc00b"}]', "payload.x.1.y", "must be Unicode text", id="half a sign within"),
        pytest.param(
            '{"\\ud800": 1}', "payload.x", "must have names that are Unicode text", id="half a sign in a name"
        ),
        pytest.param("1e999", "payload.x", "must be a number that can be kept", id="infinite"),
        pytest.param("-1e999", "payload.x", "must be a number that can be kept", id="infinitely small"),
        pytest.param("9" * 310, "payload.x", "must be a number that can be kept", id="more than a float holds"),
        pytest.param("9" * 100_000, "payload.x", "must be a number that can be kept", id="digits without end"),
    ],
)
def test_what_nobody_can_keep_is_refused_with_its_place(value: str, path: str, message: str) -> None:
    event = read_body(f'{{"event_type": "title_viewed", "payload": {{"title_id": 11, "x": {value}}}}}')

    assert refusal(event) == (f"{path} {message}", path)


def nested(levels: int) -> dict[str, Any]:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return EVENT | {"payload": {"title_id": 11, "x": value}}


def test_payload_is_nested_so_far_and_no_further() -> None:
    assert check(nested(LEVELS - 1)).payload
    message, path = refusal(nested(LEVELS))
    assert message == f"{path} must not be nested more than 50 levels deep"


@pytest.mark.parametrize(
    ("body", "payload"),
    [
        pytest.param('{"title_id": 11.0, "x": -0.0}', {"title_id": 11, "x": 0}, id="whole numbers are whole"),
        pytest.param('{"title_id": 1.1e1}', {"title_id": 11}, id="exponent"),
        pytest.param('{"title_id": 11, "x": 1e300}', {"title_id": 11, "x": 1e300}, id="large"),
        pytest.param('{"title_id": 11, "x": 0.1}', {"title_id": 11, "x": 0.1}, id="fraction"),
        pytest.param('{"title_id": 12, "title_id": 11}', {"title_id": 11}, id="the last of two equal names"),
        pytest.param('{"title_id": 11, "x": "\\u0000"}', {"title_id": 11, "x": "\0"}, id="NUL"),
        pytest.param('{"title_id": 11, "x": "\\ud83d\\ude00"}', {"title_id": 11, "x": "😀"}, id="both halves"),
    ],
)
def test_payload_is_kept_as_json_means_it(body: str, payload: dict[str, Any]) -> None:
    found = check(read_body(f'{{"event_type": "title_viewed", "payload": {body}}}')).payload

    assert found == payload
    assert type(found["title_id"]) is int


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (None, None),
        ("", None),
        ("2026-03-10T12:00:00Z", "2026-03-10T12:00:00.000Z"),
        ("2026-03-10T14:30:00.123456+02:30", "2026-03-10T12:00:00.123Z"),
        ("2026-03-10", "2026-03-10T00:00:00.000Z"),
        ("1999-12-31T23:59:59", "1999-12-31T23:59:59.000Z"),
        ("2026-03-10T13:00:00Z", "2026-03-10T13:00:00.000Z"),
    ],
)
def test_timestamp_is_kept_in_utc(given: str | None, kept: str | None) -> None:
    assert check(EVENT | {"timestamp": given}).timestamp == kept


@pytest.mark.parametrize(
    "given", ["yesterday", "2026-13-01", "0001-01-01T00:00:00+14:00", 0, False, 1773144000, [], {}]
)
def test_timestamp_that_is_no_moment_is_refused(given: object) -> None:
    assert refusal(EVENT | {"timestamp": given}) == ("timestamp must be a moment in ISO 8601", "timestamp")


def test_timestamp_far_ahead_is_refused_because_it_would_win_for_ever() -> None:
    assert refusal(EVENT | {"timestamp": "2026-03-10T13:00:01Z"}) == (
        "timestamp must not lie in the future",
        "timestamp",
    )


@pytest.mark.parametrize("key", ["", "x" * 256, "zweiter Schlüssel", "a\0b", "a\n", "\ud800"], ids=ascii)
def test_key_that_cannot_be_one_is_refused(key: str) -> None:
    assert refusal(EVENT | {"event_id": key}) == ("event_id must be 1 to 255 printable ASCII characters", "event_id")
    with pytest.raises(Refused, match=r"^Idempotency-Key must be 1 to 255 printable ASCII characters$"):
        checked_key(key)


@pytest.mark.parametrize("key", [5, True, [], {}], ids=repr)
def test_event_id_that_is_no_text_is_refused(key: object) -> None:
    assert refusal(EVENT | {"event_id": key})[1] == "event_id"


@pytest.mark.parametrize("key", [None, "x", "x" * 255, "order 66: ~"], ids=repr)
def test_key_is_taken_as_it_is(key: str | None) -> None:
    assert check(EVENT | {"event_id": key}).event_id == checked_key(key) == key
