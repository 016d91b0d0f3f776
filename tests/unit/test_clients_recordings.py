"""Recorded answers of the providers can be read by the clients; the recordings are not part of the project."""

import gzip
import json
from pathlib import Path

import pytest

from marquee.clients.tmdb_models import Found, TmdbMovie, TmdbTv
from marquee.clients.watchmode_models import (
    ListedTitle,
    Offer,
    TitleDetails,
    TitlePage,
    WatchModeGenre,
    WatchModeSource,
)

SHARED = Path(__file__).parents[2].parent / "shared"
WATCHMODE = SHARED / "data/watchmode/open"
TMDB = SHARED / "data/tmdb_api/open"
SAMPLES = SHARED / "contracts/watchmode/samples"

pytestmark = pytest.mark.skipif(
    not WATCHMODE.is_dir() or not TMDB.is_dir(), reason="the recordings are not at ../shared/data beside the project"
)


def bodies(path):
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        return [json.loads(line)["body"] for line in lines]


def test_the_recorded_list_is_read_to_the_last_title():
    recorded = json.loads((WATCHMODE / "list_titles.json").read_text())
    page = TitlePage.model_validate(recorded)
    assert len(page.titles) == page.total_results == 75
    assert {each.tmdb_type for each in page.titles} <= {"movie", "tv", None}


def test_the_recorded_services_and_genres_are_read():
    sources = [WatchModeSource.model_validate(each) for each in json.loads((WATCHMODE / "sources_gb.json").read_text())]
    american = [
        WatchModeSource.model_validate(each) for body in bodies(WATCHMODE / "sources.jsonl.gz") for each in body
    ]
    genres = [WatchModeGenre.model_validate(each) for each in json.loads((WATCHMODE / "genres.json").read_text())]
    assert {each.type for each in sources} <= {"sub", "purchase", "free", "tve"}
    assert all(country == country.upper() for each in (*sources, *american) for country in each.regions)
    assert len(genres) == 37
    assert all(each.tmdb_id != 0 for each in genres)


def test_the_recorded_details_are_read_without_links_that_are_sentences():
    read = 0
    for body in bodies(WATCHMODE / "title_details.jsonl.gz"):
        # One recording was copied by hand and lost the country of its first offer.
        body["sources"] = [offer for offer in body.get("sources", ()) if "region" in offer]
        for offer in TitleDetails.model_validate(body).sources:
            read += 1
            assert all("paid plans" not in str(link) for link in offer.model_dump().values())
    assert read >= 70


def test_the_recorded_offers_of_a_title_are_read():
    for body in bodies(WATCHMODE / "title_sources.jsonl.gz"):
        offers = [Offer.model_validate(each) for each in body]
        assert len(offers) == 36
        assert {each.format for each in offers} <= {"SD", "HD", "4K", None}


@pytest.mark.parametrize("folder", ["docs", "recorded"])
def test_the_samples_of_watchmode_are_read(folder):
    for path in sorted((SAMPLES / folder).glob("*.json")):
        body = json.loads(path.read_text())
        match path.name.split(".")[0]:
            case "title-details" if "partial" not in path.name:
                assert TitleDetails.model_validate(body).id == body["id"]
            case "list-titles":
                titles = body["titles"] if isinstance(body, dict) else body
                assert [ListedTitle.model_validate(each).id for each in titles] == [each["id"] for each in titles]
            case "sources":
                assert [WatchModeSource.model_validate(each).id for each in body] == [each["id"] for each in body]
            case "title-sources":
                assert [Offer.model_validate(each).price for each in body] == [each["price"] for each in body]


@pytest.mark.parametrize(("name", "model"), [("movie", TmdbMovie), ("tv", TmdbTv)])
def test_the_recorded_titles_of_tmdb_are_read(name, model):
    for body in bodies(TMDB / f"{name}.jsonl.gz"):
        found = model.model_validate(body)
        assert found.id == body["id"]
        assert found.title == body.get("title", body.get("name"))
        assert len(found.credits.cast) == len(body.get("credits", {}).get("cast", ()))
        assert set(found.watch_providers) == set(body.get("watch/providers", {}).get("results", ()))


def test_the_recorded_searches_by_external_id_are_read():
    for body in bodies(TMDB / "find.jsonl.gz"):
        found = Found.model_validate(body)
        assert [each.id for each in found.movie_results] == [each["id"] for each in body["movie_results"]]
