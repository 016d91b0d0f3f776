"""`GET /imports/{id}/failures` and `/failures.csv`: what could not be imported, and why."""

import re
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from library_api import stores
from library_api.documented import NOT_MINE
from library_api.failures_file import FailuresFile
from library_api.import_answers import FailuresAnswer, failure_answer
from library_api.ownership import own_import
from library_api.routes.imports import ImportId
from marquee.event_handler import new_router
from marquee.rest import read_cursor, responses, write_cursor

# Nothing that DynamoDB takes for no text, or for a place behind all failures.
PLACE = re.compile("failure:[^\ud800-\udfff\U0010ffff]{1,600}", re.DOTALL)
PAGE = 1000
MEDIA_TYPE = "text/csv; charset=utf-8"

router = new_router()


@router.get(
    "/imports/<import_id>/failures",
    summary="List what could not be imported",
    tags=["Imports"],
    responses=responses(200, FailuresAnswer, NOT_MINE),
)
def list_failures(
    import_id: ImportId,
    limit: Annotated[int, Query(ge=1, le=100, description="Failures a page.")] = 100,
    next: Annotated[str | None, Query(description="The `next` of the page before.")] = None,
) -> FailuresAnswer:
    """Return a page of the rows, files and folders that could not be imported, by file and line."""
    kind = cursor_kind(own_import(router, import_id).id)
    after = read_cursor(next, kind, PLACE) if next is not None else None
    found, following = stores.imports().failures(import_id, limit, after)
    return FailuresAnswer(
        failures=[failure_answer(each) for each in found],
        next=write_cursor(kind, following) if following else None,
    )


@router.get(
    "/imports/<import_id>/failures.csv",
    summary="Download what could not be imported",
    tags=["Imports"],
    responses=responses(200, FailuresAnswer, NOT_MINE),
)
def download_failures(import_id: ImportId) -> Response[str]:
    """Return all failures as a CSV file; where they are too many for one answer, its last line says how to go on."""
    shown, after = own_import(router, import_id), None
    file = FailuresFile(shown.id)
    while True:
        found, after = stores.imports().failures(import_id, PAGE, after)
        if not file.add(found):
            file.end_early(shown.counts.failed)
            break
        if after is None:
            break
    headers = {"Content-Disposition": f'attachment; filename="failures-{shown.id}.csv"'}
    return Response(200, MEDIA_TYPE, file.text(), headers=headers)


def cursor_kind(import_id: str) -> str:
    """Return the kind of the cursors among the failures of an import."""
    return f"failures:{import_id}"
