"""The fingerprint tells bodies apart that differ, and no others."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marquee.archive.codec import Body, decode, encode
from marquee.archive.fingerprint import body_hash
from tests.unit.archive_bodies import objects

BODY: Body = {"id": 550, "title": "A", "runtime": 8.0, "genres": [{"id": 18, "name": "Drama"}], "tagline": None}


@pytest.mark.parametrize(
    "same",
    [
        pytest.param(dict(reversed(BODY.items())), id="other order"),
        pytest.param({**BODY, "genres": [{"name": "Drama", "id": 18}]}, id="other order inside"),
        pytest.param({**BODY, "runtime": 8}, id="whole number"),
        pytest.param({**BODY, "id": 550.0}, id="fraction that is none"),
    ],
)
def test_equal_bodies_have_equal_fingerprints(same: Body) -> None:
    assert body_hash(same) == body_hash(BODY)


@pytest.mark.parametrize(
    "change",
    [
        {"runtime": 8.1},
        {"runtime": "8"},
        {"runtime": True},
        {"tagline": ""},
        {"genres": []},
        {"genres": [{"id": 18, "name": "Drama"}] * 2},
        {"new": None},
        {"title": "Ä"},
    ],
    ids=str,
)
def test_every_change_changes_the_fingerprint(change: dict[str, Any]) -> None:
    assert body_hash({**BODY, **change}) != body_hash(BODY)


@pytest.mark.parametrize("name", ["popularity", "vote_average", "vote_count", "display_priority"])
def test_what_tmdb_computes_every_day_is_left_out_at_any_depth(name: str) -> None:
    def with_value(value: float) -> Body:
        inside = [{"id": 1, "more": {name: value, "kept": True}}]
        return {**BODY, name: value, "credits": {"cast": inside}}

    without = {**BODY, "credits": {"cast": [{"id": 1, "more": {"kept": True}}]}}

    assert body_hash(with_value(1.5)) == body_hash(with_value(2)) == body_hash(without)
    assert body_hash({**BODY, f"{name}_": 1}) != body_hash(BODY)


def test_fingerprint_leaves_the_body_as_it_is() -> None:
    body = {**BODY, "vote_count": 3, "cast": [{"popularity": 1.5}]}

    body_hash(body)

    assert (body["vote_count"], body["cast"]) == (3, [{"popularity": 1.5}])


def test_member_that_is_gone_changes_the_fingerprint() -> None:
    assert body_hash({name: value for name, value in BODY.items() if name != "tagline"}) != body_hash(BODY)


def test_fingerprint_is_that_of_the_plainest_json() -> None:
    # printf '%s' '{"a":[1,0.5,null],"b":"\\u00e9"}' | sha256sum
    expected = "0cd0283325957dc2fa33115aea9c0bd447747ce5508421aa510074509754a9fa"

    assert body_hash({"b": "é", "a": [1.0, 0.5, None]}) == expected


@given(objects("movie"))
def test_fingerprint_survives_the_archive(body: Body) -> None:
    assert body_hash(decode("movie", encode("movie", body))) == body_hash(body)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_number_has_one_fingerprint(number: float) -> None:
    whole = int(number) if number.is_integer() else number

    assert body_hash({"a": number}) == body_hash({"a": whole})
