import itertools
from collections.abc import Callable
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marquee import listing
from marquee.guide import Placement, placements
from marquee.messages.titles import TitleListed
from marquee.models.listings import History, PairListing
from marquee.models.titles import Attribution, Listing, Title
from tests.fakes.titles import DAY1, DAY2, DAY3, details, title, tmdb
from tests.fakes.titles import listing as listed

PLACE = Placement("GB", "203", "4")
Step = Callable[[Title], Title]


def known(first_seen: str, as_of: str, left_at: str | None = None) -> Title:
    return title(attributions={"GB:203:4": Attribution(first_seen=first_seen, as_of=as_of, left_at=left_at)})


def complete(as_of: str, *title_ids: str) -> PairListing:
    return PairListing(as_of=as_of, title_ids=frozenset(title_ids))


def attribution(found: Title) -> tuple[str, str, str | None]:
    return tuple(found.attributions["GB:203:4"].model_dump().values())


def test_payload_gives_the_facts_of_the_title_and_not_its_places() -> None:
    payload = TitleListed(
        id="11",
        title="T",
        type="movie",
        year=2000,
        imdb_id="tt1",
        tmdb_id=7,
        tmdb_type="movie",
        popularity_percentile=5.5,
        source_ids=("203",),
    )

    assert listing.facts(payload, DAY1) == Listing(
        title="T", type="movie", year=2000, imdb_id="tt1", tmdb_id=7, tmdb_type="movie", popularity=5.5, as_of=DAY1
    )


def test_first_listing_makes_a_pending_title() -> None:
    assert listing.with_listing(None, "11", listed()) == Title(id="11", listing=listed(), enrichment_state="pending")


def test_later_listing_replaces_the_earlier_one_and_keeps_the_rest() -> None:
    enriched = title("11", "GB:203:4", details=details(), enrichment_state="done")

    found = listing.with_listing(enriched, "11", listed(DAY2, title="New"))

    assert found == enriched.model_copy(update={"listing": listed(DAY2, title="New")})


def test_earlier_listing_changes_nothing() -> None:
    later = title(listing=listed(DAY2))

    assert listing.with_listing(later, "11", listed(DAY1, title="Old")) is later


@given(st.lists(st.sampled_from([listed(day, title=name) for day in (DAY1, DAY2) for name in "AB"]), min_size=1))
def test_listings_in_any_order_end_with_the_same_one(words: list[Listing]) -> None:
    forwards, backwards = (
        reduce(lambda known, word: listing.with_listing(known, "11", word), order, None)
        for order in (words, words[::-1])
    )

    assert forwards == backwards


@pytest.mark.parametrize(
    ("news", "state"),
    [
        pytest.param({"tmdb_id": 8}, "pending", id="another id: ask again"),
        pytest.param({}, "failed", id="nothing new: leave it"),
    ],
)
def test_title_that_nobody_knew_is_asked_for_again_only_when_its_facts_change(
    news: dict[str, object], state: str
) -> None:
    failed = title(enrichment_state="failed", unknown_to={"watchmode": DAY1, "tmdb": DAY1})

    found = listing.with_listing(failed, "11", listed(DAY2, **news))

    assert (found.enrichment_state, bool(found.unknown_to)) == (state, state == "failed")


@pytest.mark.parametrize("news", [{"tmdb_id": 8}, {"tmdb_type": "tv"}], ids=["another id", "another type"])
@pytest.mark.parametrize("found_out", [{}, {"details": details()}], ids=["nothing else known", "details stay"])
def test_facts_of_another_title_go_and_its_own_are_wanted_when_the_listing_names_another_one_at_tmdb(
    news: dict[str, object], found_out: dict[str, object]
) -> None:
    at_tmdb = {"tmdb_id": 7, "tmdb_type": "movie"}
    known = title(listing=listed(**at_tmdb), tmdb=tmdb(), enrichment_state="done", **found_out)

    found = listing.with_listing(known, "11", listed(DAY2, **{**at_tmdb, **news}))

    assert (found.tmdb, found.details, found.enrichment_state) == (None, known.details, "pending")


@pytest.mark.parametrize("news", [{"tmdb_id": 7, "tmdb_type": "movie"}, {}], ids=["the id found by IMDb", "no id"])
def test_facts_found_by_another_way_stay(news: dict[str, object]) -> None:
    known = title(listing=listed(imdb_id="tt1"), tmdb=tmdb(), enrichment_state="done")

    found = listing.with_listing(known, "11", listed(DAY2, imdb_id="tt1", **news))

    assert (found.tmdb, found.enrichment_state) == (tmdb(), "done")


def test_id_that_tmdb_did_not_know_is_no_word_on_the_next_one() -> None:
    at_tmdb = {"tmdb_id": 8, "tmdb_type": "movie"}
    known = title(listing=listed(**at_tmdb), details=details(), enrichment_state="done", unknown_to={"tmdb": DAY1})

    found = listing.with_listing(known, "11", listed(DAY2, **{**at_tmdb, "tmdb_id": 9}))

    assert (found.unknown_to, found.enrichment_state) == ({}, "pending")


def test_facts_of_tmdb_stay_while_the_listing_names_the_same_title() -> None:
    at_tmdb = {"tmdb_id": 7, "tmdb_type": "movie"}
    known = title(listing=listed(**at_tmdb), tmdb=tmdb(), enrichment_state="done")

    found = listing.with_listing(known, "11", listed(DAY2, title="New", imdb_id="tt9", **at_tmdb))

    assert (found.tmdb, found.enrichment_state) == (tmdb(), "done")


@pytest.mark.parametrize(
    ("before", "as_of", "last", "after"),
    [
        pytest.param(title(), DAY1, None, (DAY1, DAY1, None), id="first sighting"),
        pytest.param(title(), DAY2, complete(DAY1), (DAY2, DAY2, None), id="first sighting after a listing without"),
        pytest.param(title(), DAY1, complete(DAY2), (DAY1, DAY1, DAY2), id="late, a newer listing has it no more"),
        pytest.param(title(), DAY1, complete(DAY2, "11"), (DAY1, DAY1, None), id="late, a newer listing has it"),
        pytest.param(title(), DAY1, complete(DAY1), (DAY1, DAY1, None), id="same moment as the listing"),
        pytest.param(known(DAY1, DAY1), DAY2, None, (DAY1, DAY2, None), id="seen again"),
        pytest.param(known(DAY2, DAY2), DAY1, None, (DAY1, DAY2, None), id="an earlier sighting only dates it back"),
        pytest.param(known(DAY1, DAY1, DAY2), DAY3, None, (DAY1, DAY3, None), id="back after it left"),
        pytest.param(known(DAY1, DAY1, DAY3), DAY2, None, (DAY1, DAY2, DAY3), id="left later than the sighting"),
        pytest.param(known(DAY2, DAY2, DAY3), DAY1, None, (DAY1, DAY2, DAY3), id="late sighting of one that left"),
        pytest.param(
            known(DAY1, DAY1, DAY3), DAY2, complete(DAY3, "11"), (DAY1, DAY2, None), id="a listing confirmed it since"
        ),
        pytest.param(known(DAY1, DAY1), DAY2, complete(DAY3), (DAY1, DAY2, DAY3), id="a later listing lost it"),
        pytest.param(known(DAY1, DAY1), DAY1, complete(DAY2), (DAY1, DAY1, DAY2), id="repeated, lost since"),
        pytest.param(known(DAY1, DAY1, DAY2), DAY1, complete(DAY3), (DAY1, DAY1, DAY2), id="repeated, lost before"),
        pytest.param(known(DAY1, DAY1, DAY2), DAY1, complete(DAY3, "11"), (DAY1, DAY1, None), id="repeated, is back"),
        pytest.param(known(DAY1, DAY1), DAY1, complete(DAY1), (DAY1, DAY1, None), id="repeated, same moment"),
        pytest.param(
            known(DAY2, DAY2),
            DAY1,
            complete(DAY3),
            (DAY1, DAY2, DAY3),
            id="an earlier sighting, a later listing lost it",
        ),
        pytest.param(
            known(DAY1, DAY3), DAY1, complete(DAY2), (DAY1, DAY3, None), id="a listing before the last sighting is late"
        ),
        pytest.param(
            known(DAY1, DAY1, DAY3), DAY1, complete(DAY2, "11"), (DAY1, DAY1, DAY3), id="left after that listing"
        ),
    ],
)
def test_seen(before: Title, as_of: str, last: PairListing | None, after: tuple[str, str, str | None]) -> None:
    assert attribution(listing.seen(before, PLACE, as_of, (last,) if last else ())) == after


@pytest.mark.parametrize(
    ("before", "history", "left_at"),
    [
        pytest.param(known(DAY1, DAY1), [complete(DAY2)], DAY2, id="it left"),
        pytest.param(known(DAY1, DAY2), [complete(DAY1)], None, id="seen later"),
        pytest.param(known(DAY1, DAY1), [complete(DAY1)], None, id="seen at the same moment"),
        pytest.param(known(DAY1, DAY1, DAY2), [complete(DAY3)], DAY2, id="it had left before the listings known"),
        pytest.param(known(DAY1, DAY1, DAY3), [complete(DAY3), complete(DAY2)], DAY2, id="it left before"),
        pytest.param(known(DAY1, DAY1, DAY2), [complete(DAY3, "11"), complete(DAY2)], None, id="it is back"),
        pytest.param(known(DAY1, DAY1, DAY2), [complete(DAY3), complete(DAY2, "11")], DAY3, id="it was still there"),
        pytest.param(known(DAY1, DAY1, DAY3), [complete(DAY2, "11")], DAY3, id="it left after the listings known"),
        pytest.param(known(DAY1, DAY1), [complete(DAY2, "11")], None, id="it never left"),
        pytest.param(known(DAY1, DAY1), [], None, id="no listing known"),
    ],
)
def test_title_left_with_the_first_listing_without_it(
    before: Title, history: list[PairListing], left_at: str | None
) -> None:
    assert listing.reviewed(before, PLACE, tuple(history)).attributions["GB:203:4"].left_at == left_at


def test_title_that_was_never_seen_under_a_pair_waits_for_its_own_event() -> None:
    unseen = title("11", "GB:26:4")

    assert listing.reviewed(unseen, PLACE, (complete(DAY2, "11"),)) is unseen


def test_word_on_one_place_says_nothing_of_the_others() -> None:
    everywhere = title("11", "GB:203:4", "US:203:4", "GB:26:4", "GB:203:7")

    found = listing.reviewed(everywhere, PLACE, (complete(DAY2),))

    assert PLACE not in placements(found)
    assert set(placements(found)) == set(placements(everywhere)) - {PLACE}


@settings(deadline=None)
@given(st.permutations([DAY1, DAY2, DAY3]), st.sampled_from([(), (complete(DAY2),), (complete(DAY2, "11"),)]))
def test_sightings_in_any_order_and_twice_end_the_same(days: list[str], history: History) -> None:
    steps: list[Step] = [lambda found, day=day: listing.seen(found, PLACE, day, history) for day in days]

    ends = {
        attribution(reduce(lambda found, step: step(found), order, title()))
        for order in itertools.permutations(steps * 2, 6)
    }

    assert ends == {(DAY1, DAY3, None)}
