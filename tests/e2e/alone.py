"""What only one of the processes that run end-to-end tests may do at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock

from local.settings import PROJECT

LOCKS = PROJECT / ".cache"


@contextmanager
def alone(doing: str) -> Iterator[None]:
    """Wait until no other process is `doing` the same in this folder."""
    LOCKS.mkdir(exist_ok=True)
    with (LOCKS / f"{doing}.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        yield
