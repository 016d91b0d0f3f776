"""The services of the local cloud that collectors need, started for a measurement, and collectors over them."""

import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from local import emulator, providers
from local.emulator import ROOT_CREDENTIALS, AwsClients
from local.processes import Processes
from local.settings import HOST, PROJECT, REGION, Settings, clean_environment
from local.waiting import wait_until
from marquee.queue import Queue
from marquee.repositories.table import Table

PERMITTED = 40
NAMES = {"table": "operations", "bucket": "archive", "queue": "ids", "dead_letters": "dead-ids", "secret": "tmdb"}


@dataclass(frozen=True)
class Services:
    """Emulator and simulator as a measurement sees them; `environment` is that of a collector."""

    environment: dict[str, str]
    upstreams: httpx.Client
    sqs: Any
    table: Table
    logs: Path

    @property
    def queue(self) -> Queue:
        """Return the queue of ids."""
        return Queue(self.sqs, self.environment["ARCHIVE_QUEUE_URL"])

    def answers(self) -> dict[str, int]:
        """Return how often the simulated TMDB has answered with each status."""
        found: dict[str, int] = self.upstreams.get("/control/counts").json()["tmdb"]["by_status"]
        return found

    @contextmanager
    def collectors(self, number: int) -> Iterator[None]:
        """Run collectors, and go on when all of them wait for messages; at the end none of them has one in hand."""
        with Processes(self.logs) as processes:
            command = [sys.executable, "-m", "bench.collector"]
            started = [processes.start(f"collector-{n}", command, self.environment, PROJECT) for n in range(number)]
            wait_until(
                lambda: all("ready" in each.log.read_text() for each in started),
                60,
                "collectors",
                alive=processes.check,
            )
            yield


@contextmanager
def running(ids: int) -> Iterator[Services]:
    """Start the emulator and a simulator with so many made ids of each type, on free ports; stop them at the end."""
    with ExitStack() as stack:
        state = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="marquee-bench-")))
        for folder in ("logs", "tmp"):
            (state / folder).mkdir()
        options = {"MARQUEE_UPSTREAM_EXPORT_IDS": str(ids)}
        settings = Settings(_free_port(), _free_port(), _free_port(), state, None, None, options)
        processes = stack.enter_context(Processes(settings.logs))
        emulator.start_emulator(settings, processes)
        providers.start_simulators(settings, processes)
        aws = emulator.wait_for_emulator(settings, processes)
        providers.wait_for_simulators(settings, processes)
        upstreams = stack.enter_context(httpx.Client(base_url=settings.upstreams_url, trust_env=False, timeout=30))
        table = Table(aws.client("dynamodb"), NAMES["table"])
        yield Services(_create(aws, settings), upstreams, aws.client("sqs"), table, settings.logs)


def _create(aws: AwsClients, settings: Settings) -> dict[str, str]:
    """Create what the function needs and return the environment that leads it there."""
    keys = [("PK", "HASH"), ("SK", "RANGE")]
    aws.client("dynamodb").create_table(
        TableName=NAMES["table"],
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
    )
    s3, sqs = aws.client("s3"), aws.client("sqs")
    s3.create_bucket(Bucket=NAMES["bucket"])
    s3.put_bucket_versioning(Bucket=NAMES["bucket"], VersioningConfiguration={"Status": "Enabled"})
    queues = {
        name: sqs.create_queue(QueueName=NAMES[name], Attributes={"VisibilityTimeout": "300"})["QueueUrl"]
        for name in ("queue", "dead_letters")
    }
    found = providers.Providers.of(settings)
    secret = aws.client("secretsmanager").create_secret(Name=NAMES["secret"], SecretString=found.tmdb_token)["ARN"]
    return {
        **clean_environment(),
        **ROOT_CREDENTIALS,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": settings.aws_url,
        "PYTHONPATH": os.pathsep.join(str(PROJECT / each) for each in (".", "layers/shared/python", "lambdas")),
        "POWERTOOLS_SERVICE_NAME": "archive_collector",
        "POWERTOOLS_METRICS_NAMESPACE": "Marquee",
        "POWERTOOLS_METRICS_DISABLED": "true",
        "POWERTOOLS_LOG_LEVEL": "WARNING",
        "OPERATIONS_TABLE": NAMES["table"],
        "ARCHIVE_BUCKET": NAMES["bucket"],
        "ARCHIVE_QUEUE_URL": queues["queue"],
        "ARCHIVE_DEAD_LETTER_QUEUE_URL": queues["dead_letters"],
        "TMDB_URL": found.tmdb_url,
        "TMDB_SECRET_ARN": secret,
        "TMDB_PER_SECOND": str(PERMITTED),
    }


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        port: int = found.getsockname()[1]
    return port
