"""The rules of recommendations: which titles suit a taste, and in which order. Pure; what is told of them: reasons.py.

A score is a sum: how well a title suits the viewer, how good and how well known it is, how new it is, and which lists
it is on. What is not known of a title counts neither for nor against it. The best are then picked one after the other,
and each pick speaks against more of the same, so that neither a genre nor a franchise makes a wall.

The weights were chosen by the offline evaluation, as far as it can see: docs/benchmarks.md.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean, median

from marquee import clock, reasons
from marquee.features import franchise, popularity, rating, released
from marquee.models.recommendations import Candidate, Features, Opinion, Recommendation
from marquee.taste import Taste, taste, toward
from marquee.variety import Scored, spread, varied

__all__ = ["Taste", "promising", "recommend", "similar", "taste"]

# What suits the viewer. People could not be evaluated (the open data has none) and count like keywords.
GENRES, PEOPLE, KEYWORDS, YEARS, LANGUAGE, FRANCHISE = 1.0, 2.0, 2.0, 1.5, 0.2, 1.0
# What is so for everybody: a point of rating above the average, being known by as many as the best known, being new.
QUALITY, KNOWN, NEW = 0.25, 1.0, 0.6
# Lists and arrivals are news, not merit; of several lists the one that says most counts.
LISTED = {"trending": 0.4, "trending_here": 0.4, "hidden_gems": 0.4, "award_winning": 0.3, "popular": 0.2}
LIST_HALVES_AT, ARRIVED = 20, 0.4
# What is rated lower than this is much talked about for other reasons than that it is worth watching.
POOR = 6.5
# For titles like another: that WatchMode names it, and how much the viewer's own taste has to say.
NAMED, OWN_TASTE = 0.8, 0.25

UNKNOWN = 0.5
# How much steeper the best known rise above the others than percentiles do.
STEEP = 30
DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Pool:
    """What the candidates are like together: what is not known of one of them is taken to be as it is on average.

    `votes` and `known` (how widely known by popularity) are sorted; `typical` is how many votes one mostly has.
    """

    rating: float
    newness: float
    usual: float
    typical: float
    votes: Sequence[int]
    known: Sequence[float]

    @classmethod
    def of(cls, candidates: Iterable[Candidate], today: date) -> "Pool":
        """Return what these candidates are like."""
        titles = [each.features for each in candidates]
        votes = sorted(each.votes for each in titles if each.votes > 0)
        told = sorted(known(percentile) for each in titles if (percentile := popularity(each)) is not None)
        return cls(
            rating=_mean(map(rating, titles)),
            newness=_mean(newness(each, today) for each in titles),
            usual=fmean(told) if told else UNKNOWN,
            typical=median(votes) if votes else 1.0,
            votes=votes,
            known=told,
        )

    def known_by(self, votes: int) -> float:
        """Return how widely known a title with so many votes is: as the one that has its rank by popularity.

        Votes and popularity come from two providers; only ranks of the one can be told in the other.
        """
        rank = (bisect_left(self.votes, votes) + bisect_right(self.votes, votes)) / 2 / len(self.votes)
        return self.known[int(rank * len(self.known))] if self.known else rank


@dataclass(frozen=True)
class Judge:
    """What scores the candidates of one answer."""

    taste: Taste
    pool: Pool
    today: date

    def score(self, candidate: Candidate) -> float:
        """Return how much speaks for a candidate."""
        features = candidate.features
        return (
            affinity(features, self.taste)
            + QUALITY * self.quality(features)
            + KNOWN * self.known(features)
            + NEW * self.newness(features)
            + _news(candidate)
        )

    def quality(self, features: Features) -> float:
        """Return by how many points a title is better than the mean; few votes say little."""
        points = rating(features)
        if points is None:
            return 0.0
        sure = features.votes / (features.votes + self.pool.typical) if features.votes > 0 else UNKNOWN
        return sure * (points - self.pool.rating)

    def known(self, features: Features) -> float:
        """Return how widely known a title is, from 0 to 1, whatever tells it."""
        if (percentile := popularity(features)) is not None:
            return known(percentile)
        if features.votes > 0:
            return self.pool.known_by(features.votes)
        return self.pool.usual

    def newness(self, features: Features) -> float:
        """Return how new a title is, from 0 to 1."""
        found = newness(features, self.today)
        return self.pool.newness if found is None else found


def known(percentile: float) -> float:
    """Return how widely known a title of a percentile of popularity is, 1 for the best known.

    Attention falls with the rank: what lies between the first and the tenth of a thousand is more than what lies
    between the middle and the end.
    """
    return 1 - math.log1p(STEEP * (1 - percentile / 100)) / math.log1p(STEEP)


def newness(features: Features, today: date) -> float | None:
    """Return 1 for what comes out today, a third for last year's, next to nothing for what is old, None if unknown."""
    if (day := released(features)) is not None:
        return math.exp(-max(0, (today - day).days) / DAYS_A_YEAR)
    return math.exp(-max(0, today.year - features.year)) if features.year else None


def recommend(candidates: Iterable[Candidate], taste: Taste, now: str, limit: int) -> list[Recommendation]:
    """Return up to `limit` titles for a taste, best first, varied, each with its reasons."""
    today = clock.parse(now).date()
    return [
        Recommendation(candidate, score, reasons.told(candidate, taste, today))
        for score, candidate in varied(_ranked(candidates, taste, today), limit)
    ]


def promising(candidates: Iterable[Candidate], taste: Taste, now: str, most: int) -> Iterator[Candidate]:
    """Yield the `most` best by the score, so that only their records need to be read.

    They are varied already: what this stage cuts off, no later one can bring back.
    """
    ranked = _ranked(candidates, taste, clock.parse(now).date())
    return (candidate for _, candidate in spread(ranked, most))


def similar(
    subject: Features, candidates: Iterable[Candidate], taste: Taste, now: str, limit: int
) -> list[Recommendation]:
    """Return up to `limit` titles that are like `subject`, the most alike first.

    What has nothing in common with it is left out, unless WatchMode names it or its genres are not known.
    """
    today, like = clock.parse(now).date(), _taste_of(subject, now)
    found = [
        (affinity(each.features, like) + NAMED * each.named_similar + OWN_TASTE * score, each)
        for score, each in _ranked(candidates, taste, today)
        if each.features.title_id != subject.title_id
        and (each.named_similar or not each.features.genre_ids or reasons.kinship(subject, each.features) > 0)
    ]
    return [
        Recommendation(each, score, reasons.alike(subject, each, taste, today))
        for score, each in sorted(found, key=_order)[:limit]
    ]


def affinity(features: Features, taste: Taste) -> float:
    """Return how well a title suits a taste; negative if it is like what was disliked."""
    return (
        GENRES * toward(taste.genres, features.genre_ids)
        + PEOPLE * toward(taste.people, features.people)
        + KEYWORDS * toward(taste.keywords, features.keywords)
        + YEARS * taste.years.get(features.year or 0, 0.0)
        + LANGUAGE * taste.languages.get(features.language or "", 0.0)
        + FRANCHISE * taste.franchises.get(franchise(features.title), 0.0)
    )


def _taste_of(subject: Features, now: str) -> Taste:
    """Return the taste of somebody who likes nothing but this title."""
    return taste((), (Opinion(subject, "rated", now, rating=10),))


def _ranked(candidates: Iterable[Candidate], taste: Taste, today: date) -> list[Scored]:
    """Return the candidates by score, each title once, ties by title id."""
    given = list(candidates)
    judge = Judge(taste, Pool.of(given, today), today)
    ordered = sorted(((judge.score(each), each) for each in given), key=_order)
    once: dict[str, Scored] = {}
    for each in ordered:
        once.setdefault(each[1].features.title_id, each)
    return list(once.values())


def _order(scored: Scored) -> tuple[float, str, str]:
    score, candidate = scored
    return -score, candidate.features.title_id, str(candidate.arrived)


def _mean(values: Iterable[float | None]) -> float:
    found = [each for each in values if each is not None]
    return fmean(found) if found else 0.0


def _news(candidate: Candidate) -> float:
    listed: Iterable[float] = (
        LISTED.get(name, 0.0) * LIST_HALVES_AT / (LIST_HALVES_AT + rank) for name, rank in candidate.listed.items()
    )
    if (points := rating(candidate.features)) is not None and points < POOR:
        listed = (0.0,)
    return max(listed, default=0.0) + ARRIVED * (candidate.arrived is not None)
