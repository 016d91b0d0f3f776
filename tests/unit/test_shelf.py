"""TMDB's lists joined to the catalogue: what is on the shelf, how long it is kept, and how its use is counted."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from guide_api import shelf, stores
from guide_api.shelf import KEPT_INCOMPLETE_SECONDS, KEPT_SECONDS, STORED_SECONDS, Shelves
from marquee import aws, clock, trending
from marquee.models.tmdb_cache import CachedList, ListName
from marquee.repositories.activity import ActivityRepository
from marquee.repositories.tmdb_cache import TmdbCache
from marquee.tmdb_cache import fixed_names
from tests.fakes.api_gateway import call
from tests.fakes.client import PreparedClient
from tests.fakes.clock import FakeClock
from tests.fakes.guide import cache, cache_all, choose, open_guide, put, put_many
from tests.fakes.titles import listing, title
from tests.unit.conftest import Cloud

REFUSED = ClientError({"Error": {"Code": "AccessDenied", "Message": "arn:aws:secret"}}, "Operation")


class Warm:
    """A warm function: its shelves, its clock, and how often it has started the refresh."""

    def __init__(self, cloud: Cloud) -> None:
        self.time = FakeClock()
        self.started = 0
        self.here: dict[str, int] = {}
        self.shelves = Shelves(
            TmdbCache(cloud.tmdb_cache),
            cloud.catalogue,
            stores.executor(),
            start_refresh=self._start,
            trending_here=lambda: self.here,
            seconds=self.time,
        )

    def _start(self) -> None:
        self.started += 1


@pytest.fixture
def guide(cloud: Cloud) -> Cloud:
    return open_guide(cloud)


@pytest.fixture
def warm(guide: Cloud) -> Warm:
    return Warm(guide)


def film(title_id: str, tmdb_id: int, *places: str, tmdb_type: str = "movie") -> Any:
    return title(title_id, *(places or ("GB:203:4",)), listing=listing(tmdb_id=tmdb_id, tmdb_type=tmdb_type))


def test_places_of_the_lists_lead_to_titles_that_the_country_has(guide: Cloud, warm: Warm) -> None:
    put(
        guide,
        film("1", 101),
        film("2", 102, "GB:203:4", "GB:26:4"),
        film("3", 103, "US:203:4"),
        film("4", 101, tmdb_type="tv"),
    )
    cache(guide, "popular", 999, 103, 102, 101, region="GB")
    cache(guide, "trending", 102)
    cache(guide, "trending", 103, 104, 102, 101, type="all")
    cache(guide, "genre_80", 101, region="GB")
    cache(guide, "popular", 102, region="US")

    found = warm.shelves.of("GB")

    assert found.listed == {"1": {"popular": 4, "trending": 4}, "2": {"popular": 3, "trending": 1}}
    assert found.services == {"1": {"203"}, "2": {"26", "203"}}
    assert found.features.keys() == {"1", "2"}
    assert ListName("genre_80", "movie", "GB") in {each.name for each in found.lists}


def test_what_was_popular_or_trending_days_ago_is_not_told_as_news(guide: Cloud, warm: Warm) -> None:
    put(guide, film("1", 101), film("2", 102))
    cache(guide, "popular", 101, region="GB", hours=40)
    cache(guide, "trending", 101, hours=40)
    cache(guide, "trending", 102, 101, type="all")
    cache(guide, "hidden_gems", 101, region="GB", hours=24 * 9)

    found = warm.shelves.of("GB")

    assert found.listed == {"1": {"trending": 2, "hidden_gems": 1}, "2": {"trending": 1}}
    assert found.features.keys() == {"1", "2"}, "they can be recommended all the same"


def test_what_viewers_here_are_busy_with_is_on_the_shelf_if_the_country_has_it(guide: Cloud, warm: Warm) -> None:
    put(guide, film("1", 101), film("2", 102), film("3", 103, "US:203:4"))
    cache(guide, "popular", 101, region="GB")
    warm.here = {"2": 1, "3": 2, "1": 3, "999": 4}

    found = warm.shelves.of("GB")

    assert found.listed == {"1": {"popular": 1, "trending_here": 3}, "2": {"trending_here": 1}}


def test_busiest_titles_of_the_last_days_trend_here(guide: Cloud) -> None:
    activity = ActivityRepository(guide.operations)
    for day, title_id, score in zip(trending.last_days(clock.now()[:10]), ("7", "8", "9"), (1, 5, 2), strict=False):
        guide.operations.put(
            {"PK": f"activity:{day}", "SK": f"title:{title_id}", "trending_day": day, "score": score, "views": score}
        )

    assert shelf.trending_here(activity, stores.executor()) == {"8": 1, "9": 2, "7": 3}


def test_long_lists_are_joined_whole_up_to_a_bound_and_then_the_best_places(
    guide: Cloud, warm: Warm, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_many(guide, (film(str(number), number) for number in range(1, 251)))
    cache(guide, "popular", *range(1, 131), region="GB")
    cache(guide, "trending", *range(250, 120, -1))
    assert len(warm.shelves.of("GB").features) == 250

    monkeypatch.setattr(shelf, "MOST", 4)

    assert Warm(guide).shelves.of("GB").features.keys() == {"1", "2", "250", "249"}


def test_shelf_is_kept_five_minutes_and_then_read_again(guide: Cloud, warm: Warm) -> None:
    put(guide, film("1", 101), film("2", 102))
    cache_all(guide, 101)
    assert warm.shelves.of("GB").features.keys() == {"1"}
    cache_all(guide, 101, 102, hours=0)

    warm.time.sleep(KEPT_SECONDS - 1)
    assert warm.shelves.of("GB").features.keys() == {"1"}
    warm.time.sleep(1)

    assert warm.shelves.of("GB").features.keys() == {"1", "2"}
    assert warm.started == 0


def test_shelf_with_something_missing_is_looked_at_again_soon(guide: Cloud, warm: Warm) -> None:
    put(guide, film("1", 101))
    assert warm.shelves.of("GB").features == {}
    cache_all(guide, 101)

    warm.time.sleep(KEPT_INCOMPLETE_SECONDS)

    assert warm.shelves.of("GB").features.keys() == {"1"}


def test_list_that_has_expired_is_as_good_as_none(guide: Cloud, warm: Warm) -> None:
    put(guide, film("1", 101))
    cache_all(guide, 101, hours=24 * 29)

    assert warm.shelves.of("GB").features == {}
    assert warm.started == 1


def test_country_has_a_shelf_of_its_own(guide: Cloud, warm: Warm) -> None:
    put(guide, film("1", 101), film("2", 102, "US:203:4"))
    cache(guide, "popular", 101, region="GB")
    cache(guide, "popular", 102, region="US")

    assert [warm.shelves.of(region).features.keys() for region in ("GB", "US")] == [{"1"}, {"2"}]


def test_missing_lists_are_asked_for_once_by_whichever_function_sees_it_first(guide: Cloud, warm: Warm) -> None:
    other = Warm(guide)

    for _ in range(5):
        warm.shelves.of("GB")
        other.shelves.of("GB")
        warm.time.sleep(KEPT_SECONDS)
        other.time.sleep(KEPT_SECONDS)

    assert (warm.started, other.started) == (1, 0)


def test_refresh_is_started_without_waiting_and_only_for_what_is_missing(
    guide: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions = PreparedClient({"StatusCode": 202})
    monkeypatch.setattr(aws, "lambda_", lambda: functions)
    cache(guide, "popular", 101, region="GB")

    assert call("GET", "/recommendations").status == 200

    (request,) = functions.requests
    assert (request["FunctionName"], request["InvocationType"]) == ("tmdb-cache-refresh", "Event")
    assert json.loads(request["Payload"]) == {"scheduleType": "full", "only_missing": True, "started_by": "viewer"}


def test_refresh_is_asked_for_once_and_for_a_moment_only() -> None:
    config = aws.lambda_().meta.config

    assert config.retries["total_max_attempts"] == 1
    assert config.connect_timeout + config.read_timeout <= 3


@pytest.mark.parametrize("failing", ["ask", "start"])
def test_answer_does_not_depend_on_asking_for_what_is_missing(
    guide: Cloud, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def refuse(*_: object) -> bool:
        raise REFUSED

    monkeypatch.setattr(aws, "lambda_", lambda: PreparedClient(REFUSED))
    if failing == "ask":
        monkeypatch.setattr(TmdbCache, "ask", refuse)
    choose(guide, "203", genres=("4",))
    put(guide, film("1", 101))

    answer = call("GET", "/recommendations")

    assert [each["id"] for each in answer.json["recommendations"]] == ["1"]
    assert "secret" not in answer.body


def test_cache_that_cannot_be_read_is_a_failure_of_the_store(guide: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> list[CachedList]:
        raise REFUSED

    monkeypatch.setattr(TmdbCache, "lists", refuse)

    answer = call("GET", "/recommendations")

    assert (answer.status, answer.code) == (503, "temporarily_unavailable")


def test_uses_are_counted_by_category_and_stored_once_a_minute(guide: Cloud, warm: Warm) -> None:
    for category in ("popular", "trending", "hidden_gems"):
        for name in fixed_names(["GB"]):
            if name.category == category:
                hours = 24 * 9 if category == "hidden_gems" else 1
                cache(guide, category, 101, type=name.media_type, region=name.region, hours=hours)
    cache(guide, "genre_80", 101, region="GB")
    once = {"popular:hit": 1, "trending:hit": 1, "genre:hit": 1, "hidden_gems:stale": 1, "award_winning:miss": 1}

    warm.shelves.used(warm.shelves.of("GB"), clock.now())
    assert usage(guide) == once, "the function may end after its first answer"
    warm.shelves.used(warm.shelves.of("GB"), clock.now())
    assert usage(guide) == once
    warm.time.sleep(STORED_SECONDS)
    warm.shelves.used(warm.shelves.of("GB"), clock.now())

    assert usage(guide) == dict.fromkeys(once, 3)


def test_use_counts_on_the_day_on_which_it_was(guide: Cloud, warm: Warm) -> None:
    cache_all(guide, 101)
    late, early = "2026-11-20T23:59:59.000Z", "2026-11-21T00:00:30.000Z"
    found = warm.shelves.of("GB")

    for moment in (late, late, early):
        warm.shelves.used(found, moment)
    warm.time.sleep(STORED_SECONDS)
    warm.shelves.used(found, early)

    counted = TmdbCache(guide.tmdb_cache).usage(["2026-11-20", "2026-11-21"])
    assert [counted[day]["popular:hit"] for day in ("2026-11-20", "2026-11-21")] == [2, 2]


def usage(guide: Cloud) -> dict[str, int]:
    today = clock.now()[:10]
    return TmdbCache(guide.tmdb_cache).usage([today]).get(today, {})


def test_uses_that_cannot_be_stored_are_stored_the_next_time(
    guide: Cloud, warm: Warm, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache_all(guide, 101)
    warm.shelves.used(warm.shelves.of("GB"), clock.now())

    def refuse(*_: object) -> None:
        raise REFUSED

    with monkeypatch.context() as outage:
        outage.setattr(TmdbCache, "count_use", refuse)
        warm.time.sleep(STORED_SECONDS)
        warm.shelves.used(warm.shelves.of("GB"), clock.now())
    assert usage(guide)["popular:hit"] == 1
    warm.time.sleep(STORED_SECONDS)
    warm.shelves.used(warm.shelves.of("GB"), clock.now())

    assert usage(guide)["popular:hit"] == 3


def test_answer_measures_state_and_age_of_each_category(
    guide: Cloud, warm: Warm, capsys: pytest.CaptureFixture[str]
) -> None:
    cache_all(guide, 101, hours=2)
    cache(guide, "popular", 101, type="tv", hours=40)

    warm.shelves.used(warm.shelves.of("GB"), clock.now())

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    found = {line["category"]: line for line in lines}
    assert found.keys() == {"popular", "trending", "hidden_gems", "award_winning"}
    assert (found["popular"]["CacheStale"], found["trending"]["CacheHit"]) == ([1.0], [1.0])
    assert found["popular"]["CacheAgeSeconds"] == [pytest.approx(40 * 3600, abs=60)]
    assert "CacheHit" not in found["popular"]
