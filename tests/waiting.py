"""Waiting for an outcome: end-to-end tests name a condition and never sleep for a fixed time."""

from collections.abc import Callable
from typing import TypeVar

import pytest

from local.errors import LocalCloudError
from local.waiting import wait_until as wait_or_raise

T = TypeVar("T")
# How much longer than on a quiet machine something may take where others share its processors and its memory.
PATIENCE = 3
# How long an answer of the running system may take; the first one of a function comes from a new process.
ANSWER_SECONDS = PATIENCE * 20


def wait_until(condition: Callable[[], T], timeout: float, what: str) -> T:
    """Return the first true value of `condition`, for which `timeout` seconds suffice on a quiet machine.

    The test fails if it does not come in three times as long, saying what did not come: how fast things are is no
    question of a test (`make bench`).
    """
    try:
        return wait_or_raise(condition, PATIENCE * timeout, what)
    except LocalCloudError as error:
        pytest.fail(str(error))
