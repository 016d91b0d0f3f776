"""The types of event that other systems may send: one JSON Schema file each in `activity_types/`.

The number in a file's name gives its place in the list of types. `x-entity` names the field by whose value events
about one thing come to one shard. Adding a type is adding a file.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastjsonschema import JsonSchemaValueException

FOLDER = Path(__file__).with_name("activity_types")
ENTITY = "x-entity"


@dataclass(frozen=True)
class Problem:
    """Where a payload does not fit its type (`payload.rating`), and why."""

    path: str
    message: str


def event_types() -> tuple[str, ...]:
    """Return all types in the order of their files."""
    return tuple(_files())


@cache
def schema(event_type: str) -> Mapping[str, Any]:
    """Return the JSON Schema of a type; raises KeyError for one that does not exist."""
    found: Mapping[str, Any] = json.loads(_files()[event_type].read_text(encoding="utf-8"))
    return found


def problem(event_type: str, payload: Mapping[str, object]) -> Problem | None:
    """Return what is wrong with the payload of an event, None if it fits its type."""
    from fastjsonschema import JsonSchemaValueException  # what reads types and entities alone need not import it

    try:
        _validator(event_type)(payload)
    except JsonSchemaValueException as error:
        return _told(error)
    return None


def entity(event_type: str, payload: Mapping[str, object]) -> str | None:
    """Return what an event is about (`title:11`), None if it does not say."""
    field = schema(event_type)[ENTITY]
    value = payload.get(field)
    # JSON knows one kind of number: 11.0 is title 11.
    value = int(value) if isinstance(value, float) else value
    return None if value is None else f"{field.removesuffix('_id')}:{value}"


@cache
def _files() -> Mapping[str, Path]:
    return {file.stem.partition("_")[2]: file for file in sorted(FOLDER.glob("*.json"))}


@cache
def _validator(event_type: str) -> Callable[[object], object]:
    import fastjsonschema

    compiled: Callable[[object], object] = fastjsonschema.compile(dict(schema(event_type)), use_default=False)
    return compiled


def _told(error: "JsonSchemaValueException") -> Problem:
    # The library calls what it looks at `data`.
    path = ".".join(("payload", *error.path[1:]))
    if error.rule == "required":
        missing = next(name for name in error.rule_definition if name not in error.value)
        return Problem(f"{path}.{missing}", "is required")
    return Problem(path, error.message.removeprefix(error.name or "").strip())
