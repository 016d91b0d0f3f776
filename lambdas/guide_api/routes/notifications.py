"""`GET /notifications` and reading them: what the viewer has been told."""

import base64
import binascii
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from guide_api import stores
from marquee import clock, guide
from marquee.errors import NotFound
from marquee.event_handler import new_router
from marquee.models import Shape
from marquee.models.changes import ChangeKind
from marquee.models.notifications import Notification
from marquee.models.titles import Title
from marquee.repositories.notifications import POSITION, position
from marquee.rest import read_cursor, viewer_id, write_cursor

router = new_router()


class NotificationAnswer(Shape):
    """What the viewer was told of one change; a new season has a `season` and neither a service nor a region."""

    id: str
    kind: ChangeKind
    at: str
    title_id: str
    title: str
    year: int | None
    type: str
    poster: str | None
    source_id: str | None
    source_name: str | None
    region: str | None
    season: int | None
    provider: str
    read: bool
    read_at: str | None
    expires_at: str


class NotificationsAnswer(Shape):
    """A page of notifications, newest first, and how many the viewer has not read in all."""

    notifications: list[NotificationAnswer]
    unread: int
    next: str | None


@router.get("/notifications", summary="List what I was told", tags=["Notifications"])
def list_notifications(
    unread: Annotated[bool, Query(description="Only what I have not read.")] = False,
    limit: Annotated[int, Query(ge=1, le=100, description="Notifications a page.")] = 20,
    next: Annotated[str | None, Query(description="The `next` of the page before.")] = None,
) -> NotificationsAnswer:
    """Return a page of what the viewer was told in the last 90 days."""
    user_id, order = viewer_id(router), "unread" if unread else "notifications"
    after = read_cursor(next, order, POSITION) if next is not None else None
    found, following = stores.inbox().page(user_id, limit, after=after, unread=unread)
    return NotificationsAnswer(
        notifications=answers(found),
        unread=stores.inbox().unread(user_id),
        next=write_cursor(order, following) if following else None,
    )


# Before the route with an id, which would take `read` for one.
@router.post("/notifications/read", summary="Mark everything as read", tags=["Notifications"])
def read_all() -> Response[None]:
    """Record that the viewer has read everything; answers 204."""
    stores.inbox().read_all(viewer_id(router))
    return Response(204)


@router.post("/notifications/<notification_id>/read", summary="Mark one as read", tags=["Notifications"])
def read_one(
    notification_id: Annotated[str, Path(max_length=100, description="The id of the notification.")],
) -> Response[None]:
    """Record that the viewer has read a notification; answers 204, also when that is known."""
    stores.inbox().read(viewer_id(router), read_id(notification_id))
    return Response(204)


def answers(found: Iterable[Notification]) -> list[NotificationAnswer]:
    """Return notifications as the viewer sees them, with the posters and names of today."""
    listed = list(found)
    titles = stores.titles().get_many({each.change.title_id for each in listed}, consistent=False)
    names = stores.known().source_names()
    return [answer(each, titles.get(each.change.title_id), names.get(each.change.source_id or "")) for each in listed]


def answer(told: Notification, title: Title | None, source_name: str | None) -> NotificationAnswer:
    """Return one notification as the viewer sees it."""
    return NotificationAnswer(
        **told.change.model_dump(exclude={"checked_before"}),
        id=write_id(told),
        poster=guide.card(title).poster if title else None,
        source_name=source_name,
        read=told.read_at is not None,
        read_at=told.read_at,
        expires_at=clock.timestamp(datetime.fromtimestamp(told.expires_at, UTC)),
    )


def write_id(told: Notification) -> str:
    """Return the id of a notification: its place in the inbox, as one word."""
    return base64.urlsafe_b64encode(position(told.change).encode()).decode().rstrip("=")


def read_id(text: str) -> str:
    """Return the place in the inbox that an id stands for; raises NotFound for a text that is no id."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
    except (ValueError, binascii.Error) as error:
        raise NotFound("There is no such notification.") from error
