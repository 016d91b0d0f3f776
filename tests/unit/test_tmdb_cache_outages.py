from collections.abc import Callable
from itertools import count, pairwise
from threading import Barrier, Lock
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from marquee import clock
from marquee.models.jobs import Job
from marquee.models.tmdb_cache import CachedList
from marquee.repositories.governors import Governor
from marquee.repositories.jobs import JobRepository
from marquee.repositories.table import Table
from marquee.repositories.tmdb_cache import TmdbCache
from marquee.tmdb_cache import label
from marquee.traffic import TrafficClass
from tests.fakes.tmdb import refusal
from tests.fakes.tmdb_lists import FakeTmdbLists
from tests.unit.conftest import Cloud
from tmdb_cache_refresh import fetching
from tmdb_cache_refresh.plan import RefreshRequest, plan
from tmdb_cache_refresh.refresh import CacheRefresh

REQUEST = RefreshRequest.model_validate({"scheduleType": "full"})


class Run:
    """Runs of one function, with the clock that its governor keeps."""

    def __init__(self, cloud: Cloud, tmdb: FakeTmdbLists) -> None:
        self.cloud = cloud
        self.client, self.governor, self.clock = tmdb.connect(cloud.operations)
        self.table: Table = cloud.tmdb_cache
        self.liked: list[int] = []

    def __call__(self, seconds: float = 255.0) -> Job:
        cache, jobs = TmdbCache(self.table), JobRepository(self.cloud.operations)
        stored = cache.lists(["GB"])
        lists = plan(REQUEST, ["GB"], self.liked, stored, clock.now())
        job_id = jobs.start("tmdb_cache", started_by="test", input={})
        CacheRefresh(self.client, self.governor, cache, jobs).run(job_id, lists, stored, self.clock() + seconds)
        job = jobs.get(job_id)
        assert job is not None
        return job

    def lists(self) -> dict[str, CachedList]:
        return {label(each.name): each for each in TmdbCache(self.cloud.tmdb_cache).lists(["GB"])}


@pytest.fixture
def tmdb() -> FakeTmdbLists:
    return FakeTmdbLists()


@pytest.fixture
def run(cloud: Cloud, tmdb: FakeTmdbLists) -> Run:
    return Run(cloud, tmdb)


def failing_on(*pages: str) -> Callable[[str], httpx.Response | None]:
    return lambda asked: refusal(503, 9, "Service offline.") if asked.startswith(pages) else None


def test_failing_page_fails_its_list_and_no_other(run: Run, tmdb: FakeTmdbLists) -> None:
    run()
    before = run.lists()
    for rows in tmdb.pages.values():
        rows[0]["title"] = "Told anew"
    tmdb.fault = failing_on("tv/popular?page=2")

    job = run()

    after = run.lists()
    failed = after.pop("popular#tv#world")
    assert failed.items == before["popular#tv#world"].items
    assert failed.checked_at == before["popular#tv#world"].checked_at
    assert str(failed.failure).startswith("page 2: tmdb: ")
    assert all(each.items[0].title == "Told anew" and each.failure is None for each in after.values())
    assert (job.state, job.counts["failed"], job.counts["pages"], job.counts["pages_failed"]) == ("failed", 1, 20, 1)
    assert job.errors[0].startswith("popular#tv#world: page 2: tmdb:")

    tmdb.fault = lambda asked: None
    run.clock.sleep(600)
    assert run().state == "succeeded"
    assert run.lists()["popular#tv#world"].failure is None


def test_every_third_call_failing_still_renews_every_list(run: Run, tmdb: FakeTmdbLists) -> None:
    numbers = count(1)
    tmdb.fault = lambda asked: refusal(500, 11, "Internal error.") if next(numbers) % 3 == 0 else None

    counts = run().counts

    assert (counts["pages"], counts["pages_failed"], counts["failed"]) == (21, 0, 0)
    assert counts["calls_failed"] >= 7
    assert counts["calls"] == len(tmdb.asked) == 21 + counts["calls_failed"]
    assert {len(each.items) for each in run.lists().values()} == {20, 40}


def test_run_waits_for_the_circuit_breaker_that_it_has_opened(run: Run, tmdb: FakeTmdbLists) -> None:
    began = run.clock()
    tmdb.fault = lambda asked: refusal(503, 9, "Service offline.") if run.clock() < began + 20 else None

    job = run()

    assert (job.state, job.counts["pages"]) == ("succeeded", 21)
    assert 30 <= run.clock() - began < 60


def test_nothing_is_switched_while_tmdb_is_down_and_the_run_ends_in_time(run: Run, tmdb: FakeTmdbLists) -> None:
    run()
    before = run.lists()
    tmdb.asked.clear()
    tmdb.fault = failing_on("")
    began = run.clock()

    job = run()

    assert (job.state, job.counts["pages_failed"], job.counts["done"]) == ("failed", 21, 0)
    assert job.counts["calls"] == job.counts["calls_failed"] == len(tmdb.asked) < 21
    assert run.clock() - began < 120
    assert {name: each.items for name, each in run.lists().items()} == {
        name: each.items for name, each in before.items()
    }
    assert all(each.failure for each in run.lists().values())
    # What TMDB said first is the cause; that the breaker refuses the rest follows from it.
    assert any("Service offline." in str(each.failure) for each in run.lists().values())


def test_run_stops_asking_at_its_deadline(run: Run, tmdb: FakeTmdbLists) -> None:
    job = run(seconds=3.0)

    assert job.state == "failed"
    assert 0 < job.counts["pages"] == len(tmdb.asked) <= 12
    assert "there is no slot before the deadline" in job.errors[0]


def test_rejected_key_is_asked_for_once_a_page(run: Run, tmdb: FakeTmdbLists) -> None:
    tmdb.fault = lambda asked: refusal(401, 7, "Invalid API key: You must be granted a valid key.")

    job = run()

    assert (job.state, job.counts["calls"], job.counts["pages_failed"]) == ("failed", 21, 21)
    assert all(each.checked_at is None and "Invalid API key" in str(each.failure) for each in run.lists().values())


def test_empty_answer_does_not_empty_a_list(run: Run, tmdb: FakeTmdbLists) -> None:
    run()
    tmdb.fault = lambda asked: httpx.Response(200, json={"page": 1, "results": []})

    job = run()

    assert (job.counts["failed"], job.counts["pages"]) == (19, 21)
    assert all(each.items and each.failure for each in run.lists().values())


def test_list_in_which_nothing_can_be_read_fails(run: Run, tmdb: FakeTmdbLists) -> None:
    tmdb.fault = lambda asked: httpx.Response(200, json={"results": [{"id": "x"}] * 20})

    job = run()

    assert (job.counts["failed"], job.counts["items_failed"]) == (19, 420)


def test_list_that_cannot_be_written_fails_alone(run: Run, tmdb: FakeTmdbLists) -> None:
    class Refusing(Table):
        def batch_write(self, **changes: Any) -> None:
            puts = list(changes.get("puts", ()))
            if any(str(each["PK"]).startswith("trending#all#") for each in puts):
                raise ClientError({"Error": {"Code": "InternalServerError", "Message": "No."}}, "BatchWriteItem")
            super().batch_write(puts=puts, deletes=changes.get("deletes", ()))

    run.table = Refusing(run.cloud.tmdb_cache.client, run.cloud.tmdb_cache.name)

    job = run()

    assert (job.state, job.counts["done"], job.counts["failed"]) == ("failed", 18, 1)
    assert "could not be written" in job.errors[0]
    assert run.lists()["trending#all#world"].checked_at is None
    assert len(run.lists()["trending#movie#world"].items) == 20


def test_eight_calls_are_under_way_at_once_and_never_more(run: Run, tmdb: FakeTmdbLists) -> None:
    numbers, eight, lock = count(), Barrier(8), Lock()
    under_way: set[str] = set()
    most = 0

    def hold(asked: str) -> None:
        nonlocal most
        with lock:
            under_way.add(asked)
            most = max(most, len(under_way))
        if next(numbers) < 8:
            eight.wait(timeout=20)
        with lock:
            under_way.remove(asked)

    tmdb.fault = hold

    assert run().state == "succeeded"
    assert most == 8


@pytest.mark.parametrize("queued", [0, 800])
def test_calls_depart_250_ms_apart_also_behind_those_of_others(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, queued: int
) -> None:
    tmdb, departures = FakeTmdbLists(), list[float]()
    run = Run(cloud, tmdb)
    tmdb.fault = lambda asked: departures.append(run.clock())  # type: ignore[func-returns-value]
    # One at a time, or the clock that stands still would move on between a call's turn and its departure.
    monkeypatch.setattr(fetching, "AT_ONCE", 1)
    if queued:
        others = Governor(cloud.operations, run.governor.limits, clock=run.clock, sleep=run.clock.sleep)
        others.claim_slots(queued, TrafficClass.VIEWER, run.clock() + 60)
    began = run.clock()

    assert run().state == "succeeded"

    assert len(departures) == 21
    assert min(later - earlier for earlier, later in pairwise(departures)) >= 0.25
    assert departures[0] - began >= queued / 80
