from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from marquee import clock
from marquee.models.tmdb_cache import CachedItem, CachedList, ListName
from marquee.repositories.tmdb_cache import TmdbCache, Written
from marquee.tmdb_cache import state
from tests.fakes.tmdb_lists import item
from tests.unit.conftest import Cloud

POPULAR = ListName("popular", "movie", "GB")
DAY = 86_400


@pytest.fixture
def cache(cloud: Cloud) -> TmdbCache:
    return TmdbCache(cloud.tmdb_cache)


def days_ago(days: float) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


def places(ids: Sequence[str], at: datetime) -> list[CachedItem]:
    return [item(rank, each, at) for rank, each in enumerate(ids, start=1)]


def write(cache: TmdbCache, ids: Sequence[str], run: str, at: datetime, name: ListName = POPULAR) -> Written:
    """Replace a list by titles with these ids, as a run at a moment does."""
    before = current(cache, name)
    return cache.replace(name, places(ids, at), version=f"GB@{run}", checked_at=clock.timestamp(at), before=before)


def current(cache: TmdbCache, name: ListName = POPULAR) -> CachedList | None:
    found = cache.lists([name.region] if name.region else [])
    return next((each for each in found if each.name == name), None)


def ids(found: CachedList | None) -> list[str]:
    assert found is not None
    return [each.content_id for each in found.items]


def rows(cloud: Cloud) -> dict[tuple[str, str], dict[str, object]]:
    return {key: each for key, each in cloud.items(cloud.tmdb_cache).items() if key[0] != "current"}


def test_row_is_stored_under_r2s_names_and_types(cloud: Cloud, cache: TmdbCache) -> None:
    at = days_ago(0)
    full = item(1, "550", at, poster_path="/p.jpg", release_date="1999-10-15", genre_ids=(18, 53), popularity=61.416)
    cache.replace(POPULAR, [full], version="GB@run", checked_at=clock.timestamp(at), before=None)

    assert rows(cloud)["popular#movie#GB@run", "0001"] == {
        "PK": {"S": "popular#movie#GB@run"},
        "SK": {"S": "0001"},
        "cacheKey": {"S": "popular#movie#550"},
        "contentId": {"S": "550"},
        "contentType": {"S": "movie"},
        "category": {"S": "popular"},
        "rank": {"N": "1"},
        "title": {"S": "Title 550"},
        "posterPath": {"S": "/p.jpg"},
        "voteAverage": {"N": "0.0"},
        "voteCount": {"N": "0"},
        "popularity": {"N": "61.416"},
        "releaseDate": {"S": "1999-10-15"},
        "genreIds": {"L": [{"N": "18"}, {"N": "53"}]},
        "adult": {"BOOL": False},
        "fetchedAt": {"N": str(int(at.timestamp()) * 1000)},
        "expiresAt": {"N": str(int(at.timestamp()) + 28 * DAY)},
        "source": {"S": "tmdb_scheduled_fetch"},
    }
    assert cloud.items(cloud.tmdb_cache)["current", "GB#popular#movie"]["expiresAt"] == {
        "N": str(int(at.timestamp()) + 28 * DAY)
    }
    found = current(cache)
    assert found is not None
    assert found.items == (full,)


def test_list_is_read_in_its_order_with_its_age(cache: TmdbCache) -> None:
    at = days_ago(1)
    many = [str(number) for number in range(40)]

    assert write(cache, many, "1", at) == Written(40, 0, switched=True)

    found = current(cache)
    assert ids(found) == many
    assert found is not None
    assert (found.checked_at, found.version, found.failure) == (clock.timestamp(at), "GB@1", None)


def test_second_run_writes_nothing_but_the_pointer(cloud: Cloud, cache: TmdbCache) -> None:
    write(cache, "abc", "1", days_ago(1))
    before = rows(cloud)

    assert write(cache, "abc", "2", days_ago(0)) == Written(0, 3, switched=True)

    assert rows(cloud) == before
    found = current(cache)
    assert found is not None
    assert found.version == "GB@1"
    assert found.checked_at is not None
    assert found.checked_at > clock.timestamp(days_ago(0.5))


@pytest.mark.parametrize(
    ("after", "written"),
    [
        pytest.param("abX", 1, id="one title in place of another"),
        pytest.param("bac", 2, id="two change places"),
        pytest.param("abcd", 1, id="one more"),
        pytest.param("ab", 0, id="one less"),
        pytest.param("Xabc", 4, id="one on top moves all"),
    ],
)
def test_only_places_that_changed_are_written(cloud: Cloud, cache: TmdbCache, after: str, written: int) -> None:
    write(cache, "abc", "1", days_ago(1))

    assert write(cache, after, "2", days_ago(0)) == Written(written, len(after) - written, switched=True)

    assert ids(current(cache)) == list(after)
    assert len(rows(cloud)) == 3 + written


def test_rows_that_would_soon_expire_are_written_again(cloud: Cloud, cache: TmdbCache) -> None:
    write(cache, "abc", "1", days_ago(15))

    assert write(cache, "abc", "2", days_ago(0)).written == 3


def test_what_has_expired_is_not_served_though_it_is_still_there(cloud: Cloud, cache: TmdbCache) -> None:
    write(cache, "abc", "1", days_ago(29))

    assert current(cache) is None
    assert cache.lists(["GB"]) == []
    assert write(cache, "abc", "2", days_ago(0)) == Written(3, 0, switched=True)
    assert ids(current(cache)) == list("abc")


def test_row_that_has_gone_is_left_out_and_written_next_time(cloud: Cloud, cache: TmdbCache) -> None:
    write(cache, "abc", "1", days_ago(1))
    cloud.tmdb_cache.delete("popular#movie#GB@1", "0002")

    assert ids(current(cache)) == ["a", "c"]
    assert write(cache, "abc", "2", days_ago(0)) == Written(1, 2, switched=True)
    assert ids(current(cache)) == list("abc")


def test_slower_of_two_runs_is_not_shown(cache: TmdbCache) -> None:
    write(cache, "abc", "1", days_ago(1))
    before = current(cache)
    write(cache, "abX", "2", days_ago(0.1))

    late = cache.replace(
        POPULAR,
        places("Yab", days_ago(0.1)),
        version="GB@3",
        checked_at=clock.timestamp(days_ago(0.1)),
        before=before,
    )

    assert not late.switched
    assert ids(current(cache)) == list("abX")


def test_same_write_twice_ends_as_once(cache: TmdbCache) -> None:
    at = days_ago(0)
    for _ in range(2):
        cache.replace(POPULAR, places("abc", at), version="GB@1", checked_at=clock.timestamp(at), before=None)

    assert ids(current(cache)) == list("abc")


def test_failure_is_kept_with_the_last_version_until_the_next_success(cache: TmdbCache) -> None:
    write(cache, "abc", "1", days_ago(2))
    moment = clock.timestamp(days_ago(1))
    cache.record_failure(POPULAR, "page 2: tmdb: down", moment)

    (failed,) = cache.lists(["GB"])
    assert (ids(failed), failed.failure, failed.failed_at) == (list("abc"), "page 2: tmdb: down", moment)

    write(cache, "abc", "2", days_ago(0))
    (renewed,) = cache.lists(["GB"])
    assert (renewed.failure, renewed.failed_at) == (None, None)


def test_failure_of_an_earlier_run_does_not_blemish_a_later_success(cache: TmdbCache) -> None:
    write(cache, "abc", "2", days_ago(0))
    cache.record_failure(POPULAR, "tmdb: down", clock.timestamp(days_ago(0.1)))

    (found,) = cache.lists(["GB"])
    assert found.failure is None


def test_list_that_never_was_complete_says_why(cache: TmdbCache) -> None:
    cache.record_failure(POPULAR, "tmdb: down", clock.timestamp(days_ago(0)))

    (found,) = cache.lists(["GB"])
    assert (found.items, found.checked_at, found.failure) == ((), None, "tmdb: down")
    assert write(cache, "abc", "1", days_ago(0)).switched


@pytest.mark.parametrize("complete", [True, False])
def test_failure_is_told_however_long_a_list_has_been_failing(cache: TmdbCache, complete: bool) -> None:
    if complete:
        write(cache, "abc", "1", days_ago(29))
    for age in (30, 20, 0):
        cache.record_failure(POPULAR, f"down for {age}", clock.timestamp(days_ago(age)))

    (found,) = cache.lists(["GB"])
    assert (found.items, found.failure) == ((), "down for 0")
    assert state(found, clock.now()) == "missing"
    assert write(cache, "abc", "2", days_ago(0)) == Written(3, 0, switched=True)


def test_pointers_of_other_countries_are_not_read(cloud: Cloud, cache: TmdbCache) -> None:
    for name in (POPULAR, ListName("popular", "movie", "US"), ListName("trending", "all")):
        write(cache, "abc", "1", days_ago(0), name)
    pages = []
    cloud.tmdb_cache.client.meta.events.register(
        "after-call.dynamodb.Query", lambda parsed, **_: pages.append([each["SK"]["S"] for each in parsed["Items"]])
    )

    cache.lists(["GB"])

    assert pages == [["GB#popular#movie"], ["world#trending#all"]]


def test_lists_are_those_of_the_regions_and_of_the_world(cache: TmdbCache) -> None:
    names = [POPULAR, ListName("popular", "movie", "US"), ListName("trending", "all"), ListName("genre_18", "tv", "GB")]
    for name in names:
        write(cache, "abc", "1", days_ago(0), name)
    assert cache.ask(clock.now())

    assert {each.name for each in cache.lists(["GB"])} == set(names) - {names[1]}
    assert {each.name for each in cache.lists(["GB", "US"])} == set(names)


def test_dropped_list_is_gone(cache: TmdbCache) -> None:
    write(cache, "abc", "1", days_ago(0))
    (found,) = cache.lists(["GB"])

    assert cache.drop(found)

    assert cache.lists(["GB"]) == []
    assert write(cache, "abc", "2", days_ago(0)).switched


def test_list_that_was_renewed_in_between_is_not_dropped(cache: TmdbCache) -> None:
    write(cache, "abc", "1", days_ago(1))
    (found,) = cache.lists(["GB"])
    write(cache, "abX", "2", days_ago(0))

    assert not cache.drop(found)

    assert ids(current(cache)) == list("abX")


def test_list_that_was_completed_in_between_is_not_dropped(cache: TmdbCache) -> None:
    cache.record_failure(POPULAR, "tmdb: down", clock.timestamp(days_ago(1)))
    (found,) = cache.lists(["GB"])
    write(cache, "abc", "1", days_ago(0))

    assert not cache.drop(found)
    assert ids(current(cache)) == list("abc")


def test_one_in_five_minutes_may_ask(cloud: Cloud, cache: TmdbCache) -> None:
    asked = [cache.ask(f"2026-03-10T12:{minute:02}:00.000Z") for minute in (0, 0, 4, 5, 6, 31)]

    assert asked == [True, False, False, True, False, True]
    # The guide may write nothing in the partition of the pointers.
    assert cloud.items(cloud.tmdb_cache).keys() == {("asked", "lists")}


def test_uses_are_added_by_day(cloud: Cloud, cache: TmdbCache) -> None:
    cache.count_use("2026-03-10", {("popular", "hit"): 3, ("genre_18", "stale"): 1})
    cache.count_use("2026-03-10", {("popular", "hit"): 2, ("popular", "miss"): 1})
    cache.count_use("2026-03-11", {})

    assert cache.usage(["2026-03-10", "2026-03-11"]) == {
        "2026-03-10": {"popular:hit": 5, "popular:miss": 1, "genre_18:stale": 1}
    }
    stored = cloud.items(cloud.tmdb_cache)["usage", "2026-03-10"]
    assert stored["expiresAt"] == {"N": str(int(datetime(2026, 4, 19, tzinfo=UTC).timestamp()))}
