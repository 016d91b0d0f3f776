"""The Protocol Buffers of the archive have a field for everything that TMDB tells, and lose nothing of it."""

import copy
import gzip
import json
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from provider_schemas import FOLDER

from marquee.archive import codec, packing
from marquee.archive.codec import Body, BodyKind, decode, encode
from marquee.archive.fingerprint import body_hash
from tests.unit.archive_bodies import left_over

SHARED = Path(__file__).resolve().parents[3] / "shared"
RECORDED = SHARED / "data/tmdb_api/open"
EXAMPLES = SHARED / "contracts/tmdb/examples"
FILES: dict[str, BodyKind] = {
    "movie": "movie",
    "movie_ja_bulk": "movie",
    "tv": "tv",
    "season": "season",
    "episode": "episode",
    "person": "person",
}
OPERATIONS: dict[str, BodyKind] = {"movie": "movie", "tv-series": "tv", "person": "person"}
PATHS: dict[str, BodyKind] = {
    "/3/movie/{movie_id}": "movie",
    "/3/tv/{series_id}": "tv",
    "/3/person/{person_id}": "person",
}

recordings = pytest.mark.skipif(
    not RECORDED.is_dir(), reason=f"{RECORDED} is not there: put the shared folder beside the repository to run this"
)
examples = pytest.mark.skipif(
    not EXAMPLES.is_dir(), reason=f"{EXAMPLES} is not there: put the shared folder beside the repository to run this"
)


def unfielded(kind: BodyKind, body: Body) -> list[str]:
    return list(left_over(codec._message(kind).FromString(encode(kind, body))))


def contracted() -> Iterator[tuple[BodyKind, str, dict[str, Any]]]:
    """Yield the kind, the name of the part (empty for details) and the schema of every path of a title or person."""
    document = json.loads((FOLDER / "tmdb/openapi.json").read_text())
    for path, methods in document["paths"].items():
        for begin, kind in PATHS.items():
            if path == begin or path.startswith(f"{begin}/"):
                schema = methods["get"]["responses"]["200"]["content"]["application/json"]["schema"]
                yield kind, path.removeprefix(begin).removeprefix("/"), schema


def fitting(schema: dict[str, Any]) -> Any:
    """Return a value with everything that a schema describes."""
    types = schema.get("type", "string")
    kind = types if isinstance(types, str) else types[0]
    if kind == "object":
        described = {name: fitting(inner) for name, inner in schema.get("properties", {}).items()}
        others = schema.get("additionalProperties")
        return described or ({"GB": fitting(others)} if isinstance(others, dict) else {})
    if kind == "array":
        return [fitting(schema["items"])]
    return {"string": "0123456789abcdef01234567", "integer": 7, "number": 7.5, "boolean": True}[kind]


@cache
def recorded(name: str) -> list[Body]:
    with gzip.open(RECORDED / f"{name}.jsonl.gz", "rt") as lines:
        read = [json.loads(line) for line in lines]
    return [each.get("body", each) for each in read]


def part_of(name: str, value: Any) -> Body:
    return {name: value} if name else value


@pytest.mark.parametrize(
    ("kind", "name", "schema"), [pytest.param(*each, id=f"{each[0]}/{each[1]}") for each in contracted()]
)
def test_everything_that_the_contract_describes_has_a_field(kind: BodyKind, name: str, schema: dict[str, Any]) -> None:
    whole = part_of(name, fitting(schema))
    # Dates are made without knowing that they are some, and a date is all that their field holds.
    left = [place for place in unfielded(kind, whole) if not place.endswith(("_date", "_at", "birthday", "deathday"))]

    assert not left
    assert decode(kind, encode(kind, whole)) == whole


@examples
@pytest.mark.parametrize("name", ["details", "details.recorded-2026-08"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_examples_of_details_leave_nothing_over(operation: str, name: str) -> None:
    body = json.loads((EXAMPLES / f"{operation}-{name}.json").read_text())

    assert not unfielded(OPERATIONS[operation], body)
    assert decode(OPERATIONS[operation], encode(OPERATIONS[operation], body)) == body


@recordings
@pytest.mark.parametrize("name", FILES)
def test_every_recorded_body_comes_back(name: str) -> None:
    for body in recorded(name):
        back = decode(FILES[name], encode(FILES[name], body))

        assert back == body
        assert body_hash(back) == body_hash(body)


@recordings
@pytest.mark.parametrize("name", FILES)
def test_hardly_anything_recorded_is_without_a_field(name: str) -> None:
    # Most are ratios of images from before TMDB rounded them.
    left = [place for body in recorded(name) for place in unfielded(FILES[name], body)]

    assert len(left) < len(recorded(name)) * 4


@recordings
@pytest.mark.parametrize("name", FILES)
def test_recorded_body_that_was_changed_anywhere_comes_back(name: str) -> None:
    chance = random.Random(name)
    for body in chance.choices(recorded(name), k=40):
        changed = copy.deepcopy(body)
        for _ in range(20):
            mutate(changed, chance)

        assert decode(FILES[name], encode(FILES[name], changed)) == changed


@recordings
@pytest.mark.parametrize("name", ["movie", "tv", "season", "person"])
def test_recorded_bodies_come_back_from_what_is_stored(name: str) -> None:
    for body in recorded(name):
        assert packing.unpack(FILES[name], packing.pack(FILES[name], body), {}.__getitem__) == body


def mutate(body: Any, chance: random.Random) -> None:
    """Take something out of a body, put something else in its place, or add something, at any depth."""
    while isinstance(body, dict | list) and body:
        place = chance.choice(list(body)) if isinstance(body, dict) else chance.randrange(len(body))
        if not isinstance(body[place], dict | list) or not body[place] or chance.random() < 0.2:
            break
        body = body[place]
    else:
        return
    strange = (None, "", [], {}, 0, -1, 8.0, 1.23456789, True, "x", "1999-03-30", 2**70, [None], {"a": [1]}, "\ud800")
    change = chance.random()
    if change < 0.3:
        del body[place]
    elif change < 0.4 and isinstance(body, dict):
        body[chance.choice(("softcore", "id", "new/one", "season/3", "rest"))] = chance.choice(strange)
    else:
        body[place] = chance.choice(strange)
