"""`/follows`, `/ratings`, `/watched`, `/hidden`: what the viewer says of titles."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import ConfigDict, Field

from guide_api import stores
from guide_api.answers import CardAnswer, card_answer
from guide_api.routes.preferences import Id
from guide_api.viewer import signed_in
from marquee import clock
from marquee.errors import NotFound
from marquee.event_handler import new_router
from marquee.guide import card
from marquee.models import Shape
from marquee.models.viewers import Mark, MarkKind
from marquee.rest import read_cursor, viewer_id, write_cursor

TitleId = Annotated[Id, Path(description="WatchMode's id of the title.")]
Limit = Annotated[int, Query(ge=1, le=100, description="Titles a page.")]
Next = Annotated[str | None, Query(description="The `next` of the page before.")]

# Kinds of cursors, none of which another list has: the guide calls an order `rating`.
CURSOR_KINDS: Mapping[MarkKind, str] = {
    "follow": "follows",
    "rating": "ratings",
    "watched": "watched",
    "hidden": "hidden",
}
POSITION = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z#[0-9]{1,19}")

router = new_router()


class RatingBody(Shape):
    """What the viewer thinks of a title, 1 to 10."""

    model_config = ConfigDict(extra="forbid")

    rating: int = Field(ge=1, le=10, strict=True)


class MarkedAnswer(CardAnswer):
    """A title as it is now, and since when it is marked."""

    at: str


class RatedAnswer(MarkedAnswer):
    """A title as it is now, with the viewer's rating."""

    rating: int


class FollowsAnswer(Shape):
    """A page of the titles that the viewer follows; `next` is null on the last."""

    follows: list[MarkedAnswer]
    next: str | None


class RatingsAnswer(Shape):
    """A page of the titles that the viewer has rated; `next` is null on the last."""

    ratings: list[RatedAnswer]
    next: str | None


class WatchedAnswer(Shape):
    """A page of the titles that the viewer has watched; `next` is null on the last."""

    watched: list[MarkedAnswer]
    next: str | None


class HiddenAnswer(Shape):
    """A page of the titles that the viewer does not want to see; `next` is null on the last."""

    hidden: list[MarkedAnswer]
    next: str | None


Answer = TypeVar("Answer", bound=MarkedAnswer)


@router.get("/follows", summary="List what I follow", tags=["Follows"])
def list_follows(limit: Limit = 20, next: Next = None) -> FollowsAnswer:
    """Return a page of the titles that the viewer follows, the latest first."""
    follows, following = page_of("follow", MarkedAnswer, limit, next)
    return FollowsAnswer(follows=follows, next=following)


@router.put("/follows/<title_id>", summary="Follow a title", tags=["Follows"])
def follow(title_id: TitleId) -> Response[None]:
    """Follow a title: the viewer hears when it arrives, leaves or gets a new season; answers 204."""
    return set_mark("follow", title_id)


@router.delete("/follows/<title_id>", summary="Follow a title no longer", tags=["Follows"])
def unfollow(title_id: TitleId) -> Response[None]:
    """Follow a title no longer; answers 204, also when it was not followed."""
    return remove_mark("follow", title_id)


@router.get("/ratings", summary="List my ratings", tags=["Ratings"])
def list_ratings(limit: Limit = 20, next: Next = None) -> RatingsAnswer:
    """Return a page of the titles that the viewer has rated, the latest first."""
    ratings, following = page_of("rating", RatedAnswer, limit, next)
    return RatingsAnswer(ratings=ratings, next=following)


@router.put("/ratings/<title_id>", summary="Rate a title", tags=["Ratings"])
def rate(title_id: TitleId, body: RatingBody) -> Response[None]:
    """Rate a title 1 to 10, in place of a rating before; answers 204."""
    return set_mark("rating", title_id, body.rating)


@router.delete("/ratings/<title_id>", summary="Take back my rating", tags=["Ratings"])
def unrate(title_id: TitleId) -> Response[None]:
    """Take back a rating; answers 204, also when there was none."""
    return remove_mark("rating", title_id)


@router.get("/watched", summary="List what I have watched", tags=["Watched"])
def list_watched(limit: Limit = 20, next: Next = None) -> WatchedAnswer:
    """Return a page of the titles that the viewer has watched, the latest first."""
    watched, following = page_of("watched", MarkedAnswer, limit, next)
    return WatchedAnswer(watched=watched, next=following)


@router.put("/watched/<title_id>", summary="Mark a title as watched", tags=["Watched"])
def watch(title_id: TitleId) -> Response[None]:
    """Mark a title as watched: it leaves the guide unless asked for; answers 204."""
    return set_mark("watched", title_id)


@router.delete("/watched/<title_id>", summary="Mark a title as not watched", tags=["Watched"])
def unwatch(title_id: TitleId) -> Response[None]:
    """Mark a title as not watched; answers 204, also when it was not marked."""
    return remove_mark("watched", title_id)


@router.get("/hidden", summary="List what I have hidden", tags=["Hidden"])
def list_hidden(limit: Limit = 20, next: Next = None) -> HiddenAnswer:
    """Return a page of the titles that the viewer has hidden, the latest first."""
    hidden, following = page_of("hidden", MarkedAnswer, limit, next)
    return HiddenAnswer(hidden=hidden, next=following)


@router.put("/hidden/<title_id>", summary="Hide a title", tags=["Hidden"])
def hide(title_id: TitleId) -> Response[None]:
    """Hide a title: it leaves the guide unless asked for; answers 204."""
    return set_mark("hidden", title_id)


@router.delete("/hidden/<title_id>", summary="Show a title again", tags=["Hidden"])
def unhide(title_id: TitleId) -> Response[None]:
    """Show a title again; answers 204, also when it was not hidden."""
    return remove_mark("hidden", title_id)


def page_of(kind: MarkKind, answer: type[Answer], limit: int, next: str | None) -> tuple[list[Answer], str | None]:
    """Return a page of one kind of marks with the cards of now, and the cursor of the page that follows."""
    viewer = signed_in(router)
    after = read_cursor(next, CURSOR_KINDS[kind], POSITION) if next is not None else None
    marks, following = stores.marks().page(viewer.id, kind, limit, after)
    titles = stores.titles().get_many((mark.title_id for mark in marks), consistent=False)
    marked = stores.marks().marked(viewer.id)
    # The catalogue forgets no title; were it to, a page would have to do without it rather than fail.
    cards = {title_id: card_answer(card(title), viewer.region, marked) for title_id, title in titles.items()}
    answers = [answer(**cards[mark.title_id].model_dump(), **_said(mark)) for mark in marks if mark.title_id in cards]
    return answers, write_cursor(CURSOR_KINDS[kind], following) if following else None


def _said(mark: Mark) -> dict[str, Any]:
    return {"at": mark.at} if mark.rating is None else {"at": mark.at, "rating": mark.rating}


def set_mark(kind: MarkKind, title_id: str, rating: int | None = None) -> Response[None]:
    """Mark a title; raises NotFound for one that there is not."""
    user_id = viewer_id(router)
    title = stores.titles().get(title_id)
    if title is None:
        raise NotFound(f"There is no title {title_id}.")
    named = {"title_id": title_id, "title": title.listing.title, "year": title.listing.year}
    stores.marks().put(user_id, Mark(kind=kind, **named, rating=rating, at=clock.now()))
    return Response(204)


def remove_mark(kind: MarkKind, title_id: str) -> Response[None]:
    """Take back a mark; raises NotFound for a title that there is not and that was not marked."""
    removed = stores.marks().remove(viewer_id(router), kind, title_id)
    if not removed and stores.titles().get(title_id) is None:
        raise NotFound(f"There is no title {title_id}.")
    return Response(204)
