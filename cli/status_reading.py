"""What `marquee status` tells of an environment: all of it read at once, each part by a few requests."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from cli.checks.upkeep import latest
from cli.environment import Environment
from cli.errors import sentence
from cli.queues import Depth, depth, queues_of
from marquee import clock
from marquee.errors import MarqueeError
from marquee.governor import tmdb_limits, watchmode_limits
from marquee.governor_views import GovernorView
from marquee.models.jobs import Job
from marquee.operations_freshness import LOCKS, Freshness, freshness
from marquee.repositories.failures import FailureRepository
from marquee.repositories.governors import Governor
from marquee.repositories.jobs import JobRepository
from marquee.repositories.table import Table

READERS = 24
RECENT_JOBS = 100
API_SECONDS = 5.0
SERVICES = ("dynamodb", "sqs", "cloudwatch")


@dataclass(frozen=True)
class Health:
    """Whether the API answers, how fast, and what is wrong if not."""

    milliseconds: float | None
    problem: str | None = None


@dataclass(frozen=True)
class Status:
    """An environment at a moment. A part that could not be read is empty, and `unread` says why by its name."""

    environment: str
    api: Health
    alarms: Sequence[str]
    freshness: Sequence[Freshness]
    providers: Sequence[GovernorView]
    queues: Sequence[Depth]
    failures: Mapping[str, int]
    jobs: Sequence[Job]
    unread: Mapping[str, str]


class StatusReader:
    """Reads the parts of a status side by side."""

    def __init__(self, place: Environment, *, transport: httpx.BaseTransport | None = None) -> None:
        self._place = place
        self._transport = transport
        # Clients may be shared by threads, but not made by several at once.
        self._dynamodb, self._sqs, self._cloudwatch = map(place.client, SERVICES)
        self._operations = Table(self._dynamodb, place.output("OperationsTable"))

    def read(self) -> Status:
        """Return the status; a part that cannot be read keeps no other from being read."""
        parts: dict[str, tuple[Callable[[], Any], Any]] = {
            "api": (self._api, Health(None)),
            "alarms": (self._alarms, ()),
            "freshness": (self._freshness, ()),
            "providers": (self._providers, ()),
            "queues": (self._queues, ()),
            "failures": (self._failures, {}),
            "jobs": (self._jobs, ()),
        }
        found, unread = {}, {}
        with ThreadPoolExecutor(READERS) as readers:
            self._readers = readers
            futures = {name: readers.submit(read) for name, (read, _) in parts.items()}
            for name, future in futures.items():
                try:
                    found[name] = future.result()
                except (MarqueeError, ClientError, BotoCoreError) as error:
                    found[name], unread[name] = parts[name][1], sentence(error)
        return Status(self._place.name, unread=unread, **found)

    def _api(self) -> Health:
        url = self._place.output("ApiUrl")
        began = time.perf_counter()
        try:
            with httpx.Client(trust_env=self._place.uses_proxies, transport=self._transport) as http:
                answer = http.get(f"{url}/sources", timeout=API_SECONDS)
        except httpx.HTTPError as error:
            return Health(None, f"The API does not answer at {url}: {str(error) or type(error).__name__}.")
        taken = (time.perf_counter() - began) * 1000
        return Health(taken, f"The API answers {answer.status_code}." if answer.is_error else None)

    def _alarms(self) -> list[str]:
        pages = self._cloudwatch.get_paginator("describe_alarms").paginate(
            AlarmNamePrefix=f"marquee-{self._place.name}-", StateValue="ALARM"
        )
        every = (alarm for page in pages for alarm in page["MetricAlarms"])
        return [each["AlarmName"] for each in every if each["StateValue"] == "ALARM"]

    def _freshness(self) -> list[Freshness]:
        return freshness(JobRepository(self._operations).last_successes(LOCKS), clock.now())

    def _providers(self) -> list[GovernorView]:
        limits = (watchmode_limits(), tmdb_limits())
        return [Governor(self._operations, each).snapshot() for each in limits]

    def _queues(self) -> list[Depth]:
        named = queues_of(self._place).items()
        futures = [self._readers.submit(depth, self._sqs, name, url) for name, url in named]
        return [each.result() for each in futures]

    def _failures(self) -> dict[str, int]:
        return FailureRepository(self._operations).open_by_source()

    def _jobs(self) -> list[Job]:
        found, _ = JobRepository(self._operations).list(limit=RECENT_JOBS)
        return sorted(latest(found).values(), key=lambda job: job.kind)
