"""The index of a library: bitmaps of the ordinals of its movies, and the order in which movies are shown.

Everything here is pure. The order is total: rating from high to low, movies without one last, then by ordinal.
Ratings are bit-sliced: `rating:<n>` holds the movies whose rating in tenths has the binary digit n. So the movies of
one rating, best first, are some set operations, however many there are.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from pyroaring import BitMap

from marquee import library
from marquee.errors import InvalidInput
from marquee.models.library import NewMovie

ALL = "all"
RATED = "rated"
DIGITS = tuple(f"rating:{digit}" for digit in range(7))
RANKING = (ALL, RATED, *DIGITS)
BEST = 100
UNRATED = -1
# Genres of one question: few enough for one read with all else.
GENRES_ASKED = 50

PLACE = re.compile(r"[01]#(?:-1|[0-9]{1,3})#[0-9]{1,9}")


def genre(key: str) -> str:
    """Return the name of the bitmap of a genre."""
    return f"genre:{key}"


def year(number: int) -> str:
    """Return the name of the bitmap of a year."""
    return f"year:{number}"


def names_of(movie: NewMovie) -> Iterator[str]:
    """Yield the names of all bitmaps that hold a movie."""
    yield ALL
    if movie.rating is not None:
        yield RATED
        worth = library.tenths(movie.rating)
        yield from (name for digit, name in enumerate(DIGITS) if worth >> digit & 1)
    yield from map(genre, library.genre_keys(movie.genres))
    if movie.year is not None:
        yield year(movie.year)


@dataclass(frozen=True)
class Filter:
    """Which movies are wanted: of any of the genres, rated at least so, of this year; what is None does not count."""

    genres: tuple[str, ...] = ()
    min_rating: float | None = None
    year: int | None = None

    def __post_init__(self) -> None:
        """Refuse more genres than one read can hold; raises InvalidInput."""
        if len(self.genre_names) > GENRES_ASKED:
            raise InvalidInput(f"Ask for at most {GENRES_ASKED} genres.", code="too_many_genres")

    @property
    def least(self) -> int:
        """Return the least rating in tenths; one above all ratings finds nothing, one below all finds all rated."""
        # As decimal: 1.1 * 10 is a little more than 11.
        return max(0, min(BEST + 1, math.ceil(Decimal(str(self.min_rating or 0)) * 10)))

    @property
    def genre_names(self) -> tuple[str, ...]:
        """Return the bitmaps of the genres."""
        return tuple(map(genre, library.genre_keys(self.genres)))

    @property
    def names(self) -> tuple[str, ...]:
        """Return every bitmap that the answer needs."""
        return (*RANKING, *self.genre_names, *((year(self.year),) if self.year is not None else ()))


class Index:
    """The bitmaps that were read of a library; one that is not stored holds nothing."""

    def __init__(self, bitmaps: Mapping[str, BitMap]) -> None:
        self._bitmaps = bitmaps

    def __getitem__(self, name: str) -> BitMap:
        return self._bitmaps.get(name, BitMap())

    def fitting(self, wanted: Filter) -> BitMap:
        """Return the movies that fit a filter."""
        found = self[ALL]
        if wanted.genre_names:
            found = found & BitMap.union(*(self[name] for name in wanted.genre_names), BitMap())
        if wanted.year is not None:
            found = found & self[year(wanted.year)]
        if wanted.min_rating is not None:
            found = self.rated_at_least(found, wanted.least)
        return found

    def rated_at_least(self, found: BitMap, worth: int) -> BitMap:
        """Return those of some movies whose rating in tenths is at least `worth`, digit by digit from the highest."""
        above, equal = BitMap(), found & self[RATED]
        for digit, name in reversed(list(enumerate(DIGITS))):
            if worth >> digit & 1:
                equal = equal & self[name]
            else:
                above = above | equal & self[name]
                equal = equal - self[name]
        return above | equal

    def groups(self, found: BitMap, best: int = BEST) -> Iterator[tuple[int, BitMap]]:
        """Yield some movies by their rating in tenths, from `best` downwards; last those without one, as UNRATED."""
        rated = found & self[RATED]
        if best != UNRATED:
            yield from self._descend(rated, len(DIGITS), 0, best)
        if rest := found - rated:
            yield UNRATED, rest

    def _descend(self, found: BitMap, digits: int, worth: int, best: int) -> Iterator[tuple[int, BitMap]]:
        """Yield movies that have the digits of `worth` above the lowest so many, highest rating first."""
        if not found:
            return
        if digits == 0:
            yield worth, found
            return
        digit = digits - 1
        if worth + (1 << digit) <= best:
            yield from self._descend(found & self[DIGITS[digit]], digit, worth + (1 << digit), best)
        yield from self._descend(found - self[DIGITS[digit]], digit, worth, best)

    def rating_sum(self, found: BitMap) -> int:
        """Return the sum of the ratings of some movies, in tenths."""
        return sum(found.intersection_cardinality(self[name]) << digit for digit, name in enumerate(DIGITS))


@dataclass(frozen=True)
class Place:
    """How far a list has been shown: up to this movie. `tier` parts what answers best from the rest."""

    tier: int
    worth: int
    ordinal: int

    def __str__(self) -> str:
        return f"{self.tier}#{self.worth}#{self.ordinal}"


def read_place(text: str) -> Place:
    """Return a place that was written as text (`PLACE`)."""
    tier, worth, ordinal = map(int, text.split("#"))
    return Place(tier, worth, ordinal)


def places(
    index: Index, tiers: Sequence[BitMap], limit: int, *, after: Place | None = None, skip: int = 0
) -> tuple[list[Place], Place | None]:
    """Return the next movies in order, and the place after which more follow, None at the end.

    Begins after a place, or after as many movies as `skip` says; ratings that are skipped whole are only counted.
    """
    found = list(islice(_in_order(index, tiers, after, skip), limit + 1))
    return found[:limit], found[limit - 1] if len(found) > limit else None


def _in_order(index: Index, tiers: Sequence[BitMap], after: Place | None, skip: int) -> Iterator[Place]:
    for tier, found in enumerate(tiers):
        if after and tier < after.tier:
            continue
        here = after if after and after.tier == tier else None
        for worth, group in index.groups(found, here.worth if here else BEST):
            if skip >= len(group):
                skip -= len(group)
                continue
            first = here.ordinal + 1 if here and here.worth == worth else group[skip]
            skip = 0
            yield from (Place(tier, worth, ordinal) for ordinal in group.iter_equal_or_larger(first))
