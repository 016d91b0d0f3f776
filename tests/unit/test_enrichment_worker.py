from datetime import timedelta
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from enrichment_worker import handler
from marquee import clock
from marquee.errors import Conflict
from marquee.messages.work import EnrichmentRequest
from marquee.models.reference import Source
from marquee.models.titles import Offer, Title
from marquee.traffic import TrafficClass
from tests.fakes import tmdb, watchmode
from tests.fakes.enrichers import Providers
from tests.fakes.titles import details, listing, title
from tests.fakes.titles import tmdb as facts
from tests.unit.conftest import Cloud, FakeContext

AT_TMDB = listing(tmdb_id=7, tmdb_type="movie")
MOVIE, DETAILS = "movie/7", "title/11/details"


@pytest.fixture
def providers(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Providers:
    found = Providers()
    found.tmdb.titles[MOVIE] = tmdb.movie(7)
    found.watchmode.details["11"] = watchmode.details(11, tmdb_id=7)
    enricher = found.enricher(cloud.catalogue, cloud.operations)
    monkeypatch.setattr(handler, "enricher", lambda: enricher)
    return found


def days_ago(days: float) -> str:
    return clock.timestamp(clock.parse(clock.now()) - timedelta(days=days))


def store(cloud: Cloud, *titles: Title) -> None:
    for each in titles:
        cloud.titles.apply(each.id, lambda _, each=each: each)


def work(*title_ids: str, traffic: TrafficClass = TrafficClass.BACKFILL) -> list[str]:
    requests = [EnrichmentRequest(title_id=each, traffic=traffic) for each in title_ids or ("11",)]
    records = [{"messageId": each.title_id, "body": each.model_dump_json()} for each in requests]
    answer = handler.lambda_handler({"Records": records}, FakeContext())  # type: ignore[arg-type]
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def stored(cloud: Cloud) -> Title:
    found = cloud.titles.get("11")
    assert found is not None
    return found


def offer(cloud: Cloud, source_id: str = "203") -> Offer:
    (found,) = (each for each in cloud.titles.get_with_offers("11")[1] if each.source_id == source_id)
    return found


@pytest.mark.parametrize(
    ("parts", "calls"),
    [
        pytest.param({}, [MOVIE, DETAILS], id="nothing yet"),
        pytest.param({"tmdb": facts(days_ago(1))}, [DETAILS], id="no details"),
        pytest.param({"details": details(days_ago(1))}, [MOVIE], id="no facts"),
        pytest.param(
            {"details": details(days_ago(21.1)), "tmdb": facts(days_ago(20.9))}, [DETAILS], id="details stale"
        ),
        pytest.param({"details": details(days_ago(20.9)), "tmdb": facts(days_ago(21.1))}, [MOVIE], id="facts stale"),
        pytest.param({"details": details(days_ago(1)), "tmdb": facts(days_ago(1))}, [], id="all fresh"),
        pytest.param({"unknown_to": {"watchmode": days_ago(1), "tmdb": days_ago(1)}}, [], id="unknown to both"),
        pytest.param(
            {"unknown_to": {"watchmode": days_ago(29)}, "tmdb": facts(days_ago(1))}, [DETAILS], id="unknown long ago"
        ),
        pytest.param(
            {
                "listing": listing(popularity=95.0, tmdb_id=7, tmdb_type="movie"),
                "details": details(days_ago(5.3)),
                "tmdb": facts(days_ago(5.2)),
            },
            [DETAILS],
            id="wanted by many, so after three quarters of a week",
        ),
    ],
)
def test_only_what_is_missing_or_stale_is_fetched(
    cloud: Cloud, providers: Providers, parts: dict[str, Any], calls: list[str]
) -> None:
    store(cloud, title("11", **{"listing": AT_TMDB, **parts}))

    assert work() == []

    assert providers.calls == calls


def test_title_that_does_not_exist_asks_nobody(providers: Providers) -> None:
    assert (work("999"), providers.calls) == ([], [])


def test_both_parts_stand_side_by_side(cloud: Cloud, providers: Providers) -> None:
    store(cloud, title("11", "GB:203:4", listing=AT_TMDB))

    work()

    found = stored(cloud)
    assert found.details is not None
    assert found.tmdb is not None
    assert (found.details.plot_overview, found.tmdb.overview) == ("WatchMode's plot.", "TMDB's overview.")
    assert (found.details.genre_ids, found.details.similar_ids) == (("4", "7"), ("5",))
    assert (found.enrichment_state, found.unknown_to) == ("done", {})
    (row,) = cloud.index.rows_of_pair("203", "4")
    assert row.card.plot_overview == "WatchMode's plot."


@pytest.mark.parametrize("down", ["tmdb", "watchmode"])
def test_failure_of_one_provider_does_not_stop_the_other(cloud: Cloud, providers: Providers, down: str) -> None:
    providers.tmdb.faults = {MOVIE: tmdb.refusal(503, 9, "Service offline.")} if down == "tmdb" else {}
    providers.watchmode.faults = {DETAILS: watchmode.refusal(500, "Trouble.")} if down == "watchmode" else {}
    store(cloud, title("11", listing=AT_TMDB))

    assert work(traffic=TrafficClass.VIEWER) == ["11"]

    found = stored(cloud)
    assert (found.tmdb is None, found.details is None) == (down == "tmdb", down == "watchmode")
    assert (found.enrichment_state, found.unknown_to) == ("done", {})


def test_failure_of_one_title_leaves_the_others(cloud: Cloud, providers: Providers) -> None:
    providers.watchmode.details["12"] = watchmode.details(12)
    providers.watchmode.faults[DETAILS] = watchmode.refusal(400, "Bad request.")
    store(cloud, title("11"), title("12"))

    assert work("11", "12", traffic=TrafficClass.VIEWER) == ["11"]

    done = cloud.titles.get("12")
    assert done is not None
    assert done.details is not None


@pytest.mark.parametrize(
    ("traffic", "failed"),
    [(TrafficClass.SCHEDULED, []), (TrafficClass.BACKFILL, []), (TrafficClass.VIEWER, ["11"])],
)
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(watchmode.refusal(500, "Trouble."), id="500"),
        pytest.param(watchmode.refusal(400, "Bad request."), id="400"),
        pytest.param(httpx.ReadTimeout("too slow"), id="time-out"),
    ],
)
def test_outage_brings_only_messages_of_viewers_again_and_leaves_the_title_to_the_sweep(
    cloud: Cloud, providers: Providers, fault: Any, traffic: TrafficClass, failed: list[str]
) -> None:
    providers.watchmode.faults[DETAILS] = fault
    store(cloud, title("11"))

    assert work(traffic=traffic) == failed

    assert (stored(cloud).enrichment_state, stored(cloud).unknown_to) == ("pending", {})
    assert cloud.titles.lacking_enrichment("card", 10) == ["11"]


@pytest.mark.parametrize("traffic", list(TrafficClass))
@pytest.mark.parametrize(
    "error",
    [
        pytest.param(Conflict("changed by others"), id="conflict"),
        pytest.param(ClientError({"Error": {"Code": "ThrottlingException"}}, "GetItem"), id="refused"),
        pytest.param(EndpointConnectionError(endpoint_url="https://table"), id="unreachable"),
    ],
)
def test_trouble_of_our_own_brings_every_message_again(
    providers: Providers, monkeypatch: pytest.MonkeyPatch, error: Exception, traffic: TrafficClass
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("marquee.enricher.Enricher.complete", refuse)

    assert work(traffic=traffic) == ["11"]


def test_lack_of_credits_is_no_failure_and_keeps_what_is_there(cloud: Cloud, providers: Providers) -> None:
    providers.watchmode.quota = {"quota": 100, "quotaUsed": 100}
    old = details(days_ago(29), plot_overview="Old")
    store(cloud, title("11", listing=AT_TMDB, details=old, enrichment_state="done"))

    assert work() == []

    assert (stored(cloud).details, stored(cloud).tmdb is not None) == (old, True)


def test_part_that_the_provider_no_longer_has_goes_and_the_other_stays(cloud: Cloud, providers: Providers) -> None:
    providers.watchmode.details.clear()
    store(cloud, title("11", listing=AT_TMDB, details=details(days_ago(29)), tmdb=facts(days_ago(1))))

    work()

    found = stored(cloud)
    assert (found.details, set(found.unknown_to), found.enrichment_state) == (None, {"watchmode"}, "done")


@pytest.mark.parametrize(("age", "kept"), [(179, True), (181, False)])
def test_facts_that_cannot_be_fetched_anew_are_kept_for_six_months_at_most(
    cloud: Cloud, providers: Providers, age: int, kept: bool
) -> None:
    providers.tmdb.faults[MOVIE] = tmdb.refusal(503, 9, "Service offline.")
    store(cloud, title("11", listing=AT_TMDB, details=details(days_ago(1)), tmdb=facts(days_ago(age))))

    assert work(traffic=TrafficClass.VIEWER) == ["11"]

    assert (stored(cloud).tmdb is not None) is kept
    assert (stored(cloud).details is not None, stored(cloud).unknown_to) == (True, {})


def test_offers_of_watchmode_have_links_prices_and_no_sentences_for_links(cloud: Cloud, providers: Providers) -> None:
    rent = watchmode.offer(203, "Netflix", type="rent", price=3.49, format="4k")
    other = watchmode.offer(203, "Netflix", region="US")
    providers.watchmode.details["11"] = watchmode.details(11, watchmode.offer(203, "Netflix"), rent, other)
    store(cloud, title("11", "GB:203:4", listing=AT_TMDB))

    work()

    found = offer(cloud)
    assert (found.name, found.listing is not None, found.tmdb) == ("Netflix", True, None)
    assert found.watchmode is not None
    assert [(each.type, each.price, each.format) for each in found.watchmode.options] == [
        ("sub", None, "HD"),
        ("rent", 3.49, "4K"),
    ]
    assert {each.web_url for each in found.watchmode.options} == {"https://example.test/203"}
    assert {(each.ios_url, each.android_url) for each in found.watchmode.options} == {(None, None)}
    assert [each.region for each in cloud.titles.get_with_offers("11")[1]] == ["GB"]


@pytest.mark.parametrize("name", ["Netflix", "NETFLIX", "Nétflix ", "netflix."])
def test_service_that_tmdb_names_is_the_one_of_watchmode_with_that_name(
    cloud: Cloud, providers: Providers, name: str
) -> None:
    cloud.reference.reconcile_sources([Source(id="203", name="Netflix", type="sub", regions=("GB",))], ["GB"], ["GB"])
    offered = tmdb.watch_providers("GB", flatrate=[(8, name)], ads=[(8, name)], rent=[(99, "Nobody Knows")])
    providers.tmdb.titles[MOVIE] = tmdb.movie(7, **{"watch/providers": offered})
    store(cloud, title("11", listing=AT_TMDB))

    work()

    known, unknown = offer(cloud, "203").tmdb, offer(cloud, "tmdb-99")
    assert known is not None
    assert [each.type for each in known.options] == ["sub", "ads"]
    assert unknown.name == "Nobody Knows"
    assert unknown.tmdb is not None
    assert [each.web_url for each in unknown.tmdb.options] == ["https://www.themoviedb.org/watch"]


def test_offer_tells_since_when_until_when_and_when_last(cloud: Cloud, providers: Providers) -> None:
    netflix, prime = watchmode.offer(203, "Netflix"), watchmode.offer(26, "Prime Video")
    store(cloud, title("11", listing=AT_TMDB, tmdb=facts(clock.now())))
    seen: list[str] = []
    for offers in ((netflix, prime), (netflix,), (netflix, prime)):
        providers.watchmode.details["11"] = watchmode.details(11, *offers)
        work()
        seen.append(as_of(cloud))
        if len(seen) == 2:
            gone = offer(cloud, "26").watchmode
        cloud.titles.apply("11", lambda now: now and now.model_copy(update={"details": details(days_ago(29))}))

    stays, back = offer(cloud, "203").watchmode, offer(cloud, "26").watchmode
    assert stays is not None
    assert gone is not None
    assert back is not None
    assert (stays.first_seen, stays.last_seen, stays.left_at) == (seen[0], seen[2], None)
    assert (gone.first_seen, gone.last_seen, gone.left_at) == (seen[0], seen[0], seen[1])
    assert (back.first_seen, back.last_seen, back.left_at) == (seen[2], seen[2], None)


def as_of(cloud: Cloud) -> str:
    found = stored(cloud).details
    assert found is not None
    return found.as_of


def test_question_to_watchmode_names_the_countries_served(cloud: Cloud, providers: Providers) -> None:
    store(cloud, title("11"))

    work()

    asked = providers.watchmode.requests[-1].url.params
    assert (asked["append_to_response"], asked["regions"]) == ("sources", "GB")
