"""What a warm function keeps: read once, read again when it is old and the budget allows it, bounded."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor

import pytest

from guide_api.budget import Budget
from guide_api.kept import Kept

MANY = 100


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Source:
    """Values that say how often they were read."""

    def __init__(self) -> None:
        self.times: dict[str, int] = {}

    def __call__(self, key: str) -> str:
        self.times[key] = self.times.get(key, 0) + 1
        return f"{key}{self.times[key]}"


@pytest.fixture
def executor() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as found:
        yield found


def kept(clock: Clock, most: int = 10) -> Kept[str, str]:
    return Kept(300, most, empty_seconds=15, stale_seconds=3600, clock=clock)


def test_value_is_read_once_and_again_when_it_is_old(executor: Executor) -> None:
    clock, read = Clock(), Source()
    values = kept(clock)

    assert values.get_many("ab", read, Budget(MANY), executor) == {"a": "a1", "b": "b1"}
    assert values.get_many("ab", read, Budget(MANY), executor) == {"a": "a1", "b": "b1"}
    clock.now = 300
    assert values.get_many("a", read, Budget(MANY), executor, renew=False) == {"a": "a1"}
    assert values.get_many("a", read, Budget(MANY), executor) == {"a": "a2"}


def test_budget_is_for_what_is_missing_and_then_for_what_is_oldest(executor: Executor) -> None:
    clock, read = Clock(), Source()
    values = kept(clock)
    values.get_many("a", read, Budget(MANY), executor)
    clock.now = 1
    values.get_many("b", read, Budget(MANY), executor)
    clock.now = 400
    budget = Budget(2)

    found = values.get_many("bacd", read, budget, executor)

    assert found == {"b": "b1", "a": "a1", "c": "c1", "d": "d1"}
    assert budget.left == 0
    assert values.get_many("ba", read, Budget(1), executor) == {"b": "b1", "a": "a2"}


def test_what_is_far_too_old_is_as_good_as_missing(executor: Executor) -> None:
    clock, read = Clock(), Source()
    values = kept(clock)
    values.get_many("a", read, Budget(MANY), executor)
    clock.now = 300 + 3600

    assert values.get_many("a", read, Budget(0), executor) == {}


def test_what_was_asked_for_longest_ago_makes_room(executor: Executor) -> None:
    values, read = kept(Clock(), most=2), Source()
    for key in ("a", "b", "a", "c"):
        values.get_many(key, read, Budget(MANY), executor)

    assert values.get_many("ab", read, Budget(0), executor) == {"a": "a1"}


def test_failure_is_not_kept(executor: Executor) -> None:
    values = kept(Clock())

    def fail(key: str) -> str:
        raise LookupError(key)

    with pytest.raises(LookupError):
        values.get_many("a", fail, Budget(MANY), executor)

    assert values.get_many("a", Source(), Budget(MANY), executor) == {"a": "a1"}


def test_nothing_is_kept_for_less_long(executor: Executor) -> None:
    clock = Clock()
    values = kept(clock)

    assert values.get_many("a", lambda _: "", Budget(MANY), executor) == {"a": ""}
    clock.now = 14
    assert values.get_many("a", Source(), Budget(MANY), executor) == {"a": ""}
    clock.now = 15
    assert values.get_many("a", Source(), Budget(MANY), executor) == {"a": "a1"}
