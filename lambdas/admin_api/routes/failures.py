"""`/admin/failures`: what was given up, and what becomes of it."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from pydantic import ConfigDict, Field, model_validator

from admin_api import stores
from admin_api.answers import FailureDetail, InboxAnswer, failure_detail, failure_summary
from admin_api.guard import in_time, starter
from marquee.event_handler import new_router
from marquee.models import Shape
from marquee.models.operations import FailureKind, FailureState, ReplayCount, Replayed
from marquee.repositories.listed import PLACE
from marquee.rest import read_cursor, write_cursor

LIST = "failures"

router = new_router()

FailureId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="The id of the failure.")]
Id = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
Source = Annotated[str, Field(pattern="^[a-z_]{1,60}$")]


class ReplayRequest(Shape):
    """Which failures to replay: those of some `ids`, or all open ones of a `source`."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[Id], Field(max_length=100)] = []
    source: Source | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "ReplayRequest":
        if bool(self.ids) == bool(self.source):
            raise ValueError("name either ids or a source")
        return self


class DiscardRequest(Shape):
    """Why nobody wants a failure replayed."""

    model_config = ConfigDict(extra="forbid")

    note: Annotated[str, Field(min_length=1, max_length=1000)]


@router.get("/admin/failures", summary="List failures", tags=["Operators"])
def list_failures(
    kind: Annotated[FailureKind | None, Query(description="Only failures of this kind.")] = None,
    state: Annotated[FailureState, Query(description="Failures in this state.")] = "open",
    source: Annotated[str | None, Query(pattern="^[a-z_]{1,60}$", description="Only of this source.")] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="Failures a page.")] = 50,
    next: Annotated[str | None, Query(description="The `next` of the page before.")] = None,
) -> InboxAnswer:
    """Return a page of failures, the latest first; a filtered page may be short though more follow."""
    name = f"{LIST}:{state}"
    below = read_cursor(next, name, PLACE) if next is not None else None
    found, following = stores.failures().list(kind=kind, state=state, source=source, limit=limit, below=below)
    return InboxAnswer(
        failures=[failure_summary(each) for each in found],
        next=write_cursor(name, following) if following else None,
        open=stores.failures().open_by_source() | stores.uncollected().open(),
    )


@router.get("/admin/failures/<failure_id>", summary="Read a failure", tags=["Operators"])
def read_failure(failure_id: FailureId) -> FailureDetail:
    """Return a failure with what failed, without what names a viewer."""
    return failure_detail(stores.failures().require(failure_id))


@router.post("/admin/failures/replay", status_code=202, summary="Replay failures", tags=["Operators"])
def replay_failures(body: Annotated[ReplayRequest, Body()]) -> ReplayCount:
    """Give failures back to whoever is to try again, as many as there is time for; `left` says how many are not."""
    who = starter(router)
    if body.source == stores.uncollected().source:
        return stores.uncollected().replay(in_time(router))
    if body.source:
        return stores.replayer().replay_source(body.source, who, go_on=in_time(router))
    return stores.replayer().replay_ids(body.ids, who, go_on=in_time(router))


@router.post("/admin/failures/<failure_id>/replay", status_code=202, summary="Replay a failure", tags=["Operators"])
def replay_failure(failure_id: FailureId) -> Replayed:
    """Give a failure back to whoever is to try again; what cannot be stays open, with the reason."""
    return stores.replayer().replay(failure_id, starter(router))


@router.post("/admin/failures/<failure_id>/discard", summary="Discard a failure", tags=["Operators"])
def discard_failure(failure_id: FailureId, body: Annotated[DiscardRequest, Body()]) -> FailureDetail:
    """Close a failure that nobody wants replayed, with a note of why."""
    return failure_detail(stores.failures().discard(failure_id, starter(router), body.note))
