"""`marquee status`: one screen of how an environment is; a part that cannot be read is said, and hides no other."""

import json
from pathlib import Path

import httpx
import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner, Result

from cli import status
from cli.__main__ import app
from cli.status_reading import StatusReader
from marquee import keys
from tests.fakes.deployment import Deployment
from tests.unit.conftest import Cloud


@pytest.fixture
def deployment(cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """A deployment with which all is well, in the environment that the command finds."""
    found = Deployment(cloud, tmp_path)
    found.outputs |= {"ListingQueueUrl": found.queue("Work"), "ListingDeadLetterQueueUrl": found.letters}
    monkeypatch.setattr(status, "environment", lambda name: found.place)
    transport = httpx.MockTransport(found.api)
    monkeypatch.setattr(status, "StatusReader", lambda place: StatusReader(place, transport=transport))
    return found


def marquee(*options: str) -> Result:
    return CliRunner().invoke(app, ["status", "--env", "dev", *options], catch_exceptions=False)


def test_all_is_well(deployment: Deployment) -> None:
    job_id = deployment.cloud.jobs.start("listing", started_by="schedule", input={})
    deployment.cloud.jobs.succeeded(job_id, counts={"done": 4})

    ended = marquee()
    told = json.loads(marquee("--json").stdout)

    assert ended.exit_code == 0, ended.stdout
    for part in ("Marquee dev: all is well", "services and genres", "tmdb", "All 2 queues are empty.", "done 4"):
        assert part in ended.stdout
    assert (told["ok"], told["problems"]) == (True, [])
    assert told["freshness"][0]["fresh"]
    assert [each["kind"] for each in told["jobs"]] == ["listing"]


def test_what_is_wrong_is_said_first(deployment: Deployment) -> None:
    cloud = deployment.cloud
    deployment.client("sqs").send_message(QueueUrl=deployment.letters, MessageBody="{}")
    deployment.client("cloudwatch").set_alarm_state(
        AlarmName=deployment.alarm, StateValue="ALARM", StateReason="errors"
    )
    cloud.operations.put({"PK": keys.FAILURES, "SK": "open:enrichment", "failures": 3})
    old = {"PK": keys.running("listing"), "SK": "succeeded", "succeeded_at": "2026-01-01T00:00:00.000Z"}
    cloud.operations.put(old)
    cloud.operations.put({"PK": keys.governor("tmdb"), "SK": "pace", "failures": 5, "open_until": 4 * 10**15})
    cloud.jobs.end(cloud.jobs.start("digest", started_by="schedule", input={}), "failed", errors=["no sender"])
    deployment.api.status = 503

    ended = marquee("--json")
    problems = " ".join(json.loads(ended.stdout)["problems"])

    assert ended.exit_code == 1
    for sentence in (
        "The API answers 503.",
        "The alarm marquee-dev-ApiErrors rings",
        "since the last listings",
        "Nobody calls tmdb until",
        "1 messages wait in ListingDeadLetter",
        "3 failures of enrichment are open",
        "The last run of digest failed",
    ):
        assert sentence in problems


def test_part_that_may_not_be_read_hides_no_other(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: StatusReader) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "DescribeAlarms")

    monkeypatch.setattr(StatusReader, "_alarms", refuse)

    ended = marquee()

    assert ended.exit_code == 1
    assert "The alarms could not be read: You have not the right to do this: DescribeAlarms" in " ".join(
        ended.stdout.split()
    )
    assert "services and genres" in ended.stdout


def test_api_that_does_not_answer_is_said(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("Connection refused")

    place = deployment.place
    found = StatusReader(place, transport=httpx.MockTransport(silent)).read()

    assert found.api.problem == "The API does not answer at https://api.test/api: Connection refused."
