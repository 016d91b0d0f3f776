"""Runs and their parts: what is recorded of them, and how a run ends."""

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from marquee import clock
from marquee.messages.work import QuarantineNotice
from marquee.models.jobs import Job
from marquee.queue import BATCH, Queue
from marquee.repositories.jobs import JobRepository
from tests.fakes.client import PreparedClient
from tests.fakes.titles import DAY1, DAY2
from tests.unit.conftest import Cloud


class Overtaken(JobRepository):
    """Lets somebody else work right after the job was read for the second time."""

    meanwhile: Callable[[], object]
    reads = 0

    def get(self, job_id: str) -> Job | None:
        found = super().get(job_id)
        self.reads += 1
        if self.reads == 2:
            self.meanwhile()
        return found


def started(cloud: Cloud) -> str:
    return cloud.jobs.start("listing", started_by="test", input={})


def job(cloud: Cloud, job_id: str) -> Job:
    found = cloud.jobs.get(job_id)
    assert found is not None
    return found


def abort(cloud: Cloud, job_id: str) -> None:
    with pytest.raises(RuntimeError, match="broken"), cloud.jobs.failing(job_id):
        raise RuntimeError("broken")


def test_run_without_parts_succeeds_with_its_counts(cloud: Cloud) -> None:
    job_id = started(cloud)

    cloud.jobs.succeeded(job_id, counts={"added": 3})

    found = job(cloud, job_id)
    assert (found.state, found.counts, found.errors, found.aborted) == ("succeeded", {"added": 3}, (), False)
    assert found.finished_at is not None


def test_run_that_breaks_off_is_aborted_and_keeps_its_counts(cloud: Cloud) -> None:
    job_id = started(cloud)

    cloud.jobs.add_parts(job_id, {"a": "queued", "b": "deferred"}, counts={"credits_planned": 2})

    abort(cloud, job_id)

    found = job(cloud, job_id)
    assert (found.state, found.aborted, found.errors) == ("failed", True, ("RuntimeError: broken",))
    assert found.counts == {"queued": 1, "done": 0, "failed": 0, "deferred": 1, "credits_planned": 2}
    assert found.finished_at is not None


def test_run_whose_sending_broke_off_stays_failed_whatever_its_parts_do_later(cloud: Cloud) -> None:
    job_id, parts = started(cloud), [f"part-{number}" for number in range(BATCH + 2)]
    taken = {"Successful": [{"Id": str(number)} for number in range(BATCH)]}
    client = PreparedClient(taken, ClientError({"Error": {"Code": "AccessDenied"}}, "SendMessageBatch"))
    queue = Queue(client, "queue")  # type: ignore[arg-type]
    cloud.jobs.add_parts(job_id, dict.fromkeys(parts, "queued"), counts={})
    with pytest.raises(ClientError), cloud.jobs.failing(job_id):
        queue.send(QuarantineNotice(event_id=each, reason="x") for each in parts)
    finished_at = job(cloud, job_id).finished_at

    for each in parts[:BATCH]:
        cloud.jobs.part_ended(job_id, each, "done", counts={"titles": 5})

    found = job(cloud, job_id)
    assert (found.state, found.aborted, found.finished_at) == ("failed", True, finished_at)
    assert found.counts == {"queued": 2, "done": BATCH, "failed": 0, "deferred": 0, "titles": 5 * BATCH}
    assert len(found.errors) == 1
    assert "AccessDenied" in found.errors[0]


def test_run_that_was_aborted_stays_failed_even_if_every_part_succeeds(cloud: Cloud) -> None:
    job_id = started(cloud)
    cloud.jobs.add_parts(job_id, {"a": "queued"}, counts={})
    abort(cloud, job_id)

    cloud.jobs.part_ended(job_id, "a", "done", counts={})

    assert (job(cloud, job_id).state, job(cloud, job_id).counts["done"]) == ("failed", 1)


def test_run_is_not_settled_by_totals_that_another_part_has_changed_since(cloud: Cloud) -> None:
    job_id, slow = started(cloud), Overtaken(cloud.operations)
    cloud.jobs.add_parts(job_id, {"a": "queued"}, counts={})
    slow.meanwhile = lambda: cloud.jobs.part_ended(job_id, "a", "done", counts={})

    slow.part_ended(job_id, "a", "failed", counts={}, error="down")

    found = job(cloud, job_id)
    assert (found.state, found.counts["failed"], found.counts["done"]) == ("succeeded", 0, 1)


def test_last_success_is_that_of_the_kind_and_the_latest(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cloud.jobs.last_success("reference") is None

    for moment in (DAY1, DAY2):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        cloud.jobs.record_success("reference")
        assert cloud.jobs.last_success("reference") == moment

    assert cloud.jobs.last_success("listing") is None
