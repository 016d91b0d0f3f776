"""The measuring of the archive's format, on a few made bodies."""

import random

import pytest

from bench import archiving, dictionaries, lessons, pages
from marquee.archive import codec
from marquee.archive.codec import Body
from marquee.models.archive import KINDS, Kind


def film(number: int) -> Body:
    dice = random.Random(number)
    cast = [{"id": dice.randrange(10**6), "name": dice.choice("ABCDEFG") * 9, "order": order} for order in range(12)]
    return {"id": number, "title": f"Film {number}", "overview": "a story of " * 9, "credits": {"cast": cast}}


@pytest.fixture
def found() -> dict[str, object]:
    films: archiving.Sets = {"films": ("movie", [film(number) for number in range(60)]), "few": ("tv", [film(1)])}
    return {
        "recorded": False,
        "bytes": archiving.sizes(films),
        "microseconds": {"films": dict.fromkeys(("write_gzip", "write", "encode", "read_gzip", "read", "decode"), 1.0)},
        "export": {"lines": 10, "seconds": 0.1, "peak_mb": 80.0},
    }


def test_smaller_ways_are_smaller(found: dict[str, dict[str, dict[str, float]]]) -> None:
    row = found["bytes"]["films"]

    assert row["json"] > row["protobuf"] > row["zstd"] > row["trained"]
    assert found["bytes"]["all"]["bodies"] == 61


def test_page_tells_which_goals_are_missed_and_by_how_much() -> None:
    rows = {"films": {"json": 1000, "gzip": 250, "trained": 160}, "people": {"json": 1000, "gzip": 250, "trained": 225}}
    rows["all"] = {"json": 1000, "gzip": 250, "trained": 140, "shipped": 194}

    told = archiving.verdict({"bytes": rows})

    assert "Under 20% of json: missed for people by 2.5%." in told
    assert "Under 60% of gzip: missed for films by 4.0%, people by 30.0%." in told
    assert "with the dictionaries that are shipped: 19.4% of JSON (goal: 20%, met)" in told


def test_page_says_what_was_measured(found: dict[str, object]) -> None:
    page = pages.section("archive", found)

    assert "The bodies are made up by the simulated TMDB" in page
    assert "| films | 60 |" in page
    assert "An export of 10 lines" in page


def test_export_is_read_in_a_process_of_its_own() -> None:
    measured = archiving.read_export(2000)

    assert measured["lines"] == 2000
    assert measured["peak_mb"] < 256


@pytest.mark.parametrize("kind", KINDS)
def test_dictionaries_are_trained_on_made_bodies_that_are_the_same_each_time(kind: Kind) -> None:
    bodies = dictionaries.samples(kind, 3)

    assert len({codec.encode(kind, body) for body in bodies}) == 3
    assert bodies == dictionaries.samples(kind, 3)


def test_lessons_are_films_as_they_are_kept_with_and_without_parts() -> None:
    films = dictionaries.samples("movie", 40)

    assert {"credits", "translations"} <= set().union(*films)
    assert any("credits" not in film for film in films)
    assert any(genre["name"] == "ドラマ" for film in films for genre in film["genres"])
    assert any(studio["origin_country"] == "JP" for film in films for studio in film["production_companies"])


def test_lessons_keep_what_they_do_not_exchange() -> None:
    person = {"id": 7, "name": "A. B.", "known_for_department": "Acting", "credit_id": "5f", "job": "Editor"}
    body = {"id": 1, "name": "Series", "overview": "", "credits": {"crew": [person], "cast": []}}

    told = lessons.lesson("tv", body, random.Random(1))

    crew = told["credits"]["crew"][0]
    assert told == body | {"credits": {"crew": [crew], "cast": []}}
    assert (crew["id"], crew["credit_id"]) == (7, "5f")
    assert crew["name"] == crew["original_name"] != "A. B."
