"""Calls of one reservation that several threads share: late ones wait for another turn, answers wait for nobody."""

import threading
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from marquee.errors import RateLimited, UpstreamUnavailable
from marquee.governor import tmdb_limits, watchmode_limits
from marquee.repositories.governors import Governor
from marquee.repositories.pace import BreakerOpen, NoSlot
from marquee.traffic import TrafficClass
from tests.fakes.clock import FakeClock
from tests.fakes.interruptions import before_requests
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
    began = clock() + limits.lateness

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

    made = []
    for _ in range(3):
        reservation.wait_for_slot()
        made.append(clock())

    limits = tmdb_limits(40)
    assert reservation.made == 3
    assert all(later - earlier >= limits.interval - limits.lateness for earlier, later in pairwise(made))


@pytest.mark.parametrize("milliseconds", [0, 16, 31, 40])
def test_slot_of_an_idle_queue_is_met_although_its_write_takes_time(table: CountedTable, milliseconds: int) -> None:
    clock, write, limits = FakeClock(), milliseconds / 1000, tmdb_limits(40)
    began = clock()

    def take_time(operation: str) -> None:
        clock.now += write

    with before_requests(table.client, take_time), governor(table, clock).reserve(1, traffic=BACKFILL) as reservation:
        reservation.wait_for_slot()

    assert table.requests == {"GetItem": 1, "UpdateItem": 1}
    assert reservation.made == 1
    assert clock() - began == pytest.approx(write + max(write, limits.lateness), abs=1e-5)


def test_slot_at_the_end_of_a_short_queue_is_no_nearer_than_on_an_idle_one(
    table: CountedTable, clock: FakeClock
) -> None:
    some, limits = governor(table, clock), tmdb_limits(40)
    [first] = some.claim_slots(1, BACKFILL, None)
    clock.set(datetime.fromtimestamp(first, UTC))
    clock.sleep(limits.interval / 2)

    [second] = some.claim_slots(1, BACKFILL, None)

    assert second - clock() == pytest.approx(limits.lateness, abs=1e-5)
    assert second - first >= limits.interval - 1e-5


def test_provider_that_forgives_seconds_does_not_make_a_lone_call_wait_as_long(
    table: CountedTable, clock: FakeClock
) -> None:
    some = Governor(table, watchmode_limits(), clock=clock, sleep=clock.sleep)

    assert some.claim_slots(1, TrafficClass.VIEWER, None)[0] - clock() == pytest.approx(0.05, abs=1e-5)


def test_call_that_leaves_hardly_late_keeps_its_slot(table: CountedTable) -> None:
    clock = Oversleeping(0.0, 0.012)
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
