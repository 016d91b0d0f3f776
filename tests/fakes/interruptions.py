"""What comes between a writer and its services: a crash, another writer, a transaction that meets another one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

COLLISION = {
    "Error": {"Code": "TransactionCanceledException", "Message": "met another transaction"},
    "CancellationReasons": [{"Code": "TransactionConflict"}],
}


class Crash(BaseException):
    """The function is gone: nothing in it catches this."""


@contextmanager
def before_requests(client: Any, interrupt: Callable[[str], Any]) -> Iterator[None]:
    """Call `interrupt` with the operation before each request; what it returns is the answer in its place."""

    def before(model: Any, **_: object) -> Any:
        return interrupt(model.name)

    client.meta.events.register("before-call", before)
    try:
        yield
    finally:
        client.meta.events.unregister("before-call", before)


def crashing(after: int) -> Callable[[str], None]:
    """Return an interruption that lets a number of requests through and then crashes."""
    left = iter(range(after))

    def crash(_: str) -> None:
        if next(left, None) is None:
            raise Crash

    return crash


def overtaking(*writes: Callable[[], object], at: str = "TransactWriteItems") -> Callable[[str], None]:
    """Return an interruption that does one write of somebody else before each transaction, as long as there are any.

    `at` is another operation that they come before.
    """
    waiting = list(writes)
    busy = False

    def overtake(operation: str) -> None:
        nonlocal busy
        if operation == at and waiting and not busy:
            busy = True
            waiting.pop(0)()
            busy = False

    return overtake


def colliding(times: int) -> Callable[[str], Any]:
    """Return an interruption in which a number of transactions meet another one."""
    left = iter(range(times))

    def collide(operation: str) -> Any:
        if operation == "TransactWriteItems" and next(left, None) is not None:
            return SimpleNamespace(status_code=400), COLLISION
        return None

    return collide
