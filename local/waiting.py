"""Waiting for a condition instead of for a while."""

import time
from collections.abc import Callable
from typing import TypeVar

import httpx

from local.errors import LocalCloudError

T = TypeVar("T")


def wait_until(condition: Callable[[], T], timeout: float, what: str, *, alive: Callable[[], None] | None = None) -> T:
    """Return the first true value of `condition`; raises LocalCloudError after `timeout` seconds.

    `what` ends the sentence "Waited n s for …"; `alive` may raise to end the wait at once.
    """
    deadline = time.monotonic() + timeout
    pause = 0.05
    while True:
        value = condition()
        if value:
            return value
        if alive:
            alive()
        if time.monotonic() > deadline:
            raise LocalCloudError(f"Waited {timeout:.0f} s for {what}.")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.5)


def answers(url: str) -> bool:
    """Tell whether something at `url` speaks HTTP, whatever it says."""
    try:
        httpx.get(url, trust_env=False)
    except httpx.TransportError:
        return False
    return True
