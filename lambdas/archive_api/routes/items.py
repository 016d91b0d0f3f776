"""`GET /archive/{type}/{id}`: what TMDB says of a movie, a series, a season or a person."""

import json
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from archive_api import stores
from marquee.errors import InvalidInput, NotFound
from marquee.event_handler import new_router
from marquee.models import Shape
from marquee.models.archive import ArchivedItem, Kind, MediaType
from marquee.repositories.archive import season_id
from marquee.rest import viewer_id

ATTRIBUTION = (
    "This product uses the TMDB API but is not endorsed or certified by TMDB. Where titles can be watched: JustWatch."
)
# Lambda answers with 6 MB at most, in which each quotation mark takes two bytes; series with thousands of people in
# their credits come near it.
LARGEST_BODY = 5_000_000

router = new_router()


class ArchivedAnswer(Shape):
    """An item as it was collected; `body` is TMDB's own."""

    type: Kind
    id: str
    collected_at: str
    version_id: str
    attribution: str
    body: dict[str, Any]


@router.get("/archive/<media_type>/<item_id>", summary="Read what TMDB says", tags=["Archive"])
def read_item(
    media_type: Annotated[MediaType, Path(description="What it is.")],
    item_id: Annotated[int, Path(ge=1, le=2**31 - 1, description="TMDB's id.")],
    season: Annotated[
        int | None, Query(ge=0, le=9999, description="Of a series: this season with its episodes instead.")
    ] = None,
) -> ArchivedAnswer:
    """Return the latest version in the archive, with everything that was collected with it."""
    viewer_id(router)
    if season is not None and media_type != "tv":
        raise InvalidInput("Only a series has seasons.", details={"season": season})
    if season is None:
        return answer(stores.archive().get(media_type, str(item_id)))
    return answer(stores.archive().get("season", season_id(item_id, season)))


def answer(found: ArchivedItem) -> ArchivedAnswer:
    """Return an item as it is answered; raises NotFound for a tombstone, InvalidInput for one that is too large."""
    if found.body is None:
        raise NotFound(f"TMDB has no {found.kind} {found.id} any more: it said so on {found.version.collected_at}.")
    if len(json.dumps(found.body)) > LARGEST_BODY:
        message = f"{found.kind} {found.id} is too large to be answered; `marquee archive get` reads it."
        raise InvalidInput(message, code="too_large")
    return ArchivedAnswer(
        type=found.kind,
        id=found.id,
        collected_at=found.version.collected_at,
        version_id=found.version.version_id,
        attribution=ATTRIBUTION,
        body=found.body,
    )
