"""Variety: picking the best one after the other so that neither a genre nor a franchise makes a wall. Pure."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from marquee.features import franchise
from marquee.models.recommendations import Candidate, Features

# Of ten picks at most six share a genre, as long as there are others; each shared genre and franchise costs.
WINDOW, SHARE = 10, 0.6
AGAIN_GENRE, AGAIN_PERSON, AGAIN_FRANCHISE, WALL = 0.02, 0.1, 0.5, 100.0

Scored = tuple[float, Candidate]


def varied(ranked: Sequence[Scored], limit: int) -> Iterator[Scored]:
    """Yield the best, then each time the best in view of what has been picked before."""
    left, picked = list(ranked), Picked()
    while left and picked.number < limit:
        best = picked.best_of(left)
        yield left[best]
        picked.add(left.pop(best)[1].features)


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
        most = SHARE * max(self.number + 1, WINDOW)
        genres = [self._genres[each] for each in features.genre_ids]
        return (
            WALL * sum(each + 1 > most for each in genres)
            + AGAIN_GENRE * max(genres, default=0)
            + AGAIN_PERSON * max((self._people[each] for each in features.people), default=0)
            + AGAIN_FRANCHISE * self._franchises[franchise(features.title)]
        )
