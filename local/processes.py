"""The child processes of the local cloud: each in its own group, with a log file, gone when we are."""

import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from local.errors import LocalCloudError

STOP_SECONDS = 8.0
_LOG_LINES_SHOWN = 15
_PR_SET_PDEATHSIG = 1


class Child:
    """One running process and its log."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], log: Path) -> None:
        self.name = name
        self.log = log
        self._process = process
        self._awaited = False

    @property
    def ended_unasked(self) -> bool:
        """Tell whether the process is gone although nobody waited for its end."""
        return self.exit_code is not None and not self._awaited

    @property
    def exit_code(self) -> int | None:
        """Return the exit code, or None while the process runs."""
        return self._process.poll()

    @property
    def pid(self) -> int:
        """Return the id of the process."""
        return self._process.pid

    def wait(self, timeout: float) -> int:
        """Wait for the process to end by itself; raises LocalCloudError after `timeout` seconds."""
        self._awaited = True
        try:
            return self._process.wait(timeout)
        except subprocess.TimeoutExpired as error:
            raise LocalCloudError(f"{self.name} did not finish within {timeout:.0f} s.\n{self.log_tail()}") from error

    def signal(self, number: int) -> None:
        """Send a signal to the process alone."""
        self._process.send_signal(number)

    def signal_group(self, number: int) -> None:
        """Send a signal to the process and everything it started."""
        try:
            os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):
            # macOS answers "not permitted" for a group of which only an unreaped process is left.
            return

    def log_tail(self, only: str = "") -> str:
        """Return the last lines of the log, of those that match the pattern `only`, and where to read the rest."""
        log = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        lines = [line for line in log if re.search(only, line)][-_LOG_LINES_SHOWN:]
        return "\n".join([*(f"  | {line}" for line in lines), f"  (all of it: {self.log})"])


class Processes:
    """Starts children and stops them all on the way out, however that comes about."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._children: list[Child] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop_all()

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> Child:
        """Start a process; raises LocalCloudError when its program is not there.

        Must be called from the main thread: on Linux a child is told of the death of the thread that started it.
        """
        log = self._logs / f"{name}.log"
        with log.open("wb") as output:
            try:
                process = subprocess.Popen(
                    command,
                    cwd=folder,
                    env=dict(environment),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    preexec_fn=_die_with_parent if sys.platform == "linux" else None,
                )
            except FileNotFoundError as error:
                raise LocalCloudError(f"{command[0]} is not installed, and {name} needs it.") from error
        child = Child(name, process, log)
        self._children.append(child)
        return child

    def check(self) -> None:
        """Raise LocalCloudError when a process that should run has ended."""
        for child in self._children:
            if child.ended_unasked:
                raise LocalCloudError(f"{child.name} ended with exit code {child.exit_code}.\n{child.log_tail()}")

    def stop_all(self) -> None:
        """Stop every process group, the youngest first: ask, then insist after a few seconds."""
        children = list(reversed(self._children))
        for child in children:
            child.signal_group(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for child in children:
            while child.exit_code is None and time.monotonic() < deadline:
                time.sleep(0.02)
            # What a child left behind in its group goes as well, even when the child ended in time.
            child.signal_group(signal.SIGKILL)
            child.wait(STOP_SECONDS)
        self._children.clear()


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    # Covers a parent killed by SIGKILL, which cannot stop its children itself.
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
