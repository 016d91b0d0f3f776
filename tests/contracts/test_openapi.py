"""The documents that are written from the code are what the code says."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from docs import event_types, openapi
from marquee import activity

RUN = "run `make docs` and commit docs/"
INGEST = {"/ingest", "/ingest/batch"}
# What not everybody who is signed in may do.
OWNED = {
    ("put", "/movies/{movie_id}"),
    ("delete", "/movies/{movie_id}"),
    ("post", "/imports"),
    ("get", "/imports/{import_id}"),
    ("get", "/imports/{import_id}/failures"),
    ("get", "/imports/{import_id}/failures.csv"),
    ("put", "/imports/{import_id}/mapping"),
    ("post", "/imports/{import_id}/{action}"),
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi.document()


def validator(document: dict[str, Any], name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": document["components"]})


def test_committed_document_is_the_one_the_handlers_give() -> None:
    assert openapi.DOCUMENT.read_text() == openapi.text(), f"{RUN}openapi.json"


def test_committed_event_types_are_those_of_the_registry() -> None:
    assert event_types.DOCUMENT.read_text() == event_types.text(), f"{RUN}event-types.md"


def test_every_route_names_its_errors_and_protected_ones_their_sign_in(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            keyed = operation.get("security") == [{"apiKey": []}]
            assert keyed == (path in INGEST)
            refused = path in INGEST or (method, path) in OWNED or path.startswith(openapi.OPERATORS)
            assert ("403" in operation["responses"]) == refused
            signed_in = operation.get("security") == [{"idToken": []}]
            assert signed_in == ("401" in operation["responses"]) == (path not in openapi.PUBLIC | INGEST)
            assert {"400", "503"} <= set(operation["responses"])


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(value: object) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
            return own.union(*map(references, value.values()))
        return set().union(*map(references, value)) if isinstance(value, list) else set()

    names = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert references(document) <= names


@pytest.mark.parametrize(
    ("event", "fits"),
    [
        ({"event_type": "title_viewed", "payload": {"title_id": 11}}, True),
        ({"event_type": "title_viewed", "payload": {"title_id": "11", "x": 1}, "timestamp": None}, True),
        ({"event_type": "title_viewed", "payload": {"title_id": 11}, "event_id": "a", "timestamp": ""}, True),
        ({"event_type": "title_viewed", "payload": {}}, False),
        ({"event_type": "title_burnt", "payload": {}}, False),
        ({"event_type": "title_rated", "payload": {"title_id": 11, "rating": 11}}, False),
        ({"event_type": "title_viewed", "payload": {"title_id": 11}, "event_id": ""}, False),
        ({"payload": {"title_id": 11}}, False),
    ],
)
def test_body_of_an_event_is_what_the_registry_says(document: dict[str, Any], event: object, fits: bool) -> None:
    assert validator(document, "Event").is_valid(event) is fits
    assert validator(document, "EventsBody").is_valid({"events": [event]}) is fits


def test_every_type_has_a_schema_and_is_told_apart_by_its_name(document: dict[str, Any]) -> None:
    assert tuple(document["components"]["schemas"]["Event"]["discriminator"]["mapping"]) == activity.event_types()
