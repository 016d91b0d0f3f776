"""Who operates Marquee, and the harvests that they start."""

import json
from functools import partial
from typing import Any

import boto3
import pytest

from admin_api import handler, stores
from marquee.messages.archive import HarvestMessage
from tests.fakes.api_gateway import call
from tests.unit.conftest import Cloud, forget

start = partial(call, "POST", "/admin/archive/harvest", function=handler.lambda_handler, groups="admin")
read = partial(call, "GET", function=handler.lambda_handler, groups="admin")


@pytest.fixture
def queue(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> str:
    """The queue of harvests."""
    forget(stores)
    url = boto3.client("sqs").create_queue(QueueName="harvests")["QueueUrl"]
    monkeypatch.setenv("HARVEST_QUEUE_URL", url)
    return url


def messages(queue: str) -> list[HarvestMessage]:
    received = boto3.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    return [HarvestMessage.model_validate_json(each["Body"]) for each in received]


def test_operator_starts_a_harvest_and_reads_its_run(queue: str) -> None:
    answer = start(body={"mode": "full", "media_types": ["movie"], "minimum_popularity": 5})

    assert answer.status == 202
    (message,) = messages(queue)
    assert message.job_id == answer.json["job_id"]
    assert (message.request.mode, message.request.media_types, message.request.minimum_popularity) == (
        "full",
        ("movie",),
        5,
    )
    job = read(f"/admin/jobs/{message.job_id}").json
    assert (job["kind"], job["state"], job["started_by"]) == ("archive", "running", "admin:anna")
    assert job["input"]["mode"] == "full"


@pytest.mark.parametrize(
    "groups",
    [
        pytest.param("", id="none"),
        pytest.param("administrators", id="another that begins like it"),
        pytest.param("viewers,not-admin", id="another that ends like it"),
    ],
)
def test_viewer_who_is_no_operator_starts_and_reads_nothing(queue: str, groups: str) -> None:
    assert start(body={}, groups=groups).code == "forbidden"
    assert read("/admin/jobs/1", groups=groups).code == "forbidden"
    assert messages(queue) == []


@pytest.mark.parametrize("groups", ["admin", "viewers,admin", "[viewers admin]", "[admin]"])
def test_groups_are_read_however_the_gateway_writes_them(queue: str, groups: str) -> None:
    assert start(body={}, groups=groups).status == 202


def test_access_token_of_an_operator_is_not_enough(queue: str) -> None:
    assert start(body={}, token_use="access").status == 401
    assert start(body={}, user=None).status == 401


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"mode": "everything"}, id="an unknown mode"),
        pytest.param({"media_types": ["keyword"]}, id="an unknown media type"),
        pytest.param({"minimum_popularity": -1}, id="a negative popularity"),
        pytest.param({"start_date": "yesterday"}, id="no date"),
        pytest.param({"popularity": 5}, id="an unknown member"),
        pytest.param("[]", id="no object"),
        pytest.param("{", id="no JSON"),
    ],
)
def test_request_that_cannot_be_used_starts_nothing(queue: str, body: object) -> None:
    assert start(body=body).status == 400
    assert messages(queue) == []


def test_caller_cannot_start_in_the_name_of_another(queue: str) -> None:
    start(body={"started_by": "somebody else"})

    (message,) = messages(queue)
    assert message.request.started_by == "admin:anna"


def test_harvest_that_cannot_be_asked_for_is_a_failed_run(
    queue: str, monkeypatch: pytest.MonkeyPatch, cloud: Cloud
) -> None:
    boto3.client("sqs").delete_queue(QueueUrl=queue)

    assert start(body={}).status == 503
    rows = cloud.operations.query("kind = :kind", {":kind": "archive"}, IndexName="by_kind")
    assert [row["state"] for row in rows] == ["failed"]


def test_run_that_there_is_not_is_not_found(queue: str) -> None:
    assert read("/admin/jobs/20261121T083000-abcdef").status == 404
    assert read("/admin/jobs/.").status == 400


def test_answer_names_the_run_as_the_design_says(queue: str) -> None:
    assert set(json.loads(start(body={}).body)) == {"message", "job_id"}


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        pytest.param("/admin/archive/harvest", {"body": "{"}, id="no JSON"),
        pytest.param("/admin/archive/harvest", {"body": {"mode": "everything"}}, id="an unknown mode"),
        pytest.param("/admin/archive/harvest", {"body": "<a/>", "headers": {"Content-Type": "text/xml"}}, id="XML"),
        pytest.param("/admin/archive/harvest", {"body": f'"{"x" * 70_000}"'}, id="too large"),
        pytest.param("/admin/archive/harvest", {"query": {"x": "1"}}, id="an unknown parameter"),
        pytest.param("/admin/nothing", {}, id="no such route"),
    ],
)
def test_viewer_is_refused_before_anything_that_they_sent_is_looked_at(path: str, sent: dict[str, Any]) -> None:
    assert call("POST", path, function=handler.lambda_handler, groups="viewers", **sent).code == "forbidden"
    assert call("POST", path, function=handler.lambda_handler, user=None, **sent).code == "unauthorized"


def test_operator_is_told_what_is_wrong(queue: str) -> None:
    assert start(body="{").code == "invalid_input"
    assert read("/admin/nothing").code == "not_found"
