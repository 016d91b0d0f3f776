"""Which titles are trending, by what was counted of the last days."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activity_consumer import handler
from marquee.repositories.activity import ActivityRepository
from marquee.trending import DAYS, TitleActivity, last_days, trending
from tests.fakes.activity import DAY, NEXT_DAY, Told, consume, rated
from tests.unit.conftest import Cloud

TODAY = "2026-03-01"
WEEK = last_days(TODAY)


def active(title_id: str, score: int) -> TitleActivity:
    return TitleActivity(title_id=title_id, score=score)


def test_week_reaches_over_the_end_of_a_month() -> None:
    assert WEEK == (
        "2026-03-01",
        "2026-02-28",
        "2026-02-27",
        "2026-02-26",
        "2026-02-25",
        "2026-02-24",
        "2026-02-23",
    )


def test_most_active_titles_come_first_and_equal_ones_by_id() -> None:
    ranks = trending({TODAY: [active("9", 5), active("10", 5), active("2", 7), active("3", 0)]})

    assert list(ranks.items()) == [("2", 1), ("9", 2), ("10", 3)]


def test_activity_of_days_adds_up_and_the_past_counts_less() -> None:
    days = {TODAY: [active("1", 10), active("2", 6)], WEEK[1]: [active("2", 6), active("3", 12)]}

    assert list(trending(days)) == ["2", "1", "3"]


@pytest.mark.parametrize("quiet", [True, False])
def test_what_is_a_week_old_is_forgotten(quiet: bool) -> None:
    days = {TODAY: [] if quiet else [active("1", 1)], "2026-02-22": [active("2", 1000)]}

    assert trending(days) == ({} if quiet else {"1": 1})


def test_nothing_is_trending_where_nothing_was_counted() -> None:
    assert trending({}) == {}


@given(
    st.dictionaries(
        st.sampled_from(WEEK), st.lists(st.builds(active, st.sampled_from("123456"), st.integers(0, 50)), max_size=6)
    ),
    st.randoms(use_true_random=False),
)
def test_ranks_do_not_depend_on_the_order_in_which_rows_are_read(
    days: dict[str, list[TitleActivity]], chance: random.Random
) -> None:
    shuffled = {day: chance.sample(days[day], len(days[day])) for day in chance.sample(list(days), len(days))}

    ranks = trending(days)

    assert list(trending(shuffled).items()) == list(ranks.items())
    assert list(ranks.values()) == list(range(1, len(ranks) + 1))


def test_top_of_a_day_holds_its_most_active_titles_with_their_counters(cloud: Cloud) -> None:
    handler.consumer.cache_clear()
    consume(
        *(Told(f"v{n}", title_id=11) for n in range(2)),
        Told("w", "title_watched", title_id=12),
        rated("r", 5, title_id=12),
        Told("f", "title_followed", title_id=13),
        Told("s", "search_performed", more=(("query", "alien"),)),
        Told("n", title_id=14, timestamp=f"{NEXT_DAY}T00:00:00.000Z"),
    )

    top = ActivityRepository(cloud.operations).top

    assert top(DAY, 1) == [TitleActivity(title_id="12", watches=1, ratings=1, score=5)]
    assert {each.title_id: each.score for each in top(DAY, 10)} == {"11": 2, "12": 5, "13": 2}
    assert top(NEXT_DAY, 10) == [TitleActivity(title_id="14", views=1, score=1)]
    assert top("2026-01-01", 10) == []
    assert list(trending({day: top(day, 10) for day in last_days(NEXT_DAY)})) == ["12", "11", "13", "14"]
    assert len(last_days(NEXT_DAY)) == DAYS
