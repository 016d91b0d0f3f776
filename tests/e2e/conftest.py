"""End-to-end tests of a process share one local cloud, the real stacks with IAM enforced, on ports of its own.

MARQUEE_E2E_STATE names the state folder (such as `.local`) of a cloud that already runs, to save its start.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from local.outputs import Outputs
from local.settings import PROJECT
from tests.e2e.alone import alone
from tests.e2e.browser import Visit, launch, visiting
from tests.e2e.cloud import Cloud
from tests.e2e.local_run import LocalRun, environment_for
from tests.e2e.operating import nothing_by_the_clock
from tests.e2e.pipeline import invoke, nothing_pending
from tests.waiting import PATIENCE, wait_until

START_SECONDS = 300
# What a page waits for may be the first start of a function, on a machine that runs the whole cloud besides.
SHOWN_MILLISECONDS = PATIENCE * 20_000
_CLOUD = pytest.StashKey[Cloud]()


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Cloud]:
    """The running cloud; started and stopped here unless one was named."""
    running = os.environ.get("MARQUEE_E2E_STATE")
    with _named(running) if running else _started(tmp_path_factory.mktemp("cloud")) as cloud:
        pytestconfig.stash[_CLOUD] = cloud
        with nothing_by_the_clock(cloud):
            yield cloud


@pytest.fixture(scope="session")
def settled(cloud: Cloud) -> None:
    """Wait until nothing is on its way: neither demo titles nor what the tests of the contract have set off."""
    wait_until(lambda: nothing_pending(cloud), 300, "the demo catalogue to have its cards")


@pytest.fixture
def awake(cloud: Cloud) -> None:
    """Have a process of the trigger at hand: Cognito waits five seconds for it, less than a start may take here."""
    invoke(cloud, "sign_up_link", {"triggerSource": "PreSignUp_SignUp"})


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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser, one for all tests of the web app."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        expect.set_options(timeout=SHOWN_MILLISECONDS)
        yield browser
        browser.close()


@pytest.fixture
def visit(cloud: Cloud, browser: Browser) -> Iterator[Visit]:
    """A window of somebody who has never been here; whatever is done in it breaks neither the policy nor a script."""
    with visiting(browser, cloud.outputs.web_url) as visit:
        yield visit
        assert visit.violations == []
        assert visit.errors == []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the test with many followers last: the emulator reads all streams in one thread, one after the other."""
    items.sort(key=lambda item: item.path.name == "test_many_followers.py")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Show with a failure what the cloud said last."""
    report = yield
    cloud = item.config.stash.get(_CLOUD, None)
    if report.failed and cloud:
        report.sections += [(f"end of {name}.log", text) for name, text in cloud.process_logs().items()]
    return report


@contextmanager
def _named(folder: str) -> Iterator[Cloud]:
    state = PROJECT / folder
    yield Cloud(Outputs.read(state / "outputs.json"), state, {**os.environ, "MARQUEE_LOCAL_DIR": folder})


@contextmanager
def _started(state: Path) -> Iterator[Cloud]:
    with ExitStack() as starting:
        # What clouds build, such as the layer, they share.
        starting.enter_context(alone("start"))
        environment = environment_for(state)
        run = LocalRun(state, environment)
        try:
            wait_until(lambda: run.said("Ctrl-C stops everything."), START_SECONDS, "the local cloud")
            starting.close()
            if run.exit_code is not None:
                pytest.fail(f"The local cloud did not start:\n{run.output}")
            yield Cloud(Outputs.read(state / "outputs.json"), state, environment)
        finally:
            if run.exit_code is None:
                run.end(signal.SIGINT)
