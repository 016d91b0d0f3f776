"""`GET /dashboard`: the library in numbers."""

from library_api import stores
from marquee.event_handler import new_router
from marquee.models import Shape
from marquee.rest import viewer_id

router = new_router()


class GenreCountAnswer(Shape):
    """A genre and how many movies have it."""

    genre: str
    count: int


class YearCountAnswer(Shape):
    """A year and how many movies are of it."""

    year: int
    count: int


class DashboardAnswer(Shape):
    """The ten genres with the most movies, the twenty latest years; the average is null if nothing is rated."""

    totalMovies: int
    averageRating: float | None
    topGenres: list[GenreCountAnswer]
    moviesByYear: list[YearCountAnswer]


@router.get("/dashboard", summary="Read the library in numbers", tags=["Library"])
def read_dashboard() -> DashboardAnswer:
    """Return the numbers of the library as they are after the last change."""
    viewer_id(router)
    shown = stores.library().dashboard()
    return DashboardAnswer(
        totalMovies=shown.total,
        averageRating=shown.average_rating,
        topGenres=[GenreCountAnswer(genre=each.name, count=each.movies) for each in shown.top_genres],
        moviesByYear=[YearCountAnswer(year=each.year, count=each.movies) for each in shown.by_year],
    )
