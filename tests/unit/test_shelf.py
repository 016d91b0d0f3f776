"""TMDB's lists joined to the catalogue: what is on the shelf of a country."""

from typing import Any

import pytest

from guide_api import shelf
from guide_api.shelves import KEPT_SECONDS
from marquee import clock, trending
from marquee.models.tmdb_cache import ListName
from marquee.repositories.activity import ActivityRepository
from marquee.repositories.tmdb_cache import Steps
from tests.fakes.guide import cache, put, put_many
from tests.fakes.shelves import Warm, film
from tests.unit.conftest import Cloud


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

    found = warm.of("GB")

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

    found = warm.of("GB")

    assert found.listed == {"1": {"trending": 2, "hidden_gems": 1}, "2": {"trending": 1}}
    assert found.features.keys() == {"1", "2"}, "they can be recommended all the same"


def test_what_viewers_here_are_busy_with_is_on_the_shelf_if_the_country_has_it(guide: Cloud, warm: Warm) -> None:
    put(guide, film("1", 101), film("2", 102), film("3", 103, "US:203:4"))
    cache(guide, "popular", 101, region="GB")
    warm.here = {"2": 1, "3": 2, "1": 3, "999": 4}

    found = warm.of("GB")

    assert found.listed == {"1": {"popular": 1, "trending_here": 3}, "2": {"trending_here": 1}}


def finished(steps: Steps[Any]) -> Any:
    """Return what a read that pauses comes to."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def test_busiest_titles_of_the_last_days_trend_here(guide: Cloud) -> None:
    activity = ActivityRepository(guide.operations)
    for day, title_id, score in zip(trending.last_days(clock.now()[:10]), ("7", "8", "9"), (1, 5, 2), strict=False):
        guide.operations.put(
            {"PK": f"activity:{day}", "SK": f"title:{title_id}", "trending_day": day, "score": score, "views": score}
        )

    steps = shelf.trending_here(activity)
    assert finished(steps) == {"8": 1, "9": 2, "7": 3}


def test_long_lists_are_joined_whole_up_to_a_bound_and_then_the_best_places(
    guide: Cloud, warm: Warm, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_many(guide, (film(str(number), number) for number in range(1, 251)))
    cache(guide, "popular", *range(1, 131), region="GB")
    cache(guide, "trending", *range(250, 120, -1))
    assert len(warm.of("GB").features) == 250

    monkeypatch.setattr(shelf, "MOST", 4)
    warm.time.sleep(KEPT_SECONDS)

    assert warm.of("GB").features.keys() == {"1", "2", "250", "249"}


def test_country_has_a_shelf_of_its_own(guide: Cloud, warm: Warm) -> None:
    put(guide, film("1", 101), film("2", 102, "US:203:4"))
    cache(guide, "popular", 101, region="GB")
    cache(guide, "popular", 102, region="US")

    assert [warm.of(region).features.keys() for region in ("GB", "US")] == [{"1"}, {"2"}]
