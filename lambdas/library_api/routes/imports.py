"""`/imports`: files, prefixes and folders that become movies of the library."""

import re
import uuid
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from library_api import stores
from library_api.bodies import FolderSource, ImportBody, MappingBody, PrefixSource, UploadSource
from library_api.documented import NOT_MINE, OPERATORS_ONLY, OUT_OF_PLACE
from library_api.import_answers import (
    ActionAnswer,
    ImportDetailAnswer,
    ImportsAnswer,
    NewImportAnswer,
    UploadAnswer,
    action_answer,
    import_answer,
    import_detail_answer,
)
from library_api.ownership import own_import
from library_api.uploads import Upload
from marquee import clock, importing
from marquee.errors import InvalidInput
from marquee.event_handler import new_router
from marquee.messages.imports import ImportBell
from marquee.models.imports import Import, ImportAction, ImportSource
from marquee.models.library import MAIN
from marquee.rest import operator, read_cursor, responses, viewer_id, write_cursor

ORDER = "imports"
PLACE = re.compile(r"[0-9-]{10}T[0-9:.]{12}Z#[0-9a-f-]{36}")
# Of every ending by which the importer takes a file for one that it can read.
MEDIA_TYPES = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "txt": "text/plain",
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "jsonl": "application/x-ndjson",
}
# What the importer has to hear of; it sees for itself that it is to stop.
RUNG_AFTER = frozenset({"read", "start", "resume", "undo"})

ImportId = Annotated[str, Path(max_length=100, description="The id of the import.")]

router = new_router()


@router.post(
    "/imports",
    status_code=202,
    summary="Make an import",
    tags=["Imports"],
    responses=responses(202, NewImportAnswer, OPERATORS_ONLY),
)
def make_import(body: ImportBody) -> NewImportAnswer:
    """Make an import of a file, of objects in S3 or of a folder of Google Drive; nothing is added before it is started.

    A file is to be uploaded as `upload` says, and read (`POST /imports/{id}/read`) once it is there. S3 and Google
    Drive are read at once.
    """
    user_id, upload = viewer_id(router), None
    importing.check_mapping(body.mapping)
    if not isinstance(body.source, UploadSource):
        operator(router)
    import_id, now = str(uuid.uuid4()), clock.now()
    made = Import(
        id=import_id,
        library=MAIN,
        stored_state="awaiting_upload" if isinstance(body.source, UploadSource) else "reading",
        source=import_source(body.source),
        mapping=body.mapping,
        started_by=user_id,
        started_at=now,
        changed_at=now,
    )
    if isinstance(body.source, UploadSource):
        upload = upload_answer(made, body.source)
    stores.imports().create(made)
    if not upload:
        stores.importer_queue().send([ImportBell(import_id=import_id)])
    return NewImportAnswer(**action_answer(made).model_dump(), upload=upload)


@router.get("/imports", summary="List the imports", tags=["Imports"])
def list_imports(
    limit: Annotated[int, Query(ge=1, le=100, description="Imports a page.")] = 20,
    next: Annotated[str | None, Query(description="The `next` of the page before.")] = None,
) -> ImportsAnswer:
    """Return a page of all imports, newest first, without their previews."""
    viewer_id(router)
    after = read_cursor(next, ORDER, PLACE) if next is not None else None
    found, following = stores.imports().newest(limit, after)
    return ImportsAnswer(
        imports=[import_answer(each) for each in found],
        next=write_cursor(ORDER, following) if following else None,
    )


@router.get(
    "/imports/<import_id>",
    summary="Read an import",
    tags=["Imports"],
    responses=responses(200, ImportDetailAnswer, NOT_MINE),
)
def read_import(import_id: ImportId) -> ImportDetailAnswer:
    """Return how far an import is, and its preview."""
    return import_detail_answer(own_import(router, import_id))


@router.put(
    "/imports/<import_id>/mapping",
    status_code=202,
    summary="Say which column is what",
    tags=["Imports"],
    responses=responses(202, ActionAnswer, NOT_MINE | OUT_OF_PLACE),
)
def choose_mapping(import_id: ImportId, body: MappingBody) -> ActionAnswer:
    """Say which column is what before the import is started; its preview is made anew."""
    importing.check_mapping(body.mapping)
    own_import(router, import_id)
    changed = stores.imports().choose_mapping(import_id, body.mapping)
    stores.importer_queue().send([ImportBell(import_id=import_id)])
    return action_answer(changed)


@router.post(
    "/imports/<import_id>/<action>",
    status_code=202,
    summary="Read, start, stop, resume, cancel or undo an import",
    tags=["Imports"],
    responses=responses(202, ActionAnswer, NOT_MINE | OUT_OF_PLACE),
)
def act(import_id: ImportId, action: Annotated[ImportAction, Path(description="What to do.")]) -> ActionAnswer:
    """Do something with an import; what has been done may be asked for again.

    `read` makes the preview, `start` adds the rows, `stop` pauses until `resume`, `cancel` ends it and keeps what was
    added, `undo` takes out again what was added and has not been edited since.
    """
    own_import(router, import_id)
    changed = stores.imports().act(import_id, action)
    if action in RUNG_AFTER:
        stores.importer_queue().send([ImportBell(import_id=import_id)])
    return action_answer(changed)


def import_source(source: UploadSource | PrefixSource | FolderSource) -> ImportSource:
    """Return where an import reads, as it is stored."""
    match source:
        case UploadSource():
            return ImportSource(kind="upload", name=source.filename)
        case PrefixSource():
            return ImportSource(kind="s3", name=source.prefix)
        case FolderSource():
            return ImportSource(kind="drive", name=source.folder)


def upload_answer(made: Import, source: UploadSource) -> UploadAnswer:
    """Return how to upload the file of an import; raises InvalidInput for one of no kind that is imported."""
    media_type = MEDIA_TYPES.get(source.filename.rpartition(".")[2].casefold())
    if media_type is None:
        details = {"filename": source.filename, "known": sorted(MEDIA_TYPES)}
        raise InvalidInput("Files of this kind are not imported.", code="unknown_file_type", details=details)
    url = stores.uploads().url(Upload(made.upload_key, media_type, source.size))
    return UploadAnswer(url=url, method="PUT", headers={"Content-Type": media_type})
