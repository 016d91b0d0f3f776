"""A local cloud of its own that is stopped and killed in the middle of work, and begins again with what it held."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from local.emulator import start_emulator
from local.patched_persistence import MARK, OBJECTS
from local.presence import held
from local.processes import Child, Processes
from local.settings import Settings
from local.standing import Standing, stand_up
from local.waiting import answers, wait_until
from marquee.repositories.table import Key, Table
from tests.e2e.cloud import Cloud
from tests.e2e.local_run import PORTS, environment_for
from tests.e2e.process_tree import alive, descendants
from tests.unit.conftest import TABLES
from tests.unit.conftest import Cloud as Tables

SECONDS = 120

Items = dict[Key, dict[str, Any]]


class Scanned(Tables):
    """The tables of the local cloud, which are read whole."""

    def items(self, table: Table) -> Items:
        """Return everything in a table as it is when two readings in a row are equal: none was of a moving table."""
        last: list[Items] = []

        def is_still() -> bool:
            last.append(self._read(table))
            return last[-2:-1] == last[-1:]

        wait_until(is_still, SECONDS, f"{table.name} to stand still")
        return last[-1]

    def _read(self, table: Table) -> Items:
        pages = table.client.get_paginator("scan").paginate(TableName=table.name)
        return {(item["PK"]["S"], item["SK"]["S"]): item for page in pages for item in page["Items"]}


@dataclass
class LocalCloud:
    """The stacks on an emulator that keeps its state, and the ways in which it may end."""

    settings: Settings
    processes: Processes
    standing: Standing
    environment: dict[str, str]
    emulator: Child

    @property
    def cloud(self) -> Cloud:
        """Return what runs where."""
        return Cloud(self.standing.outputs, self.settings.state, self.environment)

    @cached_property
    def tables(self) -> Scanned:
        """Return the tables that invariants are about."""
        client, names = self.cloud.aws.client("dynamodb"), self.standing.outputs.tables
        return Scanned(*(Table(client, names[each]) for each in TABLES), stream="")

    @property
    def _state(self) -> Path:
        return self.settings.state / "tmp" / "state"

    def stop(self) -> None:
        """Stop the emulator in order: it writes its state."""
        functions = descendants(self.emulator.pid)
        self.emulator.signal(signal.SIGTERM)
        code = self.emulator.wait(SECONDS)
        assert code == 0, f"the emulator ended with {code}:\n{self.emulator.log_tail()}"
        wait_until(lambda: not alive(functions), SECONDS, "the functions to be gone")

    def write_state(self) -> None:
        """Have the emulator write its state while the functions work, as a disk that holds what came until then."""
        self.emulator.signal(signal.SIGUSR1)
        wait_until(lambda: (self._state / MARK).exists(), SECONDS, "the state to be written")

    def kill(self) -> None:
        """Kill the emulator and all of its functions at once; what it was told since the state was written is gone."""
        # Halted first, so that it starts no function that nobody would know of.
        self.emulator.signal(signal.SIGSTOP)
        victims = {self.emulator.pid} | descendants(self.emulator.pid)
        for each in victims:
            os.kill(each, signal.SIGKILL)
        self.emulator.wait(SECONDS)
        wait_until(lambda: not alive(victims), SECONDS, "the functions to be gone")
        objects = self.settings.state / "tmp" / "s3"
        shutil.rmtree(objects)
        shutil.copytree(self._state / OBJECTS, objects)

    def held(self, table: str) -> Items:
        """Return the items of a table as they were last written down."""
        state = json.loads((self._state / "dynamodb.json").read_text())
        name = repr(self.standing.outputs.tables[table])
        (found,) = (each for key, each in state["payload"]["tables"]["data"].items() if key.endswith(name))
        items = [item for partition in found["items"].values() for item in partition.values()]
        return {(item["PK"]["S"], item["SK"]["S"]): item for item in items}

    def start(self) -> None:
        """Start the emulator with what it held, after so long that messages which were being worked on come again."""
        path = self._state / "sqs.json"
        path.write_text(json.dumps(after_a_while(json.loads(path.read_text()), time.time())))
        self.emulator = start_emulator(self.settings, self.processes)
        health = f"{self.settings.aws_url}/_ministack/health"
        wait_until(lambda: answers(health), SECONDS, "MiniStack", alive=self.processes.check)


@contextmanager
def local_cloud() -> Iterator[LocalCloud]:
    """Start a local cloud on free ports in a folder of its own, and take everything away at the end."""
    with TemporaryDirectory(prefix="marquee-restart-") as folder:
        state = Path(folder)
        for each in ("logs", "tmp"):
            (state / each).mkdir()
        environment = environment_for(state)
        web, aws, upstreams = (int(environment[name]) for name in PORTS)
        settings = Settings(web, aws, upstreams, state, None, None, {}, keeps_state=True)
        with held(state), Processes(settings.logs) as processes:
            standing = stand_up(settings, processes, partial(print, flush=True))
            standing.outputs.write(state / "outputs.json")
            yield LocalCloud(settings, processes, standing, environment, standing.emulator)


def after_a_while(queues: object, now: float) -> object:
    """Return the state of queues as it is when no message waits for its time any more."""
    if isinstance(queues, dict):
        return {
            name: min(each, now) if name == "visible_at" and each else after_a_while(each, now)
            for name, each in queues.items()
        }
    return [after_a_while(each, now) for each in queues] if isinstance(queues, list) else queues
