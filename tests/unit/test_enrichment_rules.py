from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marquee import clock, enrichment
from marquee.models.titles import Title
from tests.fakes.titles import DAY1, DAY2, DAY3, details, listing, title, tmdb

POPULAR, QUIET = listing(popularity=95.0), listing(popularity=50.0)


def after(moment: str, days: float) -> str:
    return clock.timestamp(clock.parse(moment) + timedelta(days=days))


@pytest.mark.parametrize(
    ("wanted", "demand"),
    [
        pytest.param(title(listing=listing(popularity=42.5), tmdb=tmdb(rating=9.0)), 42.5, id="popularity"),
        pytest.param(title(tmdb=tmdb(rating=7.5)), 75.0, id="else rating"),
        pytest.param(title(listing=listing(popularity=0.0), tmdb=tmdb(rating=7.5)), 0.0, id="popularity of zero"),
        pytest.param(title(tmdb=tmdb()), 0.0, id="no votes"),
        pytest.param(title(), 0.0, id="nothing known"),
        pytest.param(title(listing=listing(popularity=1.0), followed=True), 100.0, id="followed"),
    ],
)
def test_demand_is_highest_for_what_is_followed_else_popularity_else_rating(wanted: Title, demand: float) -> None:
    assert enrichment.demand(wanted) == demand


@pytest.mark.parametrize(
    ("found", "need"),
    [
        pytest.param(title(), "card", id="nothing yet"),
        pytest.param(title(enrichment_state="done", tmdb=tmdb()), "details", id="a card but no details"),
        pytest.param(title(enrichment_state="done", details=details()), None, id="details"),
        pytest.param(
            title(enrichment_state="done", tmdb=tmdb(), unknown_to={"watchmode": DAY1}), None, id="no details to be had"
        ),
        pytest.param(title(enrichment_state="failed", unknown_to={"watchmode": DAY1}), None, id="unknown to all"),
    ],
)
def test_need_is_what_a_provider_could_still_give(found: Title, need: str | None) -> None:
    assert enrichment.needs(found) == need
    assert enrichment.schedule(found).get("enrichment_due") == need


@pytest.mark.parametrize(
    ("found", "key"),
    [
        pytest.param(title(listing=listing(tmdb_id=1, tmdb_type="tv"), details=details()), ("tv", 1), id="listing"),
        pytest.param(title(details=details(tmdb_id=2, tmdb_type="movie")), ("movie", 2), id="details"),
        pytest.param(title(tmdb=tmdb(tmdb_id=3)), ("movie", 3), id="found before"),
        pytest.param(title(listing=listing(tmdb_id=1)), None, id="id without type"),
        pytest.param(title(listing=listing(tmdb_id=1, tmdb_type="person")), None, id="no title"),
        pytest.param(title(), None, id="nothing"),
    ],
)
def test_key_at_tmdb_needs_id_and_type(found: Title, key: tuple[str, int] | None) -> None:
    assert enrichment.tmdb_key(found) == key


@given(st.lists(st.floats(0, 100), min_size=2, max_size=5, unique_by=lambda each: round(each, 2)))
def test_sweep_meets_titles_in_order_of_demand(popularities: list[float]) -> None:
    titles = [title(str(n), listing=listing(popularity=each)) for n, each in enumerate(popularities, start=1)]

    met = sorted(titles, key=lambda each: enrichment.schedule(each)["enrichment_rank"])

    found = [round(100 - enrichment.demand(each), 2) for each in met]
    assert found == sorted(found)


def test_pending_title_is_swept_and_not_refreshed_and_a_complete_one_the_other_way_round() -> None:
    pending, complete = title(), title(enrichment_state="done", details=details(), tmdb=tmdb())

    assert set(enrichment.schedule(pending)) == {"enrichment_due", "enrichment_rank"}
    assert set(enrichment.schedule(complete)) == {"refresh_bucket", "refresh_due"}


@pytest.mark.parametrize(
    ("popularity", "days"), [pytest.param(95.0, 7, id="wanted"), pytest.param(50.0, 28, id="quiet")]
)
@pytest.mark.parametrize(
    ("parts", "since"),
    [
        pytest.param({"tmdb": tmdb(DAY2), "details": details(DAY3)}, DAY2, id="TMDB's part, older"),
        pytest.param({"tmdb": tmdb(DAY3), "details": details(DAY2)}, DAY3, id="TMDB's part, newer"),
        pytest.param({"tmdb": tmdb(DAY3), "unknown_to": {"watchmode": DAY2}}, DAY3, id="unknown to WatchMode"),
        pytest.param({"details": details(DAY2), "unknown_to": {"tmdb": DAY3}}, DAY3, id="unknown to TMDB"),
        pytest.param({"unknown_to": {"watchmode": DAY2, "tmdb": DAY3}}, DAY3, id="unknown to both"),
        pytest.param({"details": details(DAY2)}, DAY2, id="WatchMode alone"),
        pytest.param({"unknown_to": {"watchmode": DAY2}}, DAY2, id="unknown to WatchMode, never asked of TMDB"),
        pytest.param({}, DAY1, id="listing alone"),
    ],
)
def test_title_is_due_by_the_age_of_what_tmdb_said(
    popularity: float, days: int, parts: dict[str, Any], since: str
) -> None:
    found = title(listing=listing(DAY1, popularity=popularity), enrichment_state="done", **parts)

    assert enrichment.refresh_due(found) == after(since, days)


@pytest.mark.parametrize(
    ("word", "days", "stale"),
    [
        pytest.param(POPULAR, 5.24, False, id="wanted, within three quarters of a week"),
        pytest.param(POPULAR, 5.25, True, id="wanted, three quarters of a week"),
        pytest.param(QUIET, 20.9, False, id="quiet, within three weeks"),
        pytest.param(QUIET, 21, True, id="quiet, three weeks: before the 30 days of the free plan"),
    ],
)
def test_stale(word: object, days: float, stale: bool) -> None:
    assert enrichment.is_stale(title(listing=word), DAY1, after(DAY1, days)) is stale


PARTS = [
    pytest.param({"details": details(DAY1)}, "watchmode", DAY1, id="WatchMode alone"),
    pytest.param({"tmdb": tmdb(DAY1)}, "tmdb", DAY1, id="TMDB alone"),
    pytest.param({"tmdb": tmdb(DAY2), "details": details(DAY1)}, "tmdb", DAY2, id="both"),
    pytest.param({"unknown_to": {"watchmode": DAY1}}, "watchmode", DAY1, id="unknown to WatchMode"),
    pytest.param({"unknown_to": {"watchmode": DAY1, "tmdb": DAY2}}, "tmdb", DAY2, id="unknown to both"),
]


@pytest.mark.parametrize(("parts", "provider", "as_of"), PARTS)
@pytest.mark.parametrize("followed", [False, True])
def test_what_is_due_is_stale_so_that_looking_at_it_makes_it_fresh(
    followed: bool, parts: dict[str, Any], provider: str, as_of: str
) -> None:
    found = title(listing=QUIET, enrichment_state="done", followed=followed, **parts)

    assert enrichment.is_stale(found, as_of, enrichment.refresh_due(found), provider)


@pytest.mark.parametrize(
    ("provider", "days", "stale"),
    [
        pytest.param("tmdb", 0.74, False, id="TMDB within three quarters of a day"),
        pytest.param("tmdb", 0.75, True, id="TMDB after three quarters of a day"),
        pytest.param("watchmode", 5.24, False, id="WatchMode within three quarters of a week"),
        pytest.param("watchmode", 5.25, True, id="WatchMode after three quarters of a week"),
    ],
)
def test_followed_title_is_kept_for_a_day_from_tmdb_and_for_a_week_from_watchmode(
    provider: str, days: float, stale: bool
) -> None:
    found = title(listing=QUIET, followed=True)

    assert enrichment.is_stale(found, DAY1, after(DAY1, days), provider) is stale


@pytest.mark.parametrize(("later", "stale"), [(-2, True), (7, True), (7.1, False)])
def test_details_of_about_the_age_of_tmdbs_part_are_fetched_on_the_same_occasion(later: float, stale: bool) -> None:
    found = title(listing=QUIET, enrichment_state="done", tmdb=tmdb(DAY2), details=details(after(DAY2, later)))

    assert found.details is not None
    assert enrichment.is_stale(found, found.details.as_of, enrichment.refresh_due(found)) is stale


@pytest.mark.parametrize(("days", "kept"), [(179.9, True), (180, False)])
def test_facts_of_tmdb_are_kept_for_less_than_six_months(days: float, kept: bool) -> None:
    assert enrichment.may_keep_tmdb(tmdb(DAY1), after(DAY1, days)) is kept


AT_TMDB = listing(tmdb_id=7, tmdb_type="movie")


@pytest.mark.parametrize(
    ("found", "state"),
    [
        pytest.param(enrichment.with_tmdb(title(), tmdb()), "done", id="TMDB alone"),
        pytest.param(enrichment.with_details(title(), details()), "done", id="WatchMode alone"),
        pytest.param(enrichment.without(title(listing=AT_TMDB), "tmdb", DAY1), "pending", id="WatchMode is left"),
        pytest.param(enrichment.without(title(listing=AT_TMDB), "watchmode", DAY1), "pending", id="TMDB is left"),
        pytest.param(
            enrichment.without(title(listing=listing(imdb_id="tt1")), "watchmode", DAY1), "pending", id="IMDb is left"
        ),
        pytest.param(enrichment.without(title(), "watchmode", DAY1), "failed", id="nobody else to ask"),
        pytest.param(
            enrichment.without(enrichment.without(title(listing=AT_TMDB), "tmdb", DAY1), "watchmode", DAY1),
            "failed",
            id="both do not know it",
        ),
        pytest.param(
            enrichment.without(title(details=details(DAY1), tmdb=tmdb(DAY1)), "tmdb", DAY2), "done", id="one part stays"
        ),
    ],
)
def test_state(found: Title, state: str) -> None:
    assert found.enrichment_state == state


def test_answer_takes_back_that_the_provider_did_not_know_the_title() -> None:
    unknown = title(enrichment_state="failed", unknown_to={"watchmode": DAY1, "tmdb": DAY1})

    found = enrichment.with_tmdb(unknown, tmdb(DAY2))

    assert (found.unknown_to, found.enrichment_state) == ({"watchmode": DAY1}, "done")


def test_older_answers_change_nothing() -> None:
    newer = title(details=details(DAY2), tmdb=tmdb(DAY2), enrichment_state="done")

    assert enrichment.with_details(newer, details(DAY1)) is newer
    assert enrichment.with_tmdb(newer, tmdb(DAY1)) is newer
    assert enrichment.without(newer, "tmdb", DAY1) is newer
    assert enrichment.without(newer, "watchmode", DAY2) is newer


@given(st.permutations([DAY1, DAY2, DAY3]), st.lists(st.booleans(), min_size=3, max_size=3))
def test_answers_of_both_providers_in_any_order_end_the_same(days: list[str], first: list[bool]) -> None:
    interleaved = in_turn = title()
    for day, details_first in zip(days, first, strict=True):
        order = (enrichment.with_details, details(day)), (enrichment.with_tmdb, tmdb(day))
        for rule, part in order if details_first else order[::-1]:
            interleaved = rule(interleaved, part)  # type: ignore[operator]
    for day in (DAY1, DAY2, DAY3):
        in_turn = enrichment.with_tmdb(enrichment.with_details(in_turn, details(day)), tmdb(day))

    assert interleaved == in_turn
