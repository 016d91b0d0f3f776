"""The part of the OpenAPI document about sending events: the registry of event types says what bodies hold."""

from typing import Any

from ingest_api.checks import KEY, KEY_RULE
from ingest_api.handler import app
from ingest_api.routes import MOST
from marquee import activity

KEY_SCHEMA = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": f"^{KEY.pattern}$"}
ERROR = {
    "type": "object",
    "description": "Why events were not taken, and the path of the field that is wrong.",
    "required": ["error"],
    "properties": {"error": {"type": "string"}, "path": {"type": "string"}},
}
TIMESTAMP = {
    "description": "When it happened, in ISO 8601, at most an hour ahead; without it, when the event is taken.",
    "anyOf": [{"type": "string", "format": "date-time"}, {"enum": ["", None]}],
}
EVENT_ID = {
    "description": "The producer's own name of the event: events of the same name are one.",
    "anyOf": [KEY_SCHEMA, {"type": "null"}],
}
HEADER = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": f"Requests with the same key are one, for ten days; {KEY_RULE}.",
    "schema": KEY_SCHEMA,
}
RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string"}}}


def paths(title: str, version: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the paths of the function and the schemas that they name."""
    found = app.get_openapi_schema(title=title, version=version).model_dump(
        mode="json", by_alias=True, exclude_none=True
    )
    schemas = {name: each for name, each in found["components"]["schemas"].items() if name.endswith("Answer")}
    schemas |= {"IngestError": ERROR, "Event": _any_event(), "EventsBody": _events_body()}
    schemas |= {_name(each): _event(each) for each in activity.event_types()}
    _complete(found["paths"]["/ingest"]["post"], "Event", "AcceptedAnswer", ["IngestError"])
    _complete(found["paths"]["/ingest/batch"]["post"], "EventsBody", "BatchAnswer", ["BatchAnswer", "IngestError"])
    del found["paths"]["/ingest/batch"]["post"]["responses"]["422"]
    return found["paths"], schemas


def _complete(operation: dict[str, Any], body: str, answer: str, refusals: list[str]) -> None:
    """Give an operation its body, its key and the answers that it really has; the gateway has a form of its own."""
    operation["security"] = [{"apiKey": []}]
    operation["parameters"] = [HEADER]
    operation["requestBody"] = {"required": True, "content": _content(body)}
    operation["responses"] = {
        "202": {"description": "Accepted; the consumers follow.", "content": _content(answer)},
        "400": {"description": "No event can be taken.", "content": _content(*refusals)},
        "403": {"description": "No API key, or one that is not valid.", "content": _content("Error", "IngestError")},
        "413": {"description": "The body is larger than 256 KB.", "content": _content("Error", "IngestError")},
        "422": {"description": "The key was used for another event.", "content": _content("IngestError")},
        "429": {"description": "More requests than the key allows.", "content": _content("Error")},
        "503": {
            "description": "The event stream is busy just now.",
            "headers": RETRY_AFTER,
            "content": _content(*refusals),
        },
    }


def _content(*names: str) -> dict[str, Any]:
    schemas = [_reference(name) for name in names]
    return {"application/json": {"schema": schemas[0] if len(schemas) == 1 else {"anyOf": schemas}}}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _name(event_type: str) -> str:
    return "".join(part.capitalize() for part in event_type.split("_")) + "Event"


def _any_event() -> dict[str, Any]:
    names = {each: _reference(_name(each)) for each in activity.event_types()}
    mapping = {each: reference["$ref"] for each, reference in names.items()}
    return {"oneOf": list(names.values()), "discriminator": {"propertyName": "event_type", "mapping": mapping}}


def _event(event_type: str) -> dict[str, Any]:
    schema = activity.schema(event_type)
    return {
        "type": "object",
        "description": schema["description"],
        "required": ["event_type", "payload"],
        "properties": {
            "event_type": {"const": event_type, "type": "string"},
            "payload": {name: schema[name] for name in ("type", "required", "properties")},
            "timestamp": TIMESTAMP,
            "event_id": EVENT_ID,
        },
    }


def _events_body() -> dict[str, Any]:
    events = {"type": "array", "minItems": 1, "maxItems": MOST, "items": _reference("Event")}
    return {
        "type": "object",
        "description": "Events; one that is wrong is answered in its place and does not keep the others out.",
        "required": ["events"],
        "properties": {"events": events},
    }
