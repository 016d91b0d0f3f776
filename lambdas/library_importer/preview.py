"""Looks at the first rows of an import, before anything is written."""

import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from library_importer.reading import failure, open_file, read_movie, row_failure
from library_importer.sources import EntryRefused, Source
from marquee import importing
from marquee.errors import InvalidInput
from marquee.importing_files import FileKind, UnreadableFile
from marquee.importing_rows import Row
from marquee.models.import_work import Entry
from marquee.models.imports import Import, ImportFailure, ImportPreview
from marquee.models.library import NewMovie

ROWS, FILES, PAGES = 1000, 100, 20
# What is shown has to fit into one item with all else of the import.
ROWS_SHOWN, PROBLEMS_SHOWN, COLUMNS_SHOWN, NAME_LENGTH, VALUE_LENGTH = 10, 20, 40, 100, 100
NAMES: dict[FileKind, str] = {"csv": "CSV", "array": "JSON", "object": "JSON", "lines": "NDJSON"}


@dataclass
class Preview:
    """What has been seen of an import, as far as one look goes: 1,000 rows of 100 files on 20 pages of folders."""

    now: Import
    format: str = ""
    rows: list[dict[str, Any]] = field(default_factory=list)
    movies: list[NewMovie] = field(default_factory=list)
    failures: list[ImportFailure] = field(default_factory=list)
    looked_at: int = 0
    files: int = 0
    is_whole: bool = False

    def shown(self, duplicates: int) -> ImportPreview:
        """Return it as it is stored."""
        names = dict.fromkeys(column for row in self.rows for column in row if _can_be_shown(column))
        columns = tuple(names)[:COLUMNS_SHOWN]
        return ImportPreview(
            format=self.format,
            columns=columns,
            mapping=importing.mapping_for(columns, self.now.mapping),
            rows=tuple(_shown(row, columns) for row in self.rows),
            expected_duplicates=duplicates,
            looked_at=self.looked_at,
            problems=tuple(self.failures[:PROBLEMS_SHOWN]),
        )

    @property
    def problem(self) -> str | None:
        """Return why there is nothing to show, None if there is something."""
        if self.looked_at or not self.is_whole:
            return None
        first = self.failures[0] if self.failures else None
        return f"{first.file}: {first.reason}" if first else "There is nothing here that can be imported."


def look(source: Source, now: Import, deadline: float, *, clock: Callable[[], float] = time.time) -> Preview:
    """Look at an import, files before folders; raises the errors of its service that may go better."""
    found, pages = Preview(now), 0
    is_folder, root = source.root(now.source.name)
    waiting: deque[tuple[bool, Entry, str | None]] = deque([(is_folder, root, None)])
    seen: set[str] = {root.id}
    while waiting and found.looked_at < ROWS and found.files < FILES and pages < PAGES:
        if clock() > deadline and found.looked_at:
            break
        is_folder, entry, page = waiting.popleft()
        try:
            if not is_folder:
                _read(source, entry, found, deadline, clock)
                continue
            pages += 1
            listing = source.list(entry, page)
        except (EntryRefused, UnreadableFile) as error:
            found.failures.append(failure(now.id, entry, 0, str(error)))
            continue
        found.failures += [failure(now.id, each, 0, reason) for each, reason in listing.refused]
        # What is nearest comes next, because the way to the first file may be long.
        if listing.next:
            waiting.appendleft((True, entry, listing.next))
        waiting.extendleft((True, each, None) for each in reversed(listing.folders) if each.id not in seen)
        waiting.extendleft((False, each, None) for each in reversed(listing.files) if each.id not in seen)
        seen |= listing.ids()
    found.is_whole = not waiting
    return found


def _read(source: Source, entry: Entry, found: Preview, deadline: float, clock: Callable[[], float]) -> None:
    """Look at the first rows of a file."""
    found.files += 1
    opened = open_file(source, entry)
    found.format = found.format or importing.recognise(opened.layout.columns)[0] or NAMES[opened.layout.kind]
    for row, _ in opened.rows:
        found.looked_at += 1
        if isinstance(row, Row) and len(found.rows) < ROWS_SHOWN:
            found.rows.append(row.values)
        try:
            found.movies.append(read_movie(row, found.now.mapping))
        except InvalidInput as error:
            found.failures.append(row_failure(found.now.id, entry, row, str(error)))
        if found.looked_at >= ROWS or clock() > deadline:
            return


def _can_be_shown(column: str) -> bool:
    """Return whether DynamoDB takes a name; objects of JSON may have names that are empty, endless or no text."""
    return 0 < len(column) <= NAME_LENGTH and column == importing.row_text(column)


def _shown(row: dict[str, Any], columns: tuple[str, ...]) -> dict[str, str]:
    """Return a row as texts, which a table can hold whatever numbers the row has."""
    known = {column: row[column] for column in columns if row.get(column) is not None}
    texts = {
        column: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        for column, value in known.items()
    }
    return {column: importing.row_text(text)[:VALUE_LENGTH] for column, text in texts.items()}
