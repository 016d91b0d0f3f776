"""`make docs`: write docs/event-types.md from the registry of event types, the only place that defines them."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "event-types.md"
INTRODUCTION = """# Event types

What `POST /api/ingest` takes as `event_type`, and what the `payload` of each has to hold; fields beyond these are kept
as they are. Which of them an environment refuses is configuration (`refused_event_types`). [ingest.md](ingest.md) says
how events are sent.

Written by `make docs` from `layers/shared/python/marquee/activity_types/`: adding a type is adding a file.
"""


def text() -> str:
    """Return the document as it is committed."""
    sys.path[:0] = [str(ROOT / "layers" / "shared" / "python")]
    from marquee import activity

    parts = (part for each in activity.event_types() for part in _section(each, activity.schema(each)))
    return INTRODUCTION + "\n".join(parts) + "\n"


def _section(event_type: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f"\n## {event_type}\n"
    yield f"{schema['description']} Events about one `{schema['x-entity']}` share a shard.\n"
    yield "| field | | type | |"
    yield "|---|---|---|---|"
    for name, field in schema["properties"].items():
        required = "required" if name in schema["required"] else ""
        yield f"| `{name}` | {required} | {_type(field)} | {_told(field)} |"


def _type(field: Mapping[str, Any]) -> str:
    kinds = field["type"]
    return kinds if isinstance(kinds, str) else " or ".join(kinds)


def _told(field: Mapping[str, Any]) -> str:
    """Return what is said of a field and its limits."""
    limits = [
        _limit(field.get("minimum"), field.get("maximum"), ""),
        _limit(field.get("minLength"), field.get("maxLength"), " characters"),
        _limit(field.get("minItems"), field.get("maxItems"), " items"),
        f"`{field['pattern']}`" if "pattern" in field else "",
    ]
    told = "; ".join(filter(None, limits))
    return " ".join(filter(None, [field.get("description"), told]))


def _limit(least: float | None, most: float | None, unit: str) -> str:
    if least is not None and most is not None:
        return f"{least} to {most}{unit}"
    if least is not None:
        return f"{least} or more{unit}"
    return f"at most {most}{unit}" if most is not None else ""


if __name__ == "__main__":
    DOCUMENT.write_text(text())
