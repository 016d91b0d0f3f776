"""What the library answers about imports."""

from typing import Any

from marquee.models import Shape
from marquee.models.imports import Import, ImportFailure, ImportSource, ImportState


class CountsAnswer(Shape):
    """What came of the rows found so far: `found` is `added` + `duplicate` + `failed` + `left` at any time.

    Of what was added, an undo has `removed` some and `kept` what was edited or deleted since.
    """

    found: int
    added: int
    duplicate: int
    failed: int
    left: int
    removed: int
    kept: int


class FailureAnswer(Shape):
    """A row that could not be imported, and why; `line` 0 is a whole file or folder."""

    file: str
    line: int
    reason: str
    row: str


class PreviewAnswer(Shape):
    """What would be imported: the first rows, how their columns are taken, and what is wrong with them.

    Among the first `looked_at` rows, `expected_duplicates` are in the library already.
    """

    format: str
    columns: list[str]
    mapping: dict[str, str]
    rows: list[dict[str, Any]]
    expected_duplicates: int
    looked_at: int
    problems: list[FailureAnswer]


class ImportAnswer(Shape):
    """An import; `mapping` is what somebody chose in place of what was recognised, `problem` why it failed whole."""

    id: str
    state: ImportState
    source: ImportSource
    mapping: dict[str, str]
    counts: CountsAnswer
    problem: str | None
    started_by: str
    started_at: str
    finished_at: str | None


class ImportDetailAnswer(ImportAnswer):
    """An import with its preview, null until there is one."""

    preview: PreviewAnswer | None


class ImportsAnswer(Shape):
    """A page of imports, newest first; `next` is the cursor of the page that follows, null on the last."""

    imports: list[ImportAnswer]
    next: str | None


class UploadAnswer(Shape):
    """How to upload the file: one request, within a quarter of an hour."""

    url: str
    method: str
    headers: dict[str, str]


class ActionAnswer(Shape):
    """The state of an import now, and where to see how it goes on."""

    id: str
    state: ImportState
    status_url: str


class NewImportAnswer(ActionAnswer):
    """An import that was made; `upload` is null unless a file is to be uploaded before it is read."""

    upload: UploadAnswer | None


class FailuresAnswer(Shape):
    """A page of failures by file and line; `next` is the cursor of the page that follows, null on the last."""

    failures: list[FailureAnswer]
    next: str | None


def import_answer(shown: Import) -> ImportAnswer:
    """Return an import as it stands in a list."""
    return ImportAnswer(**_values(shown))


def import_detail_answer(shown: Import) -> ImportDetailAnswer:
    """Return an import whole."""
    preview = PreviewAnswer(**shown.preview.model_dump()) if shown.preview else None
    return ImportDetailAnswer(**_values(shown), preview=preview)


def action_answer(shown: Import) -> ActionAnswer:
    """Return what to say after an action."""
    return ActionAnswer(id=shown.id, state=shown.state, status_url=status_url(shown.id))


def failure_answer(failure: ImportFailure) -> FailureAnswer:
    """Return a failure as clients see it."""
    return FailureAnswer(**failure.model_dump(exclude={"id"}))


def status_url(import_id: str) -> str:
    """Return where an import can be read."""
    return f"/api/imports/{import_id}"


def _values(shown: Import) -> dict[str, Any]:
    told = shown.model_dump(include={"id", "mapping", "problem", "started_by", "started_at"})
    counts = CountsAnswer(**shown.counts.model_dump(), left=shown.counts.left)
    return {**told, "state": shown.state, "source": shown.source, "counts": counts, "finished_at": shown.finished_at}
