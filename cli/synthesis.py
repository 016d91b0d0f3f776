"""Makes events up: payloads from the schema of their type, good and spoiled. Pure: the same seed, the same events."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from marquee import activity

SOURCES = ("203", "26", "372", "387", "371")
REGIONS = ("GB", "US", "DE")
WORDS = ("night", "river", "last", "summer", "city", "glass", "winter", "road")
MOST_OF_A_LIST = 3
LARGEST = 1000


@dataclass(frozen=True)
class Subjects:
    """The titles and viewers that events speak of."""

    titles: Sequence[str]
    viewers: Sequence[str]

    def value(self, field: str, rng: Random) -> object:
        """Return something for a field that means one of our things, None for other fields."""
        choices: dict[str, Callable[[], object]] = {
            # The first ones more often: some titles trend.
            "title_id": lambda: self.titles[int(len(self.titles) * rng.random() ** 3)],
            "user_id": lambda: rng.choice(self.viewers),
            "source_id": lambda: rng.choice(SOURCES),
            "region": lambda: rng.choice(REGIONS),
            "query": lambda: " ".join(rng.sample(WORDS, 2)),
        }
        return choices[field]() if field in choices else None


def payload(event_type: str, subjects: Subjects, rng: Random) -> dict[str, Any]:
    """Return a payload that fits its type: what the schema requires, and about half of what it allows."""
    schema = activity.schema(event_type)
    required = schema.get("required", ())
    return {
        field: _of(field, form, subjects, rng)
        for field, form in schema["properties"].items()
        if field in required or rng.random() < 0.5
    }


def unfit(event_type: str, good: Mapping[str, Any], rng: Random) -> dict[str, Any]:
    """Return a payload with one required field of a wrong kind or outside its bounds."""
    schema = activity.schema(event_type)
    field = rng.choice(schema["required"])
    spoiled = ({**good, field: value} for value in _wrong(schema["properties"][field]))
    return rng.choice([each for each in spoiled if activity.problem(event_type, each)])


def incomplete(event_type: str, good: Mapping[str, Any], rng: Random) -> dict[str, Any]:
    """Return a payload without one of its required fields."""
    missing = rng.choice(activity.schema(event_type)["required"])
    return {field: value for field, value in good.items() if field != missing}


def _of(field: str, form: Mapping[str, Any], subjects: Subjects, rng: Random) -> object:
    meant = subjects.value(field, rng)
    if meant is not None:
        return meant
    if "enum" in form:
        return rng.choice(form["enum"])
    made: dict[str, Callable[[], object]] = {
        "boolean": lambda: rng.random() < 0.5,
        "integer": lambda: _number(form, rng),
        # Halves survive every notation of a number.
        "number": lambda: min(_number(form, rng) + rng.choice((0, 0.5)), form.get("maximum", LARGEST + 1)),
        "array": lambda: [rng.choice(WORDS) for _ in range(rng.randint(0, MOST_OF_A_LIST))],
        "object": dict,
        "string": lambda: f"{field.removesuffix('_id')}-{rng.randint(1, LARGEST)}",
    }
    return made[form["type"]]()


def _number(form: Mapping[str, Any], rng: Random) -> int:
    low = int(form.get("minimum", 0))
    return rng.randint(low, int(form.get("maximum", low + LARGEST)))


def _wrong(form: Mapping[str, Any]) -> list[object]:
    wrong: list[object] = [{"not": "this"}, [], None]
    if "maximum" in form:
        wrong.append(form["maximum"] + 1)
    if "pattern" in form or "anyOf" in form:
        wrong += ["?", "1\u0000", "\ud800"]
    if form.get("minLength"):
        wrong.append("")
    return wrong
