"""The types of event: one file each, in order, and what does not fit is told by its place."""

import json
from typing import Any

import pytest
from jsonschema import Draft7Validator

from marquee import activity

R3 = (
    *("session_started", "session_completed", "ib_call_logged"),
    *("tutor_availability_updated", "customer_health_update", "supply_demand_update"),
)
OURS = (
    *("title_viewed", "title_watched", "title_rated", "title_followed"),
    *("availability_reported", "search_performed"),
)
TYPES = pytest.mark.parametrize("event_type", activity.event_types())


def test_types_stand_in_the_order_of_their_files() -> None:
    assert activity.event_types() == R3 + OURS


@TYPES
def test_schema_is_one_and_names_its_type_and_its_entity(event_type: str) -> None:
    schema = activity.schema(event_type)

    Draft7Validator.check_schema(schema)
    assert (schema["title"], schema["type"]) == (event_type, "object")
    assert schema["description"].endswith(".")
    assert schema[activity.ENTITY] in schema["required"]


@TYPES
def test_file_is_written_as_the_others_are(event_type: str) -> None:
    (file,) = activity.FOLDER.glob(f"[0-9][0-9]_{event_type}.json")

    assert file.read_text() == json.dumps(activity.schema(event_type), indent=2, ensure_ascii=False) + "\n"


def test_unknown_type_has_no_schema() -> None:
    with pytest.raises(KeyError):
        activity.schema("title_burnt")


@pytest.mark.parametrize(
    ("event_type", "payload", "path", "message"),
    [
        ("title_viewed", {}, "payload.title_id", "is required"),
        ("title_rated", {"title_id": 1}, "payload.rating", "is required"),
        ("title_viewed", {"title_id": None}, "payload.title_id", "must be integer or string"),
        ("title_viewed", {"title_id": True}, "payload.title_id", "must be integer or string"),
        ("title_viewed", {"title_id": 1.5}, "payload.title_id", "must be integer or string"),
        ("title_viewed", {"title_id": 0}, "payload.title_id", "must be bigger than or equal to 1"),
        ("title_viewed", {"title_id": "011"}, "payload.title_id", "must match pattern ^[1-9][0-9]{0,9}$"),
        ("title_viewed", {"title_id": "11\n"}, "payload.title_id", "must match pattern ^[1-9][0-9]{0,9}$"),
        ("title_viewed", {"title_id": "١١"}, "payload.title_id", "must match pattern ^[1-9][0-9]{0,9}$"),
        ("title_rated", {"title_id": 1, "rating": 11}, "payload.rating", "must be smaller than or equal to 10"),
        ("title_rated", {"title_id": 1, "rating": "8"}, "payload.rating", "must be integer"),
        ("search_performed", {"query": ""}, "payload.query", "must be longer than or equal to 1 characters"),
        ("tutor_availability_updated", {"tutor_id": "t", "slots": {}}, "payload.slots", "must be array"),
    ],
)
def test_what_does_not_fit_is_told_by_its_place(event_type: str, payload: Any, path: str, message: str) -> None:
    assert activity.problem(event_type, payload) == activity.Problem(path, message)


@pytest.mark.parametrize(
    ("event_type", "payload", "entity"),
    [
        ("title_viewed", {"title_id": 11}, "title:11"),
        ("title_viewed", {"title_id": "11"}, "title:11"),
        ("title_viewed", {"title_id": 11.0}, "title:11"),
        ("session_started", {"session_id": "sess_123", "more": {"of": ["anything"]}}, "session:sess_123"),
        ("search_performed", {"query": "Heat"}, "query:Heat"),
    ],
)
def test_payload_that_fits_has_an_entity(event_type: str, payload: Any, entity: str) -> None:
    assert activity.problem(event_type, payload) is None
    assert activity.entity(event_type, payload) == entity


def test_event_that_does_not_say_what_it_is_about_has_no_entity() -> None:
    assert activity.entity("title_viewed", {}) is None
