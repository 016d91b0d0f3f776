"""The work of an import: files and folders in groups, and how far each group has been read."""

from typing import Any, Literal

from marquee.models import Model


class Entry(Model):
    """A file or folder: its id where it is kept, and the name by which people know it.

    `version` changes with the content of a file; `drive` is the shared drive of a folder.
    """

    id: str
    name: str
    size: int = 0
    version: str | None = None
    drive: str | None = None


class Work(Model):
    """A group of entries that is read one after the other.

    `at` is the entry that is being read, and `page` (of a folder) or `offset` and `line` (of a file) the place in it;
    `layout` is how that file is to be read. `step` counts the changes of this item, so that of two who work on it one
    finds out. `outbox` is what has been counted and may not have been sent yet.
    """

    path: str
    kind: Literal["folders", "files"]
    depth: int
    entries: tuple[Entry, ...] = ()
    at: int = 0
    page: str | None = None
    offset: int = 0
    line: int = 0
    layout: dict[str, Any] | None = None
    step: int = 0
    outbox: bytes | None = None
    state: Literal["queued", "done"] = "queued"

    @property
    def entry(self) -> Entry | None:
        """Return the entry that is being read, None behind the last."""
        return self.entries[self.at] if self.at < len(self.entries) else None

    def behind(self) -> "Work":
        """Return the work behind its present entry."""
        facts: dict[str, Any] = {"at": self.at + 1, "page": None, "offset": 0, "line": 0, "layout": None}
        return self.model_copy(update=facts)
