"""`GET /admin/audit`: who did what."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from admin_api import stores
from admin_api.answers import AuditAnswer
from marquee.event_handler import new_router
from marquee.repositories.listed import PLACE
from marquee.rest import read_cursor, write_cursor

LIST = "audit"

router = new_router()


@router.get("/admin/audit", summary="See who did what", tags=["Operators"])
def list_entries(
    limit: Annotated[int, Query(ge=1, le=100, description="Entries a page.")] = 50,
    next: Annotated[str | None, Query(description="The `next` of the page before.")] = None,
) -> AuditAnswer:
    """Return a page of what operators did, the latest first."""
    below = read_cursor(next, LIST, PLACE) if next is not None else None
    entries, following = stores.audit().list(limit=limit, below=below)
    return AuditAnswer(entries=list(entries), next=write_cursor(LIST, following) if following else None)
