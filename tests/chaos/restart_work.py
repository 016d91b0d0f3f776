"""What a local cloud is asked to do before it is stopped in the middle of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from cli.tally import Tally
from local.settings import PROJECT
from local.users import DemoUser
from local.waiting import wait_until
from marquee import clock, keys
from marquee.models.imports import Import, ImportCounts
from marquee.models.notifications import Notification
from marquee.repositories.table import decode
from tests.chaos import invariants
from tests.chaos.local_cloud import SECONDS, Items, LocalCloud
from tests.e2e.cloud import Cloud
from tests.e2e.pipeline import invoke, truth

EVENTS, ROWS, AGAIN, VIEWERS, TITLES = 3_000, 2_500, 50, 3, 2
NETFLIX, PRIME, COMEDY = "203", "26", "4"


@dataclass
class Work:
    """What is asked of the cloud, and what must come of it."""

    local: LocalCloud
    tallies: list[Path] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cloud: Cloud = self.local.cloud
        self.users: list[DemoUser] = [self.cloud.new_user() for _ in range(VIEWERS)]
        assert "job_id" in invoke(self.cloud, "reference_refresh"), "services and genres are not there"
        for each in self.users:
            with self.cloud.api(each) as viewer:
                asked(viewer, "PUT", "/preferences", json={"sources": [NETFLIX, PRIME], "genres": [COMEDY]})
        self.tables = self.local.tables
        wait_until(self._is_listed, SECONDS, "both services to be listed")
        only = truth(self.cloud, NETFLIX, COMEDY) - truth(self.cloud, PRIME, COMEDY)
        wait_until(lambda: only <= invariants.titles(self.tables).keys(), SECONDS, "the titles to be there")
        self.titles = sorted(only, key=int)
        for each in self.users:
            with self.cloud.api(each) as viewer:
                for title in self.titles[: 2 * TITLES]:
                    asked(viewer, "PUT", f"/follows/{title}")
        # The functions that take events start now, which may take longer than a whole import later.
        self._send_events(1)
        self.verify()

    def _is_listed(self) -> bool:
        items = self.tables.items(self.tables.operations)
        return all((f"listing:GB:source:{each}:genre:{COMEDY}", "listed") in items for each in (NETFLIX, PRIME))

    def ask(self) -> None:
        """Begin an import; when some of its rows are decided, send events and have followed titles arrive."""
        number = len(self.imports)
        with self.cloud.api(self.cloud.outputs.user("viewer")) as member:
            import_id = self._preview(member, number)
            self.imports.append(import_id)
            asked(member, "POST", f"/imports/{import_id}/start")
            wait_until(lambda: decided(self.counts(member, import_id)), SECONDS, "the first rows of the import")
        self._send_events(EVENTS)
        self._arrive(number)

    def _send_events(self, count: int) -> None:
        number = len(self.tallies)
        tally = self.local.settings.state / f"tally-{number}.json"
        pace = ("--count", str(count), "--rate", "2000", "--batch", "500")
        kind = ("--seed", str(number), "--types", "title_viewed,search_performed")
        told = self._command("generate", *pace, *kind, "--tally", str(tally))
        # What was not answered may be there or not; `verify` knows which those are.
        assert tally.exists(), told.stdout[-1000:] + told.stderr[-1000:]
        # A machine with much to do starts functions slowly: what was answered 5xx was sent again, as it should be.
        account = Tally.read(tally)
        account.surprises = {what: n for what, n in account.surprises.items() if "answered 5" not in what}
        account.write(tally)
        self.tallies.append(tally)

    def verify(self) -> None:
        """Check that the latest events are archived and counted once; raises AssertionError.

        The counters of a day go on with later events, so each account is compared before the next one begins.
        """
        found = self._command("verify", str(self.tallies[-1]), "--wait", str(SECONDS))
        assert found.returncode == 0, found.stdout[-1500:] + found.stderr[-500:]

    def _command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**self.local.environment, "PYTHONPATH": f"{PROJECT}:{PROJECT}/layers/shared/python"}
        command = [sys.executable, "-m", "cli", "events", *arguments]
        return subprocess.run(
            command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False, timeout=240
        )

    def _preview(self, member: httpx.Client, number: int) -> str:
        first = number * (ROWS - AGAIN)
        rows = "".join(f"Movie {n},Drama,,{1900 + n % 100}\n" for n in range(first, first + ROWS))
        content = f"title,genre,rating,year\n{rows}".encode()
        source = {"kind": "upload", "filename": "movies.csv", "size": len(content)}
        made = asked(member, "POST", "/imports", json={"source": source}).json()
        way = made["upload"]
        sent = httpx.request(way["method"], way["url"], headers=way["headers"], content=content, trust_env=False)
        sent.raise_for_status()
        asked(member, "POST", f"/imports/{made['id']}/read")
        wait_until(lambda: shown(member, made["id"])["state"] == "preview", SECONDS, "the preview")
        return str(made["id"])

    def counts(self, member: httpx.Client, import_id: str) -> ImportCounts:
        """Return what came of the rows of an import so far."""
        return ImportCounts.model_validate(shown(member, import_id)["counts"])

    def _arrive(self, number: int) -> None:
        arriving = self.titles[TITLES * number : TITLES * (number + 1)]
        self.arrived += arriving
        with self.cloud.control() as control:
            for each in arriving:
                offer = {"source_id": int(PRIME), "region": "GB", "type": "sub"}
                control.post(f"/titles/{each}/offers", json=offer).raise_for_status()
        request = {
            "job_id": f"restart {number}",
            "region": "GB",
            "source_id": PRIME,
            "genre_id": COMEDY,
            "cause": "restart",
            "traffic": "viewer",
            "requested_at": clock.now(),
        }
        queue = self.cloud.outputs.queues["listing"]
        self.cloud.aws.client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(request))

    def viewers(self) -> Items:
        """Return what is stored of the viewers now."""
        return self.tables.items(self.tables.viewers_table)

    def left(self) -> tuple[int, int, int]:
        """Return how many events, rows and notifications were not done when the state was last written."""
        claims = sum(sk == "applied" for _, sk in self.local.held("operations"))
        library = self.local.held("library")
        records = [library[keys.library_import(each), keys.RECORD] for each in self.imports]
        done = sum(decided(Import.model_validate(decode(each)).counts) for each in records)
        told = notifications(self.local.held("viewers")).total()
        events = sum(Tally.read(each).good for each in self.tallies)
        return max(0, events - claims), ROWS * len(records) - done, VIEWERS * len(self.arrived) - told


def asked(client: httpx.Client, method: str, path: str, **more: Any) -> httpx.Response:
    """Return what is answered with success: a function that starts slowly is asked again."""

    def answer() -> httpx.Response | None:
        found = client.request(method, path, **more)
        return None if found.status_code >= 500 else found.raise_for_status()

    return wait_until(answer, SECONDS, f"an answer from {path}")


def shown(member: httpx.Client, import_id: str) -> Any:
    """Return an import as the API shows it."""
    return asked(member, "GET", f"/imports/{import_id}").json()


def decided(counts: ImportCounts) -> int:
    """Return how many rows of an import have a fate."""
    return counts.added + counts.duplicate + counts.failed


def notifications(viewers: Items) -> Counter[tuple[str, str]]:
    """Return how often each viewer was told of each title."""
    told = [(pk, decode(each)) for (pk, sk), each in viewers.items() if sk.startswith("notification:")]
    return Counter((pk, Notification.model_validate(each).change.title_id) for pk, each in told)
