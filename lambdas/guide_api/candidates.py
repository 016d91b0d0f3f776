"""Titles as they are compared for a recommendation, and where in the guide index to look for them. Pure."""

import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TypeVar, get_args

from marquee.models.changes import Change
from marquee.models.recommendations import Features
from marquee.models.titles import Card, Title
from marquee.repositories.guide_index import Sort

# Those who are named first play the leading parts.
LEADS = 6
LIKED_GENRES = 3
SORTS: tuple[Sort, ...] = get_args(Sort)

Pair = tuple[str, str]
Chosen = TypeVar("Chosen")


@dataclass(frozen=True)
class Probe:
    """The top of one pair in one order."""

    source_id: str
    genre_id: str
    sort: Sort


def title_features(title: Title, card: Card) -> Features:
    """Return a title with its card as it is compared, with all that the providers say of it."""
    details, tmdb = title.details, title.tmdb
    shown = card_features(card)
    language = (details and details.original_language) or (tmdb and tmdb.original_language) or None
    if tmdb is None:
        return replace(shown, language=language)
    voted = tmdb.rating is not None and tmdb.votes > 0
    return replace(
        shown,
        people=frozenset((*(each.name for each in tmdb.cast[:LEADS]), *tmdb.makers)),
        keywords=frozenset(tmdb.keywords),
        language=language,
        # A rating and its votes are one provider's word; how many have rated on WatchMode is not known.
        rating=tmdb.rating if voted else shown.rating,
        votes=tmdb.votes if voted else 0,
    )


def card_features(card: Card) -> Features:
    """Return what a card says of a title."""
    return Features(
        title_id=card.id,
        title=card.title,
        type=card.type,
        genre_ids=frozenset(card.genre_ids),
        year=card.year,
        release_date=card.release_date,
        rating=card.user_rating,
        popularity=card.popularity,
    )


def change_features(change: Change) -> Features:
    """Return what a change says of its title, which is little more than the name."""
    return Features(title_id=change.title_id, title=change.title, type=change.type, year=change.year)


def liked_genres(weights: Mapping[str, float]) -> frozenset[str]:
    """Return the few genres that weigh most in a taste."""
    ranked = sorted(weights, key=lambda genre_id: (-weights[genre_id], len(genre_id), genre_id))
    return frozenset(genre_id for genre_id in ranked[:LIKED_GENRES] if weights[genre_id] > 0)


def probes(pairs: Iterable[Pair], liked: Collection[str], day: str, most: int) -> list[Probe]:
    """Return where to look: every pair in every order if `most` is enough for that.

    If not, every second pair is one of the liked genres, each pair comes in one order before any comes in another,
    and each day has its own beginning, so that no part of a large choice is left out for good.
    """
    turn = in_turn(pairs, day, lambda pair: f"{pair[0]}:{pair[1]}")
    first = [pair for pair in turn if pair[1] in liked]
    others = [pair for pair in turn if pair[1] not in liked]
    mixed = [pair for two in zip_longest(first, others) for pair in two if pair is not None]
    found = [
        Probe(source_id, genre_id, SORTS[(place + turn_of_order) % len(SORTS)])
        for turn_of_order in range(len(SORTS))
        for place, (source_id, genre_id) in enumerate(mixed)
    ]
    return found[:most]


def in_turn(given: Iterable[Chosen], day: str, name: Callable[[Chosen], str]) -> list[Chosen]:
    """Return what is given in an order that is the same all day and another one the next day."""
    return sorted(given, key=lambda each: (zlib.crc32(f"{day}:{name(each)}".encode()), name(each)))
