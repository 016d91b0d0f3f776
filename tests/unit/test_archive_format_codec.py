"""What goes into the codec comes out of it, whatever it is."""

import os
import random
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marquee.archive import codec
from marquee.archive.codec import Body, BodyKind, Unreadable, decode, encode
from marquee.archive.fingerprint import body_hash
from tests.unit.archive_bodies import KINDS, VALUES, left_over, objects, parsed

CREDIT = {
    "adult": False,
    "gender": 2,
    "id": 819,
    "known_for_department": "Acting",
    "name": "Edward Norton",
    "original_name": "Edward Norton",
    "popularity": 7.861,
    "profile_path": "/8nytsqL59SFJTVYVrN72k6qkGgJ.jpg",
    "cast_id": 4,
    "character": "Narrator",
    "credit_id": "52fe4250c3a36847f80149f3",
    "order": 0,
}


def read_or_refused(kind: BodyKind, data: bytes) -> Body:
    try:
        return decode(kind, data)
    except Unreadable:
        return {}


def comes_back(kind: BodyKind, body: Body) -> bool:
    back = decode(kind, encode(kind, body))
    # The hash tells true from 1, which are equal in Python.
    return back == body and body_hash(back) == body_hash(body)


@given(st.data(), st.sampled_from(KINDS))
def test_any_body_comes_back(data: st.DataObject, kind: BodyKind) -> None:
    assert comes_back(kind, data.draw(objects(kind)))


@given(st.dictionaries(st.text(st.characters(exclude_categories=())), VALUES).map(parsed), st.sampled_from(KINDS))
def test_any_object_comes_back(body: Body, kind: BodyKind) -> None:
    assert comes_back(kind, body)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"title": None},
        {"title": ""},
        {"genres": None},
        {"genres": []},
        {"genres": [{}]},
        {"genres": [None]},
        {"genres": {}},
        {"genres": [{"id": 1}, "Drama"]},
        {"credits": {}},
        {"credits": None},
        {"credits": []},
        {"credits": {"cast": []}},
        {"poster_path": None},
        {"poster_path": ""},
        {"release_date": ""},
        {"adult": 1},
        {"budget": True},
        {"budget": "0"},
        {"budget": 2**64},
        {"title": "a", "original_title": "a"},
        {"title": "a", "original_title": ""},
        {"title": "a", "original_title": None},
        {"title": "a", "original_title": ["a"]},
        {"title": "a"},
        {"original_title": "a"},
        {"title": 1, "original_title": 1},
        {"title": "\ud800"},
        {"title": "a", "\udfff": 1},
        {"watch/providers": {"results": {}}},
        {"watch/providers": {"results": {"GB": {}, "XX": {"flatrate": []}}}},
        {"watch/providers": {"results": {"GB": None}}},
        {"rest": {"nulls": [1]}},
        {"credits": {"cast": [CREDIT, {**CREDIT, "profile_path": None}, {**CREDIT, "order": "last"}]}},
    ],
    ids=str,
)
def test_absent_null_and_empty_stay_apart(body: Body) -> None:
    assert comes_back("movie", body)


@pytest.mark.parametrize(
    "body",
    [
        {"season/1": {"id": 1, "episodes": []}, "season/10": {}},
        {"season/1": None},
        {"season/": {}, "season/x/y": {"name": "odd"}},
        {"season_parts": {"1": {}}},
        {"seasons": [{"id": 1, "air_date": None}], "season/1": {"_id": "52579dcf760ee36aaa0ddb9e"}},
    ],
    ids=str,
)
def test_seasons_that_were_appended_come_back(body: Body) -> None:
    assert comes_back("tv", body)


def test_whole_number_comes_back_for_a_fraction_that_is_one() -> None:
    assert decode("movie", encode("movie", {"vote_average": 8, "budget": 8.0})) == {"vote_average": 8, "budget": 8}


def test_what_tmdb_tells_of_a_credit_has_a_field() -> None:
    message = codec._message("movie").FromString(encode("movie", {"credits": {"cast": [CREDIT], "crew": []}}))

    assert not list(left_over(message))


def test_same_body_gives_the_same_bytes_in_any_order() -> None:
    body: dict[str, Any] = {"id": 1, "title": "A", "tagline": None, "homepage": None, "unknown": {"b": 1, "a": 2}}
    body |= {"watch/providers": {"results": {code: {"link": code} for code in ("GB", "DE", "FR", "US", "AT")}}}
    other = dict(reversed(body.items()))
    other["watch/providers"] = {"results": dict(reversed(body["watch/providers"]["results"].items()))}

    assert encode("movie", body) == encode("movie", other)


@given(st.binary(max_size=60), st.sampled_from(KINDS))
def test_what_nobody_encoded_is_read_or_refused(data: bytes, kind: BodyKind) -> None:
    assert isinstance(read_or_refused(kind, data), dict)


def test_damaged_body_is_read_or_refused() -> None:
    whole = encode("movie", {"id": 550, "unknown": [1], "release_date": "1999-10-15", "credits": {"cast": [CREDIT]}})
    chance = random.Random(550)
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] = chance.randrange(256)

        assert isinstance(read_or_refused("movie", bytes(damaged)), dict)


def test_codec_loads_only_the_schema_of_the_kind_that_is_asked_for() -> None:
    script = """
import sys
from marquee.archive import packing
assert not {name for name in sys.modules if name.endswith("_pb2") or name == "zstandard"}
packing.codec.encode("movie", {"id": 1})
print(sorted(name.rpartition(".")[2] for name in sys.modules if name.endswith("_pb2")))
"""
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}

    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=path)

    assert result.stdout.strip() == "['common_pb2', 'movie_pb2']"
