"""The local cloud that parts of the benchmarks measure: one of their own, or the one that MARQUEE_LOCAL_DIR names."""

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from local import demo, presence
from local.catalogue.demo import load_demo
from local.errors import LocalCloudError
from local.outputs import Outputs
from local.settings import Settings
from local.waiting import wait_until
from marquee import keys
from marquee.repositories.table import Table
from tests.e2e.cloud import Cloud
from tests.e2e.local_run import PORTS, LocalRun, environment_for

UP = "Ctrl-C stops everything."
START_SECONDS = 420
CALM_SECONDS = 240
FOLDER = "MARQUEE_LOCAL_DIR"
# What is still worked off when the cloud says that it is up.
QUEUES = ("listing", "enrichment", "notification")


@contextmanager
def running() -> Iterator[Cloud]:
    """Yield a cloud with the demo's data and nothing left to do; whatever is called meanwhile finds it by its folder.

    Raises LocalCloudError when it does not start.
    """
    state = Settings.from_env().state
    if FOLDER in os.environ and presence.is_running(state):
        yield calm(Cloud(Outputs.read(state / "outputs.json"), state, dict(os.environ)))
        return
    with tempfile.TemporaryDirectory(prefix="marquee-bench-", ignore_cleanup_errors=True) as folder:
        state = Path(folder)
        # Remembering every call would cost every call.
        environment = environment_for(state) | {"MARQUEE_RECORD_CALLS": "0"}
        run = LocalRun(state, environment)
        try:
            wait_until(lambda: run.said(UP), START_SECONDS, "the local cloud")
            if run.exit_code is not None:
                raise LocalCloudError(f"the local cloud did not start:\n{run.output}")
            with mock.patch.dict(os.environ, {name: environment[name] for name in (*PORTS, FOLDER)}):
                yield calm(Cloud(Outputs.read(state / "outputs.json"), state, environment))
        finally:
            if run.exit_code is None:
                run.end(signal.SIGTERM)


def calm(cloud: Cloud) -> Cloud:
    """Wait until all of the demo's titles are known and no queue holds work; return the cloud."""
    table = Table(cloud.aws.client("dynamodb"), cloud.outputs.tables["catalogue"])
    titles = [str(each) for each in load_demo().titles]
    wait_until(lambda: known(table, titles) == len(titles), CALM_SECONDS, "the demo's titles to be known")
    wait_until(
        lambda: all(demo.drained(cloud.aws, cloud.outputs, queue) for queue in QUEUES),
        CALM_SECONDS,
        "the queues to be worked off",
    )
    return cloud


def known(table: Table, titles: list[str]) -> int:
    """Return how many of some titles have a record, by batch reads."""
    wanted = ((keys.title(each), keys.RECORD) for each in titles)
    return len(table.batch_get(wanted, ProjectionExpression="PK"))
