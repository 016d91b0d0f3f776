"""`GET|POST|DELETE /calendar` and `GET /calendar/{token}.ics`: a private calendar of the titles a viewer follows."""

import hashlib
from collections.abc import Iterator
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from guide_api import calendar_feed, stores
from guide_api.calendar_feed import Happening, HappeningKind, Wanted
from guide_api.routes.preferences import Id, refuse_unknown
from guide_api.routes.titles import TitleType
from marquee import web_address
from marquee.errors import NotFound
from marquee.event_handler import new_router
from marquee.models import Shape
from marquee.models.calendars import CalendarLink
from marquee.models.viewers import Preferences
from marquee.rest import viewer_id

# What a calendar holds of what the viewer was told; older news is no use in it.
NEWS = 1000
MEDIA_TYPE = "text/calendar; charset=utf-8"

router = new_router()


class CalendarAnswer(Shape):
    """Where the viewer's calendar is; whoever knows the path can read it."""

    path: str
    created_at: str


def answer(link: CalendarLink) -> CalendarAnswer:
    """Return a link as the viewer gets it."""
    return CalendarAnswer(path=f"/api/calendar/{link.token}.ics", created_at=link.created_at)


@router.get(
    "/calendar",
    summary="Read the link to my calendar",
    tags=["Calendar"],
    responses={
        200: {"description": "The link.", "content": {"application/json": {"model": CalendarAnswer}}},
        404: {"description": "There is no link yet.", "content": {}},
    },
)
def read_link() -> CalendarAnswer:
    """Return the link to the viewer's calendar."""
    link = stores.calendars().get(viewer_id(router))
    if link is None:
        raise NotFound("There is no link to your calendar yet.")
    return answer(link)


@router.post(
    "/calendar",
    summary="Make or renew the link to my calendar",
    tags=["Calendar"],
    responses={201: {"description": "The new link.", "content": {"application/json": {"model": CalendarAnswer}}}},
)
def renew_link() -> Response[CalendarAnswer]:
    """Make a new link; one that was there before leads nowhere from now on. Answers 201."""
    return Response(201, "application/json", answer(stores.calendars().renew(viewer_id(router))))


@router.delete("/calendar", summary="Remove the link to my calendar", tags=["Calendar"])
def remove_link() -> Response[None]:
    """Let the link to the viewer's calendar lead nowhere; answers 204, also when there is none."""
    stores.calendars().remove(viewer_id(router))
    return Response(204)


@router.get("/calendar/<token>.ics", summary="Read a calendar", tags=["Calendar"])
def read_calendar(
    token: Annotated[str, Path(description="The secret of the link.")],
    kind: Annotated[list[HappeningKind] | None, Query(description="Only these.")] = None,
    type: Annotated[list[TitleType] | None, Query(description="Only titles of these types.")] = None,
    source: Annotated[list[Id] | None, Query(description="Only what happens on these services.")] = None,
) -> Response[str]:
    """Return what happens to the titles that a viewer follows, as a calendar program reads it."""
    user_id = stores.calendars().viewer(token)
    if user_id is None:
        raise NotFound("There is no such calendar.")
    refuse_unknown(Preferences(sources=tuple(source or ())))
    wanted = Wanted(frozenset(kind or ()), frozenset(type or ()), frozenset(source or ()))
    # The calendar itself has an id as well; it must not give the token away to whom an event is sent.
    uid = f"{hashlib.sha256(token.encode()).hexdigest()[:32]}@marquee"
    body = calendar_feed.feed(filter(wanted.holds, happenings(user_id)), uid)
    headers = {"Cache-Control": "private, max-age=900", "Content-Disposition": 'inline; filename="marquee.ics"'}
    return Response(200, MEDIA_TYPE, body, headers=headers)


def happenings(user_id: str) -> Iterator[Happening]:
    """Yield what happened and will happen to the titles that a viewer follows now."""
    followed = stores.marks().marked(user_id).followed
    titles = stores.titles().get_many(sorted(followed), consistent=False)
    services = stores.known().source_names()
    web_url = web_address.web_url()
    told, _ = stores.inbox().page(user_id, NEWS)
    for change in (each.change for each in told if each.change.title_id in followed):
        yield calendar_feed.of_change(change, titles.get(change.title_id), services, web_url)
    for title in titles.values():
        if release := calendar_feed.of_release(title, web_url):
            yield release
