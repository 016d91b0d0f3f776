"""Waiting for an outcome: end-to-end tests name a condition and never sleep for a fixed time."""

from collections.abc import Callable
from typing import TypeVar

import pytest

from local.errors import LocalCloudError
from local.waiting import wait_until as wait_or_raise

T = TypeVar("T")


def wait_until(condition: Callable[[], T], timeout: float, what: str) -> T:
    """Return the first true value of `condition`; the test fails after `timeout` seconds, saying what did not come."""
    try:
        return wait_or_raise(condition, timeout, what)
    except LocalCloudError as error:
        pytest.fail(str(error))
