"""`GET /sources` and `GET /genres`: what there is to choose from, for everybody."""

from guide_api import stores
from marquee.event_handler import new_router
from marquee.models import Shape

router = new_router()


class SourceAnswer(Shape):
    """A streaming service; `type` is sub, purchase, free or tve."""

    id: str
    name: str
    type: str
    logo: str | None
    regions: list[str]


class GenreAnswer(Shape):
    """A genre; `tmdb_id` is null where TMDB has no counterpart."""

    id: str
    name: str
    tmdb_id: int | None


class SourcesAnswer(Shape):
    """All services, by name."""

    sources: list[SourceAnswer]
    next: str | None = None


class GenresAnswer(Shape):
    """All genres, by name."""

    genres: list[GenreAnswer]
    next: str | None = None


@router.get("/sources", summary="List the streaming services", tags=["Reference"])
def list_sources() -> SourcesAnswer:
    """Return all services in one page: there are a few hundred at most."""
    found = stores.reference().sources()
    return SourcesAnswer(sources=[SourceAnswer.model_validate(source, from_attributes=True) for source in found])


@router.get("/genres", summary="List the genres", tags=["Reference"])
def list_genres() -> GenresAnswer:
    """Return all genres in one page: there are a few dozen."""
    found = stores.reference().genres()
    return GenresAnswer(genres=[GenreAnswer.model_validate(genre, from_attributes=True) for genre in found])
