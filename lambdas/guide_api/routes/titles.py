"""`GET /titles` and `GET /titles/{id}`: what the viewer can watch, and one title whole."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from botocore.exceptions import BotoCoreError, ClientError

from guide_api import stores
from guide_api.answers import TitleAnswer, TitlesAnswer, card_answer, title_answer
from guide_api.pages import read_page
from guide_api.routes.preferences import Id, refuse_unknown
from marquee import clock, enrichment, settings
from marquee.errors import NotFound
from marquee.governor import TrafficClass
from marquee.guide import placements
from marquee.messages.work import EnrichmentRequest
from marquee.models.titles import Title
from marquee.models.viewers import Preferences
from marquee.queue import QueueUnavailable
from marquee.repositories.guide_index import PageRequest
from marquee.rest import read_cursor, viewer_id, write_cursor
from marquee.telemetry import logger

TitleType = Literal["movie", "tv_series", "tv_special", "tv_miniseries", "short_film", "tv_movie"]

router = Router()  # type: ignore[no-untyped-call]


@router.get("/titles", summary="List what I can watch", tags=["Titles"])
def list_titles(
    source: Annotated[list[Id] | None, Query(description="Only these of my services.")] = None,
    genre: Annotated[list[Id] | None, Query(description="Only these of my genres.")] = None,
    type: Annotated[TitleType | None, Query(description="Only titles of this type.")] = None,
    sort: Annotated[Literal["rating", "release"], Query(description="Best rated or newest first.")] = "rating",
    limit: Annotated[int, Query(ge=1, le=100, description="Titles a page.")] = 20,
    next: Annotated[str | None, Query(description="The `next` of the page before.")] = None,
) -> TitlesAnswer:
    """Return a page of the titles on the viewer's services in the viewer's genres."""
    chosen = stores.known().part_of(stores.viewers().preferences(viewer_id(router)))
    chosen = narrowed(chosen, source or [], genre or [])
    region = settings.regions()[0]
    after = read_cursor(next, sort) if next is not None else None
    wanted = PageRequest(region=region, sort=sort, limit=limit, after=after, type=type)
    page = read_page(sorted(chosen.pairs()), wanted, stores.index().pair_page, stores.executor())
    return TitlesAnswer(
        titles=[card_answer(row.card(), region) for row in page.rows],
        next=write_cursor(sort, page.next) if page.next else None,
    )


@router.get("/titles/<title_id>", summary="Read one title", tags=["Titles"])
def read_title(title_id: Annotated[Id, Path(description="WatchMode's id of the title.")]) -> TitleAnswer:
    """Return one title with its offers in the viewer's country, who says so and how old that is."""
    viewer_id(router)
    title, offers = stores.titles().get_with_offers(title_id)
    if title is None:
        raise NotFound(f"There is no title {title_id}.")
    ask_for_details(title)
    region = settings.regions()[0]
    pairs = {place.key for place in placements(title)}
    listed_at = {pair: moment for pair, (moment, _) in stores.listings().listed_at(pairs).items()}
    names = {source_id: source.name for source_id, source in stores.known().sources.items()}
    return title_answer(title, offers, region, listed_at, names)


def narrowed(chosen: Preferences, sources: list[str], genres: list[str]) -> Preferences:
    """Return the part of a choice that the filters leave; raises InvalidInput for an id that does not exist."""
    if not sources and not genres:
        return chosen
    refuse_unknown(Preferences(sources=tuple(sources), genres=tuple(genres)))
    return Preferences(
        sources=tuple(each for each in chosen.sources if not sources or each in sources),
        genres=tuple(each for each in chosen.genres if not genres or each in genres),
    )


def ask_for_details(title: Title) -> None:
    """Ask for what WatchMode knows of a title that somebody looks at; the answer does not wait for it."""
    as_of = title.details.as_of if title.details else title.unknown_to.get(enrichment.WATCHMODE)
    if as_of is not None and not enrichment.is_stale(title, as_of, clock.now()):
        return
    try:
        stores.enrichment_queue().send([EnrichmentRequest(title_id=title.id, traffic=TrafficClass.VIEWER)])
    except (QueueUnavailable, ClientError, BotoCoreError) as error:
        # The title is there to be read; the sweep asks for its details as well.
        logger.warning("details not asked for", title_id=title.id, reason=str(error))
