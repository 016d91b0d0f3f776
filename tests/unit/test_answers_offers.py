"""`GET /titles/{id}`: who disputes an offer, in which order they stand, and what the title has left."""

from datetime import timedelta
from typing import Any

import pytest

from guide_api import stores
from marquee import clock
from marquee.models.reference import Source
from marquee.models.titles import Attribution, OfferOption, ProviderOffer
from tests.fakes.api_gateway import call
from tests.fakes.titles import DAY1, details, title, tmdb
from tests.unit.conftest import Cloud

KEY = "GB:203:4"


def ago(days: float) -> str:
    return clock.timestamp(clock.parse(clock.now()) - timedelta(days=days))


@pytest.fixture
def guide(cloud: Cloud) -> Cloud:
    for store in vars(stores).values():
        if hasattr(store, "cache_clear"):
            store.cache_clear()
    types = {"203": "sub", "26": "sub", "407": "free", "349": "purchase", "446": "tve"}
    names = {"203": "Netflix", "26": "Amazon", "407": "All 4", "349": "AppleTV", "446": "Virgin"}
    sources = [Source(id=each, name=names[each], type=types[each], regions=("GB",)) for each in types]
    cloud.reference.reconcile_sources(sources, ["GB"], ["GB"])
    return cloud


def store(guide: Cloud, *places: str, **parts: Any) -> None:
    guide.titles.apply("1", lambda _: title("1", *places, **parts))


def say(guide: Cloud, provider: str, source_id: str, *types: str, **facts: Any) -> None:
    said = {
        "options": tuple(OfferOption(type=each) for each in types),
        "first_seen": DAY1,
        "last_seen": ago(2),
        **facts,
    }
    name = f"{source_id} by {provider}"
    guide.titles.set_provider_offers("1", provider, {("GB", source_id): (name, ProviderOffer(**said))})


def told(*names: str) -> list[tuple[Any, ...]]:
    return [tuple(each[name] for name in names) for each in call("GET", "/titles/1").json["offers"]]


@pytest.mark.parametrize(
    ("watchmode", "by_tmdb", "disputed"),
    [
        pytest.param("sub", "sub", False, id="same"),
        pytest.param("tve", "sub", False, id="with a subscription to television"),
        pytest.param("free", "ads", False, id="free with advertisements"),
        pytest.param("sub", "free", True, id="paid or free"),
        pytest.param("rent", "buy", True, id="rented or sold"),
    ],
)
def test_offer_is_disputed_if_the_other_provider_names_another_way_of_paying(
    guide: Cloud, watchmode: str, by_tmdb: str, disputed: bool
) -> None:
    store(guide, details=details(), tmdb=tmdb())
    say(guide, "watchmode", "203", watchmode)
    say(guide, "tmdb", "203", by_tmdb)

    assert sorted(told("provider", "disputed")) == [("tmdb", disputed), ("watchmode", disputed)]


def test_offer_is_disputed_if_the_other_provider_was_asked_and_does_not_name_the_service(guide: Cloud) -> None:
    store(guide, details=details(), tmdb=tmdb())
    say(guide, "watchmode", "203", "sub")
    say(guide, "tmdb", "26", "sub")
    say(guide, "tmdb", "203", "sub", left_at=ago(1))

    assert told("source_id", "provider", "disputed") == [("26", "tmdb", True), ("203", "watchmode", True)]


def test_nobody_disputes_an_offer_while_the_other_provider_was_never_asked(guide: Cloud) -> None:
    store(guide, KEY)
    assert told("provider", "disputed") == [("watchmode", None)]

    store(guide, tmdb=tmdb())
    say(guide, "tmdb", "26", "sub")
    assert told("source_id", "disputed")[0] == ("26", None)


def test_word_of_the_list_agrees_with_what_is_paid_for_in_the_same_way(guide: Cloud) -> None:
    store(guide, KEY, "GB:407:4", "GB:349:4", tmdb=tmdb())
    for source_id, way in (("203", "ads"), ("407", "ads"), ("349", "buy")):
        say(guide, "tmdb", source_id, way)

    assert sorted(told("source_id", "provider", "type", "disputed")) == [
        ("203", "tmdb", "ads", True),
        ("203", "watchmode", "sub", True),
        ("349", "tmdb", "buy", False),
        ("349", "watchmode", None, False),
        ("407", "tmdb", "ads", False),
        ("407", "watchmode", "free", False),
    ]


def test_services_stand_in_the_order_in_which_viewers_want_them(guide: Cloud) -> None:
    store(guide, "GB:407:4", "GB:349:4", "GB:446:4", "GB:203:4", details=details())
    say(guide, "watchmode", "26", "buy", "new way", "rent", "sub")
    say(guide, "tmdb", "tmdb-593", "ads")
    say(guide, "tmdb", "203", "sub")

    assert told("name", "type", "provider") == [
        ("Amazon", "sub", "watchmode"),
        ("Amazon", "rent", "watchmode"),
        ("Amazon", "buy", "watchmode"),
        ("Amazon", "new way", "watchmode"),
        ("Netflix", "sub", "watchmode"),
        ("Netflix", "sub", "tmdb"),
        ("All 4", "free", "watchmode"),
        ("tmdb-593 by tmdb", "ads", "tmdb"),
        ("Virgin", "tve", "watchmode"),
        ("AppleTV", None, "watchmode"),
    ]


def test_services_that_the_title_left_lately_are_named_latest_first(guide: Cloud) -> None:
    left = {
        "GB:203:4": Attribution(first_seen=DAY1, as_of=ago(9), left_at=ago(8)),
        "GB:26:4": Attribution(first_seen=DAY1, as_of=ago(92), left_at=ago(91)),
    }
    store(guide, attributions=left)
    say(guide, "tmdb", "tmdb-593", "ads", left_at=ago(1))
    moment = ago(3)
    say(guide, "tmdb", "407", "ads", last_seen=moment, left_at=moment)
    say(guide, "tmdb", "446", "sub")

    found = call("GET", "/titles/1").json["left"]

    assert [(each["source_id"], each["name"], each["region"], each["left_at"][:10]) for each in found] == [
        ("tmdb-593", "tmdb-593 by tmdb", "GB", ago(1)[:10]),
        ("203", "Netflix", "GB", ago(8)[:10]),
    ]


def test_service_that_somebody_still_names_has_not_been_left(guide: Cloud) -> None:
    store(guide, attributions={KEY: Attribution(first_seen=DAY1, as_of=ago(9), left_at=ago(8))})
    say(guide, "tmdb", "203", "sub")

    answer = call("GET", "/titles/1").json
    assert (answer["left"], [each["provider"] for each in answer["offers"]]) == ([], ["tmdb"])
