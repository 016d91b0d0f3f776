"""What providers answer, in the words of the catalogue: services that are one, and offers that come and go."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.catalogue.genres import TMDB_MOVIE, TMDB_TV
from marquee import answers
from marquee.clients.tmdb_models import TmdbMovie, TmdbTv
from marquee.models.reference import Genre, Source
from marquee.models.titles import Offer, OfferOption, ProviderOffer
from tests.fakes.titles import DAY1, DAY2, DAY3

REFERENCE = json.loads((Path(__file__).parents[2] / "local/catalogue/reference.json").read_text())
SOURCES = [Source.model_validate({**row, "id": str(row["id"])}) for row in REFERENCE["sources"]]
GENRES = [Genre(id=str(row["id"]), name=row["name"], tmdb_id=row["tmdb_id"] or None) for row in REFERENCE["genres"]]
PROVIDERS = {row["id"]: row["name"] for row in REFERENCE["providers"]}
COUNTERPARTS = [
    pytest.param(row["provider_id"], row, id=row["name"])
    for row in REFERENCE["sources"]
    if "GB" in row["regions"] and row["provider_id"] in PROVIDERS
]
# How a viewer pays for a service of each type, as TMDB calls it.
WAY = {"sub": "flatrate", "tve": "flatrate", "free": "ads", "purchase": "rent"}


def options(way: str, *providers: tuple[int, str], sources: list[Source] = SOURCES) -> dict[str, list[str]]:
    """Return the services under which TMDB's providers are found, with the ways to watch there."""
    named = [{"provider_id": number, "provider_name": name} for number, name in providers]
    found = {"id": 1, "title": "A", "watch/providers": {"results": {"GB": {"link": "https://t", way: named}}}}
    told = answers.tmdb_options(TmdbMovie.model_validate(found), ["GB"], sources)
    return {source_id: [option.type for option in ways] for (_, source_id), (_, ways) in told.items()}


def test_there_are_services_to_compare() -> None:
    assert len(COUNTERPARTS) > 35
    assert {"All 4", "5", "BBC iPlayer", "ITVX"} <= {str(each.id) for each in COUNTERPARTS}


@pytest.mark.parametrize(("number", "row"), COUNTERPARTS)
def test_service_of_tmdb_is_the_same_service_of_watchmode(number: int, row: dict[str, Any]) -> None:
    assert list(options(WAY[row["type"]], (number, PROVIDERS[number]))) == [str(row["id"])]


@pytest.mark.parametrize("way", answers.WAYS)
@pytest.mark.parametrize(("number", "row"), [each for each in COUNTERPARTS if each.id in ("All 4", "5", "ITVX")])
def test_free_service_is_itself_whatever_the_way_of_paying(number: int, row: dict[str, Any], way: str) -> None:
    assert list(options(way, (number, PROVIDERS[number]))) == [str(row["id"])]


def test_shop_and_subscription_of_one_name_are_told_apart_by_how_one_pays() -> None:
    assert options("rent", (2, "Apple TV")) == {"349": ["rent"]}
    assert options("flatrate", (350, "Apple TV")) == {"371": ["sub"]}
    assert options("flatrate", (283, "Crunchyroll")) == {"80": ["sub"]}
    assert options("ads", (283, "Crunchyroll")) == {"79": ["ads"]}


def test_service_that_has_the_very_name_goes_before_one_that_is_only_like_it() -> None:
    direct = Source(id="232", name="STARZ", type="sub", regions=("US",))

    assert options("flatrate", (43, "Starz"), sources=[*SOURCES, direct]) == {"232": ["sub"]}


def test_service_at_two_prices_is_named_once() -> None:
    assert options("flatrate", (8, "Netflix"), (1796, "Netflix basic with Ads")) == {"203": ["sub"]}


def test_service_that_watchmode_does_not_know_has_tmdbs_number() -> None:
    assert options("free", (593, "STV Player"), (103, "Channel 4"), sources=[]) == {
        "tmdb-593": ["free"],
        "tmdb-103": ["free"],
    }


@pytest.mark.parametrize(("kind", "names"), [(TmdbMovie, TMDB_MOVIE), (TmdbTv, TMDB_TV)], ids=["movie", "tv"])
def test_every_genre_of_tmdb_is_one_of_watchmode(kind: type[TmdbMovie | TmdbTv], names: dict[int, str]) -> None:
    told = [{"id": number, "name": name} for number, name in names.items()]

    facts = answers.tmdb_facts(kind.model_validate({"id": 1, "title": "A", "genres": told}), "GB", DAY1, GENRES)

    called = {genre.id: genre.name for genre in GENRES}
    assert {called[each] for each in facts.genre_ids} == set(names.values())
    assert len(facts.genre_ids) == len(names)


def test_genre_that_watchmode_does_not_have_is_none() -> None:
    told = TmdbMovie.model_validate({"id": 1, "title": "A", "genres": [{"id": 0, "name": "?"}, {"id": 1, "name": "!"}]})

    assert answers.tmdb_facts(told, "GB", DAY1, GENRES).genre_ids == ()


NETFLIX, PRIME = ("GB", "203"), ("GB", "26")
SUB = OfferOption(type="sub")


def stored(*services: tuple[str, str], name: str | None = "A service", **facts: Any) -> list[Offer]:
    said = ProviderOffer(**{"first_seen": DAY1, "last_seen": DAY1, "asked_before": None, **facts})
    return [Offer(region=region, source_id=source_id, name=name, tmdb=said) for region, source_id in services]


def after(
    before: list[Offer],
    *services: tuple[str, str],
    as_of: str = DAY2,
    asked: str | None = DAY1,
    name: str = "A service",
) -> dict[str, tuple[str, str, str | None, str | None]]:
    current: answers.Options = {service: (name, [SUB]) for service in services}
    found = answers.provider_offers(before, "tmdb", current, as_of, asked)
    return {
        source_id: (part.first_seen, part.last_seen, part.left_at, part.asked_before)
        for (_, source_id), (_, part) in found.items()
    }


def test_offer_stays_comes_and_goes() -> None:
    assert after(stored(NETFLIX), NETFLIX) == {"203": (DAY1, DAY2, None, None)}
    assert after([], NETFLIX) == {"203": (DAY2, DAY2, None, DAY1)}
    assert after(stored(NETFLIX)) == {"203": (DAY1, DAY1, DAY2, None)}


def test_offer_that_left_comes_back_as_a_new_one_and_does_not_leave_twice() -> None:
    left = stored(NETFLIX, left_at=DAY2)

    assert after(left, NETFLIX, as_of=DAY3, asked=DAY2) == {"203": (DAY3, DAY3, None, DAY2)}
    assert after(left, as_of=DAY3, asked=DAY2) == {}


@pytest.mark.parametrize("facts", [{"last_seen": DAY3}, {"left_at": DAY3}])
def test_answer_that_is_older_than_what_is_stored_changes_nothing(facts: dict[str, Any]) -> None:
    assert after(stored(NETFLIX, **facts), PRIME) == {}


def test_offers_of_a_title_that_is_asked_for_the_first_time_were_another_titles() -> None:
    assert after(stored(NETFLIX, name="Another"), PRIME, asked=None) == {
        "26": (DAY2, DAY2, None, None),
        "203": (DAY1, DAY1, DAY1, None),
    }


def test_service_under_another_number_neither_arrives_nor_leaves() -> None:
    by_tmdb, by_watchmode = ("GB", "tmdb-103"), ("GB", "407")

    assert after(stored(by_tmdb, name="Channel 4"), by_watchmode, name="Channel 4") == {
        "407": (DAY1, DAY2, None, None),
        "tmdb-103": (DAY1, DAY1, DAY1, None),
    }
    assert after(stored(by_tmdb, name="Channel 4"), ("US", "407"), name="Channel 4")["407"] == (DAY2, DAY2, None, DAY1)
    assert after(stored(by_tmdb, name=None), by_watchmode)["407"] == (DAY2, DAY2, None, DAY1)
