"""The end of a harvest's job, and the queue that harvests come from."""

from typing import Any

import httpx
import pytest

from archive_harvester import handler
from marquee import aws, clock, harvesting, keys
from marquee.messages.archive import HarvestMessage
from marquee.models.jobs import Job
from marquee.repositories.archive_states import LOCK_SECONDS, ArchiveStates
from marquee.repositories.harvests import Manifests, settle_harvest
from marquee.repositories.table import Table
from tests.fakes.exports import BUCKET, HarvestCloud
from tests.fakes.interruptions import before_requests, overtaking
from tests.unit.conftest import Cloud, FakeContext


@pytest.fixture
def harvests(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> HarvestCloud:
    return HarvestCloud(cloud, monkeypatch)


def count(operations: Table, job_id: str, **changes: int) -> None:
    """Count as the collectors do."""
    names = {f"#{name}": name for name in changes}
    sums = ", ".join(f"#counts.#{name} = #counts.#{name} + :{name}" for name in changes)
    values = {f":{name}": value for name, value in changes.items()}
    more = {"ExpressionAttributeNames": {"#counts": "counts", **names}}
    operations.update(keys.job(job_id), keys.RECORD, f"SET {sums}", values, **more)


@pytest.fixture
def job_id(harvests: HarvestCloud) -> str:
    harvests.list_all(movie=[1, 2])
    return harvests.harvest(scope="exports")


def settle(harvests: HarvestCloud, job_id: str) -> tuple[bool, Job, dict[str, Any]]:
    ended = settle_harvest(harvests.operations, Manifests(aws.s3(), BUCKET), job_id)
    return ended, harvests.job(job_id), harvests.manifest(job_id)


def test_job_ends_with_its_last_id_and_the_manifest_has_its_counts(harvests: HarvestCloud, job_id: str) -> None:
    count(harvests.operations, job_id, queued=-1, done=1)
    assert settle(harvests, job_id)[0] is False
    count(harvests.operations, job_id, queued=-1, done=1, stored=2)

    ended, job, manifest = settle(harvests, job_id)

    assert (ended, job.state, manifest["state"]) == (True, "succeeded", "succeeded")
    assert manifest["counts"] == job.counts
    assert manifest["types"]["movie"]["new"] == 2
    assert settle(harvests, job_id) == (True, job, manifest)


def test_job_with_failed_ids_fails_until_they_are_replayed(harvests: HarvestCloud, job_id: str) -> None:
    count(harvests.operations, job_id, queued=-2, done=1, failed=1)
    assert settle(harvests, job_id)[1].state == "failed"
    count(harvests.operations, job_id, done=1, failed=-1)

    _, job, manifest = settle(harvests, job_id)

    assert (job.state, manifest["state"], manifest["counts"]["failed"]) == ("succeeded", "succeeded", 0)


def test_job_does_not_end_while_ids_are_still_queued(harvests: HarvestCloud) -> None:
    started = harvests.cloud.jobs.start("archive", started_by="test", input={})

    assert not settle_harvest(harvests.operations, Manifests(aws.s3(), BUCKET), started)
    assert not settle_harvest(harvests.operations, Manifests(aws.s3(), BUCKET), "of nobody")
    assert harvests.job(started).state == "running"


def test_manifest_has_the_counts_that_somebody_changed_while_it_was_written(
    harvests: HarvestCloud, job_id: str
) -> None:
    count(harvests.operations, job_id, queued=-2, done=1, failed=1)

    def replay() -> None:
        count(harvests.operations, job_id, done=1, failed=-1)

    with before_requests(aws.dynamodb(), overtaking(replay, at="UpdateItem")):
        _, job, manifest = settle(harvests, job_id)

    assert (job.state, manifest["counts"]["done"], manifest["state"]) == ("succeeded", 2, "succeeded")


def test_job_that_was_begun_by_who_asked_is_the_one_that_goes_on(harvests: HarvestCloud) -> None:
    harvests.list_all(movie=range(1, 102))
    started = harvests.cloud.jobs.start("archive", started_by="anna", input={"scope": "exports"})

    harvests.deliver(harvests.message(HarvestMessage(request=harvests.request(scope="exports"), job_id=started)))

    job = harvests.job(started)
    assert (job.started_by, job.state, job.counts["queued"], job.counts["unchanged"]) == ("anna", "running", 101, 0)
    assert {each.job_id for each in harvests.sent()} == {started}


def test_lock_of_a_harvest_that_is_gone_for_good_gives_way(harvests: HarvestCloud) -> None:
    states = ArchiveStates(harvests.operations, time=harvests.clock)
    assert states.lock("a") is None
    assert (states.lock("b"), states.lock("a")) == ("a", None)
    states.unlock("b")
    assert states.lock("b") == "a"

    harvests.clock.sleep(LOCK_SECONDS + 1)

    assert states.lock("b") is None


def invoke(*records: dict[str, Any]) -> list[str]:
    answer = handler.lambda_handler({"Records": list(records)}, FakeContext())
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def received(harvests: HarvestCloud, body: str) -> dict[str, Any]:
    queue = aws.sqs().get_queue_url(QueueName="HARVEST")["QueueUrl"]
    aws.sqs().send_message(QueueUrl=queue, MessageBody=body)
    (found,) = aws.sqs().receive_message(QueueUrl=queue, AttributeNames=["All"], VisibilityTimeout=0)["Messages"]
    shown = {"messageId": found["MessageId"], "receiptHandle": found["ReceiptHandle"]}
    return {**shown, "body": body, "attributes": found["Attributes"]}


@pytest.fixture
def in_time(harvests: HarvestCloud) -> None:
    harvests.clock.set(clock.parse(clock.now()))


@pytest.mark.usefixtures("in_time")
def test_message_of_the_queue_is_harvested(harvests: HarvestCloud) -> None:
    harvests.list_all(movie=[1, 2, 3])

    assert invoke(received(harvests, HarvestMessage(request=harvests.request()).model_dump_json())) == []
    assert harvests.sent_ids()["movie"] == {1, 2, 3}


@pytest.mark.usefixtures("in_time")
def test_message_whose_harvest_failed_for_now_comes_again(harvests: HarvestCloud) -> None:
    harvests.list_all()
    harvests.source.fault = lambda label: httpx.Response(500)
    record = received(harvests, HarvestMessage(request=harvests.request()).model_dump_json())

    assert invoke(record) == [record["messageId"]]

    harvests.source.fault = lambda label: None
    assert invoke(record) == []
    assert harvests.cloud.messages("HARVEST_QUEUE_URL") == []


@pytest.mark.usefixtures("in_time")
@pytest.mark.parametrize(
    ("body", "place"),
    [
        pytest.param('{"request": {"scope": "everything"}}', "request.scope", id="scope"),
        pytest.param('{"request": {"days": 3}}', "request.days", id="unknown field"),
        pytest.param("{", "JSON", id="not JSON"),
    ],
)
def test_request_that_cannot_be_used_is_a_failed_job_that_says_why(
    harvests: HarvestCloud, body: str, place: str
) -> None:
    record = received(harvests, body)

    assert invoke(record) == []
    assert invoke(record) == []

    sent = int(record["attributes"]["SentTimestamp"])
    job = harvests.job(harvesting.job_id(record["messageId"], sent))
    (reason,) = job.errors
    assert job.state == "failed"
    assert place in reason
