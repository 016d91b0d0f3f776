"""What the library answers about movies. The names are R1's, with the genres and ids that R1 does not have."""

from collections.abc import Iterable

from marquee.models import Shape
from marquee.models.library import Movie


class MovieAnswer(Shape):
    """A movie; `genre` is the first of its `genres`, `source` is `manual` or `import:<id of the import>`."""

    id: str
    title: str
    genre: str
    genres: list[str]
    rating: float | None
    year: int | None
    tmdb_id: int | None
    imdb_id: str | None
    created_at: str
    updated_at: str
    added_by: str
    source: str


class FoundAnswer(Shape):
    """A page of the movies that were found, how many there are in all, and the cursor of the page that follows."""

    movies: list[MovieAnswer]
    totalCount: int
    next: str | None


class FiltersAnswer(Shape):
    """What was asked for; null is what was not."""

    genres: list[str]
    minRating: float | None
    year: int | None


class FilteredAnswer(FoundAnswer):
    """A page of the movies that a filter leaves."""

    filters: FiltersAnswer


class PaginationAnswer(Shape):
    """Which part of the list this is."""

    start: int
    limit: int
    total: int
    hasMore: bool


class TopRatedAnswer(Shape):
    """A page of all movies, and the cursor of the page that follows."""

    movies: list[MovieAnswer]
    pagination: PaginationAnswer
    next: str | None


class RequestedAnswer(Shape):
    """A change that was asked for, and where to see what becomes of it."""

    id: str
    message: str
    status_url: str


def movie_answer(movie: Movie) -> MovieAnswer:
    """Return a movie as clients see it."""
    return MovieAnswer(**movie.model_dump(exclude={"ordinal"}), genre=movie.genres[0])


def movie_answers(movies: Iterable[Movie]) -> list[MovieAnswer]:
    """Return movies as clients see them."""
    return [movie_answer(each) for each in movies]
