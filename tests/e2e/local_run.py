"""A `python -m local run` that a test starts, watches and ends."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from local.settings import PROJECT
from tests.e2e.process_tree import alive, descendants
from tests.waiting import wait_until

STOP_SECONDS = 30
PORTS = ("MARQUEE_WEB_PORT", "MARQUEE_AWS_PORT", "MARQUEE_UPSTREAMS_PORT")


def environment_for(state: Path) -> dict[str, str]:
    """Return an environment with free ports, a state folder of its own and every AWS call recorded."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in PORTS]
    ports = {name: str(each.getsockname()[1]) for name, each in zip(PORTS, sockets, strict=True)}
    for each in sockets:
        each.close()
    # The simulators serve these tests, whatever keys the developer has.
    unwanted = ("WATCHMODE_API_KEY", "TMDB_ACCESS_TOKEN", "MARQUEE_UPSTREAM_DATA", "MARQUEE_UPSTREAM_TITLES")
    inherited = {name: value for name, value in os.environ.items() if name not in unwanted}
    return {**inherited, **ports, "MARQUEE_LOCAL_DIR": str(state), "MARQUEE_RECORD_CALLS": "1"}


def command(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command of the local cloud to its end."""
    return subprocess.run(
        [sys.executable, "-m", "local", *arguments],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


class LocalRun:
    """A run in the foreground, as behind `make run`."""

    def __init__(self, state: Path, environment: dict[str, str]) -> None:
        self.state = state
        self._output = state / "run.log"
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "local", "run"],
                cwd=PROJECT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self, text: str) -> bool:
        """Tell whether the run has printed `text`, or has ended and will print nothing more."""
        return text in self.output or self._process.poll() is not None

    @property
    def output(self) -> str:
        """Return what the run has printed."""
        return self._output.read_text(encoding="utf-8")

    @property
    def exit_code(self) -> int | None:
        """Return the exit code, or None while it runs."""
        return self._process.poll()

    def processes(self) -> set[int]:
        """Return the ids of all processes that belong to the run now."""
        return {self._process.pid} | descendants(self._process.pid)

    def end(self, number: signal.Signals) -> int:
        """Send a signal to the run alone and wait until none of its processes is left; return its exit code."""
        processes = self.processes()
        self._process.send_signal(number)
        exit_code = self._process.wait(STOP_SECONDS)
        wait_until(lambda: not alive(processes), STOP_SECONDS, f"the processes {alive(processes)} to end")
        return exit_code
