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
from bench.ranking import gain, interval, ranked
from marquee import recommendations
from marquee.models.recommendations import Candidate, Features, Opinion
from marquee.recommendations import Taste

TOP = 10
# The API reads so many of a viewer's latest ratings.
OPINIONS = 60
# Who has only just come has chosen this many genres: in the simulation those of the films they had rated most.
CHOSEN = 3
LIKED_FROM = 8
# The API reads the records of the most promising, a batch after the other until enough can be watched. Here all can.
# With 60 the validation split loses more than noise.
SECOND_STAGE = 80
# The first stage ranks about as many rows as are read for one answer.
FIRST_STAGE = 640
TIMED = 100
# A moment at which nothing is new.
MUCH_LATER = "2999-01-01T00:00:00.000Z"


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


Films = Mapping[str, Features]
Ranker = Callable[[Case], list[str]]
Learn = Callable[[Case, Films], Taste]
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


def what_was_rated(case: Case, films: Films) -> Taste:
    """Return what the API knows of somebody who has chosen no genre."""
    opinions = [Opinion(films[each.film], "rated", each.at, each.rating) for each in case.before[-OPINIONS:]]
    return recommendations.taste((), opinions)


def three_genres(case: Case, films: Films) -> Taste:
    """Return what is known of somebody who has only just come: the three genres of most of what they had rated."""
    seen = Counter(genre for each in case.before for genre in sorted(films[each.film].genre_ids))
    return recommendations.taste([genre for genre, _ in seen.most_common(CHOSEN)], ())


def nothing(case: Case, films: Films) -> Taste:
    """Return what is known of anybody."""
    return recommendations.taste((), ())


def no_years(case: Case, films: Films) -> Taste:
    """Return what is known of a person without the years of the films they had rated."""
    return replace(what_was_rated(case, films), years={})


def ours(
    split: Split,
    learn: Learn = what_was_rated,
    blind: Blind = lambda film: film,
    *,
    now: str | None = None,
    stages: int = 2,
) -> Ranker:
    """Return the deployed scoring in its two stages: rows are ranked, records of the most promising ranked again.

    `learn` says what it knows of a person, `blind` may take away what it is told of each film, and `now` the moment;
    with one stage it has all records.
    """
    films = {film: blind(features) for film, features in split.films.items()}
    records = {film: Candidate(features) for film, features in films.items()}
    rows = {film: Candidate(row(features)) for film, features in films.items()}

    def rank(case: Case) -> list[str]:
        taste, moment = learn(case, films), now or case.taken.at
        open_to = _ids(case.candidates)
        if stages > 1:
            given = [rows[film] for film in open_to]
            open_to = _ids(recommendations.promising(given, taste, moment, SECOND_STAGE))
        found = recommendations.recommend([records[film] for film in open_to], taste, moment, TOP)
        return _ids(each.candidate for each in found)

    return rank


def _ids(candidates: Iterable[Candidate]) -> list[str]:
    return [each.features.title_id for each in candidates]


def row(film: Features) -> Features:
    """Return what a row of the guide index tells of a film."""
    return replace(film, people=frozenset(), keywords=frozenset(), language=None, votes=0)


def popularity(case: Case) -> list[str]:
    """Return the films that most people have rated."""
    ordered = sorted(case.candidates, key=lambda each: (-each.features.votes, each.features.title_id))
    return _ids(ordered[:TOP])


def chance(case: Case) -> list[str]:
    """Return films drawn by lot, the same in every run."""
    drawn = random.Random(case.taken.at + case.taken.film).sample(case.candidates, TOP)
    return _ids(drawn)


def without_keywords(film: Features) -> Features:
    """Return a film of which nobody knows what it is about, beyond its genres."""
    return replace(film, keywords=frozenset())


def without_franchise(film: Features) -> Features:
    """Return a film with a name that no other has."""
    return replace(film, title=f"film{film.title_id}")


def without_ratings(film: Features) -> Features:
    """Return a film of which only is known how many have rated it."""
    return replace(film, rating=None)


def measure(split: Split, rank: Ranker) -> tuple[dict[str, Any], list[float]]:
    """Return the figures of a way to rank, and the gain of each person."""
    lists = ranked(rank, split.cases)
    gains = [gain(found, case.taken.film) for found, case in zip(lists, split.cases, strict=True)]
    liked = [each for each, case in zip(gains, split.cases, strict=True) if case.taken.rating >= LIKED_FROM]
    return {
        "hit_rate": fmean(each > 0 for each in gains),
        "ndcg": asdict(interval(gains)),
        "ndcg_liked": fmean(liked),
        "coverage": len({film for found in lists for film in found}) / len(split.films),
    }, gains


def rankers(split: Split) -> Iterator[tuple[str, Ranker]]:
    """Yield what is compared, by name."""
    yield "Marquee", ours(split)
    yield "popularity", popularity
    yield "random", chance
    yield "nothing known of the person", ours(split, nothing)
    yield "only three genres known", ours(split, three_genres)
    yield "all records in one stage", ours(split, stages=1)
    yield "no personal years", ours(split, no_years)
    yield "no newness", ours(split, now=MUCH_LATER)
    yield "neither personal years nor newness", ours(split, no_years, now=MUCH_LATER)
    yield "no keywords", ours(split, blind=without_keywords)
    yield "no franchises", ours(split, blind=without_franchise)
    yield "no ratings", ours(split, blind=without_ratings)


def rivals(split: Split) -> Iterator[tuple[str, Ranker]]:
    """Yield what was compared when weights were chosen, by name."""
    yield "Marquee", ours(split)
    yield "popularity", popularity
    yield "nothing known of the person", ours(split, nothing)
    yield "only three genres known", ours(split, three_genres)


def milliseconds(split: Split) -> float:
    """Return how long one answer takes to score over as many rows as the API reads, taste and both stages included."""
    small = [replace(case, candidates=case.candidates[:FIRST_STAGE]) for case in split.cases[:TIMED]]
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
    best = figures["Marquee"][1]
    chosen_on = {name: measure(validation, rank)[0] for name, rank in rivals(validation)}
    return {
        "people": len(test.cases),
        "top": TOP,
        "opinions": OPINIONS,
        "rows": FIRST_STAGE,
        "records": SECOND_STAGE,
        "films": len(test.films),
        "ratings": sum(len(each) for each in data.people.values()),
        "test": {name: figure for name, (figure, _) in figures.items()},
        "validation": chosen_on,
        "gains": {name: difference(best, gains) for name, (_, gains) in figures.items() if name != "Marquee"},
        "milliseconds_per_answer": round(milliseconds(test), 1),
    }
