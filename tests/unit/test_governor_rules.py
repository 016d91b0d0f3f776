from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marquee.governor import (
    CreditState,
    daily_allowance,
    next_renewal,
    open_seconds,
    pause_seconds,
    renewed,
    tmdb_limits,
    watchmode_limits,
)
from marquee.traffic import TrafficClass

DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    "limits", [watchmode_limits(), tmdb_limits(), tmdb_limits(7.5)], ids=["watchmode", "tmdb", "odd"]
)
def test_at_least_95_percent_of_the_permitted_rate_is_used(limits):
    assert 0.95 <= limits.period / limits.interval / limits.calls < 1


def test_calls_that_are_late_by_all_that_is_tolerated_still_fit_into_a_period():
    limits = tmdb_limits()
    assert limits.calls * limits.interval - limits.lateness == pytest.approx(limits.period)


def test_the_breaker_stays_open_twice_as_long_each_time_up_to_ten_minutes():
    assert [open_seconds(openings) for openings in (0, 1, 2, 5, 1000)] == [30, 60, 120, 600, 600]


def test_a_pause_is_as_long_as_the_provider_asks_for():
    assert pause_seconds(7.0, 1, tmdb_limits()) == 7.0
    assert pause_seconds(1e9, 1, tmdb_limits()) == 3600.0


def test_a_pause_nobody_asked_for_doubles_with_every_attempt():
    assert [pause_seconds(None, attempt, tmdb_limits()) for attempt in (1, 2, 3)] == [1, 2, 4]
    assert [pause_seconds(None, attempt, watchmode_limits()) for attempt in (1, 2, 3)] == [7.5, 15, 30]


@pytest.mark.parametrize(
    ("today", "renewal_day", "expected"),
    [
        pytest.param(date(2026, 3, 10), 1, date(2026, 4, 1), id="first of the next month"),
        pytest.param(date(2026, 12, 31), 1, date(2027, 1, 1), id="over the year"),
        pytest.param(date(2026, 3, 10), 15, date(2026, 3, 15), id="later this month"),
        pytest.param(date(2026, 3, 15), 15, date(2026, 4, 15), id="today is over"),
        pytest.param(date(2026, 1, 31), 31, date(2026, 2, 28), id="short month"),
    ],
)
def test_the_renewal_is_expected_on_its_day(today, renewal_day, expected):
    assert next_renewal(today, renewal_day) == expected


@given(st.integers(1, 50_000), st.integers(0, 60_000), DAYS, st.integers(1, 31))
def test_days_spent_to_their_allowance_never_exceed_the_quota(quota, used, today, renewal_day):
    renewal, spent = next_renewal(today, renewal_day), used
    while today < renewal:
        allowance = daily_allowance(quota, spent, today, renewal_day)
        assert allowance >= 0
        spent += allowance
        today = date.fromordinal(today.toordinal() + 1)
    assert spent <= max(quota, used)
    assert spent >= min(quota, used) or used > quota


@given(st.integers(0, 50_000), st.integers(0, 60_000), DAYS)
def test_backfill_stops_before_scheduled_work_and_that_before_viewers(quota, used, today):
    state = CreditState(quota, used, used, today, datetime(2026, 1, 1, tzinfo=UTC))
    backfill, scheduled, viewer = (
        state.ceiling(each, today) for each in (TrafficClass.BACKFILL, TrafficClass.SCHEDULED, TrafficClass.VIEWER)
    )
    assert backfill <= 0.6 * scheduled
    assert backfill <= scheduled <= viewer
    allowance = daily_allowance(quota, used, today)
    assert scheduled == allowance
    assert viewer == min(max(0, quota - used), 3 * allowance)


@pytest.mark.parametrize(
    ("known", "used", "expected"),
    [(2400, 3, True), (2400, 2399, False), (100, 99, False), (0, 0, False), (1, 0, False), (10, 12, False)],
)
def test_only_a_large_drop_is_a_renewal(known, used, expected):
    assert renewed(known, used) is expected
