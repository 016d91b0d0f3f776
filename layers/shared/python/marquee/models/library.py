"""The movie library: movies as R1 knows them, with several genres and ids elsewhere."""

from typing import Literal

from marquee.models import Model

MAIN = "main"
"""The one library of an environment; every key carries its id."""
MANUAL = "manual"
"""The source of a movie that a person added; the others are `import:<id>`."""

RequestKind = Literal["add", "edit", "delete"]
RequestState = Literal["queued", "added", "changed", "deleted", "duplicate", "invalid", "missing", "failed"]


class NewMovie(Model):
    """What somebody wants in the library; `rating` from 0 to 10 with one decimal, both it and `year` may be unknown.

    `marquee.library.make_movie` makes it of what came from outside.
    """

    title: str
    genres: tuple[str, ...]
    rating: float | None = None
    year: int | None = None
    tmdb_id: int | None = None
    imdb_id: str | None = None


class Movie(NewMovie):
    """A movie of the library. `ordinal` is its place in the index, which changes with every edit."""

    id: str
    ordinal: int
    created_at: str
    updated_at: str
    added_by: str
    source: str
    """How it came: `manual`, or `import:<id>`."""


class ChangeRequest(Model):
    """A change that somebody asked for, and what became of it.

    `movie_id` is the movie to change, or the id that the added one will have; of a duplicate it is the movie that the
    library has already.
    """

    id: str
    kind: RequestKind
    state: RequestState = "queued"
    movie_id: str
    reason: str | None = None
    requested_at: str
    finished_at: str | None = None
    requested_by: str


class GenreCount(Model):
    """A genre as it was first written, and how many movies have it."""

    name: str
    movies: int


class Header(Model):
    """The numbers of a library, in one item. Every change of the library, and of nothing else, changes `version`.

    `next` is the ordinal that the next movie will have, `rating_sum` the sum of all ratings in tenths; `genres` is by
    key, `years` by year as text.
    """

    version: int = 0
    next: int = 0
    total: int = 0
    rated: int = 0
    rating_sum: int = 0
    genres: dict[str, GenreCount] = {}
    years: dict[str, int] = {}


class YearCount(Model):
    """How many movies of a year there are."""

    year: int
    movies: int


class Dashboard(Model):
    """A library in numbers; `average_rating` is of what is rated, rounded to two decimals, None if nothing is."""

    total: int
    average_rating: float | None
    top_genres: tuple[GenreCount, ...]
    by_year: tuple[YearCount, ...]
