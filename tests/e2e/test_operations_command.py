"""What `marquee status` and `marquee verify` say of a running cloud that is well, and of one that is broken."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from marquee.operations_runs import RUNS
from tests.e2e import operating
from tests.e2e.cloud import Cloud
from tests.e2e.operating import marquee, told
from tests.waiting import wait_until

WELL_SECONDS = 240


@pytest.fixture(scope="module")
def healthy(cloud: Cloud) -> Cloud:
    """The cloud after an operator has put right what other tests have left behind."""
    names = {run.kind: name for name, run in RUNS.items()} | {"archive": "archive"}
    for failure in told(cloud, "failures", "list", "--limit", "100")["failures"]:
        assert marquee(cloud, "failures", "discard", failure["id"], "--note", "Left by tests.").returncode == 0
    for job in told(cloud, "status")["jobs"]:
        if job["state"] == "failed":
            assert marquee(cloud, "run", names[job["kind"]]).returncode == 0
    wait_until(lambda: told(cloud, "verify")["ok"], WELL_SECONDS, "all to be well")
    return cloud


def test_all_is_well_with_a_healthy_cloud(healthy: Cloud) -> None:
    verified, status = marquee(healthy, "verify"), marquee(healthy, "status")

    assert verified.returncode == 0
    assert "WRONG" not in verified.stdout
    assert verified.stdout.endswith("All is well with local.\n")
    assert (status.returncode, "all is well" in status.stdout) == (0, True)


@pytest.mark.parametrize(
    ("broken", "check", "sentence"),
    [
        pytest.param(operating.schedule_off, "schedules", "The schedule {} is off (", id="schedule off"),
        pytest.param(operating.secret_emptied, "secrets", "The secret of {} is empty", id="secret emptied"),
        pytest.param(operating.rights_taken, "rights", "The function {} may do nothing with", id="no rights"),
        pytest.param(operating.queue_unread, "mappings", "The function {} does not read", id="queue unread"),
        pytest.param(operating.function_throttled, "functions", "The function {} is throttled to", id="throttled"),
        pytest.param(operating.alarm_muted, "alarms", "The alarm {} is muted", id="alarm muted"),
        pytest.param(operating.operators_gone, "operators", "Nobody is an {};", id="no operator"),
    ],
)
def test_what_is_broken_is_named_in_a_sentence_and_nothing_else_is_wrong(
    healthy: Cloud, broken: Callable[[Cloud], AbstractContextManager[str]], check: str, sentence: str
) -> None:
    with broken(healthy) as name:
        verified = marquee(healthy, "verify", "--skip", "pipeline")

    said = [line.strip() for line in verified.stdout.splitlines() if line.startswith("        ")]
    assert verified.returncode == 1
    assert said[0].startswith(sentence.format(name))
    assert all(name in each for each in said)
    assert marquee(healthy, "verify", "--only", check).returncode == 0


def test_verification_leaves_no_user_behind(healthy: Cloud) -> None:
    marquee(healthy, "verify", "--only", "sign-in")

    assert told(healthy, "users", "list", "verify-") == []
