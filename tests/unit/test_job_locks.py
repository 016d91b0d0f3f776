"""No two runs do the same at once, runs that stopped are found, and all are listed."""

import pytest

from marquee import clock
from marquee.errors import AlreadyRunning
from marquee.models.jobs import Job
from marquee.operations_jobs import SILENT, is_stale, progress
from marquee.operations_runs import lock_of, unless_running
from tests.fakes.titles import DAY1, DAY3
from tests.unit.conftest import Cloud

KIND = "listing"


def start(cloud: Cloud, lock: str | None = KIND) -> str:
    return cloud.jobs.start(KIND, started_by="test", input={}, lock=lock)


def job(cloud: Cloud, job_id: str) -> Job:
    found = cloud.jobs.get(job_id)
    assert found is not None
    return found


def test_same_run_is_not_started_twice_at_once(cloud: Cloud) -> None:
    first = start(cloud)

    with pytest.raises(AlreadyRunning) as refused:
        start(cloud)

    assert refused.value.job_id == first
    assert [each.id for each in cloud.jobs.list()[0]] == [first]


def test_next_run_begins_when_the_one_before_has_succeeded(cloud: Cloud) -> None:
    first = start(cloud)
    cloud.jobs.succeeded(first, counts={})

    assert start(cloud) != first
    assert list(cloud.jobs.last_successes([KIND, "other"])) == [KIND]


def test_next_run_begins_when_the_one_before_has_failed_and_is_no_success(cloud: Cloud) -> None:
    with pytest.raises(RuntimeError), cloud.jobs.failing(start(cloud)):
        raise RuntimeError("down")

    start(cloud)

    assert cloud.jobs.last_successes([KIND]) == {}


def test_last_part_frees_the_lock(cloud: Cloud) -> None:
    first = start(cloud)
    cloud.jobs.add_parts(first, {"a": "queued"}, counts={})
    with pytest.raises(AlreadyRunning):
        start(cloud)

    cloud.jobs.part_ended(first, "a", "done", counts={})

    assert start(cloud)


def test_lock_of_a_run_that_is_over_is_void(cloud: Cloud) -> None:
    first = start(cloud)
    lock = cloud.operations.get(f"running:{KIND}", "lock")
    cloud.jobs.succeeded(first, counts={})
    assert lock is not None
    cloud.operations.put(lock)

    assert start(cloud) != first


def test_runs_with_work_of_their_own_run_side_by_side(cloud: Cloud) -> None:
    assert lock_of("enrichment", {"title_ids": ["1"]}) is None
    assert lock_of("tmdb_cache", {"scheduleType": "daily"}) != lock_of("tmdb_cache", {"scheduleType": "weekly"})
    assert lock_of("listing", {}) == "listing"

    start(cloud, None)
    start(cloud, None)


def test_function_works_for_the_run_that_it_was_invoked_for(cloud: Cloud) -> None:
    asked = start(cloud)

    assert cloud.jobs.begin(KIND, started_by="x", input={}, lock=KIND, job_id=asked) == asked
    assert job(cloud, asked).started_by == "test"


def test_invocation_that_lambda_repeats_runs_the_failed_run_again(cloud: Cloud) -> None:
    asked = start(cloud)
    with pytest.raises(RuntimeError), cloud.jobs.failing(asked):
        raise RuntimeError("down")

    cloud.jobs.begin(KIND, started_by="x", input={}, lock=KIND, job_id=asked)

    again = job(cloud, asked)
    assert (again.state, again.aborted, again.finished_at) == ("running", False, None)
    with pytest.raises(AlreadyRunning):
        start(cloud)
    cloud.jobs.succeeded(asked, counts={"done": 1})
    assert job(cloud, asked).state == "succeeded"


def test_function_answers_that_another_does_the_same() -> None:
    @unless_running
    def handler(event: object, context: object) -> dict[str, object]:
        raise AlreadyRunning(KIND, "job-1")

    assert handler({}, None)["job_id"] == "job-1"


def test_run_that_is_silent_for_too_long_is_given_up_and_frees_its_lock(cloud: Cloud) -> None:
    first = start(cloud)

    assert cloud.jobs.give_up(job(cloud, first), SILENT)

    given_up = job(cloud, first)
    assert (given_up.state, given_up.aborted, given_up.errors) == ("failed", True, (SILENT,))
    start(cloud)


def test_run_that_made_progress_meanwhile_is_not_given_up(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    first = start(cloud)
    read = job(cloud, first)
    monkeypatch.setattr(clock, "now", lambda: "2026-12-01T00:00:00.000Z")
    cloud.jobs.add_parts(first, {"a": "queued"}, counts={})

    assert not cloud.jobs.give_up(read, SILENT)
    assert job(cloud, first).state == "running"


@pytest.mark.parametrize(
    ("kind", "state", "stale"),
    [("reference", "running", True), ("reference", "succeeded", False), ("archive", "running", False)],
)
def test_only_a_run_of_a_kind_that_should_have_been_heard_of_is_stale(kind: str, state: str, stale: bool) -> None:
    found = Job(id="1", kind=kind, state=state, started_at=DAY1, started_by="x")  # type: ignore[arg-type]

    assert is_stale(found, "2026-11-01T06:00:00.000Z") is stale
    assert is_stale(found, DAY3) is (state == "running")


def test_progress_is_what_is_behind_of_all(cloud: Cloud) -> None:
    first = start(cloud)
    assert progress(job(cloud, first)) is None

    cloud.jobs.add_parts(first, {"a": "queued", "b": "queued", "c": "deferred", "d": "queued"}, counts={})
    cloud.jobs.part_ended(first, "a", "failed", counts={}, error="down")

    assert progress(job(cloud, first)) == 0.5


def test_runs_are_listed_latest_first_page_by_page_and_by_kind_and_state(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = []
    for number, kind in enumerate(("listing", "reference", "listing")):
        monkeypatch.setattr(clock, "now", lambda number=number: f"2026-11-0{number + 1}T00:00:00.000Z")
        ids.append(cloud.jobs.start(kind, started_by="test", input={}))
    cloud.jobs.succeeded(ids[0], counts={})

    first, following = cloud.jobs.list(limit=2)
    second, end = cloud.jobs.list(limit=2, below=following)

    assert [each.id for each in (*first, *second)] == ids[::-1]
    assert end is None
    assert [each.id for each in cloud.jobs.list(kind="listing")[0]] == [ids[2], ids[0]]
    assert [each.id for each in cloud.jobs.list(kind="listing", state="running")[0]] == [ids[2]]
    assert {each.id for each in cloud.jobs.running("2026-10-01")} == {ids[1], ids[2]}
