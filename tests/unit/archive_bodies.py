"""Bodies for the tests of the archive's format: JSON of any shape, and one with everything that is awkward."""

import json
from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message
from hypothesis import strategies as st

from marquee.archive import codec
from marquee.archive.codec import Body, BodyKind

KINDS: tuple[BodyKind, ...] = ("movie", "tv", "season", "episode", "person")

# What TMDB writes, and what looks nearly like it.
_DAYS = ("1999-03-30", "1999-02-30", "19990330", "0000-00-00", "0001-01-01", "9999-12-31")
_MOMENTS = tuple(
    f"1999-03-30{time}" for time in ("T00:00:00.000Z", "T00:00:00Z", "T00:00:00.000+00:00", " 00:00:00 UTC")
)
_DIGITS = ("52fe4250c3a36847f80149f3", "52FE4250C3A36847F80149F3", "52fe4", "ff", "0xff", " ff")
_PATHS = tuple(f"/pB8BM7pdSp6B6Ih7QZ4DrQ3PmJK.{ending}" for ending in ("jpg", "png", "svg", "gif", "jpg.png", ""))
_ODD = ("/pB8BM7pdSp6B6Ih7QZ4DrQ3PmJ.jpg", "/pB8BM7pdSp6B6Ih7QZ4DrQ3Pm-_.jpg", "/.jpg", "path", "ÿ", "\ud800", "null")
_SAME = ("The same",) * 4
_TEXTS = st.sampled_from(("", *_DAYS, *_MOMENTS, *_DIGITS, *_PATHS, *_ODD, *_SAME))
_NUMBERS = st.sampled_from(
    (0, 0.0, -0.0, 1, 8.0, 8.5, 7.8, 58.278, 0.0001, 0.00001, 3.2183290000000001, -1.5, 1e300, 2**53, 2**63, -(2**63))
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=()), max_size=8) | _TEXTS | _NUMBERS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def objects(kind: BodyKind) -> st.SearchStrategy[Body]:
    """Return JSON objects with the members that a kind has, with fitting and with other values, and with others."""
    return _object(codec._message(kind).DESCRIPTOR).map(parsed)


def parsed(body: Any) -> Any:
    """Return a value as JSON gives it: no tuple of it, and no character in two halves."""
    return json.loads(json.dumps(body))


def left_over(message: Message, place: str = "") -> Iterator[str]:
    """Yield the members that a message keeps as JSON because no field holds them, as paths."""
    for field, value in message.ListFields():
        if field.name == "rest":
            yield from (f"{place}{name}" for name in json.loads(value.extra or b"{}"))
        elif field.message_type is not None:
            is_map = field.message_type.has_options
            each = value.values() if is_map else value if field.is_repeated else [value]
            for part in each:
                yield from left_over(part, f"{place}{field.name}.")


def _object(descriptor: Descriptor, depth: int = 2) -> st.SearchStrategy[Body]:
    members = codec._Plan.of(descriptor).numbered
    names = {member.name + ("1" if member.name.endswith("/") else ""): number for number, member in members.items()}
    fitting = {
        name: VALUES | _values(descriptor.fields_by_number[number].message_type, depth)
        for name, number in names.items()
    }
    known = st.lists(st.sampled_from(sorted(fitting)), max_size=6, unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries({name: fitting[name] for name in chosen})
    )
    others = st.dictionaries(
        st.text(max_size=6) | st.sampled_from(("rest", "season/", "season/x", "a/b")), VALUES, max_size=2
    )
    return st.tuples(others, known).map(lambda pair: {**pair[0], **pair[1]})


def _values(descriptor: Descriptor | None, depth: int) -> st.SearchStrategy[Any]:
    if descriptor is None or depth == 0:
        return _TEXTS | _NUMBERS | st.lists(_TEXTS | _NUMBERS, max_size=3)
    if descriptor.has_options:
        inner = descriptor.fields_by_name["value"].message_type
        assert inner is not None
        return st.dictionaries(st.text(max_size=3), _object(inner, depth - 1), max_size=2) | _object(inner, depth - 1)
    return st.deferred(lambda: _object(descriptor, depth - 1) | st.lists(_object(descriptor, depth - 1), max_size=3))
