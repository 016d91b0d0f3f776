"""How long a shelf is kept, how functions read it for each other, and how what is missing is asked for."""

import json
import zlib
from datetime import timedelta

import pytest

from guide_api import shelf
from guide_api.shelves import KEPT_INCOMPLETE_SECONDS, KEPT_SECONDS, STORED_SECONDS
from marquee import aws, clock
from marquee.models.tmdb_cache import CachedList
from marquee.repositories.tmdb_cache import TmdbCache
from tests.fakes.api_gateway import call
from tests.fakes.client import PreparedClient
from tests.fakes.guide import cache, cache_all, choose, put
from tests.fakes.shelves import REFUSED, Warm, film
from tests.unit.conftest import Cloud


def test_shelf_is_kept_five_minutes_and_then_read_again(guide: Cloud, warm: Warm) -> None:
    put(guide, film("1", 101), film("2", 102))
    cache_all(guide, 101)
    assert warm.of("GB").features.keys() == {"1"}
    cache_all(guide, 101, 102, hours=0)

    warm.time.sleep(KEPT_SECONDS - 1)
    assert warm.of("GB").features.keys() == {"1"}
    warm.time.sleep(1)

    assert warm.of("GB").features.keys() == {"1", "2"}
    assert warm.started == 0


def test_shelf_with_something_missing_is_looked_at_again_soon(guide: Cloud, warm: Warm) -> None:
    put(guide, film("1", 101))
    assert warm.of("GB").features == {}
    cache_all(guide, 101)

    warm.time.sleep(KEPT_INCOMPLETE_SECONDS)

    assert warm.of("GB").features.keys() == {"1"}


def test_new_function_has_by_one_request_what_another_has_read(guide: Cloud, warm: Warm) -> None:
    put(guide, film("1", 101, "GB:203:4", "GB:26:4"))
    cache_all(guide, 101)
    cache(guide, "popular", 101, type="tv", hours=40)
    warm.here = {"1": 1}
    read = warm.of("GB")

    found = Warm(guide).of("GB", calls=1)

    assert found == read
    assert found.listed["1"].keys() >= {"popular", "trending_here"}
    assert found.services == {"1": {"26", "203"}}
    assert shelf.worst(found.lists, clock.now()) == "stale"


def test_what_another_has_read_some_minutes_ago_is_told_until_it_is_read_anew(
    guide: Cloud, warm: Warm, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(guide, film("1", 101), film("2", 102))
    cache_all(guide, 101)
    warm.of("GB")
    cache_all(guide, 101, 102, hours=0)
    new = Warm(guide)
    set_forward(monkeypatch, KEPT_SECONDS + 1)

    assert new.of("GB", calls=1).features.keys() == {"1"}
    assert new.of("GB").features.keys() == {"1", "2"}
    assert Warm(guide).of("GB", calls=1).features.keys() == {"1", "2"}, "it is stored in its place"


@pytest.mark.parametrize("seconds", [STORED_SECONDS, -2 * KEPT_SECONDS], ids=["an hour old", "ahead of the clock"])
def test_what_another_has_read_at_another_time_is_read_anew(
    guide: Cloud, warm: Warm, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    put(guide, film("1", 101), film("2", 102))
    cache_all(guide, 101)
    warm.of("GB")
    cache_all(guide, 101, 102, hours=0)
    set_forward(monkeypatch, seconds)

    assert Warm(guide).of("GB").features.keys() == {"1", "2"}


def test_function_takes_nothing_older_than_what_it_has(
    guide: Cloud, warm: Warm, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(guide, film("1", 101), film("2", 102))
    cache_all(guide, 101)
    other = Warm(guide)
    other.of("GB")
    before = guide.tmdb_cache.get("shelf", "GB")
    assert before is not None
    cache_all(guide, 101, 102, hours=0)
    set_forward(monkeypatch, KEPT_SECONDS + 1)
    warm.of("GB")
    guide.tmdb_cache.put(before)
    warm.time.sleep(KEPT_SECONDS)

    assert warm.of("GB", calls=1).features.keys() == {"1", "2"}


def test_what_was_read_an_hour_before_it_is_stored_is_told_to_nobody(
    guide: Cloud, warm: Warm, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(guide, film("1", 101))
    cache_all(guide, 101)
    while not warm.of("GB", calls=1).read_at:
        assert guide.tmdb_cache.get("shelf", "GB") is None
    set_forward(monkeypatch, STORED_SECONDS)

    warm.of("GB", calls=1)

    assert guide.tmdb_cache.get("shelf", "GB"), "it was stored"
    assert Warm(guide).of("GB", calls=1).read_at is None


def test_what_another_version_has_stored_is_read_anew(guide: Cloud, warm: Warm) -> None:
    put(guide, film("1", 101))
    cache_all(guide, 101)

    for packed in (b"not packed", zlib.compress(b'{"lists": "other"}')):
        TmdbCache(guide.tmdb_cache).put_shelf("GB", packed, STORED_SECONDS)
        assert Warm(guide).of("GB").features.keys() == {"1"}

    assert Warm(guide).of("GB", calls=1).features.keys() == {"1"}


def test_answer_does_not_depend_on_storing_for_others(
    guide: Cloud, warm: Warm, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise REFUSED

    monkeypatch.setattr(TmdbCache, "put_shelf", refuse)
    put(guide, film("1", 101))
    cache_all(guide, 101)

    assert warm.of("GB").features.keys() == {"1"}
    assert warm.of("GB", calls=1).features.keys() == {"1"}


def set_forward(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let it be later everywhere, or earlier."""
    later = clock.timestamp(clock.parse(clock.now()) + timedelta(seconds=seconds))
    monkeypatch.setattr(clock, "now", lambda: later)


def test_list_that_has_expired_is_as_good_as_none(guide: Cloud, warm: Warm) -> None:
    put(guide, film("1", 101))
    cache_all(guide, 101, hours=24 * 29)

    assert warm.of("GB").features == {}
    assert warm.started == 1


def test_missing_lists_are_asked_for_once_by_whichever_function_sees_it_first(guide: Cloud, warm: Warm) -> None:
    other = Warm(guide)

    for _ in range(5):
        warm.of("GB")
        other.of("GB")
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

    monkeypatch.setattr(TmdbCache, "lists_in_steps", refuse)

    answer = call("GET", "/recommendations")

    assert (answer.status, answer.code) == (503, "temporarily_unavailable")
