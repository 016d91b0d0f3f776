"""A clock that is wrong: who has one gets no turn, and nobody else notices."""

from collections.abc import Callable

import pytest

from marquee.governor import tmdb_limits
from marquee.repositories.governors import Governor
from marquee.repositories.pace import NoSlot
from marquee.traffic import TrafficClass
from tests.fakes.clock import FakeClock
from tests.fakes.operations import CountedTable

VIEWER, BACKFILL = TrafficClass.VIEWER, TrafficClass.BACKFILL


@pytest.fixture
def dated(table: CountedTable, clock: FakeClock) -> CountedTable:
    """The table, whose answers bear the date of the clock that is right."""
    table.now = clock
    yield table
    table.now = None


def governor(table: CountedTable, clock: Callable[[], float], right: FakeClock) -> Governor:
    return Governor(table, tmdb_limits(40), clock=clock, sleep=right.sleep)


@pytest.mark.parametrize("seconds", [-300, -2.1, 2.1, 300])
def test_function_with_a_wrong_clock_gets_no_turn_and_leaves_the_pace_as_it_is(
    dated: CountedTable, clock: FakeClock, seconds: float
) -> None:
    with pytest.raises(NoSlot, match="the clock of this function"):
        governor(dated, lambda: clock() + seconds, clock).claim_slots(1, VIEWER, None)

    assert dated.requests == {"GetItem": 1}
    assert governor(dated, clock, clock).claim_slots(1, BACKFILL, None)[0] < clock() + 0.1


@pytest.mark.parametrize("seconds", [-1, -0.1, 0, 0.1, 0.9])
@pytest.mark.parametrize("part", [0, 0.5, 0.999])
def test_clock_that_a_date_cannot_call_wrong_is_believed(
    dated: CountedTable, clock: FakeClock, seconds: float, part: float
) -> None:
    clock.sleep(part)

    assert governor(dated, lambda: clock() + seconds, clock).claim_slots(1, VIEWER, None)


def test_answer_that_takes_long_makes_no_clock_wrong(dated: CountedTable, clock: FakeClock) -> None:
    dated.client.meta.events.register("before-send", lambda **_: clock.sleep(20), unique_id="slow")
    try:
        assert governor(dated, clock, clock).claim_slots(1, VIEWER, None)
    finally:
        dated.client.meta.events.unregister("before-send", unique_id="slow")


@pytest.mark.parametrize("seconds", [-300, 300])
def test_clock_that_goes_wrong_between_two_claims_is_noticed(
    dated: CountedTable, clock: FakeClock, seconds: float
) -> None:
    skew = 0.0
    some = governor(dated, lambda: clock() + skew, clock)
    some.claim_slots(1, VIEWER, None)
    skew = seconds

    with pytest.raises(NoSlot, match="clock"):
        some.claim_slots(1, VIEWER, None)

    assert governor(dated, clock, clock).claim_slots(1, BACKFILL, None)[0] < clock() + 0.1


def test_function_with_a_deadline_waits_until_its_clock_is_right_again(dated: CountedTable, clock: FakeClock) -> None:
    began = clock()

    def wrong_for_a_minute() -> float:
        return clock() + (300 if clock() < began + 60 else 0)

    (slot,) = governor(dated, wrong_for_a_minute, clock).claim_slots(1, VIEWER, began + 600)

    assert began + 60 <= slot < began + 75
