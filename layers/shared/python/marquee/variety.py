"""Variety: picking the best one after the other so that neither a genre nor a franchise makes a wall. Pure."""

import math
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence

from marquee.features import franchise
from marquee.models.recommendations import Candidate, Features

# Of ten picks at most six share a genre, as long as there are others; each shared genre and franchise costs.
WINDOW, SHARE = 10, 0.6
AGAIN_GENRE, AGAIN_PERSON, AGAIN_FRANCHISE, WALL = 0.02, 0.1, 0.5, 100.0

Scored = tuple[float, Candidate]

# Titles of which no genre is known may be of one genre, all of them.
UNKNOWN = frozenset({""})


def varied(ranked: Sequence[Scored], limit: int) -> Iterator[Scored]:
    """Yield the best, then each time the best in view of what has been picked before."""
    left, picked = list(ranked), Picked()
    while left and picked.number < limit:
        best = picked.best_of(left)
        yield left[best]
        picked.add(left.pop(best)[1].features)


def spread(ranked: Sequence[Scored], limit: int) -> Iterator[Scored]:
    """Yield the best in their order, except that what would give a genre more than its share waits until there is room.

    For a first stage of many: nothing but genres is looked at, and titles of the same genres wait in one queue.
    """
    queues: dict[frozenset[str], deque[int]] = defaultdict(deque)
    for place, (_, candidate) in enumerate(ranked):
        queues[candidate.features.genre_ids or UNKNOWN].append(place)
    genres: Counter[str] = Counter()
    for number in range(min(limit, len(ranked))):
        heads = sorted(queues, key=lambda each: queues[each][0])
        found = next((each for each in heads if not _beyond(each, genres, number)), None)
        # Where all share a genre the others still take turns.
        best = found or min(heads, key=lambda each: _beyond(each, genres, number))
        yield ranked[queues[best].popleft()]
        genres.update(best)
        if not queues[best]:
            del queues[best]


def _beyond(genre_ids: Iterable[str], genres: Counter[str], number: int) -> int:
    """Return how many genres of a title would have more than their share of the picks if it was the next."""
    most = SHARE * max(number + 1, WINDOW)
    return sum(genres[each] + 1 > most for each in genre_ids)


class Picked:
    """What has been picked so far, which makes more of the same less welcome."""

    def __init__(self) -> None:
        self.number = 0
        self._genres: Counter[str] = Counter()
        self._people: Counter[str] = Counter()
        self._franchises: Counter[str] = Counter()

    def best_of(self, ranked: Sequence[Scored]) -> int:
        """Return the place of the best; what stands behind it could not win even at no cost."""
        best, place = -math.inf, 0
        for here, (score, candidate) in enumerate(ranked):
            if score <= best:
                break
            if (worth := score - self._cost(candidate.features)) > best:
                best, place = worth, here
        return place

    def add(self, features: Features) -> None:
        """Remember a pick."""
        self.number += 1
        self._genres.update(features.genre_ids)
        self._people.update(features.people)
        self._franchises[franchise(features.title)] += 1

    def _cost(self, features: Features) -> float:
        """Return what speaks against a title beside these: the most repeated genre and person, and the franchise."""
        genres = [self._genres[each] for each in features.genre_ids]
        return (
            WALL * _beyond(features.genre_ids, self._genres, self.number)
            + AGAIN_GENRE * max(genres, default=0)
            + AGAIN_PERSON * max((self._people[each] for each in features.people), default=0)
            + AGAIN_FRANCHISE * self._franchises[franchise(features.title)]
        )
