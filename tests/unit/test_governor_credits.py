from datetime import UTC, date, datetime, timedelta

import pytest

from marquee.errors import QuotaExhausted, UpstreamUnavailable
from marquee.governor import watchmode_limits
from marquee.repositories.governors import Governor
from marquee.traffic import TrafficClass

BACKFILL, SCHEDULED, VIEWER = TrafficClass.BACKFILL, TrafficClass.SCHEDULED, TrafficClass.VIEWER
# 22 days before the first of April, so that 2,200 credits are 100 a day.
START = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def governor(table, clock):
    governor = Governor(table, watchmode_limits(), clock=clock, sleep=clock.sleep)
    governor.report_quota(2500, 300)
    return governor


@pytest.fixture
def other(table, clock, governor):
    return Governor(table, watchmode_limits(), clock=clock, sleep=clock.sleep)


def spend(governor, credits, traffic):
    reservation = governor.reserve(1, credits=credits, traffic=traffic)
    reservation.pay()
    reservation.close()


def budget(governor):
    return governor.snapshot().budget


def test_nothing_is_spent_while_the_quota_is_unknown(table, clock):
    governor = Governor(table, watchmode_limits(), clock=clock)
    assert governor.quota_check_due()
    assert budget(governor) is None
    with pytest.raises(UpstreamUnavailable, match="quota"):
        governor.reserve(1, credits=1, traffic=VIEWER)


def test_each_class_stops_at_its_share_of_what_all_have_spent(governor, other):
    spend(governor, 60, BACKFILL)
    with pytest.raises(QuotaExhausted, match="backfill"):
        spend(other, 1, BACKFILL)
    spend(other, 40, SCHEDULED)
    with pytest.raises(QuotaExhausted, match="scheduled"):
        spend(governor, 1, SCHEDULED)
    spend(governor, 200, VIEWER)
    with pytest.raises(QuotaExhausted, match="viewer"):
        spend(other, 1, VIEWER)


def test_viewers_never_get_more_than_is_left_of_the_month(governor, clock):
    clock.set(datetime(2026, 3, 31, 12, tzinfo=UTC))
    governor.report_quota(2500, 2300)
    assert budget(governor).left == {BACKFILL: 120, SCHEDULED: 200, VIEWER: 200}
    spend(governor, 200, VIEWER)
    with pytest.raises(QuotaExhausted, match="viewer"):
        spend(governor, 1, VIEWER)


def test_the_snapshot_shows_what_is_spent_and_what_is_left(governor):
    spend(governor, 50, BACKFILL)
    spend(governor, 7, VIEWER)
    view = budget(governor)
    assert (view.quota, view.used, view.allowance, view.spent_today) == (2500, 300, 100, 57)
    assert view.spent_by_class == {BACKFILL: 50, SCHEDULED: 0, VIEWER: 7}
    assert view.left == {BACKFILL: 3, SCHEDULED: 43, VIEWER: 243}
    assert view.renewal_expected == date(2026, 4, 1)


def test_calls_that_were_not_made_or_cost_nothing_give_their_credits_back(governor):
    with governor.reserve(10, credits=2, traffic=SCHEDULED) as reservation:
        reservation.pay()
        reservation.pay()
    assert budget(governor).spent_by_class[SCHEDULED] == 4


def test_credits_return_to_the_day_they_were_taken_from(governor, clock):
    reservation = governor.reserve(5, credits=1, traffic=VIEWER)
    clock.sleep(86_400)
    reservation.close()
    clock.set(START)
    assert budget(governor).spent_today == 0


def test_a_new_day_asks_for_the_quota_and_has_a_new_allowance(governor, clock):
    spend(governor, 100, SCHEDULED)
    clock.sleep(86_400)
    assert governor.quota_check_due()

    governor.report_quota(2500, 400)

    assert not governor.quota_check_due()
    assert budget(governor).left == {BACKFILL: 60, SCHEDULED: 100, VIEWER: 300}


def test_the_first_reading_of_a_day_counts_even_if_functions_read_it_at_once(governor, other, clock):
    other.quota_check_due()
    clock.sleep(86_400)
    governor.quota_check_due()
    other.quota_check_due()

    governor.report_quota(2500, 300)
    spend(governor, 50, VIEWER)
    other.report_quota(2500, 350)

    assert budget(other).left[VIEWER] == 3 * 105 - 50


def test_a_402_stops_all_classes_in_all_functions_within_a_minute(governor, other, clock):
    other.quota_check_due()
    governor.report_exhausted()
    clock.sleep(61)
    for each in (governor, other):
        with pytest.raises(QuotaExhausted, match="2026-04-01"):
            each.reserve(1, credits=1, traffic=VIEWER)
    assert budget(other).left == {BACKFILL: 0, SCHEDULED: 0, VIEWER: 0}


def test_a_reading_without_credits_left_stops_spending_like_a_402(governor):
    governor.report_quota(2500, 2500)
    with pytest.raises(QuotaExhausted):
        governor.reserve(1, credits=1, traffic=VIEWER)


def test_a_spent_account_is_asked_again_every_ten_minutes_by_one_function(governor, other, clock):
    governor.report_exhausted()
    clock.sleep(599)
    assert not governor.quota_check_due()
    clock.sleep(1)
    assert [governor.quota_check_due(), other.quota_check_due(), governor.quota_check_due()] == [True, False, False]


def test_credits_that_are_there_again_can_be_spent(governor, clock):
    spend(governor, 100, VIEWER)
    governor.report_exhausted()
    clock.sleep(3600)
    assert governor.quota_check_due()

    governor.report_quota(2500, 0)

    # 31 days until the next renewal; what the day has cost before this one counts.
    assert (budget(governor).allowance, budget(governor).exhausted_until) == (81, None)
    spend(governor, 3 * 81 - 100, VIEWER)
    with pytest.raises(QuotaExhausted, match="viewer"):
        spend(governor, 1, VIEWER)


def test_the_day_of_a_renewal_that_was_seen_is_expected_next_month(governor, clock):
    clock.set(datetime(2026, 3, 11, 9, tzinfo=UTC))
    governor.report_quota(2500, 0)
    assert budget(governor).renewal_expected == date(2026, 4, 11)


def test_a_renewal_some_time_in_a_long_silence_tells_no_day(governor, clock):
    clock.set(datetime(2026, 3, 25, 9, tzinfo=UTC))
    governor.report_quota(2500, 0)
    assert budget(governor).renewal_expected == date(2026, 4, 1)


def test_answers_that_overtake_each_other_change_nothing(governor, clock):
    governor.report_quota(2500, 350)
    governor.report_quota(2500, 330)
    assert budget(governor).left[VIEWER] == 300
    assert budget(governor).renewal_expected == date(2026, 4, 1)


def test_a_call_costs_one_write_for_its_credits_and_readings_are_stored_once_a_minute(governor, table, clock):
    table.requests.clear()
    for used in range(300, 320):
        spend(governor, 1, VIEWER)
        governor.report_quota(2500, used)
    assert table.requests == {"UpdateItem": 20}
    clock.sleep(61)
    governor.report_quota(2500, 321)
    assert budget(governor).used == 321


def test_the_record_of_a_day_expires_after_forty_days(governor, table):
    spend(governor, 1, VIEWER)
    item = table.get("governor:watchmode", "spent:2026-03-10")
    expected = datetime(2026, 3, 10, tzinfo=UTC) + timedelta(days=40)
    assert item == {
        "PK": "governor:watchmode",
        "SK": "spent:2026-03-10",
        "spent": 1,
        "viewer": 1,
        "expires_at": int(expected.timestamp()),
    }
