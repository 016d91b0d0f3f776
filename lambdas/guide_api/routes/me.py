"""`GET /me/export` and `DELETE /me`: everything about the viewer, to take away or to erase."""

import re
import time
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from guide_api import stores
from guide_api.routes import calendar
from guide_api.routes.calendar import CalendarAnswer
from guide_api.routes.preferences import PreferencesAnswer
from guide_api.viewer import claims
from marquee import aws, settings
from marquee.event_handler import new_router
from marquee.models import Shape
from marquee.models.notifications import Notification
from marquee.models.viewers import Mark, MarkKind, Settings
from marquee.rest import read_cursor, viewer_id, write_cursor
from marquee.telemetry import logger

# The gateway waits for 29 seconds; what is begun within these comes to its end before that.
ERASING_SECONDS = 20.0

SORT_KEY = re.compile(r"[a-z]+(:[ -~]{1,180})?")

router = new_router()


class ProfileAnswer(Shape):
    """Who the viewer is, as the token says."""

    id: str
    email: str | None


class MarkExport(Shape):
    """A title that the viewer has marked, as it was named then."""

    title_id: str
    title: str
    year: int | None
    at: str


class RatingExport(MarkExport):
    """A title that the viewer has rated."""

    rating: int


class ExportAnswer(Shape):
    """Everything about the viewer; the lists go on in the page that `next` leads to, null on the last."""

    profile: ProfileAnswer
    preferences: PreferencesAnswer
    settings: Settings
    calendar: CalendarAnswer | None
    follows: list[MarkExport]
    ratings: list[RatingExport]
    watched: list[MarkExport]
    hidden: list[MarkExport]
    notifications: list[Notification]
    next: str | None


@router.get("/me/export", summary="Take my data with me", tags=["Me"])
def export(
    next: Annotated[str | None, Query(description="The `next` of the part before.")] = None,
) -> ExportAnswer:
    """Return everything there is about the viewer; one answer is enough for all but the longest lists."""
    user_id = viewer_id(router)
    after = read_cursor(next, "export", SORT_KEY) if next is not None else None
    page = stores.accounts().export_page(user_id, after)
    profile, link = stores.viewers().profile(user_id), stores.calendars().get(user_id)
    chosen = profile.preferences
    return ExportAnswer(
        profile=ProfileAnswer(id=user_id, email=claims(router).get("email")),
        preferences=PreferencesAnswer(sources=list(chosen.sources), genres=list(chosen.genres)),
        settings=profile.settings,
        calendar=calendar.answer(link) if link else None,
        follows=_marks(page.marks, "follow"),
        ratings=[RatingExport(**mark.model_dump()) for mark in page.marks if mark.kind == "rating"],
        watched=_marks(page.marks, "watched"),
        hidden=_marks(page.marks, "hidden"),
        notifications=page.notifications,
        next=write_cursor("export", page.next) if page.next else None,
    )


@router.delete("/me", summary="Erase my account", tags=["Me"])
def erase() -> Response[None]:
    """Remove everything about the viewer and then the account; answers 204, also when that was done before.

    A very large account may take several calls: each but the last answers 503 `not_finished`.
    """
    user_id = viewer_id(router)
    stores.accounts().erase(user_id, stores.viewers(), time.time() + ERASING_SECONDS)
    delete_sign_in(claims(router).get("cognito:username") or user_id)
    logger.info("account erased")
    return Response(204)


def delete_sign_in(username: str) -> None:
    """Remove a user from the user pool, if it is still there."""
    cognito = aws.cognito()
    try:
        cognito.admin_delete_user(UserPoolId=settings.required("USER_POOL_ID"), Username=username)
    except cognito.exceptions.UserNotFoundException:
        logger.info("the sign-in was gone already")


def _marks(marks: list[Mark], kind: MarkKind) -> list[MarkExport]:
    return [MarkExport(**mark.model_dump()) for mark in marks if mark.kind == kind]
