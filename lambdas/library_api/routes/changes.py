"""`POST /movies`, `PUT|DELETE /movies/{id}` and `GET /movies/requests/{id}`: asking for changes, and their fate."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Header, Path

from library_api import stores
from library_api.answers import MovieAnswer, RequestedAnswer, movie_answer
from library_api.bodies import MovieBody
from library_api.documented import NOT_MINE
from library_api.routes.movies import MovieId
from marquee.errors import NotFound
from marquee.event_handler import new_router
from marquee.messages.library import MovieChange
from marquee.models import Shape
from marquee.models.library import MAIN, ChangeRequest, NewMovie, RequestKind, RequestState
from marquee.rest import is_operator, operator, responses, viewer_id

# In these states the library holds the movie that a request is about, or did so then.
HELD = frozenset({"added", "changed", "duplicate"})

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[ -~]{1,255}$",
        description="Requests of the same caller with the same key are one, for 30 days.",
    ),
]

router = new_router()


class RequestAnswer(Shape):
    """A change that was asked for. `reason` says why it came to nothing, `movie` is the movie as it is now.

    Of a duplicate that is the movie that the library had already.
    """

    id: str
    kind: RequestKind
    state: RequestState
    reason: str | None
    movie_id: str
    movie: MovieAnswer | None
    requested_at: str
    finished_at: str | None


@router.post("/movies", status_code=202, summary="Add a movie", tags=["Library"])
def add_movie(body: MovieBody, idempotency_key: Key = None) -> RequestedAnswer:
    """Ask for a movie to be added; requests are done in the order in which they come.

    It is not added twice: with the same title, genres, rating and year, or the same id elsewhere, it is a duplicate.
    """
    return asked(viewer_id(router), "add", movie=body.movie(), key=idempotency_key)


@router.put(
    "/movies/<movie_id>",
    status_code=202,
    summary="Edit a movie",
    tags=["Library"],
    responses=responses(202, RequestedAnswer, NOT_MINE),
)
def edit_movie(movie_id: MovieId, body: MovieBody) -> RequestedAnswer:
    """Ask for a movie to become what the body says: what it leaves out is unknown from then on."""
    movie = body.movie()
    return asked(editor_of(movie_id), "edit", movie_id=movie_id, movie=movie)


@router.delete(
    "/movies/<movie_id>",
    status_code=202,
    summary="Delete a movie",
    tags=["Library"],
    responses=responses(202, RequestedAnswer, NOT_MINE),
)
def delete_movie(movie_id: MovieId) -> RequestedAnswer:
    """Ask for a movie to be deleted."""
    return asked(editor_of(movie_id), "delete", movie_id=movie_id)


@router.get("/movies/requests/<request_id>", summary="Read what became of a request", tags=["Library"])
def read_request(
    request_id: Annotated[str, Path(max_length=100, description="The id of the request.")],
) -> RequestAnswer:
    """Return a request of the last 30 days; those of others there are for operators only."""
    user_id = viewer_id(router)
    request = stores.requests().get(request_id)
    if request is None or (request.requested_by != user_id and not is_operator(router)):
        raise NotFound(f"There is no request {request_id}.")
    return request_answer(request)


def editor_of(movie_id: str) -> str:
    """Return who asks, if they may change the movie; raises NotFound, and Forbidden for who did not add it."""
    user_id = viewer_id(router)
    movie = stores.library().movie(movie_id)
    if movie is None:
        raise NotFound(f"There is no movie {movie_id}.")
    if movie.added_by != user_id:
        operator(router)
    return user_id


def asked(
    user_id: str,
    kind: RequestKind,
    *,
    movie_id: str | None = None,
    movie: NewMovie | None = None,
    key: str | None = None,
) -> RequestedAnswer:
    """Record a request and hand it to the writer.

    Who asks again with the same key gets the same request, which is sent again as long as it is queued: the function
    may have ended between the two steps. The writer does a request once.
    """
    request = stores.requests().create(kind, requested_by=user_id, movie_id=movie_id, movie=movie, key=key)
    if request.state == "queued":
        change = MovieChange(
            library=MAIN,
            request_id=request.id,
            change=kind,
            movie_id=request.movie_id,
            movie=movie,
            requested_by=user_id,
        )
        stores.writer_queue().send(change, group=MAIN, name=request.id)
    status_url = f"/api/movies/requests/{request.id}"
    return RequestedAnswer(id=request.id, message="Request queued", status_url=status_url)


def request_answer(request: ChangeRequest) -> RequestAnswer:
    """Return a request with the movie that it is about, if there is one now."""
    movie = stores.library().movie(request.movie_id) if request.state in HELD else None
    told = request.model_dump(exclude={"requested_by"})
    return RequestAnswer(**told, movie=movie_answer(movie) if movie else None)
