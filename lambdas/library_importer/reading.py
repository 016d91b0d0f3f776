"""Reads files, one row after the other, and a group of files in portions that fit into one step."""

import time
import uuid
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, NamedTuple

from library_importer.sources import EntryRefused, Opened, Source
from marquee import importing, importing_files, importing_rows
from marquee.errors import InvalidInput, RateLimited, SignInRefused, UpstreamError
from marquee.importing_files import Layout, UnreadableFile
from marquee.importing_rows import BadRow, Place, Row
from marquee.messages.library import ROWS_A_MESSAGE, ImportBatch, ImportedRow
from marquee.models.import_work import Entry, Work
from marquee.models.imports import Import, ImportFailure
from marquee.models.library import NewMovie

# What one step takes: its rows go into the outbox, which has to fit into an item of DynamoDB.
PORTION_ROWS = 500
PORTION_BYTES = 180_000
MESSAGE_BYTES = 100_000
# A file in which so many rows fail is not what it is taken for.
FAILED_ROWS = 10_000
START = Place()


class Portion(NamedTuple):
    """Rows and failures of a group, and how far it has been read with them."""

    rows: list[ImportedRow]
    failures: list[ImportFailure]
    after: Work


class OpenFile(NamedTuple):
    """A file that is being read: its layout, the version of its content, and its rows from a place on."""

    layout: Layout
    version: str | None
    place: Place
    rows: Iterator[importing_rows.Found]


def open_file(source: Source, entry: Entry, place: Place = START, layout: Layout | None = None) -> OpenFile:
    """Open a file at a place; raises EntryRefused, UnreadableFile, or an error of the service that may go better.

    Without a `layout` the file is at its beginning, and is recognised.
    """
    opened = source.open(entry, place.offset)
    if layout:
        return OpenFile(layout, opened.version, place, importing_rows.rows(layout, opened.chunks, place))
    head = _head(opened)
    recognised = importing_files.recognise(head[: importing_files.HEAD_BYTES], entry.name)
    layout, begin = importing_rows.with_columns(recognised, head)
    chunks = chain([head[begin.offset :]], opened.chunks)
    return OpenFile(layout, opened.version, begin, importing_rows.rows(layout, chunks, begin))


def _head(opened: Opened) -> bytes:
    head = b""
    for chunk in opened.chunks:
        head += chunk
        if len(head) >= importing_files.HEAD_BYTES:
            break
    return head


def read_movie(found: Row | BadRow, chosen: dict[str, str]) -> NewMovie:
    """Return the movie of a row; raises InvalidInput."""
    if isinstance(found, BadRow):
        raise InvalidInput(found.reason)
    return importing.to_movie(found.values, importing.mapping_for(found.values, chosen))


def failure(import_id: str, entry: Entry, line: int, reason: str, row: object = "") -> ImportFailure:
    """Return why a row, or with line 0 a whole file or folder, could not be imported."""
    shown = importing.row_text(row) if row else ""
    return ImportFailure(
        id=row_id(import_id, entry, line), file=entry.name or entry.id, line=line, reason=reason[:1000], row=shown
    )


def row_failure(import_id: str, entry: Entry, found: Row | BadRow, reason: str) -> ImportFailure:
    """Return why a row could not be imported."""
    return failure(import_id, entry, found.line, reason, found.text if isinstance(found, BadRow) else found.values)


def row_id(import_id: str, entry: Entry, line: int) -> str:
    """Return the id of the movie of a row: the same row of the same import is the same movie, however often read."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"import:{import_id}/{entry.id}#{line}"))


class GroupReader:
    """Reads the files of a group from where its work stands; a file stays open from one portion to the next.

    With `gives_up`, a file that a service does not give out now is a failure, instead of a reason to come again,
    except where the service says `later` or refuses us: that is true of all files.
    """

    def __init__(
        self, source: Source, now: Import, work: Work, *, gives_up: bool, clock: Callable[[], float] = time.time
    ) -> None:
        self._source = source
        self._import = now
        self._work = work
        self._gives_up = gives_up
        self._clock = clock
        self._rows: Iterator[importing_rows.Found] | None = None

    def portion(self, deadline: float) -> Portion:
        """Return what comes next: at least one row, failure or the end of a file, however late it is.

        Raises UpstreamError or an error of AWS if that cannot be had now.
        """
        self._portion = Portion([], [], self._work)
        self._size = 0
        before = self._work.at
        while (entry := self._work.entry) and not self._is_full():
            if self._clock() > deadline and (self._has_some() or self._work.at > before):
                break
            try:
                if self._read(entry, deadline):
                    self._next_file()
            except (EntryRefused, UnreadableFile) as error:
                self._fail(entry, str(error))
            except UpstreamError as error:
                self._rows = None
                if self._has_some():
                    break
                if not self._gives_up or isinstance(error, SignInRefused | RateLimited):
                    raise
                self._fail(entry, str(error))
        return self._portion._replace(after=self._work)

    def _read(self, entry: Entry, deadline: float) -> bool:
        """Take rows of a file until the portion is full or it is late; returns whether the file has ended."""
        for found, place in self._open(entry):
            if self._failed >= FAILED_ROWS:
                raise UnreadableFile(f"{FAILED_ROWS} of its rows have failed; the rest of it was not read")
            self._take(entry, found)
            self._work = self._work.model_copy(update={"offset": place.offset, "line": place.line})
            if isinstance(found, BadRow) and found.is_last:
                return True
            if self._is_full() or self._clock() > deadline:
                return False
        return True

    def _open(self, entry: Entry) -> Iterator[importing_rows.Found]:
        if self._rows is None:
            layout = Layout.model_validate(self._work.layout) if self._work.layout else None
            opened = open_file(self._source, entry, Place(self._work.offset, self._work.line), layout)
            refuse_without_title(opened.layout, self._import.mapping)
            entries = list(self._work.entries)
            entries[self._work.at] = entry.model_copy(update={"version": entry.version or opened.version})
            facts: dict[str, Any] = {"layout": opened.layout.model_dump(), "entries": tuple(entries)}
            place = {"offset": opened.place.offset, "line": opened.place.line}
            self._work = self._work.model_copy(update=facts | place)
            self._rows = opened.rows
        return self._rows

    def _take(self, entry: Entry, found: Row | BadRow) -> None:
        try:
            movie = read_movie(found, self._import.mapping)
        except InvalidInput as error:
            self._portion.failures.append(row_failure(self._import.id, entry, found, str(error)))
            layout = {**(self._work.layout or {}), "failed": self._failed + 1}
            self._work = self._work.model_copy(update={"layout": layout})
            return
        row = ImportedRow(
            file=entry.name, line=found.line, movie_id=row_id(self._import.id, entry, found.line), movie=movie
        )
        self._portion.rows.append(row)
        self._size += _size(row)

    @property
    def _failed(self) -> int:
        """Return how many rows of the present file have failed, in whatever portion."""
        return int((self._work.layout or {}).get("failed", 0))

    def _next_file(self) -> None:
        self._work, self._rows = self._work.behind(), None

    def _fail(self, entry: Entry, reason: str) -> None:
        self._portion.failures.append(failure(self._import.id, entry, 0, reason))
        self._next_file()

    def _has_some(self) -> bool:
        return bool(self._portion.rows or self._portion.failures)

    def _is_full(self) -> bool:
        return self._size >= PORTION_BYTES or len(self._portion.rows) + len(self._portion.failures) >= PORTION_ROWS


def refuse_without_title(layout: Layout, chosen: dict[str, str]) -> None:
    """Raise UnreadableFile for a table in which no column is the title."""
    if layout.columns and "title" not in importing.mapping_for(layout.columns, chosen):
        columns = ", ".join(layout.columns)[:300]
        raise UnreadableFile(f"none of its columns is known as the title: {columns}")


def batches(now: Import, name: str, rows: list[ImportedRow]) -> list[ImportBatch]:
    """Return rows as messages, each as large as a message may be; `name` is the beginning of their names."""
    parts: list[list[ImportedRow]] = []
    size = 0
    for row in rows:
        length = _size(row)
        if not parts or len(parts[-1]) == ROWS_A_MESSAGE or size + length > MESSAGE_BYTES:
            parts.append([])
            size = 0
        parts[-1].append(row)
        size += length
    return [
        ImportBatch(
            library=now.library,
            import_id=now.id,
            batch=f"{name}.{number}",
            rows=tuple(part),
            added_by=now.started_by,
        )
        for number, part in enumerate(parts)
    ]


def _size(row: ImportedRow) -> int:
    return len(row.model_dump_json().encode())
