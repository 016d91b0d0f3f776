"""`GET /titles/{id}`: one title whole."""

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from guide_api import stores
from marquee import clock
from marquee.models.reference import Source
from marquee.models.titles import CastMember, OfferOption, ProviderOffer
from marquee.queue import QueueUnavailable
from tests.fakes.api_gateway import call
from tests.fakes.titles import DAY1, DAY2, DAY3, details, listing, title, tmdb
from tests.unit.conftest import Cloud


def days_ago(days: float) -> str:
    return clock.timestamp(clock.parse(clock.now()) - timedelta(days=days))


@pytest.fixture
def guide(cloud: Cloud) -> Cloud:
    for store in vars(stores).values():
        if hasattr(store, "cache_clear"):
            store.cache_clear()
    cloud.reference.reconcile_sources([Source(id="203", name="Netflix", type="sub", regions=("GB",))], ["GB"], ["GB"])
    return cloud


def offers(answer: Any) -> list[tuple[Any, ...]]:
    names = ("source_id", "name", "provider", "type", "first_seen", "last_seen")
    return [tuple(each[name] for name in names) for each in answer.json["offers"]]


def test_title_says_what_each_provider_knows_and_how_old_that_is(guide: Cloud) -> None:
    told = details(DAY2, plot_overview="W", critic_score=70.0, trailer="https://t", networks=("BBC",))
    facts = tmdb(DAY3, runtime_minutes=101, certification="12A", cast=(CastMember(name="A"),), makers=("M",))
    guide.titles.apply("1", lambda _: title("1", "GB:203:4", details=told, tmdb=facts, enrichment_state="done"))

    found = call("GET", "/titles/1").json

    assert (found["plot_overview"], found["runtime_minutes"], found["certification"]) == ("W", 101, "12A")
    assert (found["critic_score"], found["trailer"], found["networks"]) == (70.0, "https://t", ["BBC"])
    assert (found["cast"], found["makers"]) == ([{"name": "A", "character": None}], ["M"])
    assert found["as_of"] == {"listing": DAY1, "watchmode": DAY2, "tmdb": DAY3}
    assert "JustWatch" in found["attribution"]


def test_offers_name_the_service_and_who_says_so_and_since_when(guide: Cloud) -> None:
    guide.titles.apply("1", lambda _: title("1", "GB:203:4", details=details()))
    sub = ProviderOffer(options=(OfferOption(type="sub", format="HD"),), first_seen=DAY1, last_seen=DAY2)
    free = ProviderOffer(options=(OfferOption(type="free"),), first_seen=DAY2, last_seen=DAY3)
    guide.titles.set_provider_offers("1", "watchmode", {("GB", "203"): ("NETFLIX", sub)})
    guide.titles.set_provider_offers("1", "tmdb", {("GB", "203"): ("Netflix", free), ("US", "203"): ("Netflix", free)})

    found = call("GET", "/titles/1")

    assert offers(found) == [
        ("203", "Netflix", "watchmode", "sub", DAY1, DAY2),
        ("203", "Netflix", "tmdb", "free", DAY2, DAY3),
    ]
    assert {each["region"] for each in found.json["offers"]} == {"GB"}


def test_word_of_the_listing_stands_while_nobody_knows_more_and_is_as_old_as_the_last_listing(guide: Cloud) -> None:
    guide.titles.apply("1", lambda _: title("1", "GB:203:4"))
    guide.listings.record_listed(("GB", "203", "4"), listed_at=DAY3, total=1)

    assert offers(call("GET", "/titles/1")) == [("203", "Netflix", "watchmode", "sub", DAY1, DAY3)]


def test_offer_that_is_gone_is_not_shown(guide: Cloud) -> None:
    guide.titles.apply("1", lambda _: title("1"))
    gone = ProviderOffer(options=(OfferOption(type="sub"),), first_seen=DAY1, last_seen=DAY1, left_at=DAY2)
    guide.titles.set_provider_offers("1", "watchmode", {("GB", "203"): ("Netflix", gone)})

    assert offers(call("GET", "/titles/1")) == []


def test_details_are_asked_for_when_a_viewer_looks_at_a_title_without_them(guide: Cloud) -> None:
    guide.titles.apply("1", lambda _: title("1", tmdb=tmdb(), enrichment_state="done"))

    assert call("GET", "/titles/1").status == 200

    (sent,) = guide.messages("ENRICHMENT_QUEUE_URL")
    assert json.loads(sent) == {"title_id": "1", "traffic": "viewer", "doubted_at": None}


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param({"details": details(days_ago(21.1)), "enrichment_state": "done"}, id="stale"),
        pytest.param({"unknown_to": {"watchmode": days_ago(21.1)}}, id="unknown three weeks ago"),
        pytest.param(
            {"details": details(days_ago(5.3)), "listing": listing(popularity=95.0), "enrichment_state": "done"},
            id="wanted by many and stale",
        ),
    ],
)
def test_details_are_asked_for_anew_when_they_are_stale(guide: Cloud, parts: dict[str, Any]) -> None:
    guide.titles.apply("1", lambda _: title("1", **parts))

    assert call("GET", "/titles/1").status == 200

    (sent,) = guide.messages("ENRICHMENT_QUEUE_URL")
    assert json.loads(sent) == {"title_id": "1", "traffic": "viewer", "doubted_at": None}


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param({"details": details(days_ago(20.9)), "enrichment_state": "done"}, id="they are there"),
        pytest.param({"unknown_to": {"watchmode": days_ago(20.9)}}, id="there are none"),
    ],
)
def test_details_are_not_asked_for_in_vain(guide: Cloud, parts: dict[str, Any]) -> None:
    guide.titles.apply("1", lambda _: title("1", **parts))

    call("GET", "/titles/1")

    assert guide.messages("ENRICHMENT_QUEUE_URL") == []


@pytest.mark.parametrize(
    "error",
    [
        QueueUnavailable("full"),
        ClientError({"Error": {"Code": "ThrottlingException"}}, "SendMessageBatch"),
        EndpointConnectionError(endpoint_url="https://sqs.test"),
    ],
    ids=["full", "throttled", "out of reach"],
)
def test_title_is_shown_even_if_its_details_cannot_be_asked_for(
    guide: Cloud, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    guide.titles.apply("1", lambda _: title("1"))

    def refuse(_: object) -> int:
        raise error

    monkeypatch.setattr(stores.enrichment_queue(), "send", refuse)

    assert call("GET", "/titles/1").status == 200
