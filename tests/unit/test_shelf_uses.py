"""How the use of TMDB's lists is counted and measured."""

import json

import pytest

from guide_api.shelves import COUNTED_SECONDS
from marquee import clock
from marquee.repositories.tmdb_cache import TmdbCache
from marquee.tmdb_cache import fixed_names
from tests.fakes.guide import cache, cache_all
from tests.fakes.shelves import REFUSED, Warm
from tests.unit.conftest import Cloud


def test_uses_are_counted_by_category_and_stored_once_a_minute(guide: Cloud, warm: Warm) -> None:
    for category in ("popular", "trending", "hidden_gems"):
        for name in fixed_names(["GB"]):
            if name.category == category:
                hours = 24 * 9 if category == "hidden_gems" else 1
                cache(guide, category, 101, type=name.media_type, region=name.region, hours=hours)
    cache(guide, "genre_80", 101, region="GB")
    once = {"popular:hit": 1, "trending:hit": 1, "genre:hit": 1, "hidden_gems:stale": 1, "award_winning:miss": 1}

    warm.used(warm.of("GB"), clock.now())
    assert usage(guide) == once, "the function may end after its first answer"
    warm.used(warm.of("GB"), clock.now())
    assert usage(guide) == once
    warm.time.sleep(COUNTED_SECONDS)
    warm.used(warm.of("GB"), clock.now())

    assert usage(guide) == dict.fromkeys(once, 3)


def test_use_counts_on_the_day_on_which_it_was(guide: Cloud, warm: Warm) -> None:
    cache_all(guide, 101)
    late, early = "2026-11-20T23:59:59.000Z", "2026-11-21T00:00:30.000Z"
    found = warm.of("GB")

    for moment in (late, late, early):
        warm.used(found, moment)
    warm.time.sleep(COUNTED_SECONDS)
    warm.used(found, early)

    counted = TmdbCache(guide.tmdb_cache).usage(["2026-11-20", "2026-11-21"])
    assert [counted[day]["popular:hit"] for day in ("2026-11-20", "2026-11-21")] == [2, 2]


def usage(guide: Cloud) -> dict[str, int]:
    today = clock.now()[:10]
    return TmdbCache(guide.tmdb_cache).usage([today]).get(today, {})


def test_uses_that_cannot_be_stored_are_stored_the_next_time(
    guide: Cloud, warm: Warm, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache_all(guide, 101)
    warm.used(warm.of("GB"), clock.now())

    def refuse(*_: object) -> None:
        raise REFUSED

    with monkeypatch.context() as outage:
        outage.setattr(TmdbCache, "count_use", refuse)
        warm.time.sleep(COUNTED_SECONDS)
        warm.used(warm.of("GB"), clock.now())
    assert usage(guide)["popular:hit"] == 1
    warm.time.sleep(COUNTED_SECONDS)
    warm.used(warm.of("GB"), clock.now())

    assert usage(guide)["popular:hit"] == 3


def test_answer_measures_state_and_age_of_each_category(
    guide: Cloud, warm: Warm, capsys: pytest.CaptureFixture[str]
) -> None:
    cache_all(guide, 101, hours=2)
    cache(guide, "popular", 101, type="tv", hours=40)

    warm.used(warm.of("GB"), clock.now())

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    found = {line["category"]: line for line in lines}
    assert found.keys() == {"popular", "trending", "hidden_gems", "award_winning"}
    assert (found["popular"]["CacheStale"], found["trending"]["CacheHit"]) == ([1.0], [1.0])
    assert found["popular"]["CacheAgeSeconds"] == [pytest.approx(40 * 3600, abs=60)]
    assert "CacheHit" not in found["popular"]
