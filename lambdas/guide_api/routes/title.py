"""`GET /titles/{id}`: one title whole."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from botocore.exceptions import BotoCoreError, ClientError

from guide_api import stores
from guide_api.answers import TitleAnswer, title_answer
from guide_api.routes.preferences import Id
from guide_api.viewer import signed_in
from marquee import clock, enrichment
from marquee.errors import NotFound
from marquee.event_handler import new_router
from marquee.guide import placements
from marquee.messages.work import EnrichmentRequest
from marquee.models.titles import Title
from marquee.queue import QueueUnavailable
from marquee.telemetry import logger
from marquee.traffic import TrafficClass

router = new_router()


@router.get("/titles/<title_id>", summary="Read one title", tags=["Titles"])
def read_title(title_id: Annotated[Id, Path(description="WatchMode's id of the title.")]) -> TitleAnswer:
    """Return one title with its offers in the viewer's country, who says so and how old that is."""
    viewer = signed_in(router)
    title, offers = stores.titles().get_with_offers(title_id)
    if title is None:
        raise NotFound(f"There is no title {title_id}.")
    ask_for_details(title)
    pairs = {place.key for place in placements(title)}
    listed_at = {pair: moment for pair, (moment, _) in stores.listings().listed_at(pairs).items()}
    rating = stores.marks().get(viewer.id, "rating", title_id)
    return title_answer(
        title,
        offers,
        viewer.region,
        marked=stores.marks().marked(viewer.id),
        my_rating=rating.rating if rating else None,
        listed_at=listed_at,
        sources=stores.known().sources,
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
