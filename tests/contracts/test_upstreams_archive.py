"""The simulated TMDB has details for every id that its exports name, and tells how often each was fetched."""

from typing import Any

import httpx
import pytest
from provider_schemas import check, tmdb_operations, tmdb_validator

from local.catalogue import Catalogue, made
from local.upstreams.app import create_app
from local.upstreams.archive_control import made_counts

DOCUMENTED = set(tmdb_operations().values())
SCHEMA = {"movie": "/3/movie/{movie_id}", "tv": "/3/tv/{series_id}", "person": "/3/person/{person_id}"}
_TITLE = ["alternative_titles", "credits", "external_ids", "images", "keywords", "lists", "reviews", "translations"]
PARTS = {
    "movie": [*_TITLE, "release_dates", "videos", "watch/providers", "recommendations", "similar"],
    "tv": [*_TITLE, "aggregate_credits", "content_ratings", "videos", "watch/providers"],
    "person": ["combined_credits", "external_ids", "images", "movie_credits", "translations", "tv_credits"],
}


@pytest.fixture
def populated(control) -> None:
    control("PUT", "/archive", json={"movie": 3_000, "tv": 3_000, "person": 3_000})


@pytest.mark.parametrize("kind", SCHEMA)
def test_made_details_and_parts_fit_their_schemas(tmdb, populated: None, kind: str):
    for number in map(made.id_of, range(0, 3_000, 100)):
        body = tmdb(f"/{kind}/{number}", append_to_response=",".join(PARTS[kind])).json()
        check(tmdb_validator(SCHEMA[kind]), body)
        assert set(PARTS[kind]) <= body.keys()
        for name in PARTS[kind]:
            if (path := f"{SCHEMA[kind]}/{name}") in DOCUMENTED:
                check(tmdb_validator(path), body[name] if "page" in body[name] else {"id": number, **body[name]})


def test_every_person_of_the_catalogue_has_valid_details(tmdb, catalogue: Catalogue):
    for number in list(catalogue.people)[::9]:
        body = tmdb(f"/person/{number}", append_to_response=",".join(PARTS["person"])).json()
        check(tmdb_validator(SCHEMA["person"]), body)
        check(tmdb_validator("/3/person/{person_id}/combined_credits"), {"id": number, **body["combined_credits"]})
        assert body["name"] == catalogue.people[number].name
        assert body["birthday"] is None


@pytest.mark.parametrize("kind", SCHEMA)
def test_same_id_reads_the_same_in_every_run(tmdb, populated: None, catalogue: Catalogue, clock, kind: str):
    path = f"/{kind}/{made.id_of(7)}"
    again = create_app(catalogue, clock=clock, made={kind: 3_000})

    assert tmdb(path).json() == tmdb(path).json()
    assert again.state.upstreams.population.exists(kind, made.id_of(2_999))
    assert not again.state.upstreams.population.exists(kind, made.id_of(3_000))


def test_sizes_are_like_those_of_real_answers(tmdb, populated: None):
    sizes = {
        kind: [len(tmdb(f"/{kind}/{made.id_of(n)}", append_to_response=",".join(PARTS[kind])).text) for n in range(60)]
        for kind in SCHEMA
    }

    assert 5_000 < sorted(sizes["movie"])[30] < 40_000
    assert 5_000 < sorted(sizes["tv"])[30] < 60_000
    assert 1_000 < sorted(sizes["person"])[30] < 40_000


def test_people_name_the_titles_that_name_them(tmdb, populated: None):
    film = tmdb(f"/movie/{made.id_of(1_500)}", append_to_response="credits").json()

    for row in (*film["credits"]["cast"], *film["credits"]["crew"]):
        credits = tmdb(f"/person/{row['id']}/movie_credits").json()
        found = [each for each in (*credits["cast"], *credits["crew"]) if each["id"] == film["id"]]
        assert found
        assert tmdb(f"/person/{row['id']}").json()["name"] == row["name"]


def test_seasons_come_appended_twenty_at_most_and_by_themselves(tmdb, populated: None):
    number = next(n for n in map(made.id_of, range(3_000)) if made.made_title("tv", n).specials)
    named = [f"season/{n}" for n in range(20)]

    body = tmdb(f"/tv/{number}", append_to_response=",".join(named)).json()

    assert [f"season/{row['season_number']}" for row in body["seasons"]] == [name for name in named if name in body]
    assert body["seasons"][0]["name"] == "Specials"
    assert body["number_of_seasons"] == len(body["seasons"]) - 1
    for row in body["seasons"]:
        season = tmdb(f"/tv/{number}/season/{row['season_number']}").json()
        assert len(season["episodes"]) == row["episode_count"]
        assert {"id": season["id"], **body[f"season/{row['season_number']}"]} == season
    assert tmdb(f"/tv/{number}", append_to_response=",".join([*named, "credits"])).json()["status_code"] == 27


def test_episode_is_that_of_its_season(tmdb, populated: None):
    path = f"/tv/{made.id_of(5)}/season/1"

    season = tmdb(path).json()

    assert [tmdb(f"{path}/episode/{row['episode_number']}").json() for row in season["episodes"]] == season["episodes"]
    for wrong in (f"{path}/episode/0", f"{path}/episode/999", f"{path}/episode/x", f"/tv/{made.id_of(5)}/season/99"):
        assert tmdb(wrong).json()["status_code"] == 34


def test_ids_that_are_in_no_export_lead_nowhere(tmdb, populated: None):
    for kind in SCHEMA:
        for number in (made.FIRST_ID + 3, made.id_of(3_000), made.FIRST_ID - 1):
            assert tmdb(f"/{kind}/{number}").json()["status_code"] == 34
        assert tmdb(f"/{kind}/x").json()["status_code"] == 6


@pytest.mark.parametrize(("kind", "number"), [("movie", 278), ("tv", made.id_of(5)), ("person", made.id_of(5))])
def test_what_is_gone_is_gone_until_the_archive_is_reset(tmdb, control, populated: None, kind: str, number: int):
    control("PUT", "/archive", json={"gone": {kind: [number]}})

    assert tmdb(f"/{kind}/{number}").status_code == 404
    assert tmdb(f"/{kind}/{number}/external_ids").status_code == 404

    control("DELETE", "/archive")
    control("PUT", "/archive", json={kind: 3_000})
    assert tmdb(f"/{kind}/{number}").status_code == 200


def test_new_ids_are_there_from_their_day_on(tmdb, control):
    answer = control("PUT", "/archive", json={"new": {"2026-05-29": {"movie": 3, "tv": [901]}}})
    films = answer["new"]["2026-05-29"]["movie"]

    assert [tmdb(f"/movie/{number}").status_code for number in films] == [404] * 3

    control("PUT", "/archive", json={"changed_share": 0, "as_of_clock": "2026-05-29T12:00:00Z"})
    check(tmdb_validator(SCHEMA["movie"]), tmdb(f"/movie/{films[0]}").json())
    assert tmdb("/tv/901").status_code == 200
    assert [row["id"] for row in tmdb("/movie/changes").json()["results"]] == films


def test_fetches_are_counted_by_id_and_question(tmdb, control, populated: None):
    control("PUT", "/faults", json={"provider": "tmdb", "path": "/3/movie/13", "status": 500, "times": 1})
    for path, parts in [
        ("/movie/278", "credits"), ("/movie/278", "credits"), ("/movie/999999999", ""), ("/movie/13", ""),
        ("/tv/1396", "season/1"), ("/tv/1396", "season/2"), ("/tv/1396/season/1", ""), ("/person/3", ""),
    ]:  # fmt: skip
        tmdb(path, append_to_response=parts)

    types = control("GET", "/archive")["types"]

    assert types["movie"]["fetches"] == {
        "answers": 3, "ids": 2, "ids_by_times": {"1": 1, "2": 1}, "repeated": [278], "not_kept": 0,
    }  # fmt: skip
    assert types["tv"]["fetches"]["ids_by_times"] == {"1": 1}
    assert types["person"]["fetches"]["ids_by_times"] == {"1": 1}
    assert control("GET", "/archive/fetches?type=movie") == {"total": 2, "fetches": {"278": 2, "999999999": 1}}
    assert control("GET", "/archive/fetches?type=movie&offset=1&limit=1")["fetches"] == {"999999999": 1}
    control("DELETE", "/archive/fetches")
    assert control("GET", "/archive")["types"]["movie"]["fetches"]["ids"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {"films": 3},
        {"movie": -1},
        {"changed_share": 2},
        {"as_of_clock": "2026-05-29T12:00:00"},
        {"gone": {"films": [1]}},
        {"new": {"soon": {"movie": 1}}},
        {"new": {"2026-05-29": {"movie": [278]}}},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(client: httpx.Client, body: dict[str, Any]):
    response = client.put("/control/archive", json=body)

    assert response.status_code == 400
    assert response.json()["error"]


def test_number_of_made_ids_is_read_from_one_number_or_from_one_by_kind():
    assert made_counts("20") == {"movie": 20, "tv": 20, "person": 20}
    assert made_counts("movie=20000, tv=5") == {"movie": 20_000, "tv": 5}
    for wrong in ("", "many", "films=3", "movie=-3"):
        with pytest.raises(ValueError):
            made_counts(wrong)
