"""Work that a function gives to threads, done at once and in order: a seed is then the same run each time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import Any


class InTurn(Executor):
    """Takes the place of a pool of threads."""

    def __init__(self, *_: object) -> None:
        """Take what a pool takes."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **more: Any) -> Future[Any]:
        """Do the work; what it raises is raised by its result."""
        done: Future[Any] = Future()
        try:
            done.set_result(work(*args, **more))
        except BaseException as error:
            done.set_exception(error)
        return done


def as_given(futures: Iterable[Future[Any]], timeout: float | None = None) -> Iterator[Future[Any]]:
    """Yield futures that are all done in the order in which they were given."""
    return iter(list(futures))
