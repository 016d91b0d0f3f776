"""What a viewer likes, learnt from the genres they chose and what they said of titles. Pure.

Every title somebody has an opinion of speaks for or against its genres, people, keywords, language, years and
franchise, the latest the most. A chosen genre counts like one title that was liked best, so that it decides while there
are no opinions and fades when there are many.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from marquee.features import franchise
from marquee.models.recommendations import Opinion

Name = TypeVar("Name", str, int)

LIKED_FROM = 7
# A rating of this says nothing: what is below speaks against titles of the kind.
INDIFFERENT, BEST = 4.5, 10
# A follow or a watched title says less than a good rating.
FOLLOWED, WATCHED = 0.6, 0.3
CHOSEN = 1.0
# So many opinions later an opinion counts half. By number, not by time: many people rate a lot in one evening.
HALF_AFTER = 8
# Little evidence makes a weak taste: weights are set against this much of "no idea".
DOUBT = 1.0
# Who likes a year likes those around it; at this distance a third as much.
YEARS_APART, YEARS_REACH = 3, 12


@dataclass(frozen=True)
class Taste:
    """How much speaks for each genre, person, keyword, language, year and franchise, from -1 to 1.

    `chosen` are the chosen genres, `liked` the opinions that say yes, latest first: reasons are told from them.
    """

    chosen: frozenset[str]
    liked: tuple[Opinion, ...]
    genres: Mapping[str, float]
    people: Mapping[str, float]
    keywords: Mapping[str, float]
    languages: Mapping[str, float]
    years: Mapping[int, float]
    franchises: Mapping[str, float]


def taste(chosen_genres: Iterable[str], opinions: Iterable[Opinion]) -> Taste:
    """Return what somebody likes who chose these genres and has these opinions, in whatever order they come."""
    chosen = frozenset(chosen_genres)
    heard = _one_each(opinions)
    weighed = [(each.features, value(each) * 0.5 ** (place / HALF_AFTER)) for place, each in enumerate(heard)]
    sure = math.fsum(abs(weight) for _, weight in weighed) + DOUBT
    return Taste(
        chosen=chosen,
        liked=tuple(each for each in heard if likes(each)),
        genres=_leaning([(each.genre_ids, weight) for each, weight in weighed], dict.fromkeys(sorted(chosen), CHOSEN)),
        people=_leaning([(each.people, weight) for each, weight in weighed]),
        keywords=_leaning([(each.keywords, weight) for each, weight in weighed]),
        languages=_share([({each.language: 1.0}, weight) for each, weight in weighed if each.language], sure),
        years=_share([(_around(each.year), weight) for each, weight in weighed if each.year], sure),
        franchises=_share(
            [({name: 1.0}, weight) for each, weight in weighed if (name := franchise(each.title))], DOUBT
        ),
    )


def value(opinion: Opinion) -> float:
    """Return how much an opinion speaks for titles like its own, from -1 to 1."""
    if opinion.rating is None:
        return FOLLOWED if opinion.kind == "followed" else WATCHED
    return (opinion.rating - INDIFFERENT) / (BEST - INDIFFERENT)


def likes(opinion: Opinion) -> bool:
    """Return whether an opinion says yes so clearly that it may be told as a reason."""
    return opinion.rating is None or opinion.rating >= LIKED_FROM


def toward(leaning: Mapping[str, float], names: frozenset[str]) -> float:
    """Return how much speaks for a title with these genres, people or keywords; nothing if none is known."""
    if not names:
        return 0.0
    return math.fsum(leaning[name] for name in names if name in leaning) / math.sqrt(len(names))


def _one_each(opinions: Iterable[Opinion]) -> list[Opinion]:
    """Return the opinion of each title that says most, latest first: a rating says more than a follow."""
    found = {each.features.title_id: each for each in sorted(opinions, key=_weight_of_word)}
    return sorted(found.values(), key=lambda each: (each.at, each.features.title_id), reverse=True)


def _weight_of_word(opinion: Opinion) -> tuple[bool, bool, str, int]:
    return opinion.rating is not None, opinion.kind == "followed", opinion.at, opinion.rating or 0


def _leaning(
    weighed: Sequence[tuple[frozenset[str], float]], prior: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Return the direction of a taste among names: the sum of the titles, each of length one, brought to length one."""
    total: dict[str, float] = defaultdict(float, prior or {})
    for names, weight in weighed:
        for name in names:
            total[name] += weight / math.sqrt(len(names))
    length = math.sqrt(math.fsum(weight**2 for weight in total.values())) + DOUBT
    return {name: weight / length for name, weight in total.items()}


def _share(weighed: Sequence[tuple[Mapping[Name, float], float]], whole: float) -> dict[Name, float]:
    total: dict[Name, float] = defaultdict(float)
    for names, weight in weighed:
        for name, part in names.items():
            total[name] += weight * part
    return {name: max(-1.0, min(1.0, weight / whole)) for name, weight in total.items()}


def _around(year: int) -> dict[int, float]:
    return {year + apart: math.exp(-abs(apart) / YEARS_APART) for apart in range(-YEARS_REACH, YEARS_REACH + 1)}
