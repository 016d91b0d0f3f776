"""Whatever is sent, ingest answers: never a 5xx, never an exception, and only what fits its type gets in."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from marquee import activity
from tests.fakes.ingest import Inlet, send

FUZZ = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Literals that parsers treat in different ways, and values that mean nothing or too much.
LITERALS = (
    *("NaN", "-Infinity", "1e999", "-1e999", "1E400", "-0", "11.0", "1.5", "9" * 400, "9" * 5000, "007", "0x1"),
    *(r'"\ud800"', r'"\udc00x"', r'"\u0000"', '"\0"', '""', '"😀"', "null", "true", "false", "0", "undefined"),
    *("[" * 60 + "]" * 60, "[" * 3000 + "]" * 3000, '{"a":' * 60 + "1" + "}" * 60, '{"a": 1, "a": 2}', "{}", "[]"),
    *(r'{"\ud800": 1}', '{"": {"": 1}}', '"1999-01-01"', '"9999-12-31T23:59:59-14:00"', '"0001-01-01T00:00+14:00"'),
)
texts = st.text(st.characters(codec=None), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=10,
)
written = st.sampled_from(LITERALS) | values.map(json.dumps)
# What every type wants to have, so that an event is good but for what a test puts in its place.
GOOD = {
    **dict.fromkeys(("session_id", "customer_id", "tutor_id", "subject", "query"), '"x"'),
    **{"title_id": "11", "source_id": '"203"', "rating": "8", "region": '"GB"', "available": "true"},
}
payloads = st.dictionaries(st.sampled_from(sorted(GOOD)) | texts, written, max_size=2).map(
    lambda parts: as_object(GOOD | parts)
)


def as_object(parts: dict[str, str]) -> str:
    """Return a JSON object of values that are text already."""
    return "{" + ", ".join(f"{json.dumps(name)}: {value}" for name, value in parts.items()) + "}"


@st.composite
def events(draw: st.DrawFn) -> str:
    """Draw an event as text, in which at most two fields are missing or hold anything."""
    parts = {
        "event_type": json.dumps(draw(st.sampled_from(activity.event_types()))),
        "payload": draw(payloads),
        "timestamp": '"2025-01-01T00:00:00Z"',
        "event_id": '"a"',
    }
    for broken in draw(st.sets(st.sampled_from(sorted(parts)), max_size=2)):
        parts[broken] = draw(st.just("") | written)
    return as_object({name: value for name, value in parts.items() if value})


bodies = (
    st.none()
    | texts
    | written
    | events()
    | st.lists(events() | written, max_size=4).map(lambda each: f'{{"events": [{", ".join(each)}]}}')
)


def shape(answer: Any) -> set[str]:
    """Return the fields of an answer, without those that an error may have or not."""
    return set(answer) - {"path"}


@FUZZ
@given(bodies, st.sampled_from(["/ingest", "/ingest/batch"]), st.none() | texts)
@example('{"event_type": "title_viewed", "payload": {"title_id": 11}}', "/ingest", None)
@example("[" * 200_000, "/ingest/batch", None)
@example('{"events": [' + ", ".join(["{}"] * 500) + "]}", "/ingest/batch", "a")
def test_every_body_has_an_answer_and_only_good_events_get_in(
    monkeypatch: pytest.MonkeyPatch, body: str | None, path: str, key: str | None
) -> None:
    Inlet().open(monkeypatch)

    answer = send(body, path=path, headers={} if key is None else {"Idempotency-Key": key})

    assert answer.status in (202, 400, 413, 422)
    told = answer.json
    if "results" in told:
        assert {each["status"] for each in told["results"]} <= {202, 400, 422}
        assert told["accepted"] == sum(each["status"] == 202 for each in told["results"])
    elif answer.status == 202:
        assert shape(told) == {"message", "eventType", "sequenceNumber", "shardId"}
    else:
        assert shape(told) == {"error"}


@FUZZ
@given(events())
def test_what_gets_in_is_json_that_fits_its_type(monkeypatch: pytest.MonkeyPatch, event: str) -> None:
    inlet = Inlet().open(monkeypatch)

    answer = send(event)

    assert len(inlet.kinesis.records) == (answer.status == 202)
    for key, data in inlet.kinesis.records:
        assert 0 < len(key.encode()) <= 256
        json.loads(data, parse_constant=pytest.fail)
    for found in inlet.events().values():
        assert activity.problem(found.event_type, found.payload) is None
