"""`GET /arrivals`: what arrived on services and left them."""

from datetime import timedelta
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query

from guide_api import stores
from guide_api.routes.preferences import Id, refuse_unknown
from guide_api.viewer import signed_in
from marquee import clock, guide
from marquee.errors import InvalidInput
from marquee.event_handler import new_router
from marquee.models import Shape
from marquee.models.changes import Change
from marquee.models.titles import Title
from marquee.models.viewers import Preferences
from marquee.repositories.arrivals import KEPT, PLACE, TOP, ArrivalsRequest
from marquee.rest import read_cursor, write_cursor

ORDER = "arrivals"
USUAL = timedelta(days=30)

router = new_router()


class ArrivalAnswer(Shape):
    """A title arrived on a service or left it: when that was found, and when it was last known to be otherwise."""

    id: str
    kind: Literal["arrived", "left"]
    at: str
    checked_before: str | None
    region: str
    source_id: str
    source_name: str | None
    provider: str
    title_id: str
    title: str
    year: int | None
    type: str
    poster: str | None


class ArrivalsAnswer(Shape):
    """A page of changes, newest first; `next` is the cursor of the page that follows, null on the last."""

    arrivals: list[ArrivalAnswer]
    next: str | None


@router.get("/arrivals", summary="List what arrived and left", tags=["Titles"])
def list_arrivals(
    source: Annotated[list[Id] | None, Query(description="These services instead of mine.")] = None,
    since: Annotated[str | None, Query(max_length=40, description="A day or moment (UTC); else 30 days ago.")] = None,
    kind: Annotated[
        Literal["arrived", "left"] | None, Query(description="Only what arrived, or only what left.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="Changes a page.")] = 20,
    next: Annotated[str | None, Query(description="The `next` of the page before.")] = None,
) -> ArrivalsAnswer:
    """Return a page of the changes on some services in the viewer's country."""
    viewer = signed_in(router)
    refuse_unknown(Preferences(sources=tuple(source or ())))
    known = stores.known().sources
    asked = source if source is not None else viewer.chosen.sources
    serving = [each for each in asked if each in known and viewer.region in known[each].regions]
    below = read_cursor(next, ORDER, PLACE) if next is not None else TOP
    wanted = ArrivalsRequest(region=viewer.region, since=moment(since), limit=limit, below=below, kind=kind)
    rows, stopped = stores.arrivals().newest(serving, wanted, stores.executor())
    changes = [row.change() for row in rows]
    titles = stores.titles().get_many({change.title_id for change in changes}, consistent=False)
    names = {each: known[each].name for each in serving}
    return ArrivalsAnswer(
        arrivals=[answer(change, titles.get(change.title_id), names) for change in changes],
        next=write_cursor(ORDER, stopped) if stopped else None,
    )


def answer(change: Change, title: Title | None, names: dict[str, str]) -> ArrivalAnswer:
    """Return a change with what the title is called and looks like today."""
    shown = guide.card(title) if title else None
    told = change.model_dump(exclude={"season"})
    if shown:
        told |= {"title": shown.title, "year": shown.year, "type": shown.type}
    name, poster = names.get(str(change.source_id)), shown.poster if shown else None
    return ArrivalAnswer(**told, id=change.id, source_name=name, poster=poster)


def moment(since: str | None) -> str:
    """Return since when changes are wanted; raises InvalidInput for what is no moment or longer ago than is kept."""
    now = clock.parse(clock.now())
    if since is None:
        return clock.timestamp(now - USUAL)
    try:
        wanted = clock.normalised(since)
    except ValueError as error:
        raise InvalidInput(f"`since` is not a day or moment: {since!r}.", details={"since": since}) from error
    earliest = f"{(now - KEPT).date()}T00:00:00.000Z"
    if wanted < earliest:
        details = {"since": since, "earliest": earliest}
        raise InvalidInput(f"`since` must not be before {earliest}.", code="too_long_ago", details=details)
    return wanted
