"""`GET /titles`: what the viewer can watch."""

from collections.abc import Iterable
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query

from guide_api import stores
from guide_api.answers import TitlesAnswer, card_answer
from guide_api.pages import POSITION, read_page
from guide_api.routes.preferences import Id, refuse_unknown
from guide_api.viewer import signed_in
from marquee.errors import InvalidInput
from marquee.event_handler import new_router
from marquee.models.viewers import Marked, Preferences
from marquee.repositories.guide_index import Filter, PageRequest, Sort
from marquee.rest import read_cursor, write_cursor

TitleType = Literal["movie", "tv_series", "tv_special", "tv_miniseries", "short_film", "tv_movie"]
Shown = Literal["watched", "hidden"]

router = new_router()


@router.get("/titles", summary="List what I can watch", tags=["Titles"])
def list_titles(
    source: Annotated[list[Id] | None, Query(description="Only these of my services.")] = None,
    genre: Annotated[list[Id] | None, Query(description="Only these of my genres.")] = None,
    genre_match: Annotated[
        Literal["any", "all"], Query(description="Whether any of the genres asked for is enough, or all are needed.")
    ] = "any",
    exclude_genre: Annotated[list[Id] | None, Query(description="No titles of these genres, mine or not.")] = None,
    type: Annotated[list[TitleType] | None, Query(description="Only titles of these types.")] = None,
    year_from: Annotated[int | None, Query(ge=1, le=9999, description="Only of this year and later.")] = None,
    year_to: Annotated[int | None, Query(ge=1, le=9999, description="Only of this year and earlier.")] = None,
    min_rating: Annotated[
        float | None, Query(ge=0, le=10, allow_inf_nan=False, description="Only titles rated so well or better.")
    ] = None,
    sort: Annotated[Sort, Query(description="Best rated, most popular or newest first.")] = "rating",
    include: Annotated[
        list[Shown] | None, Query(description="Also what I have watched or hidden, which is left out otherwise.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="Titles a page.")] = 20,
    next: Annotated[str | None, Query(description="The `next` of the page before.")] = None,
) -> TitlesAnswer:
    """Return a page of the titles on the viewer's services in the viewer's genres.

    A title whose year or rating is not known is left out where one is asked for. A page may be short and still have a
    `next`.
    """
    refuse_reversed(year_from, year_to)
    viewer = signed_in(router)
    marked = stores.marks().marked(viewer.id)
    asked = Filter(
        types=once(type),
        year_from=year_from,
        year_to=year_to,
        # The numbers of DynamoDB have an end; nobody rates finer than this.
        min_rating=None if min_rating is None else round(min_rating, 3),
        genres_all=once(genre) if genre_match == "all" else (),
        genres_none=once(exclude_genre),
        without=left_out(marked, include or []),
    )
    chosen = narrowed(viewer.chosen, once(source), once(genre), asked)
    after = read_cursor(next, sort, POSITION) if next is not None else None
    wanted = PageRequest(region=viewer.region, sort=sort, limit=limit, after=after, filter=asked)
    page = read_page(sorted(chosen.pairs()), wanted, stores.index().pair_page, stores.executor())
    return TitlesAnswer(
        titles=[card_answer(row.card(), viewer.region, marked) for row in page.rows],
        next=write_cursor(sort, page.next) if page.next else None,
    )


def once(given: Iterable[str] | None) -> tuple[str, ...]:
    """Return what was given, once each: the expression of a Query has a length."""
    return tuple(dict.fromkeys(given or ()))


def refuse_reversed(year_from: int | None, year_to: int | None) -> None:
    """Raise InvalidInput for years that leave none."""
    if year_from is not None and year_to is not None and year_from > year_to:
        details = {"year_from": year_from, "year_to": year_to}
        raise InvalidInput(f"`year_from` {year_from} is later than `year_to` {year_to}.", details=details)


def narrowed(chosen: Preferences, sources: tuple[str, ...], genres: tuple[str, ...], asked: Filter) -> Preferences:
    """Return the part of a choice that the filters leave; raises InvalidInput for an id that does not exist."""
    if sources or genres or asked.genres_none:
        refuse_unknown(Preferences(sources=sources, genres=(*genres, *asked.genres_none)))
    wanted = [each for each in chosen.genres if (not genres or each in genres) and each not in asked.genres_none]
    return Preferences(
        sources=tuple(each for each in chosen.sources if not sources or each in sources),
        # A title of all genres stands under each of them: the pairs of one genre are enough.
        genres=tuple(wanted[:1] if asked.genres_all else wanted),
    )


def left_out(marked: Marked, include: list[Shown]) -> frozenset[str]:
    """Return the titles that a viewer has had enough of."""
    watched = frozenset() if "watched" in include else marked.watched
    hidden = frozenset() if "hidden" in include else marked.hidden
    return watched | hidden
