"""Whether a local cloud runs in this folder, told by a lock that cannot outlive its holder as a process id can."""

import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.errors import LocalCloudError
from local.waiting import wait_until

_STOP_SECONDS = 30


def is_running(state: Path) -> bool:
    """Tell whether a local cloud holds the state folder."""
    try:
        with _pid_file(state).open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


def stop(state: Path) -> bool:
    """Stop the local cloud that holds the state folder and wait until it is gone; return False when none does."""
    if not is_running(state):
        return False
    os.kill(int(_pid_file(state).read_text()), signal.SIGTERM)
    wait_until(lambda: not is_running(state), _STOP_SECONDS, "the local cloud to stop")
    return True


@contextmanager
def held(state: Path) -> Iterator[None]:
    """Hold the state folder and note our process id; raises LocalCloudError when somebody else holds it."""
    state.mkdir(parents=True, exist_ok=True)
    path = _pid_file(state)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LocalCloudError("The local cloud already runs; stop it with `python -m local stop`.") from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _pid_file(state: Path) -> Path:
    return state / "run.pid"
