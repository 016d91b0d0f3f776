"""The flat rows: what people ask of an item, in the columns of its table."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marquee.archive import flat
from marquee.archive.codec import Body, BodyKind
from tests.unit.archive_bodies import KINDS, objects

AT = "2026-11-21T10:00:00.000Z"
CAST = [{"name": f"Actor {order}", "order": order} for order in range(14, -1, -1)]
CREW = [
    {"name": "Ann", "job": "Director"},
    {"name": "Ben", "job": "Screenplay"},
    {"name": "Ann", "job": "Director"},
    {"name": "Cat", "job": "Editor"},
]
MOVIE: Body = {
    "id": 550,
    "title": "Title",
    "original_title": "Titel",
    "release_date": "1999-10-15",
    "runtime": 139,
    "genres": [{"id": 80, "name": "Crime"}, {"id": 18, "name": "Drama"}],
    "vote_average": 8,
    "vote_count": 1500,
    "budget": 63_000_000,
    "tagline": "",
    "original_language": "de",
    "origin_country": ["DE"],
    "production_countries": [{"iso_3166_1": "US"}],
    "spoken_languages": [{"iso_639_1": "de"}],
    "belongs_to_collection": {"id": 1, "name": "Collection"},
    "imdb_id": None,
    "external_ids": {"imdb_id": "tt0137523", "wikidata_id": "Q190050"},
    "keywords": {"keywords": [{"id": 1, "name": "club"}]},
    "credits": {"cast": CAST, "crew": CREW},
    "release_dates": {
        "results": [
            {"iso_3166_1": "GB", "release_dates": [{"certification": "18"}]},
            {"iso_3166_1": "US", "release_dates": [{"certification": ""}, {"certification": "R"}]},
        ]
    },
}


def only(table: str, rows: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    (row,) = rows[table]
    return row


def test_movie_answers_what_people_ask() -> None:
    row = only("movie", flat.rows("movie", MOVIE, AT))

    assert {name: row[name] for name in ("id", "title", "original_title", "release_date", "release_year")} == {
        "id": 550,
        "title": "Title",
        "original_title": "Titel",
        "release_date": "1999-10-15",
        "release_year": 1999,
    }
    assert row["genres"] == ["Crime", "Drama"]
    assert (row["vote_average"], type(row["vote_average"])) == (8.0, float)
    assert (row["directors"], row["writers"]) == (["Ann"], ["Ben"])
    assert row["actors"] == [f"Actor {order}" for order in range(10)]
    assert (row["collection"], row["keywords"], row["certification"]) == ("Collection", ["club"], "R")
    assert (row["imdb_id"], row["language"], row["countries"]) == ("tt0137523", "de", ["DE"])
    assert (row["collected_at"], row["gone"]) == (AT, False)
    assert row["tagline"] is None


def test_country_of_production_stands_in_for_that_of_origin() -> None:
    row = only("movie", flat.rows("movie", {**MOVIE, "origin_country": []}, AT))

    assert row["countries"] == ["US"]


def test_series_answers_what_people_ask() -> None:
    body: Body = {
        **{
            "id": 1399,
            "name": "Series",
            "first_air_date": "2011-04-17",
            "number_of_seasons": 8,
            "in_production": False,
        },
        "networks": [{"id": 49, "name": "HBO"}],
        "created_by": [{"name": "Ann"}],
        "keywords": {"results": [{"name": "dragon"}]},
        "aggregate_credits": {"cast": CAST},
        "external_ids": {"imdb_id": "tt0944947", "tvdb_id": 121361},
        "content_ratings": {"results": [{"iso_3166_1": "DE", "rating": "16"}, {"iso_3166_1": "US", "rating": "TV-MA"}]},
    }

    row = only("tv", flat.rows("tv", body, AT))

    assert (row["first_air_year"], row["number_of_seasons"], row["in_production"]) == (2011, 8, False)
    assert (row["networks"], row["creators"], row["keywords"]) == (["HBO"], ["Ann"], ["dragon"])
    assert (row["imdb_id"], row["tvdb_id"], row["certification"]) == ("tt0944947", 121361, "TV-MA")
    assert row["actors"][0] == "Actor 0"


def test_season_gives_a_row_and_one_for_each_episode() -> None:
    episodes = [
        {"id": 63056, "episode_number": 1, "air_date": "2011-04-17", "crew": CREW, "guest_stars": CAST},
        {"id": 63057, "episode_number": 2, "air_date": ""},
    ]

    rows = flat.rows("season", {"id": 3624, "season_number": 1, "episodes": episodes}, AT, id="1399-1")

    season = only("season", rows)
    assert (season["id"], season["tmdb_id"], season["show_id"], season["season_number"]) == ("1399-1", 3624, 1399, 1)
    assert season["number_of_episodes"] == 2
    first, second = rows["episode"]
    assert (first["id"], first["season_id"], first["show_id"], first["episode_number"]) == (63056, "1399-1", 1399, 1)
    assert (first["air_year"], first["directors"], first["guest_stars"][0]) == (2011, ["Ann"], "Actor 0")
    assert (second["air_date"], second["air_year"]) == (None, None)


def test_season_without_an_id_takes_it_from_its_episodes() -> None:
    body = {"season_number": 2, "episodes": [{"id": 1, "show_id": 1399}]}

    assert only("season", flat.rows("season", body, AT))["id"] == "1399-2"


def test_person_is_known_for_the_titles_with_the_most_votes() -> None:
    credits = {
        "cast": [{"title": "Little", "vote_count": 1}, {"name": "Much", "vote_count": 9}],
        "crew": [{"title": "Some", "vote_count": 5, "job": "Director"}, {"title": "Little", "vote_count": 1}],
    }

    body = {
        "id": 1,
        "name": "Ann",
        "birthday": "1970-02-03",
        "known_for_department": "Acting",
        "combined_credits": credits,
    }
    row = only("person", flat.rows("person", body, AT))

    assert row["known_for"] == ["Much", "Some", "Little"]
    assert (row["birth_year"], row["death_year"], row["department"]) == (1970, None, "Acting")
    assert (row["acted_in"], row["worked_on"]) == (2, 2)


@pytest.mark.parametrize(("kind", "id"), [("movie", "550"), ("tv", 1399), ("person", "1"), ("season", "1399-1")])
def test_tombstone_tells_which_item_is_gone_and_nothing_else(kind: BodyKind, id: str | int) -> None:
    row = only(kind, flat.gone(kind, id, AT))

    assert list(row) == list(flat.COLUMNS[kind])
    assert (str(row["id"]), row["gone"], row["collected_at"]) == (str(id), True, AT)
    assert {type(row["id"])} == {str if kind == "season" else int}
    known = {"id", "gone", "collected_at", "show_id", "season_number"}
    assert not [name for name, value in row.items() if value is not None and name not in known]


@given(st.data(), st.sampled_from(KINDS))
def test_rows_of_any_body_fit_the_columns(data: st.DataObject, kind: BodyKind) -> None:
    found = flat.rows(kind, data.draw(objects(kind)), AT)

    for table, rows in found.items():
        for row in rows:
            assert list(row) == list(flat.COLUMNS[table])
            assert all(fits(row[name], column) for name, column in flat.COLUMNS[table].items())


def fits(value: Any, column: str) -> bool:
    if value is None:
        return True
    if column == "array<string>":
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    bits = {"int": 31, "bigint": 63}.get(column)
    if bits:
        return type(value) is int and -(2**bits) <= value < 2**bits
    return type(value) is {"string": str, "boolean": bool, "double": float}[column]
