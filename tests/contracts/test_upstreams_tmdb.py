"""The simulated TMDB answers what the schemas say, for every endpoint it has."""

from typing import Any

import httpx
import pytest
from provider_schemas import check, tmdb_operations, tmdb_validator

from local.catalogue import Catalogue
from local.upstreams import TMDB_API_KEY, TMDB_TOKEN

FILM, SERIES, PERSON = 278, 1396, 3

# Operations of the contract that a later part of the simulators answers.
NOT_YET = {"person-popular-list", "trending-people"}
SHARED_PARTS = ["credits", "external_ids", "keywords", "recommendations", "similar", "videos", "watch/providers"]
PARTS = {
    "movie": [*SHARED_PARTS, "release_dates"],
    "tv": [*SHARED_PARTS, "aggregate_credits", "content_ratings"],
}
SCHEMA_OF = {"movie": "/3/movie/{movie_id}", "tv": "/3/tv/{series_id}"}


@pytest.mark.parametrize(
    ("operation", "path"), [row for row in tmdb_operations().items() if row[0] not in NOT_YET], ids=lambda value: value
)
def test_answer_fits_the_schema(tmdb, operation: str, path: str):
    address = path.removeprefix("/3").format(
        movie_id=FILM, series_id=SERIES, external_id="tt0903747", time_window="week", person_id=PERSON
    )

    response = tmdb(address, external_source="imdb_id") if operation == "find-by-id" else tmdb(address)

    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json;charset=utf-8"
    assert response.headers["etag"].startswith('W/"')
    assert response.headers["cache-control"].startswith("public, max-age=")
    check(tmdb_validator(path), response.json())


def test_every_title_of_the_catalogue_has_valid_details(tmdb, catalogue: Catalogue):
    for kind, number in catalogue.by_tmdb:
        check(tmdb_validator(SCHEMA_OF[kind]), tmdb(f"/{kind}/{number}").json())


def test_appended_parts_fit_their_schemas(tmdb, catalogue: Catalogue):
    for kind, number in list(catalogue.by_tmdb)[::15]:
        body = tmdb(f"/{kind}/{number}", append_to_response=",".join(PARTS[kind])).json()
        for name in PARTS[kind]:
            with_id = body[name] if "page" in body[name] else {"id": number, **body[name]}
            check(tmdb_validator(f"{SCHEMA_OF[kind]}/{name}"), with_id)


@pytest.mark.parametrize(
    "authenticate",
    [
        {"headers": {"Authorization": f"Bearer {TMDB_TOKEN}"}},
        {"params": {"api_key": TMDB_API_KEY}},
        {"params": {"api_key": TMDB_TOKEN}},
    ],
    ids=["Bearer", "api_key", "token as api_key"],
)
def test_each_form_of_the_key_is_taken(client: httpx.Client, authenticate: dict[str, Any]):
    response = client.get("/tmdb/3/authentication", **authenticate)

    assert response.json() == {"success": True}


@pytest.mark.parametrize(
    ("path", "parameters", "status", "code"),
    [
        ("/movie/0", {}, 404, 34),
        ("/tv/999999999", {}, 404, 34),
        ("/movie/abc", {}, 404, 6),
        ("/tv/x/credits", {}, 404, 6),
        ("/nowhere", {}, 404, 34),
        ("/movie/278/content_ratings", {}, 404, 34),
        ("/tv/1396/season/99", {}, 404, 34),
        ("/trending/movie/month", {}, 404, 34),
        ("/movie/popular", {"page": 0}, 400, 22),
        ("/movie/popular", {"page": 501}, 400, 22),
        ("/discover/tv", {"page": "x"}, 400, 22),
        ("/discover/movie", {"primary_release_date.gte": "01/02/2020"}, 400, 23),
        ("/movie/278", {"append_to_response": ",".join(f"part{n}" for n in range(21))}, 400, 27),
        ("/find/tt0903747", {}, 422, 5),
    ],
)
def test_what_is_wrong_gets_its_code(tmdb, path: str, parameters: dict[str, Any], status: int, code: int):
    response = tmdb(path, **parameters)

    assert response.status_code == status
    check(tmdb_validator("Error"), response.json())
    assert response.json()["status_code"] == code
    assert response.json()["success"] is False


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"X-API-Key": TMDB_TOKEN}])
def test_without_a_good_key_the_code_is_7(client: httpx.Client, headers: dict[str, str]):
    response = client.get("/tmdb/3/movie/278", headers=headers)

    assert (response.status_code, response.json()["status_code"]) == (401, 7)


def test_appended_parts_lose_their_id_and_unknown_names_are_skipped(tmdb):
    body = tmdb("/movie/278", append_to_response="credits,watch/providers,content_ratings,nonsense").json()

    assert "id" not in body["credits"]
    assert "GB" in body["watch/providers"]["results"]
    assert "content_ratings" not in body
    assert "nonsense" not in body
    assert tmdb("/movie/278/credits").json() == {"id": 278, **body["credits"]}


def test_season_is_appended_to_a_programme_alone(tmdb):
    body = tmdb("/tv/1396", append_to_response="season/1,season/99").json()

    assert len(body["season/1"]["episodes"]) == body["seasons"][0]["episode_count"]
    assert "id" not in body["season/1"]
    assert "season/99" not in body
    assert "season/1" not in tmdb("/movie/278", append_to_response="season/1").json()
    assert tmdb("/tv/1396/season/1").json()["season_number"] == 1


def test_programme_has_no_imdb_id_but_its_external_ids_do(tmdb):
    body = tmdb("/tv/1396", append_to_response="external_ids").json()

    assert "imdb_id" not in body
    assert body["external_ids"]["imdb_id"] == "tt0903747"


def test_overview_is_empty_in_a_language_without_texts(tmdb):
    assert tmdb("/movie/278", language="xx").json()["overview"] == ""
    assert tmdb("/movie/278", language="en-GB").json()["overview"].startswith("A 1994 drama film of 142 minutes")


def test_find_gives_five_lists_and_all_are_empty_for_an_unknown_id(tmdb):
    found = tmdb("/find/tt0903747", external_source="imdb_id").json()
    unknown = tmdb("/find/tt9999999999", external_source="imdb_id").json()

    assert found["tv_results"][0]["id"] == SERIES
    assert found["tv_results"][0]["media_type"] == "tv"
    assert set(unknown) == {f"{kind}_results" for kind in ("movie", "person", "tv", "tv_episode", "tv_season")}
    assert not any(unknown.values())
    assert not any(tmdb("/find/123", external_source="tvdb_id").json().values())


@pytest.mark.parametrize("path", ["/movie/popular", "/tv/popular", "/discover/movie", "/discover/tv", "/tv/top_rated"])
def test_reading_to_the_last_page_gives_each_title_once(tmdb, path: str):
    first = tmdb(path).json()
    ids = [row["id"] for page in range(1, first["total_pages"] + 1) for row in tmdb(path, page=page).json()["results"]]

    assert len(ids) == len(set(ids)) == first["total_results"]
    assert tmdb(path, page=first["total_pages"] + 1).json()["results"] == []


def test_no_hit_is_one_empty_page(tmdb):
    body = tmdb("/discover/movie", **{"vote_average.gte": 11}).json()

    assert body == {"page": 1, "results": [], "total_pages": 1, "total_results": 0}


@pytest.mark.parametrize(
    ("kind", "parameters", "holds"),
    [
        pytest.param("movie", {"with_genres": "28,12"}, lambda row: {28, 12} <= set(row["genre_ids"]), id="all genres"),
        pytest.param("movie", {"with_genres": "27|37"}, lambda row: {27, 37} & set(row["genre_ids"]), id="any genre"),
        pytest.param("tv", {"without_genres": "18"}, lambda row: 18 not in row["genre_ids"], id="without a genre"),
        pytest.param(
            "movie",
            {"vote_average.gte": 8, "vote_count.gte": 5000},
            lambda row: row["vote_average"] >= 8,
            id="well rated",
        ),
        pytest.param(
            "movie",
            {"vote_count.gte": 50, "vote_count.lte": 1500},
            lambda row: 50 <= row["vote_count"] <= 1500,
            id="few votes",
        ),
        pytest.param(
            "movie", {"primary_release_year": 1999}, lambda row: row["release_date"].startswith("1999"), id="of a year"
        ),
        pytest.param(
            "tv",
            {"first_air_date.gte": "2020-01-01"},
            lambda row: row["first_air_date"] >= "2020-01-01",
            id="since a day",
        ),
        pytest.param(
            "tv", {"with_original_language": "ja"}, lambda row: row["original_language"] == "ja", id="of a language"
        ),
    ],
)
def test_discover_keeps_what_the_filter_says(tmdb, kind: str, parameters: dict[str, Any], holds):
    everything = tmdb(f"/discover/{kind}").json()["total_results"]
    body = tmdb(f"/discover/{kind}", **parameters).json()

    assert 0 < body["total_results"] < everything
    assert all(holds(row) for row in body["results"])


def test_discover_by_service_agrees_with_the_catalogue(tmdb, catalogue: Catalogue):
    netflix = {"watch_region": "GB", "with_watch_providers": "8", "with_watch_monetization_types": "flatrate"}
    expected = {
        catalogue.titles[number].tmdb_id
        for number in catalogue.by_source["GB", 203]
        if catalogue.titles[number].tmdb_type == "tv"
    }

    pages = tmdb("/discover/tv", **netflix).json()["total_pages"]
    found = {
        row["id"]
        for page in range(1, pages + 1)
        for row in tmdb("/discover/tv", **netflix, page=page).json()["results"]
    }

    assert found == expected
    assert tmdb("/discover/tv", with_watch_providers="8").json()["total_results"] > len(expected)


def test_unknown_filters_and_language_tags_behave_as_at_tmdb(tmdb):
    everything = tmdb("/discover/movie").json()["total_results"]

    assert tmdb("/discover/movie", with_genre="28").json()["total_results"] == everything
    assert tmdb("/discover/movie", with_original_language="en-US").json()["total_results"] == 0


def test_trending_carries_media_types_and_other_lists_do_not(tmdb):
    kinds = {row["media_type"] for row in tmdb("/trending/all/week").json()["results"]}

    assert kinds <= {"movie", "tv"}
    assert "media_type" not in tmdb("/movie/popular").json()["results"][0]
    assert tmdb("/movie/278/recommendations").json()["results"][0]["media_type"] == "movie"
    assert "media_type" not in tmdb("/movie/278/similar").json()["results"][0]


def test_trending_moves_from_day_to_day(tmdb, clock):
    before = [row["id"] for row in tmdb("/trending/tv/day").json()["results"]]
    clock.now += 86_400

    assert [row["id"] for row in tmdb("/trending/tv/day").json()["results"]] != before


def test_watch_providers_of_a_region_are_those_it_has(tmdb):
    rows = tmdb("/watch/providers/movie", watch_region="GB").json()["results"]

    assert {"Netflix", "BBC iPlayer", "ITVX"} <= {row["provider_name"] for row in rows}
    assert all("GB" in row["display_priorities"] for row in rows)


def test_keywords_are_named_differently_for_films_and_programmes(tmdb):
    assert set(tmdb("/movie/278/keywords").json()) == {"id", "keywords"}
    assert set(tmdb("/tv/1396/keywords").json()) == {"id", "results"}
