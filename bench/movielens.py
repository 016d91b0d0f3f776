"""MovieLens ratings of films that TMDB 5000 describes: who rated what when, and what each film is like."""

import csv
import gzip
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import IO

from marquee import clock
from marquee.models.recommendations import Features

RATINGS = Path("movielens/ml-latest-small.zip")
FILMS = Path("tmdb5000/tmdb_5000_movies.csv.gz")
# Stars, by halves up to five, in Marquee's one to ten.
PER_STAR = 2


@dataclass(frozen=True)
class Rating:
    """That somebody rated a film, 1 to 10, at a moment (clock.timestamp)."""

    film: str
    rating: int
    at: str


@dataclass(frozen=True)
class Ratings:
    """Films by TMDB id, without rating and votes, and each person's ratings in the order in which they were given."""

    films: dict[str, Features]
    people: dict[str, tuple[Rating, ...]]


def missing(folder: Path) -> list[Path]:
    """Return the files that are needed and not there."""
    return [folder / each for each in (RATINGS, FILMS) if not (folder / each).is_file()]


def load(folder: Path) -> Ratings:
    """Return all ratings of films that both data sets know."""
    described = _films(folder / FILMS)
    with zipfile.ZipFile(folder / RATINGS) as archive:
        tmdb = {row["movieId"]: row["tmdbId"] for row in _rows(archive.open("ml-latest-small/links.csv"))}
        given: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
        for row in _rows(archive.open("ml-latest-small/ratings.csv")):
            if (film := tmdb[row["movieId"]]) in described:
                rating = int(float(row["rating"]) * PER_STAR)
                given[row["userId"]].append((int(row["timestamp"]), film, rating))
    people = {person: tuple(_rating(*each) for each in sorted(ratings)) for person, ratings in given.items()}
    rated = {each.film for ratings in people.values() for each in ratings}
    return Ratings({film: described[film] for film in sorted(rated)}, people)


def _rating(seconds: int, film: str, rating: int) -> Rating:
    return Rating(film, rating, clock.timestamp(datetime.fromtimestamp(seconds, UTC)))


def _films(path: Path) -> dict[str, Features]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        return {row["id"]: _features(row) for row in csv.DictReader(text)}


def _rows(stream: IO[bytes]) -> Iterator[dict[str, str]]:
    with TextIOWrapper(stream, encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def _features(row: dict[str, str]) -> Features:
    """Return a film as Marquee compares it; genres go by their names, which is as good as any id."""
    return Features(
        title_id=row["id"],
        title=row["title"],
        type="movie",
        genre_ids=_names(row["genres"]),
        keywords=_names(row["keywords"]),
        year=int(row["release_date"][:4]) if row["release_date"] else None,
        release_date=row["release_date"] or None,
        language=row["original_language"] or None,
    )


def _names(column: str) -> frozenset[str]:
    return frozenset(str(each["name"]) for each in json.loads(column))
