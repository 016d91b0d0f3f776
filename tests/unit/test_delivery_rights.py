"""What the pipeline may do is what its checks do: every call that `marquee verify` makes is among its rights."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.checks import CHECKS
from cli.checks.site import Site
from cli.environment import Environment
from cli.verify import chosen_checks, examined
from delivery.verify_rights import grants
from stacks.config import EnvironmentConfig, load
from tests.fakes.deployment import Deployment
from tests.unit.conftest import Cloud

ROOT = Path(__file__).resolve().parents[2]
CONTEXT = json.loads((ROOT / "cdk.json").read_text())["context"]
# Where IAM has another name than the service or its operation.
SERVICES = {"monitoring": "cloudwatch"}
ACTIONS = {"s3:HeadObject": {"s3:GetObject", "s3:ListBucket"}}


def config(environment: str) -> EnvironmentConfig:
    return load((CONTEXT | {"env": environment}).get)


def allowed(environment: str) -> set[str]:
    return {action for grant in grants(config(environment)) for action in grant.actions}


class Recorded:
    """A deployment with which all is well, and what was called to find that out."""

    def __init__(self, deployment: Deployment) -> None:
        self.calls: set[str] = set()
        self._deployment = deployment
        self._known: set[str] = set()

    def site(self) -> Site:
        found = self._deployment.site()
        return replace(found, place=Environment("dev", found.place.outputs, self._client, found.place.ingest_key))

    def _client(self, service: str) -> Any:
        client = self._deployment.place.client(service)
        if hasattr(client, "meta") and service not in self._known:
            self._known.add(service)
            client.meta.events.register("before-call", self._record)
        return client

    def _record(self, model: Any, **_: Any) -> None:
        service = model.service_model.signing_name
        action = f"{SERVICES.get(service, service)}:{model.name}"
        self.calls |= ACTIONS.get(action, {action})


@pytest.fixture
def recorded(cloud: Cloud, tmp_path: Path) -> Recorded:
    return Recorded(Deployment(cloud, tmp_path))


def test_role_of_dev_may_do_what_all_checks_do_and_no_more(recorded: Recorded) -> None:
    assert [each.state for each in examined(recorded.site(), CHECKS) if each.state == "wrong"] == []

    assert recorded.calls - allowed("dev") == set()
    # An event goes to the stream only where there is no producer, and stacks are looked at in a fake.
    unseen = {"kinesis:PutRecords", "cloudformation:DescribeStacks", "cloudformation:ListStackResources"}
    assert allowed("dev") - recorded.calls == unseen


def test_role_of_dev_may_put_the_event_on_the_stream_where_there_is_no_producer(recorded: Recorded) -> None:
    del recorded.site().place.outputs["IngestKeyArnDemo"]  # type: ignore[attr-defined]
    list(examined(recorded.site(), chosen_checks(["pipeline"], [])))

    assert "kinesis:PutRecords" in recorded.calls
    assert recorded.calls - allowed("dev") == set()


def test_role_of_prod_may_do_what_the_checks_do_that_the_workflow_does_not_skip(recorded: Recorded) -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "main.yml").read_text())
    skipped = workflow["jobs"]["prod"]["with"]["skipped"].replace("--skip", "").split()

    list(examined(recorded.site(), chosen_checks([], skipped)))

    assert recorded.calls - allowed("prod") == set()
