"""`GET /movies/search`, `/movies/filter`, `/movies/top-rated` and `/movies/{id}`: the movies of the library."""

import hashlib
import json
import math
import re
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from library_api import stores
from library_api.answers import (
    FilteredAnswer,
    FiltersAnswer,
    FoundAnswer,
    MovieAnswer,
    PaginationAnswer,
    TopRatedAnswer,
    movie_answer,
    movie_answers,
)
from marquee import library
from marquee.errors import InvalidInput, NotFound
from marquee.event_handler import new_router
from marquee.library_index import PLACE, Filter, Place, read_place
from marquee.rest import read_cursor, viewer_id, write_cursor

TOP_RATED = "top-rated"
# Where the page begins, and the movie before it.
POSITION = re.compile(rf"[0-9]{{1,10}}@{PLACE.pattern}")

Limit = Annotated[int, Query(ge=1, le=100, description="Movies a page.")]
Next = Annotated[str | None, Query(description="The `next` of the page before.")]
MovieId = Annotated[str, Path(max_length=100, description="The id of the movie.")]
GenreName = Annotated[str, Query(min_length=1, max_length=library.GENRE_LENGTH)]

router = new_router()


@router.get("/movies/search", summary="Find movies by words of their titles", tags=["Library"])
def search_movies(
    title: Annotated[str, Query(min_length=1, max_length=255, description="Beginnings of words of the title.")],
    limit: Limit = 100,
    next: Next = None,
) -> FoundAnswer:
    """Return movies of which every word asked for begins a word of the title.

    Those whose title is just that come first, then the best rated.
    """
    viewer_id(router)
    kind = cursor_kind("search", title)
    page = stores.library().search(title, limit=limit, after=place(next, kind))
    return FoundAnswer(movies=movie_answers(page.movies), totalCount=page.total, next=cursor(kind, page.next))


@router.get("/movies/filter", summary="List movies by genre, rating and year", tags=["Library"])
def filter_movies(
    genre: Annotated[list[GenreName] | None, Query(description="Movies of any of these; in any case.")] = None,
    min_rating: Annotated[
        float | None,
        Query(alias="minRating", ge=0, le=10, allow_inf_nan=False, description="Only movies rated so well or better."),
    ] = None,
    year: Annotated[int | None, Query(ge=1, le=9999, description="Only movies of this year.")] = None,
    limit: Limit = 100,
    next: Next = None,
) -> FilteredAnswer:
    """Return the movies that fit everything asked for: the best rated first, those without a rating last."""
    viewer_id(router)
    filters = FiltersAnswer(genres=genre or [], minRating=min_rating, year=year)
    kind = cursor_kind("filter", filters.model_dump())
    wanted = Filter(genres=tuple(filters.genres), min_rating=up_to_tenth(min_rating), year=year)
    page = stores.library().filter(wanted, limit=limit, after=place(next, kind))
    found = movie_answers(page.movies)
    return FilteredAnswer(movies=found, totalCount=page.total, filters=filters, next=cursor(kind, page.next))


@router.get("/movies/top-rated", summary="List the best rated movies", tags=["Library"])
def list_top_rated(
    start: Annotated[int, Query(ge=0, le=10**9, description="How many movies to leave out; not with `next`.")] = 0,
    limit: Limit = 20,
    next: Next = None,
) -> TopRatedAnswer:
    """Return a page of all movies: the best rated first, those without a rating last.

    Pages that `next` leads to neither repeat nor leave out a movie when others are added meanwhile.
    """
    viewer_id(router)
    after = None
    if next is not None:
        if start:
            raise InvalidInput("`start` and `next` both say where the page begins.", details={"start": start})
        begins, _, told = read_cursor(next, TOP_RATED, POSITION).partition("@")
        start, after = int(begins), read_place(told)
    page = stores.library().top_rated(limit=limit, start=0 if after else start, after=after)
    following = f"{start + limit}@{page.next}" if page.next else None
    return TopRatedAnswer(
        movies=movie_answers(page.movies),
        pagination=PaginationAnswer(start=start, limit=limit, total=page.total, hasMore=following is not None),
        next=write_cursor(TOP_RATED, following) if following else None,
    )


@router.get("/movies/<movie_id>", summary="Read a movie", tags=["Library"])
def read_movie(movie_id: MovieId) -> MovieAnswer:
    """Return a movie."""
    viewer_id(router)
    movie = stores.library().movie(movie_id)
    if movie is None:
        raise NotFound(f"There is no movie {movie_id}.")
    return movie_answer(movie)


def up_to_tenth(rating: float | None) -> float | None:
    """Return the lowest rating of one decimal that is not below another one."""
    return None if rating is None else math.ceil(round(rating * 10, 6)) / 10


def cursor_kind(route: str, asked: object) -> str:
    """Return the kind of the cursors of one question: a place means something else among other movies."""
    return f"{route}:{hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]}"


def place(next: str | None, kind: str) -> Place | None:
    """Return the place after which the page begins, None for the first page; raises InvalidInput."""
    return None if next is None else read_place(read_cursor(next, kind, PLACE))


def cursor(kind: str, following: Place | None) -> str | None:
    """Return the cursor of the page that follows, None if there is none."""
    return write_cursor(kind, str(following)) if following else None
