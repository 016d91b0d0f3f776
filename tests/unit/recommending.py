"""Titles, opinions and candidates for the tests of what is recommended."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from marquee import clock
from marquee.models.recommendations import Candidate, Features, Opinion

MOMENT = datetime(2024, 6, 15, 12, tzinfo=UTC)
NOW = clock.timestamp(MOMENT)

NAMES = ["Heat", "Heat 2", "Ronin", "Casino", "Toy Story", "Toy Story 2", "", "X"]
NUMBERS = st.none() | st.floats(allow_nan=True, allow_infinity=True)


def day(ago: int) -> str:
    """Return the day so many days before the moment of the tests."""
    return str((MOMENT - timedelta(days=ago)).date())


def film(number: int, *genres: str, **known: Any) -> Features:
    """Return a film with a name that no other has."""
    return Features(
        **{"title_id": str(number), "title": f"{number}th", "type": "movie", "genre_ids": frozenset(genres), **known}
    )


def rated(features: Features, rating: int, hours_ago: int = 0) -> Opinion:
    """Return that somebody rated a title."""
    return Opinion(features, "rated", clock.timestamp(MOMENT - timedelta(hours=hours_ago)), rating)


def marked(features: Features, kind: Any) -> Opinion:
    """Return that somebody follows or has watched a title."""
    return Opinion(features, kind, NOW)


def sets(names: str) -> st.SearchStrategy[frozenset[str]]:
    """Return sets of a few one-letter names."""
    return st.frozensets(st.sampled_from(names), max_size=3)


@st.composite
def any_film(draw: st.DrawFn) -> Features:
    """Return a film of which anything may be unknown or nonsense."""
    return Features(
        title_id=str(draw(st.integers(1, 30))),
        title=draw(st.sampled_from(NAMES)),
        type="movie",
        genre_ids=draw(sets("123456")),
        people=draw(sets("pqr")),
        keywords=draw(sets("klm")),
        year=draw(st.none() | st.integers(1900, 2030)),
        release_date=draw(st.sampled_from([None, "", "soon", "2024-05-01", "1999-01-01", "2030-01-01"])),
        language=draw(st.sampled_from([None, "en", "fr"])),
        rating=draw(NUMBERS),
        votes=draw(st.integers(0, 10**6)),
        popularity=draw(NUMBERS),
    )


@st.composite
def any_candidate(draw: st.DrawFn) -> Candidate:
    """Return a candidate with or without lists, an arrival and a word of WatchMode's."""
    categories = st.sampled_from(["popular", "trending", "hidden_gems", "award_winning", "genre"])
    return Candidate(
        draw(any_film()),
        listed=draw(st.dictionaries(categories, st.integers(1, 40), max_size=2)),
        arrived=draw(st.none() | st.just(("203", NOW))),
        named_similar=draw(st.booleans()),
    )


@st.composite
def any_opinion(draw: st.DrawFn) -> Opinion:
    """Return an opinion of any kind, of any age."""
    kind = draw(st.sampled_from(["rated", "followed", "watched"]))
    at = clock.timestamp(MOMENT - timedelta(hours=draw(st.integers(0, 100))))
    return Opinion(draw(any_film()), kind, at, draw(st.integers(1, 10)) if kind == "rated" else None)


POOLS = st.lists(any_candidate(), max_size=25, unique_by=lambda each: each.features.title_id)
OPINIONS = st.lists(any_opinion(), max_size=8)
CHOSEN = sets("123456")
