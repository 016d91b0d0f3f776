from datetime import UTC, datetime, timedelta

import pytest

from marquee import clock
from marquee.models.tmdb_cache import CachedList, ListName
from marquee.tmdb_cache import age_seconds, fixed_names, has_changed, is_credible, label, state
from tests.fakes.tmdb_lists import item

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
POPULAR, GEMS = ListName("popular", "movie", "GB"), ListName("hidden_gems", "tv", "GB")


def checked(name: ListName, age: timedelta, **more: object) -> CachedList:
    moment = clock.timestamp(NOW - age)
    return CachedList(name, (item(1, "550", NOW),), moment, "GB@1", ("GB@1",), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "age", "expected"),
    [
        pytest.param(POPULAR, timedelta(hours=36), "fresh", id="a daily list for a day and a half"),
        pytest.param(POPULAR, timedelta(hours=36, seconds=1), "stale", id="a daily list after that"),
        pytest.param(GEMS, timedelta(days=8), "fresh", id="a weekly list for a week and a day"),
        pytest.param(GEMS, timedelta(days=8, seconds=1), "stale", id="a weekly list after that"),
        pytest.param(ListName("genre_18", "tv", "GB"), timedelta(days=2), "fresh", id="genres are weekly"),
        pytest.param(ListName("trending", "all"), timedelta(days=2), "stale", id="trends are daily"),
    ],
)
def test_list_is_fresh_a_little_longer_than_its_schedule(name: ListName, age: timedelta, expected: str) -> None:
    assert state(checked(name, age), clock.timestamp(NOW)) == expected
    assert age_seconds(checked(name, age), clock.timestamp(NOW)) == age.total_seconds()


def test_failure_does_not_make_a_fresh_list_stale() -> None:
    failed = checked(POPULAR, timedelta(hours=1), failure="tmdb: down", failed_at=clock.timestamp(NOW))

    assert state(failed, clock.timestamp(NOW)) == "fresh"


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(None, id="never asked for"),
        pytest.param(CachedList(POPULAR, failure="tmdb: down"), id="never complete"),
        pytest.param(CachedList(POPULAR, (), clock.timestamp(NOW), "GB@1", ("GB@1",)), id="all rows expired"),
    ],
)
def test_list_without_a_version_to_read_is_missing(found: CachedList | None) -> None:
    assert state(found, clock.timestamp(NOW)) == "missing"
    assert age_seconds(found, clock.timestamp(NOW)) is None


def test_list_that_tmdb_says_is_empty_is_not_missing() -> None:
    assert state(CachedList(GEMS, (), clock.timestamp(NOW), "GB@1"), clock.timestamp(NOW)) == "fresh"


def test_fixed_lists_are_those_of_each_region_and_of_the_world() -> None:
    names = fixed_names(["GB", "US"])

    assert {label(each) for each in names} == {
        *("popular#movie#GB", "popular#movie#US", "popular#tv#world"),
        *("trending#movie#world", "trending#tv#world", "trending#all#world"),
        *(f"{category}#{kind}#{region}" for category in ("hidden_gems", "award_winning")
          for kind in ("movie", "tv") for region in ("GB", "US")),
    }  # fmt: skip
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "later",
    [
        pytest.param({"fetched_at": 0}, id="fetched at another time"),
        pytest.param({"popularity": 99.0}, id="popularity"),
        pytest.param({"vote_average": 7.14}, id="a hundredth of the average"),
        pytest.param({"vote_count": 8190}, id="a few votes of many"),
    ],
)
def test_what_moves_every_day_is_no_change(later: dict[str, float]) -> None:
    stored = item(1, "550", NOW, vote_average=7.1, vote_count=8150, popularity=3.0)

    assert not has_changed(stored, stored.model_copy(update=later), SECONDS)


@pytest.mark.parametrize(
    "later",
    [
        pytest.param({"title": "Another"}, id="title"),
        pytest.param({"poster_path": "/new.jpg"}, id="poster"),
        pytest.param({"content_id": "551"}, id="another title in the place"),
        pytest.param({"vote_average": 7.3}, id="two tenths of the average"),
        pytest.param({"vote_count": 9200}, id="many votes"),
        pytest.param({"genre_ids": (18,)}, id="genres"),
    ],
)
def test_facts_that_differ_are_a_change(later: dict[str, object]) -> None:
    stored = item(1, "550", NOW, vote_average=7.1, vote_count=8150)

    assert has_changed(stored, stored.model_copy(update=later), SECONDS)


def test_row_is_renewed_before_it_could_expire_within_two_weeks() -> None:
    stored = item(1, "550", NOW)

    assert not has_changed(stored, stored, SECONDS + 14 * 86_400)
    assert has_changed(stored, stored, SECONDS + 14 * 86_400 + 1)
    assert has_changed(None, stored, SECONDS)


def test_empty_answer_is_believed_only_of_a_filter_that_never_had_anything() -> None:
    full = checked(GEMS, timedelta())

    assert is_credible([], None, GEMS)
    assert is_credible([], CachedList(GEMS, (), clock.timestamp(NOW), "GB@1"), GEMS)
    assert not is_credible([], full, GEMS)
    assert not is_credible([], None, POPULAR)
    assert is_credible(full.items, None, POPULAR)
