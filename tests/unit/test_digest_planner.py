"""Who gets an e-mail today."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from digest_planner import handler
from marquee.errors import InvalidInput
from tests.unit.conftest import Cloud, FakeContext


def subscribe(cloud: Cloud, frequency: str, *users: str) -> None:
    cloud.viewers_table.batch_write(puts=[{"PK": f"digest:{frequency}", "SK": f"user:{user}"} for user in users])


def run(**event: Any) -> dict[str, Any]:
    answer: dict[str, Any] = handler.lambda_handler(event, FakeContext())  # type: ignore[arg-type]
    return answer


def test_every_subscriber_is_in_one_message_of_at_most_twenty_five(cloud: Cloud) -> None:
    users = [f"user-{number:02d}" for number in range(60)]
    subscribe(cloud, "daily", *users)
    subscribe(cloud, "weekly", "ben")

    answer = run(frequency="daily")

    sent = [json.loads(body) for body in cloud.messages("DIGEST_QUEUE_URL")]
    assert sorted(user for each in sent for user in each["user_ids"]) == users
    assert [len(each["user_ids"]) for each in sent] == [25, 25, 10]
    assert {(each["job_id"], each["frequency"]) for each in sent} == {(answer["job_id"], "daily")}
    job = cloud.jobs.get(answer["job_id"])
    assert job is not None
    assert (job.kind, job.state, job.started_by) == ("digest", "running", "schedule")
    assert (job.counts["queued"], job.counts["viewers"]) == (3, 60)
    parts = {sk for pk, sk in cloud.items(cloud.operations) if sk.startswith("part:")}
    assert parts == {f"part:{each['part']}" for each in sent}


@pytest.mark.parametrize(
    ("event", "day", "frequencies"),
    [
        pytest.param({}, 23, ["daily", "weekly"], id="Monday"),
        pytest.param({}, 24, ["daily"], id="Tuesday"),
        pytest.param({}, 29, ["daily"], id="Sunday"),
        pytest.param({"frequency": "weekly"}, 24, ["weekly"], id="weekly asked for"),
        pytest.param({"frequency": "daily"}, 23, ["daily"], id="daily asked for"),
    ],
)
def test_weekly_e_mails_go_on_mondays_and_when_asked_for(
    event: dict[str, str], day: int, frequencies: list[str]
) -> None:
    assert handler.due(event, datetime(2026, 11, day, 7, tzinfo=UTC)) == frequencies


@pytest.mark.parametrize("frequency", ["off", "hourly", 1])
def test_unknown_frequency_is_refused(cloud: Cloud, frequency: object) -> None:
    with pytest.raises(InvalidInput, match=str(frequency)):
        run(frequency=frequency)

    assert cloud.items(cloud.operations) == {}


def test_run_without_subscribers_has_succeeded(cloud: Cloud) -> None:
    answer = run(frequency="weekly", started_by="admin")

    job = cloud.jobs.get(answer["job_id"])
    assert job is not None
    assert (answer["planned"], job.state, job.started_by) == (0, "succeeded", "admin")


def test_run_that_cannot_be_queued_is_a_failed_job(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribe(cloud, "daily", "anna")
    error = ClientError({"Error": {"Code": "AccessDenied"}}, "SendMessageBatch")
    monkeypatch.setattr(handler.Queue, "send", lambda *_: (_ for _ in ()).throw(error))

    with pytest.raises(ClientError):
        run(frequency="daily")

    jobs = [item for (_, sk), item in cloud.items(cloud.operations).items() if sk == "record"]
    assert [job["state"]["S"] for job in jobs] == ["failed"]
