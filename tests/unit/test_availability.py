"""The rules of arrivals and departures."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marquee import availability, clock
from marquee.availability import Transition
from marquee.models.changes import Change
from marquee.models.listings import History, PairListing
from marquee.models.titles import ListedOffer, Offer, ProviderOffer
from tests.fakes.titles import details, title, tmdb

PLACE = "GB:203:4"
START = clock.parse("2026-03-01T05:00:00.000Z")


def day(number: float) -> str:
    return clock.timestamp(START + timedelta(days=number))


def listed(first: float, as_of: float | None = None, left: float | None = None) -> ListedOffer:
    return ListedOffer(
        first_seen=day(first), as_of=day(first if as_of is None else as_of), left_at=None if left is None else day(left)
    )


def offered(
    first: float, last: float | None = None, left: float | None = None, asked: float | None = None
) -> ProviderOffer:
    return ProviderOffer(
        first_seen=day(first),
        last_seen=day(first if last is None else last),
        left_at=None if left is None else day(left),
        asked_before=None if asked is None else day(asked),
    )


def offer(source_id: str = "203", **parts: Any) -> Offer:
    return Offer(region="GB", source_id=source_id, **parts)


def listings(*found: tuple[float, bool]) -> History:
    """Return complete listings by day, with the title in them or not; latest first, as they are kept."""
    kept = [PairListing(as_of=day(when), title_ids=frozenset({"11"} if held else ())) for when, held in found]
    return tuple(sorted(kept, key=lambda each: each.as_of, reverse=True))


def told(old: Offer | None, new: Offer, *histories: History) -> Change | None:
    change = availability.transition(old, new)
    if change is None:
        return None
    known = histories if availability.concerned(change, title("11", PLACE)) else ()
    return availability.news(change, title("11", PLACE), known)


def facts(change: Change | None) -> tuple[str, str, str | None] | None:
    return (change.kind, change.at, change.checked_before) if change else None


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param({}, False, id="nobody says anything"),
        pytest.param({"listing": listed(1)}, True, id="listed"),
        pytest.param({"listing": listed(1, left=2)}, False, id="no more listed"),
        pytest.param({"tmdb": offered(1)}, True, id="only TMDB has it"),
        pytest.param({"tmdb": offered(1, left=2)}, False, id="only TMDB had it"),
        pytest.param({"listing": listed(1, left=2), "tmdb": offered(1, 9)}, False, id="WatchMode goes before TMDB"),
        pytest.param({"watchmode": offered(1, left=2), "tmdb": offered(1, 9)}, False, id="details go before TMDB"),
        pytest.param({"listing": listed(1), "watchmode": offered(1, 1, 3)}, False, id="details are later"),
        pytest.param({"listing": listed(1, 4), "watchmode": offered(1, 1, 3)}, True, id="list is later"),
        pytest.param({"listing": listed(1, 1, 3), "watchmode": offered(1, 4)}, True, id="details came again"),
        pytest.param({"listing": listed(1, 3), "watchmode": offered(1, 1, 3)}, True, id="a tie is for being there"),
    ],
)
def test_latest_word_of_watchmode_says_where_a_title_is(parts: dict[str, Any], expected: bool) -> None:
    assert availability.present(offer(**parts)) is expected


@pytest.mark.parametrize(
    ("histories", "expected"),
    [
        pytest.param([listings((9, False), (10, True))], ("arrived", day(10), day(9)), id="listed the day before"),
        pytest.param([listings((7, False), (9, False))], ("arrived", day(10), day(9)), id="its own is not known yet"),
        pytest.param([listings((10, True))], None, id="pair listed for the first time"),
        pytest.param([], None, id="no listing known"),
        pytest.param([listings((-4.5, False), (10, True))], None, id="pair not listed for two weeks"),
        pytest.param([listings((10, True)), listings((9, False), (10, True))], ("arrived", day(10), day(9)), id="new"),
        pytest.param([listings((10, True), (11, False))], None, id="only a later listing misses it"),
    ],
)
def test_first_sighting_is_news_if_a_listing_shortly_before_missed_the_title(
    histories: list[History], expected: object
) -> None:
    assert facts(told(None, offer(listing=listed(10)), *histories)) == expected


def test_title_that_was_seen_twice_before_it_was_written_arrived_when_it_was_seen_first() -> None:
    new = offer(listing=listed(9, 10))

    assert told(None, new, listings((9, True)), listings((9.5, False), (10, True))) is None
    assert facts(told(None, new, listings((8, False), (9, True)))) == ("arrived", day(9), day(8))


@pytest.mark.parametrize("voice", ["watchmode", "tmdb"])
def test_first_answer_just_before_the_listing_does_not_hide_the_arrival(voice: str) -> None:
    old = offer(**{voice: offered(9.5)})
    new = offer(**{voice: offered(9.5)}, listing=listed(10))

    assert told(None, old) is None
    assert facts(told(old, new, listings((9, False), (10, True)))) == ("arrived", day(10), day(9))
    assert told(old, new, listings((10, True))) is None


def test_first_details_tell_no_arrival_also_when_a_listing_missed_the_title() -> None:
    assert told(None, offer(watchmode=offered(10)), listings((9, False))) is None


@pytest.mark.parametrize(
    ("answered", "expected"),
    [(9, ("arrived", day(10), day(9))), (11, None), (-5, None)],
    ids=["just before", "only afterwards", "long before"],
)
def test_first_listing_of_a_pair_tells_an_arrival_if_the_details_named_other_services_shortly_before(
    answered: float, expected: object
) -> None:
    known = title("11", PLACE, details=details(day(answered)))
    change = availability.transition(None, offer(listing=listed(10)))

    assert change is not None
    assert facts(availability.news(change, known, [listings((10, True))])) == expected


@pytest.mark.parametrize("voice", ["watchmode", "tmdb"])
def test_arrival_that_a_provider_has_told_is_not_told_again_by_the_list(voice: str) -> None:
    old = offer(**{voice: offered(9.5, asked=8)})
    new = offer(**{voice: offered(9.5, asked=8)}, listing=listed(10))

    assert facts(told(None, old)) == ("arrived", day(9.5), day(8))
    assert told(old, new, listings((9, False), (10, True))) is None


def test_return_that_first_details_saw_before_the_list_is_told_by_the_list() -> None:
    gone = offer(listing=listed(1, 1, 5))
    seen_first = offer(listing=listed(1, 1, 5), watchmode=offered(9))
    back = offer(listing=listed(1, 10), watchmode=offered(9))
    history = listings((5, False), (8, False), (10, True))

    assert told(gone, seen_first, history) is None
    assert facts(told(seen_first, back, history)) == ("arrived", day(10), day(8))


def test_list_that_comes_back_to_what_the_details_kept_is_no_arrival() -> None:
    old = offer(listing=listed(1, 1, 5), watchmode=offered(1, 6))
    new = offer(listing=listed(1, 7), watchmode=offered(1, 6))

    assert told(old, new, listings((5, False), (7, True))) is None


def test_pairs_of_other_services_say_nothing() -> None:
    here = title("11", PLACE, "GB:203:7", "GB:26:4", "US:203:4")
    change = availability.transition(None, offer(listing=listed(1)))

    assert change is not None
    assert availability.concerned(change, here) == {("GB", "203", "4"), ("GB", "203", "7")}


def test_return_is_news_by_itself() -> None:
    old, new = offer(listing=listed(1, 1, 5)), offer(listing=listed(1, 60))

    assert facts(told(old, new)) == ("arrived", day(60), day(5))


def test_return_that_a_complete_listing_brings_before_its_sighting_has_the_moment_of_the_listing() -> None:
    old, new = offer(listing=listed(1, 1, 5)), offer(listing=listed(1, 1))
    history = listings((4, True), (5, False), (6, False), (7, True), (8, True))

    assert facts(told(old, new, history)) == ("arrived", day(7), day(6))
    assert told(new, offer(listing=listed(1, 7)), history) is None


def test_such_a_return_is_told_although_the_details_were_last_asked_when_it_was_there() -> None:
    old = offer(listing=listed(1, 1, 5), watchmode=offered(1, 3))
    new = offer(listing=listed(1, 1), watchmode=offered(1, 3))

    assert facts(told(old, new, listings((5, False), (7, True)))) == ("arrived", day(7), day(5))


@pytest.mark.parametrize("voice", ["watchmode", "tmdb"])
def test_offer_of_a_provider_is_news_only_if_it_was_asked_before(voice: str) -> None:
    assert told(None, offer(**{voice: offered(10)})) is None

    change = told(None, offer(**{voice: offered(10, asked=3)}))

    assert facts(change) == ("arrived", day(10), day(3))
    assert change is not None
    assert (change.provider, change.region, change.source_id, change.title) == (voice, "GB", "203", "A title")


def test_what_tmdb_names_again_after_its_part_was_given_up_is_no_news() -> None:
    assert told(offer(tmdb=offered(1, 1, 190)), offer(tmdb=offered(200))) is None


def test_second_voice_changes_nothing() -> None:
    here = offer(listing=listed(10))

    for voice in ("watchmode", "tmdb"):
        both = here.model_copy(update={voice: offered(11, asked=3)})
        assert told(here, both) is None
        assert told(both, both.model_copy(update={voice: offered(11, 11, 10)})) is None


@pytest.mark.parametrize(
    ("old", "new", "history", "expected"),
    [
        pytest.param(listed(1), listed(1, 1, 20), [(19, True), (20, False)], ("left", day(20), day(19)), id="next day"),
        pytest.param(listed(18), listed(18, 18, 20), [(20, False)], ("left", day(20), day(18)), id="seen lately"),
        pytest.param(listed(1), listed(1, 1, 20), [(5, True), (20, False)], None, id="not listed for two weeks"),
        pytest.param(listed(1), listed(1, 1, 20), [], None, id="listing not known"),
    ],
)
def test_absence_from_a_list_is_news_if_the_title_was_there_lately(
    old: ListedOffer, new: ListedOffer, history: list[tuple[float, bool]], expected: object
) -> None:
    assert facts(told(offer(listing=old), offer(listing=new), listings(*history))) == expected


@pytest.mark.parametrize("voice", ["watchmode", "tmdb"])
def test_departure_that_a_provider_tells_is_news(voice: str) -> None:
    old, new = offer(**{voice: offered(1, 30)}), offer(**{voice: offered(1, 30, 58)})

    assert facts(told(old, new)) == ("left", day(58), day(30))


@pytest.mark.parametrize("voice", ["watchmode", "tmdb"])
def test_word_that_a_provider_takes_back_is_no_departure_and_its_return_no_arrival(voice: str) -> None:
    old, new = offer(**{voice: offered(1, 5)}), offer(**{voice: offered(1, 5, 5)})

    assert told(old, new) is None
    assert availability.left_at(new) is None
    assert told(new, offer(**{voice: offered(20)})) is None


def test_details_that_are_withdrawn_and_come_back_change_nothing_while_the_list_holds_the_title() -> None:
    known = offer(listing=listed(1), watchmode=offered(1, 5))
    withdrawn = offer(listing=listed(1), watchmode=offered(1, 5, 5))
    back = offer(listing=listed(1), watchmode=offered(20))

    assert availability.present(withdrawn)
    assert [told(known, withdrawn), told(withdrawn, back)] == [None, None]


def test_what_the_list_still_holds_has_not_left_because_the_details_lost_it() -> None:
    old = offer(listing=listed(1), watchmode=offered(1, 5))
    new = offer(listing=listed(1), watchmode=offered(1, 5, 9))

    assert told(old, new, listings((7, True), (8, True))) is None
    assert facts(told(old, new, listings((7, True), (8, False)))) == ("left", day(9), day(7))


def test_details_that_lag_behind_the_list_tell_no_arrival_and_no_second_departure() -> None:
    here = offer(listing=listed(1), watchmode=offered(1, 5))
    gone = offer(listing=listed(1, 1, 8), watchmode=offered(1, 5))
    lagging = offer(listing=listed(1, 1, 8), watchmode=offered(1, 9))
    noticed = offer(listing=listed(1, 1, 8), watchmode=offered(1, 9, 10))
    history = listings((7, True), (8, False))

    assert facts(told(here, gone, history)) == ("left", day(8), day(7))
    assert [told(gone, lagging, history), told(lagging, noticed, history)] == [None, None]


def test_first_word_of_watchmode_corrects_tmdb_without_a_departure() -> None:
    assert told(offer(tmdb=offered(1, 20)), offer(tmdb=offered(1, 20), listing=listed(3, 3, 4))) is None


def test_service_that_only_tmdb_numbers_is_not_told() -> None:
    assert availability.transition(None, offer("tmdb-593", tmdb=offered(10, asked=3))) is None


SEASONS = [
    pytest.param(tmdb(seasons=2), tmdb(seasons=3), 3, id="one more"),
    pytest.param(tmdb(seasons=2), tmdb(seasons=5), 5, id="several more"),
    pytest.param(None, tmdb(seasons=3), None, id="first count"),
    pytest.param(tmdb(), tmdb(seasons=3), None, id="not counted before"),
    pytest.param(tmdb(seasons=3), tmdb(seasons=2), None, id="fewer"),
    pytest.param(tmdb(seasons=3), tmdb(seasons=3), None, id="as many"),
    pytest.param(tmdb(seasons=3), None, None, id="no more known"),
    pytest.param(tmdb(seasons=2, tmdb_id=8), tmdb(seasons=3), None, id="another series"),
]


@pytest.mark.parametrize(("before", "after", "season"), SEASONS)
def test_new_season_is_one_more_than_was_counted(before: Any, after: Any, season: int | None) -> None:
    change = availability.new_season(title(tmdb=before), title(tmdb=after))

    assert (change.season if change else None) == season
    assert change is None or (change.kind, change.region, change.source_id) == ("new_season", None, None)


moments = st.integers(0, 40)
gone = st.none() | moments
parts = st.one_of(
    st.none(),
    st.builds(lambda *days: ("listing", listed(*days)), moments, moments, gone),
    st.builds(lambda *days: ("watchmode", offered(*days)), moments, moments, gone, gone),
    st.builds(lambda *days: ("tmdb", offered(*days)), moments, moments, gone, gone),
)
histories = st.lists(st.tuples(moments, st.booleans()), max_size=10).map(lambda found: listings(*found))


@given(st.lists(parts, max_size=12), histories)
def test_any_history_of_writes_tells_each_change_between_two_looks_in_turn(
    writes: list[tuple[str, object] | None], history: History
) -> None:
    old: Offer | None = None
    last: tuple[str, bool] = ("left", False)
    for write in writes:
        new = (old or offer()).model_copy(update=dict([write]) if write else {})
        change = availability.transition(old, new)
        is_silent = availability.word(new) is None
        assert change is not None or is_silent or availability.present(old) == availability.present(new)
        if change:
            check(change, history)
            is_told = availability.news(change, title("11", PLACE), [history]) is not None
            # An arrival may be found twice, by the first answer of a provider and by the list, and is told once.
            assert change.kind != last[0] or (change.kind, last) == ("arrived", ("arrived", False)) or not is_told
            last = (change.kind, is_told)
        elif is_silent:
            last = ("left", False)
        old = new


def check(change: Transition, history: History) -> None:
    """What is told happened after somebody looked, and the same look at it tells the same."""
    found = availability.news(change, title("11", PLACE), [history])
    assert availability.news(change, title("11", PLACE), [history]) == found
    if found is not None and found.kind == "arrived":
        assert found.checked_before is not None
        assert found.checked_before < found.at
