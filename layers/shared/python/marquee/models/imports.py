"""An import into the library: where it reads, how far it is, what came of it."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from marquee.models import Model

StoredState = Literal["awaiting_upload", "reading", "preview", "running", "stopped", "cancelled", "failed", "undoing"]
ImportState = Literal[StoredState, "finished", "undone"]
ImportAction = Literal["read", "start", "stop", "resume", "cancel", "undo"]
SourceKind = Literal["upload", "s3", "drive"]

# From which states an action leads to which; one that has led there before leads there again, so it may be repeated.
ACTIONS: Mapping[ImportAction, tuple[frozenset[ImportState], StoredState]] = {
    "read": (frozenset({"awaiting_upload", "reading", "preview", "failed"}), "reading"),
    "start": (frozenset({"preview", "running"}), "running"),
    "stop": (frozenset({"running", "stopped"}), "stopped"),
    "resume": (frozenset({"stopped", "running"}), "running"),
    "cancel": (
        frozenset({"awaiting_upload", "reading", "preview", "running", "stopped", "failed", "cancelled"}),
        "cancelled",
    ),
    "undo": (frozenset({"finished", "cancelled", "undoing", "undone"}), "undoing"),
}


class ImportSource(Model):
    """Where an import reads: an uploaded file, objects below a prefix, or a folder of Google Drive."""

    kind: SourceKind
    name: str
    """The name of the file, the prefix, or the id of the folder."""


class ImportCounts(Model):
    """What came of the rows found so far: `found` = `added` + `duplicate` + `failed` + `left`.

    A file or folder that cannot be read is found and failed. Of what was added, an undo has `removed` some and `kept`
    what was edited or deleted since.
    """

    found: int = 0
    added: int = 0
    duplicate: int = 0
    failed: int = 0
    removed: int = 0
    kept: int = 0

    @property
    def left(self) -> int:
        """Return the rows whose fate is not known yet."""
        return self.found - self.added - self.duplicate - self.failed


class ImportPreview(Model):
    """What the first rows look like before anything is written.

    `rows` are the first ones as they stand in the source; `problems` names those that would fail.
    """

    format: str
    columns: tuple[str, ...] = ()
    mapping: dict[str, str] = {}
    rows: tuple[dict[str, Any], ...] = ()
    expected_duplicates: int = 0
    looked_at: int = 0
    problems: tuple["ImportFailure", ...] = ()


class Import(Model):
    """One import. `work` counts its files and folders, in groups, that are not read to their end yet."""

    id: str
    library: str
    stored_state: StoredState
    source: ImportSource
    mapping: dict[str, str] = {}
    """What somebody chose in place of what was recognised."""
    counts: ImportCounts = Field(default_factory=ImportCounts)
    work: int = 0
    preview: ImportPreview | None = None
    problem: str | None = None
    started_by: str
    started_at: str
    changed_at: str

    @property
    def state(self) -> ImportState:
        """Return the state. Nobody writes the ends: an import that goes on until nothing is left has then ended."""
        if self.stored_state in ("running", "stopped") and not self.work and not self.counts.left:
            return "finished"
        if self.stored_state == "undoing" and self.counts.removed + self.counts.kept >= self.counts.added:
            return "undone"
        return self.stored_state

    @property
    def finished_at(self) -> str | None:
        """Return when it ended, None if it has not."""
        return self.changed_at if self.state in ("finished", "cancelled", "failed", "undone") else None

    @property
    def upload_key(self) -> str:
        """Return the key of its file in the bucket of uploads."""
        return f"uploads/{self.id}"


class ImportFailure(Model):
    """A row, a file or a folder that could not be imported, and why; `line` 0 is the whole file.

    In a JSON array `line` is the number of the object. `id` is the one that its movie would have had, so that no two
    failures are taken for one.
    """

    id: str
    file: str
    line: int
    reason: str
    row: str = ""
