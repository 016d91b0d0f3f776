"""Which environment a command works on: the local one from its outputs, others from their stacks."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli import environment as environments
from cli.environment import Environment, environment
from cli.errors import OperatorError
from local import presence
from tests.fakes.client import PreparedClient

OUTPUTS = {
    **{each: {} for each in ("users", "upstreams", "queues", "functions")},
    **dict.fromkeys(("web_url", "account", "user_pool_id", "user_pool_client_id"), ""),
    "api_url": "http://localhost:8080/api",
    "aws_endpoint_url": "http://localhost:4566",
    "region": "us-east-1",
    "ingest_api_key": "the-local-key",
    **{each: {} for each in ("tables", "buckets", "streams")},
}
LOCAL_STACKS = {
    "marquee-local-data": {"OperationsTable": "operations-1", "EventStream": "stream-1"},
    "marquee-local-api": {"ApiUrl": "http://the-gateway-behind-it"},
}
STACKS = [
    {"StackName": "marquee-dev-data", "Outputs": [{"OutputKey": "EventStream", "OutputValue": "dev-stream"}]},
    {"StackName": "marquee-dev-api", "Outputs": [{"OutputKey": "IngestKeyArnNightDesk", "OutputValue": "arn:key"}]},
    {"StackName": "marquee-dev-web"},
    {"StackName": "marquee-dev2-data", "Outputs": [{"OutputKey": "EventStream", "OutputValue": "other"}]},
]


class FakeSession:
    """An AWS account with two environments; keeps what was asked of Secrets Manager."""

    region_name = "eu-west-2"

    def __init__(self) -> None:
        self.secrets = PreparedClient({"SecretString": "the-key"})

    def client(self, service: str, **_: Any) -> Any:
        return self.secrets if service == "secretsmanager" else self

    def get_paginator(self, operation: str) -> "FakeSession":
        return self

    def paginate(self) -> list[dict[str, Any]]:
        return [{"Stacks": STACKS[:2]}, {"Stacks": STACKS[2:]}]


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> FakeSession:
    """The account that the caller's credentials lead to."""
    found = FakeSession()
    monkeypatch.setattr(environments.boto3, "Session", lambda: found)
    return found


def local(monkeypatch: pytest.MonkeyPatch, state: Path) -> Environment:
    """Return the local environment while something runs in its folder."""
    monkeypatch.setenv("MARQUEE_LOCAL_DIR", str(state))
    with presence.held(state):
        (state / "stack-outputs.json").write_text(json.dumps(LOCAL_STACKS))
        (state / "outputs.json").write_text(json.dumps(OUTPUTS))
        return environment("local")


def test_local_cloud_is_known_by_its_outputs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = local(monkeypatch, tmp_path)

    names = ("ApiUrl", "OperationsTable", "EventStream")
    assert [found.output(name) for name in names] == [OUTPUTS["api_url"], "operations-1", "stream-1"]
    assert found.ingest_key("demo") == "the-local-key"
    assert found.client("s3").meta.endpoint_url == "http://localhost:4566"
    assert not found.uses_proxies


def test_local_cloud_tells_the_key_of_the_demo_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = local(monkeypatch, tmp_path)

    with pytest.raises(OperatorError, match="no key of the producer 'partner'"):
        found.ingest_key("partner")


def test_local_cloud_that_does_not_run_is_said_to_be_down(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MARQUEE_LOCAL_DIR", str(tmp_path))
    (tmp_path / "outputs.json").write_text(json.dumps(OUTPUTS))

    with pytest.raises(OperatorError, match="start one with `make run`"):
        environment("local")


def test_deployed_environment_is_known_by_the_outputs_of_its_stacks_alone(session: FakeSession) -> None:
    found = environment("dev")

    assert found.outputs == {"EventStream": "dev-stream", "IngestKeyArnNightDesk": "arn:key"}
    assert found.uses_proxies


def test_key_of_a_producer_is_read_only_when_it_is_asked_for(session: FakeSession) -> None:
    found = environment("dev")
    assert session.secrets.requests == []

    assert found.ingest_key("night_desk") == "the-key"
    assert session.secrets.requests == [{"SecretId": "arn:key"}]
    assert "the-key" not in repr(found)


def test_unknown_producer_output_and_environment_are_named(session: FakeSession) -> None:
    with pytest.raises(OperatorError, match="'dev' has no producer 'demo'"):
        environment("dev").ingest_key("demo")
    with pytest.raises(OperatorError, match="put out no EventsBucket"):
        environment("dev").output("EventsBucket")
    with pytest.raises(OperatorError, match="no stack of an environment 'prod' in eu-west-2"):
        environment("prod")
