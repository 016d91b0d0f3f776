from collections import Counter
from contextlib import suppress
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marquee.errors import RateLimited
from marquee.governor import ProviderLimits, tmdb_limits
from marquee.repositories.governors import Governor
from marquee.traffic import TrafficClass
from tests.fakes.clock import FakeClock
from tests.fakes.operations import operations_table

BACKFILL, SCHEDULED, VIEWER = TrafficClass.BACKFILL, TrafficClass.SCHEDULED, TrafficClass.VIEWER
names = count()


@pytest.fixture(scope="module")
def table():
    with operations_table() as table:
        yield table


def limits(calls=40.0, period=1.0):
    """Return limits with a name of their own, so that tests share the table and nothing in it."""
    return ProviderLimits(f"provider{next(names)}", calls, period)


def governors(table, number, some_limits, clock):
    return [Governor(table, some_limits, clock=clock, sleep=clock.sleep) for _ in range(number)]


def assert_within(times, some_limits):
    """Assert that no window of one period, wherever it begins, holds more calls than permitted."""
    times, permitted = sorted(times), int(some_limits.calls)
    for first, one_too_many in zip(times, times[permitted:], strict=False):
        assert one_too_many - first >= some_limits.period - 1e-6


steps = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(1, 6),
        st.sampled_from(list(TrafficClass)),
        st.sampled_from([0.0, 0.0, 0.001, 0.03, 0.4, 5.0]),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, lateness=st.lists(st.floats(0, 1), min_size=1, max_size=7), permitted=st.sampled_from([3, 7, 40]))
def test_no_window_holds_more_calls_than_permitted_whoever_claims_and_however_late_they_are(
    table, steps, lateness, permitted
):
    some_limits, clock = limits(permitted), FakeClock()
    sharing = governors(table, 3, some_limits, clock)
    slots = []
    for who, calls, traffic, pause in steps:
        clock.sleep(pause)
        try:
            slots += sharing[who].claim_slots(calls, traffic, None)
        except RateLimited:
            continue
    delays = (lateness[n % len(lateness)] * some_limits.lateness for n in count())
    assert_within([slot + delay for slot, delay in zip(slots, delays, strict=False)], some_limits)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from([0.0, 0.02, 0.3, 2.5])), min_size=5, max_size=40))
def test_slow_callers_of_one_reservation_do_not_use_slots_that_have_passed(table, work):
    some_limits, clock = limits(7), FakeClock()
    reservations = [each.reserve(20, traffic=VIEWER) for each in governors(table, 3, some_limits, clock)]
    made = []
    for who, seconds in work:
        reservations[who].wait_for_slot()
        made.append(clock())
        clock.sleep(seconds)
    assert_within(made, some_limits)


def test_many_callers_together_use_at_least_95_percent_of_the_rate(table):
    some_limits, clock = limits(40), FakeClock()
    sharing = governors(table, 4, some_limits, clock)
    slots = sorted(slot for n in range(100) for slot in sharing[n % 4].claim_slots(1 + n % 7, VIEWER, None))
    assert (len(slots) - 1) / (slots[-1] - slots[0]) >= 0.95 * 40


def test_a_slow_caller_soon_claims_no_slots_that_it_cannot_use(table):
    some_limits, clock = limits(40), FakeClock()
    slow, other = governors(table, 2, some_limits, clock)
    reservation = slow.reserve(100, traffic=VIEWER)
    for _ in range(5):
        reservation.wait_for_slot()
        clock.sleep(0.2)
    reservation.wait_for_slot()
    assert other.claim_slots(1, BACKFILL, None)[0] - clock() <= some_limits.lateness + 1e-5


def test_backfill_gives_way_first_then_scheduled_work_and_viewers_last(table):
    some_limits, clock = limits(1), FakeClock()
    governor, *_ = governors(table, 1, some_limits, clock)
    accepted = Counter()
    for traffic in (BACKFILL, SCHEDULED, VIEWER):
        with suppress(RateLimited):
            while governor.claim_slots(1, traffic, None):
                accepted[traffic] += 1
    assert accepted == {BACKFILL: 2, SCHEDULED: 8, VIEWER: 20}


def test_a_refusal_says_when_the_queue_will_be_short_enough(table):
    clock = FakeClock()
    governor, *_ = governors(table, 1, limits(1), clock)
    governor.claim_slots(10, VIEWER, None)

    with pytest.raises(RateLimited) as refusal:
        governor.claim_slots(1, BACKFILL, None)

    clock.sleep(refusal.value.retry_after)
    assert governor.claim_slots(1, BACKFILL, None)


def test_with_a_deadline_a_caller_waits_for_a_short_queue(table):
    clock = FakeClock()
    governor, *_ = governors(table, 1, limits(1), clock)
    governor.claim_slots(10, VIEWER, None)

    slots = governor.claim_slots(1, BACKFILL, clock() + 60)

    assert slots[0] - clock() <= 2.0


def test_no_slot_is_given_beyond_the_deadline(table):
    clock = FakeClock()
    governor, *_ = governors(table, 1, limits(1), clock)
    governor.claim_slots(10, VIEWER, None)

    with pytest.raises(RateLimited, match="deadline"):
        governor.claim_slots(1, VIEWER, clock() + 5)
    with pytest.raises(RateLimited, match="deadline"):
        governor.claim_slots(1, VIEWER, clock() - 1)
    assert clock.slept == []


def test_after_a_429_everyone_pauses_as_long_as_asked(table):
    some_limits, clock = limits(), FakeClock()
    one, other = governors(table, 2, some_limits, clock)
    one.claim_slots(1, VIEWER, None)
    other.claim_slots(1, VIEWER, None)

    assert one.report_rate_limited(5.0) == 5.0

    assert other.claim_slots(1, VIEWER, None)[0] >= clock() + 5.0
    with pytest.raises(RateLimited):
        other.claim_slots(1, BACKFILL, None)


def test_a_shorter_pause_does_not_shorten_a_longer_one(table):
    clock = FakeClock()
    governor, *_ = governors(table, 1, limits(), clock)
    governor.report_rate_limited(20.0)
    governor.report_rate_limited(1.0)
    assert governor.snapshot().queue_seconds == pytest.approx(20.0)


def test_a_call_costs_one_write_and_after_a_pause_a_look_at_the_clock_and_a_batch_shares_them(table):
    clock = FakeClock()
    governor = Governor(table, ProviderLimits(f"provider{next(names)}", 40, 1), clock=clock, sleep=clock.sleep)
    for pause, reads in ((5.0, 1), (0.0, 0), (0.0, 0), (5.0, 1)):
        clock.sleep(pause)
        table.requests.clear()
        with governor.reserve(1, traffic=VIEWER) as reservation:
            reservation.wait_for_slot()
        assert table.requests == Counter({"UpdateItem": 1, "GetItem": reads})

    table.requests.clear()
    with governor.reserve(57, traffic=VIEWER) as reservation:
        for _ in range(57):
            reservation.wait_for_slot()
    assert table.requests == {"UpdateItem": 3}


def test_a_wrong_guess_about_the_queue_costs_one_more_write_and_no_read(table):
    some_limits, clock = limits(40), FakeClock()
    one, other = governors(table, 2, some_limits, clock)
    other.claim_slots(1, VIEWER, None)
    clock.sleep(0.5)
    one.claim_slots(9, VIEWER, None)
    table.requests.clear()
    assert other.claim_slots(1, VIEWER, None)[0] > clock()
    assert table.requests == {"UpdateItem": 2}


def test_the_snapshot_shows_rate_and_queue(table):
    clock = FakeClock()
    governor = Governor(table, tmdb_limits(), clock=clock, sleep=clock.sleep)
    governor.claim_slots(39, VIEWER, None)
    view = governor.snapshot()
    assert view.provider == "tmdb"
    assert view.calls_per_second == pytest.approx(38.8)
    assert view.queue_seconds == pytest.approx(39 * tmdb_limits().interval + tmdb_limits().lateness, abs=1e-4)
    assert view.open_until is None
    assert view.budget is None
