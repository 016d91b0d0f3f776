"""Titles as they are compared, and where in the guide index to look for them."""

from collections import Counter
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guide_api.candidates import SORTS, liked_genres, probes, title_features
from marquee import guide, wording
from marquee.models.recommendations import Candidate, Features
from marquee.models.titles import CastMember, Title, TmdbFacts
from marquee.reasons import told
from marquee.taste import taste
from tests.fakes.titles import details, listing, title, tmdb

DAYS = [f"2026-03-{day:02}" for day in range(1, 31)]
PAIRS = st.lists(st.tuples(st.sampled_from("123456789"), st.sampled_from("123456789")), unique=True)


@given(PAIRS, st.sets(st.sampled_from("123456789")), st.sampled_from(DAYS), st.integers(0, 40))
def test_probes_are_as_many_as_may_be_each_once_whatever_the_order_of_the_pairs(
    pairs: list[tuple[str, str]], liked: set[str], day: str, most: int
) -> None:
    found = probes(pairs, liked, day, most)

    assert len(found) == len(set(found)) == min(most, len(pairs) * len(SORTS))
    assert found == probes(sorted(pairs), liked, day, most)
    visits = Counter((probe.source_id, probe.genre_id) for probe in found)
    assert not visits or max(visits.values()) - min(visits[pair] for pair in pairs) <= 1


def test_large_choice_is_looked_at_in_turns_and_liked_genres_every_day() -> None:
    pairs = list(product("1234567890", "123456789"))
    visited = [{(probe.source_id, probe.genre_id) for probe in probes(pairs, {"7"}, day, 32)} for day in DAYS]

    assert all({pair for pair in pairs if pair[1] == "7"} <= day for day in visited)
    assert set().union(*visited) == set(pairs)


def test_every_order_is_used_of_a_large_choice() -> None:
    pairs = list(product("1234567890", "123456789"))

    assert set(Counter(probe.sort for probe in probes(pairs, (), DAYS[0], 32)).values()) == {10, 11}


def test_few_genres_that_weigh_most_are_liked_and_none_that_is_disliked() -> None:
    assert liked_genres({"1": 0.5, "2": 3.0, "3": 1.0, "4": 0.7}) == {"2", "3", "4"}
    assert liked_genres({"1": -1.0, "2": 0.0, "3": 1.0}) == {"3"}


def features_of(found: Title) -> Features:
    return title_features(found, guide.card(found))


def test_title_has_the_facts_of_both_providers() -> None:
    cast = tuple(CastMember(name=f"Actor {number}") for number in range(1, 9))
    known = tmdb(cast=cast, makers=("Maker",), keywords=("heist",), votes=12, rating=5.0, genre_ids=("9",))
    told = details(user_rating=7.5, original_language="fr", release_date="2020-02-02", genre_ids=("5",))
    listed = listing(title="Name", year=2020, popularity=80.0)

    found = features_of(title("1", "GB:203:4", listing=listed, details=told, tmdb=known))

    assert (found.title_id, found.title, found.type, found.year) == ("1", "Name", "movie", 2020)
    assert found.people == {*(f"Actor {number}" for number in range(1, 7)), "Maker"}
    assert (found.keywords, found.genre_ids) == ({"heist"}, {"4", "5"})
    assert (found.rating, found.votes, found.popularity) == (5.0, 12, 80.0)
    assert (found.language, found.release_date) == ("fr", "2020-02-02")


@pytest.mark.parametrize(
    ("parts", "genres", "language"),
    [
        pytest.param({}, {"4"}, None, id="only listed"),
        pytest.param({"tmdb": tmdb(genre_ids=("9",), original_language="de")}, {"4"}, "de", id="only TMDB"),
        pytest.param({"details": details(genre_ids=("5",))}, {"4", "5"}, None, id="only WatchMode"),
    ],
)
def test_what_a_provider_has_not_said_stays_open(parts: dict[str, object], genres: set[str], language: str) -> None:
    found = features_of(title("1", "GB:203:4", **parts))

    assert (found.genre_ids, found.language, found.rating, found.votes) == (genres, language, None, 0)


@pytest.mark.parametrize(
    ("known", "rating"),
    [
        pytest.param(tmdb(rating=6.1, votes=12_345), (6.1, 12_345), id="both by TMDB"),
        pytest.param(tmdb(rating=None, votes=12_345), (8.7, 0), id="votes without an average"),
        pytest.param(tmdb(rating=6.1, votes=0), (8.7, 0), id="an average without votes"),
        pytest.param(None, (8.7, 0), id="only WatchMode"),
    ],
)
def test_rating_and_votes_are_the_word_of_one_provider(known: TmdbFacts | None, rating: tuple[float, int]) -> None:
    found = features_of(title("1", "GB:203:4", details=details(user_rating=8.7), tmdb=known))

    assert (found.rating, found.votes) == rating


def test_nobody_is_said_to_have_given_a_rating_that_they_have_not_given() -> None:
    found = features_of(title("1", "GB:203:4", details=details(user_rating=8.7), tmdb=tmdb(rating=6.1, votes=12_345)))

    (reason,) = told(Candidate(found), taste((), ()), date(2024, 6, 15))

    assert wording.reason(reason, {}, {}) == "Rated 6.1 of 10 by 12,345 people"
