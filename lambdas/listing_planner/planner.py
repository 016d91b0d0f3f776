"""Which pairs to list, in which order, within which budget. Pure."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from marquee.models.reference import Genre, Source
from marquee.models.viewers import ChosenPair

# WatchMode lists up to 250 titles a page, and each page costs one credit (UPSTREAM: list-titles).
PAGE = 250

ListedAt = Mapping[tuple[str, str, str], tuple[str, int]]


@dataclass(frozen=True)
class Candidate:
    """A pair in a country that could be listed, with what that will probably cost."""

    region: str
    source_id: str
    genre_id: str
    viewers: int
    listed_at: str
    credits: int


@dataclass(frozen=True)
class Plan:
    """What to list now, first things first, and what has to wait for more credits."""

    listed: tuple[Candidate, ...]
    deferred: tuple[Candidate, ...]

    @property
    def credits(self) -> int:
        """What the listings will probably cost."""
        return sum(each.credits for each in self.listed)


def candidates(
    pairs: Iterable[ChosenPair],
    sources: Iterable[Source],
    genres: Iterable[Genre],
    regions: Iterable[str],
    listed_at: ListedAt,
) -> list[Candidate]:
    """Return every chosen pair of known service and genre in every served country in which the service exists."""
    served = {source.id: set(source.regions) for source in sources}
    known = {genre.id for genre in genres}
    found = []
    for pair in (each for each in pairs if each.genre_id in known):
        for region in regions:
            if region in served.get(pair.source_id, ()):
                moment, total = listed_at.get((region, pair.source_id, pair.genre_id), ("", 1))
                cost = max(1, math.ceil(total / PAGE))
                found.append(Candidate(region, pair.source_id, pair.genre_id, pair.viewers, moment, cost))
    return found


def plan(found: Iterable[Candidate], credits: int) -> Plan:
    """Choose within `credits`: pairs never listed first, then by number of viewers, then those listed longest ago.

    A pair that is too dear for what is left does not keep cheaper ones behind it from being listed.
    """
    listed: list[Candidate] = []
    deferred: list[Candidate] = []
    for each in sorted(found, key=_urgency):
        if each.credits <= credits:
            credits -= each.credits
            listed.append(each)
        else:
            deferred.append(each)
    return Plan(tuple(listed), tuple(deferred))


def _urgency(each: Candidate) -> tuple[bool, int, str, str, str]:
    return each.listed_at != "", -each.viewers, each.listed_at, each.source_id, each.genre_id
