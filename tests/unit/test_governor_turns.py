"""Calls of one reservation that several threads share: late ones wait for another turn, answers wait for nobody."""

import threading
from itertools import pairwise

import pytest

from marquee.errors import RateLimited, UpstreamUnavailable
from marquee.governor import TrafficClass, tmdb_limits
from marquee.repositories.governors import Governor
from marquee.repositories.pace import BreakerOpen, NoSlot
from tests.fakes.clock import FakeClock
from tests.fakes.operations import CountedTable

BACKFILL = TrafficClass.BACKFILL


class Oversleeping(FakeClock):
    """A clock by which a busy machine wakes up its sleepers late, one time after the other by these seconds."""

    def __init__(self, *late: float) -> None:
        super().__init__()
        self.late = list(late)

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds + (self.late.pop(0) if self.late else 0.0))


def governor(table: CountedTable, clock: FakeClock) -> Governor:
    return Governor(table, tmdb_limits(40), clock=clock, sleep=clock.sleep)


@pytest.mark.parametrize("late", [0.016, 0.03, 0.2], ids=["a little", "too much", "by several slots"])
def test_call_that_would_leave_late_waits_for_another_slot(table: CountedTable, late: float) -> None:
    clock = Oversleeping(late)
    limits = tmdb_limits(40)
    reservation = governor(table, clock).reserve(10, traffic=BACKFILL)
    began = clock()

    made = []
    for _ in range(3):
        reservation.wait_for_slot()
        made.append(clock())

    behind = [(moment - began) % limits.interval for moment in made]
    assert all(min(each, limits.interval - each) <= limits.lateness / 2 for each in behind)
    assert all(later - earlier >= limits.interval - limits.lateness / 2 for earlier, later in pairwise(made))
    assert reservation.made == 3


def test_call_that_is_always_late_is_made_all_the_same(table: CountedTable) -> None:
    clock = Oversleeping(*[0.2] * 20)
    reservation = governor(table, clock).reserve(10, traffic=BACKFILL)

    for _ in range(3):
        reservation.wait_for_slot()

    assert reservation.made == 3


def test_call_that_leaves_hardly_late_keeps_its_slot(table: CountedTable) -> None:
    clock = Oversleeping(0.012)
    reservation = governor(table, clock).reserve(10, traffic=BACKFILL)

    for _ in range(2):
        reservation.wait_for_slot()

    assert table.requests["UpdateItem"] == 1
    assert clock.slept[-1] == pytest.approx(tmdb_limits(40).interval + 0.012, abs=1e-4)


def test_answer_is_counted_while_another_thread_waits_for_slots(table: CountedTable, clock: FakeClock) -> None:
    waiting, go_on = threading.Event(), threading.Event()

    class Busy(Governor):
        def claim_slots(self, *claim: object) -> list[float]:
            waiting.set()
            go_on.wait(timeout=20)
            return [clock()]

    reservation = Busy(table, tmdb_limits(40), clock=clock, sleep=clock.sleep).reserve(2, traffic=BACKFILL)
    caller = threading.Thread(target=reservation.wait_for_slot)
    caller.start()
    assert waiting.wait(timeout=20)

    reservation.pay()
    reservation.close()

    go_on.set()
    caller.join(timeout=20)
    assert reservation.made == 1


def test_calls_that_are_repeated_are_counted_too(table: CountedTable, clock: FakeClock) -> None:
    reservation = governor(table, clock).reserve(1, traffic=BACKFILL)

    for _ in range(3):
        reservation.wait_for_slot()

    assert reservation.made == 3


def test_who_is_refused_a_turn_can_tell_that_nothing_was_sent(table: CountedTable, clock: FakeClock) -> None:
    some = governor(table, clock)
    with pytest.raises(NoSlot) as late:
        some.reserve(1, traffic=BACKFILL, deadline=clock() - 1).wait_for_slot()
    for _ in range(5):
        some.report_failure()
    with pytest.raises(BreakerOpen) as closed:
        some.reserve(1, traffic=BACKFILL).wait_for_slot()

    assert isinstance(late.value, RateLimited)
    assert isinstance(closed.value, UpstreamUnavailable)
