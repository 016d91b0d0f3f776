"""End-to-end tests share one local cloud, the real stacks with IAM enforced, on ports of its own.

MARQUEE_E2E_STATE names the state folder (such as `.local`) of a cloud that already runs, to save its start.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from local.outputs import Outputs
from local.settings import PROJECT
from tests.e2e.cloud import Cloud

START_SECONDS = 300
STOP_SECONDS = 30
PORTS = ("MARQUEE_WEB_PORT", "MARQUEE_AWS_PORT", "MARQUEE_UPSTREAMS_PORT")
_cloud: Cloud | None = None


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The running cloud; started here, and stopped without leaving a process, unless one was named."""
    global _cloud
    with ExitStack() as stack:
        if running := os.environ.get("MARQUEE_E2E_STATE"):
            state = PROJECT / running
            _cloud = Cloud(Outputs.read(state / "outputs.json"), state, {**os.environ, "MARQUEE_LOCAL_DIR": running})
        else:
            _cloud = stack.enter_context(started(tmp_path_factory.mktemp("cloud")))
        yield _cloud


@pytest.fixture
def viewer(cloud: Cloud) -> Iterator[httpx.Client]:
    """The demo viewer, whose guide is filled."""
    with cloud.api(cloud.outputs.user("viewer")) as client:
        yield client


@pytest.fixture
def anonymous(cloud: Cloud) -> Iterator[httpx.Client]:
    """Somebody who has not signed in."""
    with cloud.api() as client:
        yield client


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Show what the cloud said last with every failure."""
    report = yield
    if report.failed and _cloud:
        report.sections += [(f"end of {name}.log", text) for name, text in _cloud.process_logs().items()]
    return report
