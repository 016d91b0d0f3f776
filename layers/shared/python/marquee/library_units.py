"""What becomes of movies that shall come into a library, and in what portions the index takes them.

Everything here is pure.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pyroaring import BitMap

from marquee.library import genre_keys, identities, problem
from marquee.library_header import too_many_genres
from marquee.library_index import names_of
from marquee.models.library import Header, Movie, NewMovie

# Bitmaps that one transaction may write: DynamoDB takes 4 MB, and a bitmap of a million movies is at most 128 KiB.
MOST_BITMAPS = 28


@dataclass(frozen=True)
class Verdict:
    """What becomes of a movie that shall be added; if it is not, why, and the id of the one it repeats, if known."""

    state: Literal["added", "duplicate", "invalid"]
    reason: str | None = None
    holder: str | None = None


def judge(movies: Iterable[NewMovie], held: Mapping[str, str], header: Header) -> list[Verdict]:
    """Return what becomes of movies that come in this order; `held` are the identities that the library has, by id.

    Of movies that are the same the first one is added.
    """
    verdicts: list[Verdict] = []
    seen, genres = dict[str, str | None](held), set[str]()
    for movie in movies:
        its = identities(movie)
        repeated = next((digest for digest in its if digest in seen), None)
        if reason := problem(movie):
            verdicts.append(Verdict("invalid", reason))
        elif repeated:
            verdicts.append(Verdict("duplicate", "The library has this movie already.", seen[repeated]))
        elif reason := too_many_genres(header, movie, genres):
            verdicts.append(Verdict("invalid", reason))
        else:
            seen |= dict.fromkeys(its)
            genres |= set(genre_keys(movie.genres))
            verdicts.append(Verdict("added"))
    return verdicts


def portions(movies: Sequence[NewMovie]) -> Iterator[range]:
    """Yield the positions of movies in portions whose bitmaps one transaction can write.

    They follow from the movies alone, so that a message that comes again has the same portions.
    """
    begin, names = 0, set[str]()
    for position, movie in enumerate(movies):
        its = set(names_of(movie))
        if len(names | its) > MOST_BITMAPS:
            yield range(begin, position)
            begin, names = position, set()
        names |= its
    yield range(begin, len(movies))


def reindexed(bitmaps: Mapping[str, BitMap], removed: Iterable[Movie], added: Iterable[Movie]) -> dict[str, BitMap]:
    """Return the bitmaps that change when movies go and others come, out of those that there are."""
    new: dict[str, BitMap] = {}
    for movies, change in ((removed, BitMap.discard), (added, BitMap.add)):
        for movie in movies:
            for name in names_of(movie):
                change(new.setdefault(name, BitMap(bitmaps.get(name, ()))), movie.ordinal)
    return new
