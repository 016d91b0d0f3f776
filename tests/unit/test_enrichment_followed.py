"""A title that somebody follows is looked at more often, as soon as enrichment has noticed."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from enrichment_worker import handler
from marquee import clock
from marquee import enricher as module
from marquee.enricher import Enricher
from marquee.models.titles import Title
from marquee.models.viewers import Mark
from marquee.repositories.followers import has_followers
from marquee.repositories.marks import MarkRepository
from marquee.repositories.table import encode
from marquee.repositories.titles import to_item
from marquee.traffic import TrafficClass
from tests.fakes import tmdb, watchmode
from tests.fakes.enrichers import Providers, stream_event
from tests.fakes.titles import details, listing, title
from tests.fakes.titles import tmdb as facts
from tests.unit.conftest import Cloud, FakeContext
from title_enrichment import handler as title_enrichment

MOVIE, DETAILS = "movie/7", "title/11/details"
AT_TMDB = listing(tmdb_id=7, tmdb_type="movie", popularity=20.0)


@pytest.fixture
def providers(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Providers:
    found = Providers()
    found.tmdb.titles[MOVIE] = tmdb.movie(7)
    found.watchmode.details["11"] = watchmode.details(11, tmdb_id=7)
    enricher = Enricher(
        cloud.titles,
        cloud.reference,
        found.watchmode.client(cloud.operations),
        found.tmdb.client(cloud.operations),
        ("GB",),
        partial(has_followers, cloud.viewers_table),
    )
    monkeypatch.setattr(handler, "enricher", lambda: enricher)
    return found


def days_ago(days: float) -> str:
    return clock.timestamp(clock.parse(clock.now()) - timedelta(days=days))


def follow(cloud: Cloud) -> None:
    mark = Mark(kind="follow", title_id="11", title="A title", at=clock.now())
    MarkRepository(cloud.viewers_table).put("anna", mark)


def work() -> None:
    request = handler.EnrichmentRequest(title_id="11", traffic=TrafficClass.VIEWER)
    record = {"messageId": "1", "body": request.model_dump_json()}
    answer = handler.lambda_handler({"Records": [record]}, FakeContext())  # type: ignore[arg-type]
    assert answer == {"batchItemFailures": []}


def store(cloud: Cloud, **parts: Any) -> None:
    cloud.titles.apply("11", lambda _: title("11", "GB:203:4", listing=AT_TMDB, enrichment_state="done", **parts))


def stored(cloud: Cloud) -> Title:
    found = cloud.titles.get("11")
    assert found is not None
    return found


def test_title_is_followed_as_long_as_anybody_follows_it(cloud: Cloud, providers: Providers) -> None:
    store(cloud, tmdb=facts(days_ago(0)), details=details(days_ago(0)))
    seen = []
    for change in (
        lambda: None,
        lambda: follow(cloud),
        lambda: None,
        lambda: MarkRepository(cloud.viewers_table).remove("anna", "follow", "11"),
    ):
        change()
        work()
        seen.append((stored(cloud).followed, stored(cloud).version))

    assert seen == [(False, 1), (True, 2), (True, 2), (False, 3)]
    assert providers.calls == []


@pytest.mark.parametrize(
    ("parts", "calls"),
    [
        pytest.param({"tmdb": facts(days_ago(0.7)), "details": details(days_ago(5))}, [], id="both fresh"),
        pytest.param({"tmdb": facts(days_ago(0.8)), "details": details(days_ago(5))}, [MOVIE], id="TMDB after a day"),
        pytest.param(
            {"tmdb": facts(days_ago(0.7)), "details": details(days_ago(5.3))}, [DETAILS], id="WatchMode after a week"
        ),
    ],
)
def test_followed_title_is_asked_of_tmdb_each_day_and_of_watchmode_each_week(
    cloud: Cloud, providers: Providers, parts: dict[str, Any], calls: list[str]
) -> None:
    store(cloud, **parts)
    work()
    assert providers.calls == []

    follow(cloud)
    work()

    assert providers.calls == calls


def test_sweep_finds_a_followed_title_each_day_and_before_all_others(cloud: Cloud, providers: Providers) -> None:
    store(cloud, tmdb=facts(days_ago(0.2)), unknown_to={})
    cloud.titles.apply(
        "12", lambda _: title("12", listing=listing(popularity=99.0), enrichment_state="done", tmdb=facts())
    )
    providers.watchmode.quota = {"quota": 100, "quotaUsed": 100}
    assert cloud.titles.lacking_enrichment("details", 10) == ["12", "11"]
    follow(cloud)

    work()

    assert cloud.titles.lacking_enrichment("details", 10) == ["11", "12"]
    assert "11" in cloud.titles.due_for_refresh(days_ago(-0.9), 10)
    assert "11" not in cloud.titles.due_for_refresh(days_ago(-0.7), 10)


def test_noticing_a_follower_does_not_make_enrichment_answer_itself(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Providers()
    enricher = found.enricher(cloud.catalogue, cloud.operations)
    monkeypatch.setattr(title_enrichment, "enricher", lambda: enricher)
    pending = title("11", listing=AT_TMDB)
    noticed = pending.model_copy(update={"followed": True, "version": 2})

    event = stream_event((encode(to_item(pending)), encode(to_item(noticed))))
    answer = title_enrichment.lambda_handler(event, FakeContext())  # type: ignore[arg-type]

    assert (answer, found.calls) == ({"batchItemFailures": []}, [])


def test_function_looks_for_followers_where_its_settings_say(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    for provider in ("WATCHMODE", "TMDB"):
        monkeypatch.setenv(f"{provider}_URL", "https://provider.test")
        monkeypatch.setenv(f"{provider}_SECRET_ARN", "arn:aws:secretsmanager:eu-west-2:000000000000:secret:x")
    monkeypatch.setenv("TMDB_PER_SECOND", "40")
    monkeypatch.setenv("WATCHMODE_PER_MINUTE", "120")
    store(cloud, tmdb=facts(days_ago(0)), details=details(days_ago(0)))
    follow(cloud)

    module.enricher().complete("11", TrafficClass.VIEWER, deadline=float("inf"))

    assert stored(cloud).followed


@pytest.mark.parametrize(
    ("is_followed", "calls"), [(True, [MOVIE, DETAILS]), (False, [MOVIE])], ids=["followed", "not"]
)
def test_followed_title_that_tmdb_sees_on_another_service_is_asked_of_watchmode_at_once(
    cloud: Cloud, providers: Providers, is_followed: bool, calls: list[str]
) -> None:
    store(cloud, tmdb=facts(days_ago(22)), details=details(days_ago(3)))
    if is_followed:
        follow(cloud)
    providers.tmdb.titles[MOVIE] = tmdb.movie(
        7, **{"watch/providers": tmdb.watch_providers("GB", flatrate=[(8, "Netflix")])}
    )

    work()

    assert providers.calls == calls


def test_followed_title_that_tmdb_sees_where_it_was_costs_no_credit(cloud: Cloud, providers: Providers) -> None:
    store(cloud, tmdb=facts(days_ago(2)), details=details(days_ago(3)))
    follow(cloud)

    work()

    assert providers.calls == [MOVIE]
