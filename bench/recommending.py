"""Offline evaluation of recommendations: does the deployed scoring find the film that somebody rated next?

Each person's last rating is left out, and the scoring ranks every film that this person had not rated yet and that was
out by then. How well known and how good a film is follows from the other ratings alone. Weights were chosen with the
last but one rating left out instead (and the last thrown away); that split is reported beside the test.
"""

import random
import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from bench import movielens
from bench.movielens import Rating, Ratings
from bench.ranking import gain, interval
from marquee import recommendations
from marquee.models.recommendations import Candidate, Features, Opinion
from marquee.recommendations import Taste

TOP = 10
# The API reads so many of a viewer's latest ratings.
OPINIONS = 60
# Who has only just come has chosen this many genres: in the simulation those of the films they had rated most.
CHOSEN = 3
LIKED_FROM = 8
# The API scores at most so many records in its second stage.
SECOND_STAGE = 100


@dataclass(frozen=True)
class Case:
    """One person at the moment of the rating that is left out."""

    taken: Rating
    before: tuple[Rating, ...]
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class Split:
    """What may be known: films with the votes and ratings of everybody but those left out; and the cases."""

    films: Mapping[str, Features]
    cases: tuple[Case, ...]


Ranker = Callable[[Case], list[str]]
Blind = Callable[[Features], Features]


def split(data: Ratings, leave_out: int) -> Split:
    """Return the cases with the last rating of everybody left out (1), or the last but one (2)."""
    known = {person: ratings[:-leave_out] for person, ratings in data.people.items()}
    films = rated(data.films, (each for ratings in known.values() for each in ratings))
    everything = tuple(Candidate(each) for each in films.values())
    cases = []
    for person, before in known.items():
        taken = data.people[person][-leave_out]
        seen = {each.film for each in before}
        open_to = tuple(each for each in everything if _open(each.features, seen, taken))
        cases.append(Case(taken, before, open_to))
    return Split(films, tuple(cases))


def _open(film: Features, seen: set[str], taken: Rating) -> bool:
    """Return whether a film could be recommended: what was taken was out, whatever its release date says."""
    return film.title_id not in seen and ((film.release_date or "") <= taken.at or film.title_id == taken.film)


def rated(films: Mapping[str, Features], ratings: Iterable[Rating]) -> dict[str, Features]:
    """Return films with the mean and the number of these ratings, and their percentile by that number."""
    given: dict[str, list[int]] = defaultdict(list)
    for each in ratings:
        given[each.film].append(each.rating)
    counts = sorted(len(given[film]) for film in films)
    return {
        film: replace(
            features,
            rating=fmean(given[film]) if given[film] else None,
            votes=len(given[film]),
            popularity=100 * bisect_left(counts, len(given[film])) / len(counts),
        )
        for film, features in films.items()
    }


def ours(split: Split, blind: Blind = lambda film: film) -> Ranker:
    """Return the deployed scoring; `blind` may take away what it is told of each film."""
    seen = {film: blind(features) for film, features in split.films.items()}

    def rank(case: Case) -> list[str]:
        opinions = [Opinion(seen[each.film], "rated", each.at, each.rating) for each in case.before[-OPINIONS:]]
        candidates = [Candidate(seen[each.features.title_id]) for each in case.candidates]
        return _ranked(candidates, recommendations.taste((), opinions), case.taken.at)

    return rank


def newcomer(split: Split) -> Ranker:
    """Return the deployed scoring for people of whom it knows three genres and nothing else."""

    def rank(case: Case) -> list[str]:
        seen = Counter(genre for each in case.before for genre in sorted(split.films[each.film].genre_ids))
        chosen = [genre for genre, _ in seen.most_common(CHOSEN)]
        return _ranked(case.candidates, recommendations.taste(chosen, ()), case.taken.at)

    return rank


def _ranked(candidates: Iterable[Candidate], taste: Taste, now: str) -> list[str]:
    found = recommendations.recommend(candidates, taste, now, TOP)
    return [each.candidate.features.title_id for each in found]


def popularity(case: Case) -> list[str]:
    """Return the films that most people have rated."""
    ordered = sorted(case.candidates, key=lambda each: (-each.features.votes, each.features.title_id))
    return [each.features.title_id for each in ordered[:TOP]]


def chance(case: Case) -> list[str]:
    """Return films drawn by lot, the same in every run."""
    drawn = random.Random(case.taken.at + case.taken.film).sample(case.candidates, TOP)
    return [each.features.title_id for each in drawn]


def without_keywords(film: Features) -> Features:
    """Return what a row of the guide index knows of a film."""
    return replace(film, keywords=frozenset())


def without_years(film: Features) -> Features:
    """Return a film of which nobody knows when it came out."""
    return replace(film, year=None, release_date=None)


def without_franchise(film: Features) -> Features:
    """Return a film with a name that no other has."""
    return replace(film, title=f"film{film.title_id}")


def without_ratings(film: Features) -> Features:
    """Return a film of which only is known how many have rated it."""
    return replace(film, rating=None)


def measure(split: Split, rank: Ranker) -> tuple[dict[str, Any], list[float]]:
    """Return the figures of a way to rank, and the gain of each person."""
    lists = [rank(case) for case in split.cases]
    gains = [gain(found, case.taken.film) for found, case in zip(lists, split.cases, strict=True)]
    liked = [each for each, case in zip(gains, split.cases, strict=True) if case.taken.rating >= LIKED_FROM]
    return {
        "hit_rate": fmean(each > 0 for each in gains),
        "ndcg": asdict(interval(gains)),
        "ndcg_liked": fmean(liked),
        "coverage": len({film for found in lists for film in found}) / len(split.films),
    }, gains


def rankers(split: Split) -> Iterator[tuple[str, Ranker]]:
    """Yield what is compared on the test, by name."""
    yield "Marquee", ours(split)
    yield "popularity", popularity
    yield "random", chance
    yield "Marquee, only three genres known", newcomer(split)
    yield "Marquee without keywords", ours(split, without_keywords)
    yield "Marquee without years", ours(split, without_years)
    yield "Marquee without franchises", ours(split, without_franchise)
    yield "Marquee without ratings", ours(split, without_ratings)


def rivals(split: Split) -> Iterator[tuple[str, Ranker]]:
    """Yield what was compared when weights were chosen, by name."""
    yield "Marquee", ours(split)
    yield "popularity", popularity
    yield "Marquee without ratings", ours(split, without_ratings)


def milliseconds(split: Split) -> float:
    """Return how long one answer takes over as many candidates as the API has, taste included."""
    cases = split.cases[:SECOND_STAGE]
    small = [replace(case, candidates=case.candidates[:SECOND_STAGE]) for case in cases]
    rank, began = ours(split), time.perf_counter()
    for case in small:
        rank(case)
    return 1000 * (time.perf_counter() - began) / len(small)


def difference(one: Sequence[float], other: Sequence[float]) -> dict[str, float]:
    """Return by how much one way gains more than another, person by person."""
    return asdict(interval([a - b for a, b in zip(one, other, strict=True)]))


def run(folder: Path) -> dict[str, Any]:
    """Return all figures of the part."""
    data = movielens.load(folder)
    test, validation = split(data, 1), split(data, 2)
    figures = {name: measure(test, rank) for name, rank in rankers(test)}
    chosen_on = {name: measure(validation, rank)[0] for name, rank in rivals(validation)}
    return {
        "people": len(test.cases),
        "top": TOP,
        "opinions": OPINIONS,
        "candidates": SECOND_STAGE,
        "films": len(test.films),
        "ratings": sum(len(each) for each in data.people.values()),
        "test": {name: figure for name, (figure, _) in figures.items()},
        "validation": chosen_on,
        "gain_over_popularity": difference(figures["Marquee"][1], figures["popularity"][1]),
        "milliseconds_per_answer": round(milliseconds(test), 1),
    }
