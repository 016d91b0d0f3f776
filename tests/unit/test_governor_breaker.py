from datetime import UTC, datetime, timedelta

import pytest

from marquee.errors import UpstreamUnavailable
from marquee.governor import tmdb_limits
from marquee.repositories.governors import Governor
from marquee.traffic import TrafficClass
from tests.fakes.clock import FakeClock

VIEWER = TrafficClass.VIEWER
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def clock():
    return FakeClock(NOON)


@pytest.fixture
def governor(table, clock):
    return Governor(table, tmdb_limits(), clock=clock, sleep=clock.sleep)


@pytest.fixture
def other(table, clock):
    return Governor(table, tmdb_limits(), clock=clock, sleep=clock.sleep)


def fail(governor, times):
    for _ in range(times):
        governor.report_failure()


def test_four_failures_in_a_row_stop_nobody(governor):
    fail(governor, 4)
    assert governor.claim_slots(1, VIEWER, None)


def test_the_fifth_failure_stops_everyone_for_half_a_minute(governor, other, clock):
    fail(governor, 5)

    for each in (governor, other):
        with pytest.raises(UpstreamUnavailable, match="12:00:30"):
            each.claim_slots(1, VIEWER, None)
    clock.sleep(30)

    assert governor.claim_slots(1, VIEWER, None)
    assert other.claim_slots(1, VIEWER, None)


def test_failures_of_several_functions_add_up(governor, other):
    fail(governor, 3)
    fail(other, 2)
    with pytest.raises(UpstreamUnavailable):
        governor.claim_slots(1, VIEWER, None)


def test_a_success_between_failures_begins_the_count_again(governor, other):
    fail(governor, 4)
    other.claim_slots(1, VIEWER, None)
    other.report_success()
    fail(governor, 4)
    assert governor.claim_slots(1, VIEWER, None)


def test_the_next_failure_opens_the_breaker_again_and_for_longer(governor, clock):
    fail(governor, 5)
    clock.sleep(31)
    fail(governor, 1)
    assert governor.snapshot().open_until == NOON + timedelta(seconds=31 + 60)


def test_calls_that_fail_after_it_opened_do_not_open_it_for_longer(governor, other):
    fail(governor, 5)
    fail(other, 7)
    assert other.snapshot().open_until == NOON + timedelta(seconds=30)


def test_a_success_after_the_pause_closes_the_breaker_for_good(governor, clock):
    fail(governor, 5)
    clock.sleep(31)
    governor.claim_slots(1, VIEWER, None)
    governor.report_success()

    fail(governor, 4)

    assert governor.snapshot().open_until is None
    assert governor.claim_slots(1, VIEWER, None)


def test_a_success_is_written_only_after_failures(governor, table):
    governor.claim_slots(1, VIEWER, None)
    table.requests.clear()
    governor.report_success()
    assert not table.requests


def test_an_open_breaker_is_remembered_without_asking_the_table(governor, table):
    fail(governor, 5)
    table.requests.clear()
    with pytest.raises(UpstreamUnavailable):
        governor.claim_slots(1, VIEWER, None)
    assert not table.requests


def test_slots_claimed_before_it_opened_are_not_used(governor):
    with governor.reserve(10, traffic=VIEWER) as reservation:
        reservation.wait_for_slot()
        fail(governor, 5)
        with pytest.raises(UpstreamUnavailable):
            reservation.wait_for_slot()
