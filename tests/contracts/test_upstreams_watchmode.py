"""The simulated WatchMode answers what the schemas say, for every endpoint."""

import csv
import json
from typing import Any

import httpx
import pytest
from provider_schemas import check, watchmode_validator

from local.catalogue import Catalogue
from local.upstreams import FREE_WATCHMODE_KEY, WATCHMODE_KEY
from local.upstreams.state import State

SERIES, FILM = 3173903, 1418767

ENDPOINTS = [
    ("/status", {}, "status"),
    ("/regions", {}, "regions"),
    ("/networks", {}, "networks"),
    ("/genres", {}, "genres"),
    ("/sources", {}, "sources"),
    ("/sources", {"regions": "GB", "types": "sub,free"}, "sources"),
    ("/list-titles", {}, "list-titles"),
    ("/list-titles", {"source_ids": "203", "regions": "GB", "genres": "4"}, "list-titles"),
    (f"/title/{SERIES}/details", {}, "title-details"),
    (f"/title/{SERIES}/details", {"append_to_response": "sources,seasons,episodes,cast-crew"}, "title-details"),
    (f"/title/{FILM}/details", {"append_to_response": "sources", "language": "de"}, "title-details"),
    (f"/title/{SERIES}/sources", {}, "title-sources"),
    (f"/title/{SERIES}/seasons", {}, "title-seasons"),
    (f"/title/{SERIES}/episodes", {}, "title-episodes"),
    (f"/title/{SERIES}/cast-crew", {}, "title-cast-crew"),
    ("/person/700017419", {}, "person"),
    ("/search", {"search_field": "name", "search_value": "breaking"}, "search"),
    ("/search", {"search_field": "imdb_id", "search_value": "tt0903747"}, "search"),
    ("/search", {"search_field": "tmdb_tv_id", "search_value": "1396"}, "search"),
    ("/search", {"search_field": "tmdb_person_id", "search_value": "17419"}, "search"),
    ("/autocomplete-search", {"search_value": "bre"}, "autocomplete-search"),
    ("/releases", {}, "releases"),
    ("/title-release-dates", {}, "title-release-dates"),
    ("/changes/new_titles", {}, "changes-titles"),
    ("/changes/titles_sources_changed", {"regions": "GB"}, "changes-titles"),
    ("/changes/titles_details_changed", {"types": "movie"}, "changes-titles"),
    ("/changes/titles_episodes_changed", {}, "changes-titles"),
    ("/changes/new_people", {}, "changes-people"),
]


@pytest.mark.parametrize(("path", "parameters", "schema"), ENDPOINTS, ids=lambda value: str(value)[:60])
def test_answer_fits_the_schema_with_and_without_a_slash(watchmode, path, parameters, schema):
    response = watchmode(path, **parameters)

    assert response.status_code == 200
    check(watchmode_validator(schema), response.json())

    with_slash = watchmode(f"{path}/", **parameters)

    assert with_slash.status_code == 200
    assert with_slash.json() == watchmode(path, **parameters).json() or path == "/status"


def test_every_title_of_the_catalogue_has_valid_details_and_offers(watchmode, catalogue: Catalogue, state: State):
    state.plans["paid"].quota = 10**9
    validator = watchmode_validator("title-details")
    for number in catalogue.titles:
        body = watchmode(f"/title/{number}/details", append_to_response="sources,seasons").json()
        check(validator, body)


@pytest.mark.parametrize(
    "authenticate",
    [
        {"headers": {"X-API-Key": WATCHMODE_KEY}},
        {"headers": {"Authorization": f"Bearer {WATCHMODE_KEY}"}},
        {"params": {"apiKey": WATCHMODE_KEY}},
        {"headers": {"X-API-Key": FREE_WATCHMODE_KEY}},
    ],
    ids=["X-API-Key", "Bearer", "apiKey", "free plan"],
)
def test_each_form_of_the_key_is_taken(client: httpx.Client, authenticate: dict[str, Any]):
    assert client.get("/watchmode/v1/genres", **authenticate).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/genres", 200),
        ("/nowhere", 404),
        ("/title/1/details", 404),
        ("/title/movie-0/details", 404),
        ("/title/tt0000000/sources", 404),
        ("/title/abc/details", 404),
        ("/person/1", 404),
        ("/person/7x", 404),
        ("/changes", 400),
        ("/changes/everything", 404),
        ("/changes/new_titles?start_date=2026-01-01", 400),
        ("/changes/titles_sources_changed?regions=GB,US", 400),
        ("/list-titles?limit=0", 400),
        ("/list-titles?limit=251", 400),
        ("/list-titles?page=0", 400),
        ("/list-titles?page=x", 400),
        ("/list-titles?sort_by=rating", 400),
        ("/list-titles?types=tv_movie", 400),
        ("/list-titles?source_types=purchase", 400),
        ("/list-titles?source_ids=netflix", 400),
        ("/list-titles?source_ids=203&regions=GB%2CUS", 400),
        ("/list-titles?regions=Britain", 400),
        ("/list-titles?release_date_start=2020-01-01", 400),
        ("/list-titles?user_rating_low=11", 400),
        (f"/title/{FILM}/details?append_to_response=reviews", 400),
        ("/search?search_value=x", 400),
        ("/search?search_field=name", 400),
        ("/autocomplete-search", 400),
        ("/autocomplete-search?search_value=x&search_type=6", 400),
        ("/releases?limit=501", 400),
    ],
)
def test_what_is_wrong_gets_its_error_and_costs_nothing(client: httpx.Client, state: State, path: str, status: int):
    response = client.get(f"/watchmode/v1{path}", headers={"X-API-Key": WATCHMODE_KEY})

    assert response.status_code == status
    if status != 200:
        body = response.json()
        check(watchmode_validator("error"), body)
        assert body["statusCode"] == status
        assert state.plans["paid"].quota_used == 0


@pytest.mark.parametrize("headers", [{}, {"X-API-Key": "wrong"}, {"Authorization": "Bearer wrong"}])
def test_without_a_good_key_the_answer_is_401(client: httpx.Client, headers: dict[str, str]):
    response = client.get("/watchmode/v1/status", headers=headers)

    assert response.status_code == 401
    check(watchmode_validator("error"), response.json())


@pytest.mark.parametrize("path", ["/changes/new_titles", "/changes/new_people", "/title-release-dates"])
def test_paid_endpoints_are_refused_to_the_free_plan(watchmode_free, path: str):
    response = watchmode_free(path)

    assert response.status_code == 401
    assert "paid" in response.json()["statusMessage"]
    assert watchmode_free("/status").json() == {"quota": 2500, "quotaUsed": 0}


def test_bare_changes_says_what_is_missing(watchmode):
    assert watchmode("/changes/").json() == {
        "success": False,
        "statusCode": 400,
        "statusMessage": "Please set a valid change type method.",
    }


def test_free_plan_sees_no_deep_links(watchmode, watchmode_free):
    free = watchmode_free(f"/title/{SERIES}/details", append_to_response="sources,episodes").json()
    paid = watchmode(f"/title/{SERIES}/details", append_to_response="sources").json()

    for offer in free["sources"]:
        assert offer["ios_url"] == offer["android_url"] == "Deeplinks available for paid plans only."
        assert "tvos_url" not in offer
    assert {row["web_url"] for row in free["episodes"][0]["sources"]} == {
        "Episode links available for paid plans only."
    }
    assert all("paid plans" not in (offer["ios_url"] or "") for offer in paid["sources"])


def test_a_title_answers_to_each_of_its_ids(watchmode):
    for key in (FILM, "tt0111161", "movie-278"):
        assert watchmode(f"/title/{key}/details").json()["id"] == FILM
    assert watchmode("/title/tv-1396/details").json()["id"] == SERIES


def test_regions_filter_the_offers_of_a_title(watchmode):
    everywhere = watchmode(f"/title/{FILM}/sources").json()
    british = watchmode(f"/title/{FILM}/sources", regions="GB").json()

    assert {offer["region"] for offer in everywhere} == {"GB", "US"}
    assert british == [offer for offer in everywhere if offer["region"] == "GB"]
    assert watchmode(f"/title/{FILM}/details", append_to_response="sources", regions="GB").json()["sources"] == british


def test_sources_show_all_their_regions_even_when_asked_for_one(watchmode):
    sources = watchmode("/sources", regions="GB").json()

    assert len(sources) == 49
    assert all("GB" in source["regions"] for source in sources)
    assert any(len(source["regions"]) > 10 for source in sources)
    assert {source["type"] for source in sources} == {"sub", "purchase", "free"}


def test_genres_are_the_recorded_37(watchmode):
    genres = {genre["id"]: genre for genre in watchmode("/genres").json()}

    assert len(genres) == 37
    assert genres[12]["name"] == "Music"
    assert genres[33]["tmdb_id"] == 0
    assert 16 not in genres


def test_english_title_is_there_only_for_another_language(watchmode):
    assert "english_title" not in watchmode(f"/title/{FILM}/details", language="en").json()
    assert "english_title" in watchmode(f"/title/{FILM}/details", language="fr").json()


def test_releases_are_american_and_within_the_window(watchmode):
    rows = watchmode("/releases", start_date="20260601", end_date="20260607").json()["releases"]

    assert rows
    assert all("2026-06-01" <= row["source_release_date"] <= "2026-06-07" for row in rows)
    assert len(watchmode("/releases", limit=3).json()["releases"]) == 3


def test_id_map_needs_no_key_and_tells_when_it_changed(client: httpx.Client, catalogue: Catalogue):
    head = client.head("/watchmode/datasets/title_id_map.csv")
    full = client.get("/watchmode/datasets/title_id_map.csv")

    assert head.status_code == 200
    assert head.headers["etag"] == full.headers["etag"]
    assert "GMT" in head.headers["last-modified"]
    rows = list(csv.reader(full.text.split("\n")))
    assert rows[0] == ["Watchmode ID", "IMDB ID", "TMDB ID", "TMDB Type", "Title", "Year"]
    assert {int(row[0]) for row in rows[1:] if row} == set(catalogue.titles)
    again = client.get("/watchmode/datasets/title_id_map.csv", headers={"If-None-Match": head.headers["etag"]})
    assert again.status_code == 304


def test_id_map_columns_are_those_of_the_real_file():
    from provider_schemas import FOLDER

    columns = json.loads((FOLDER / "watchmode/title_id_map.csv.json").read_text())["columns"]

    assert [column["name"] for column in columns] == [
        "Watchmode ID", "IMDB ID", "TMDB ID", "TMDB Type", "Title", "Year",
    ]  # fmt: skip
