"""Runs that are cut short, by a fault of DynamoDB's or by time: what had come is kept, and the job ends."""

from threading import Event
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from marquee.models.tmdb_cache import CachedList
from marquee.repositories.table import Table
from tests.fakes.tmdb_lists import FakeTmdbLists
from tests.unit.conftest import Cloud
from tests.unit.test_tmdb_cache_outages import Run, failing_on
from tmdb_cache_refresh import fetching

OUT = ClientError({"Error": {"Code": "InternalServerError", "Message": "No."}}, "Any")


@pytest.fixture
def tmdb() -> FakeTmdbLists:
    return FakeTmdbLists()


@pytest.fixture
def run(cloud: Cloud, tmdb: FakeTmdbLists) -> Run:
    return Run(cloud, tmdb)


def complete(run: Run) -> list[CachedList]:
    return [each for each in run.lists().values() if each.items]


def test_pages_are_kept_when_the_circuit_breaker_cannot_be_read(
    run: Run, tmdb: FakeTmdbLists, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unread() -> None:
        raise OUT

    monkeypatch.setattr(run.governor, "snapshot", unread)
    tmdb.fault = failing_on("tv/popular?page=2")

    job = run()

    assert (job.state, job.counts["done"], job.counts["failed"]) == ("failed", 18, 1)
    assert len(complete(run)) == 18


def test_list_is_written_while_others_are_still_being_fetched(run: Run, tmdb: FakeTmdbLists) -> None:
    written = Event()
    shown: list[str] = []

    def broken(asked: str) -> httpx.Response | None:
        if "vote_count.gte=5000" in asked:
            assert written.wait(timeout=20)
            shown.extend(run.lists())
            raise RuntimeError("the function is stopped")
        return None

    class Telling(Table):
        def put(self, *item: Any, **more: Any) -> None:
            super().put(*item, **more)
            written.set()

    run.table = Telling(run.table.client, run.table.name)
    tmdb.fault = broken

    with pytest.raises(RuntimeError, match="stopped"):
        run()

    assert shown
    assert set(shown) <= {name for name, each in run.lists().items() if each.items}


def test_call_that_is_never_answered_does_not_hold_up_the_job(
    run: Run, tmdb: FakeTmdbLists, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "LAST_ANSWER_SECONDS", 0.0)
    monkeypatch.setattr(fetching, "SPACING_SECONDS", 0.05)
    ended = Event()

    def silent(asked: str) -> httpx.Response | None:
        if asked == "movie/popular?page=2&region=GB":
            ended.wait(timeout=60)
        return None

    tmdb.fault = silent
    try:
        job = run(seconds=4.0)
    finally:
        ended.set()

    assert (job.state, job.counts["failed"], job.counts["queued"]) == ("failed", 1, 0)
    assert list(job.errors) == ["popular#movie#GB: page 2: tmdb: no answer in time"]
    assert len(complete(run)) == 18


def test_job_ends_although_no_time_is_left_to_write_lists(run: Run, tmdb: FakeTmdbLists) -> None:
    job = run(seconds=-31.0)

    assert (job.state, job.counts["failed"], job.counts["queued"]) == ("failed", 19, 0)
    assert "no time left to write" in job.errors[0]
    assert run.lists() == {}


def test_outdated_list_that_cannot_be_dropped_fails_nothing(run: Run, tmdb: FakeTmdbLists) -> None:
    run()
    run.liked = [27]

    class Undeletable(Table):
        def delete(self, *key: Any, **more: Any) -> None:
            raise OUT

    run.table = Undeletable(run.table.client, run.table.name)

    job = run()

    assert (job.state, job.counts["lists_dropped"]) == ("succeeded", 0)
    assert "genre_99#movie#GB" in run.lists()
