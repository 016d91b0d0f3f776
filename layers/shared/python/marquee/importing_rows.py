"""Reading rows out of a file piece by piece, from any place at which a row begins.

Everything here is pure. What cannot be read is a row too, with its line and the reason, and reading goes on behind it:
a quote that is never closed spoils its own line and no other.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from marquee.importing_files import Layout, UnreadableFile
from marquee.importing_json import RECORD_BYTES, Bad, elements, load_object

COLUMNS = 200
COLUMN_LENGTH = 100
# A file in which so many lines cannot even be parted into fields is not what it is taken for.
UNREADABLE_LINES = 1000

_BOM = "\ufeff"


class Place(NamedTuple):
    """Where a row begins: the byte, and the lines (or objects) before it."""

    offset: int = 0
    line: int = 0


@dataclass(frozen=True)
class Row:
    """What one row holds, by column, and the line at which it begins."""

    line: int
    values: dict[str, Any]


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be read, and why; `text` is what stands there. Nothing is read behind one that is the last."""

    line: int
    reason: str
    text: str = ""
    is_last: bool = False


# A row, and the place behind it.
Found = tuple[Row | BadRow, Place]


class _BadRecord(Exception):
    """The lines that follow are no row."""


def with_columns(layout: Layout, head: bytes) -> tuple[Layout, Place]:
    """Return the layout with the columns of a CSV, and the place of its first row; raises UnreadableFile."""
    if layout.kind != "csv":
        return layout, Place()
    reader = _Lines(layout, [head], Place())
    try:
        names = next((fields for fields in iter(reader.record, None) if _names_columns(fields)), [])
    except _BadRecord as error:
        raise UnreadableFile(f"the line that has to name its columns cannot be read: {error}") from error
    if not 0 < len(names) <= COLUMNS:
        raise UnreadableFile(f"it has more than {COLUMNS} columns" if names else "it is empty")
    return layout.model_copy(update={"columns": _distinct(names)}), reader.place


def rows(layout: Layout, chunks: Iterable[bytes], place: Place) -> Iterator[Found]:
    """Yield every row from a place on, each with the place behind it; `chunks` are the bytes from there to the end."""
    if layout.kind == "array":
        for number, found, offset in elements(chunks, layout.encoding, place.offset, place.line):
            row = BadRow(number, *found) if isinstance(found, Bad) else Row(number, found)
            yield row, Place(offset, number)
    elif layout.kind == "object":
        yield from _object(layout, chunks, place)
    else:
        yield from _by_line(layout, chunks, place)


def _object(layout: Layout, chunks: Iterable[bytes], place: Place) -> Iterator[Found]:
    """Yield the one object that a file is, and nothing behind it."""
    if place.line:
        return
    body = b""
    for chunk in chunks:
        body += chunk
        if len(body) > RECORD_BYTES:
            yield BadRow(1, f"it is larger than {RECORD_BYTES} bytes", is_last=True), Place(len(body), 1)
            return
    text = body.decode(layout.encoding, "replace").removeprefix(_BOM)
    found = load_object(text)
    yield (Row(1, found) if isinstance(found, dict) else BadRow(1, found, text)), Place(len(body), 1)


def _by_line(layout: Layout, chunks: Iterable[bytes], place: Place) -> Iterator[Found]:
    """Yield the rows of a CSV, or of a file with an object a line."""
    reader, bad = _Lines(layout, chunks, place), 0
    while True:
        line = reader.place.line + 1
        try:
            found = reader.fields() if layout.kind == "csv" else reader.object()
        except _BadRecord as error:
            bad += 1
            text = reader.skip_line()
            if bad >= UNREADABLE_LINES:
                reason = f"{error}; so are {UNREADABLE_LINES} lines before it, and the rest is not read"
                yield BadRow(line, reason, text, is_last=True), reader.place
                return
            yield BadRow(line, str(error), text), reader.place
            continue
        if found is None:
            return
        if isinstance(found, str):
            yield BadRow(line, found, reader.text), reader.place
        elif found:
            yield Row(line, found), reader.place


class _Lines:
    """The lines of a file as rows: each is taken with all the lines that it goes over, or skipped by itself."""

    def __init__(self, layout: Layout, chunks: Iterable[bytes], place: Place) -> None:
        self._layout = layout
        self._lines = _raw_lines(chunks, layout.newline.encode(layout.encoding))
        # Lines that belong to a row that could not be read, from its first on.
        self._again: deque[bytes] = deque()
        self._taken: list[bytes] = []
        self.place = place

    @property
    def text(self) -> str:
        """Return the lines of the row that was taken last."""
        return "".join(each.decode(self._layout.encoding, "replace") for each in self._taken).strip()

    def record(self) -> list[str] | None:
        """Take one record of a CSV; None at the end. Raises _BadRecord, after which `skip_line` has to be called."""
        self._taken = []
        try:
            fields = next(csv.reader(self._feed(), delimiter=self._layout.delimiter, strict=True), None)
        except csv.Error as error:
            raise _BadRecord(f"it cannot be read as CSV ({error})") from error
        self._move(self._taken)
        return fields

    def fields(self) -> dict[str, Any] | str | None:
        """Take one record by column; returns a reason when it has not the right number, nothing for a blank line."""
        fields, columns = self.record(), self._layout.columns
        if fields is None:
            return None
        if not any(each.strip() for each in fields):
            return {}
        if len(fields) > len(columns) and not any(fields[len(columns) :]):
            fields = fields[: len(columns)]
        if len(fields) != len(columns):
            return f"it has {len(fields)} fields, and the file has {len(columns)} columns"
        return dict(zip(columns, fields, strict=True))

    def object(self) -> dict[str, Any] | str | None:
        """Take one line as a JSON object; returns a reason when it is none, nothing for a blank line."""
        self._taken = []
        line = next(self._feed(), None)
        if line is None:
            return None
        self._move(self._taken)
        return load_object(line) if line.strip() else {}

    def skip_line(self) -> str:
        """Go on behind the first line of what could not be read, and return that line."""
        first, rest = self._taken[:1], self._taken[1:]
        self._again.extendleft(reversed(rest))
        self._taken = first
        self._move(first)
        return self.text

    def _feed(self) -> Iterator[str]:
        size = 0
        while (raw := self._again.popleft() if self._again else next(self._lines, None)) is not None:
            self._taken.append(raw)
            size += len(raw)
            if size > RECORD_BYTES:
                raise _BadRecord(f"it is longer than {RECORD_BYTES} bytes, or a quote in it is never closed")
            first = self.place.offset == 0 and len(self._taken) == 1
            text = _decoded(raw, self._layout.encoding)
            yield text.removeprefix(_BOM) if first else text

    def _move(self, taken: Iterable[bytes]) -> None:
        sizes = [len(each) for each in taken]
        self.place = Place(self.place.offset + sum(sizes), self.place.line + len(sizes))


def _decoded(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            # The first accent of a file may come long after the bytes by which it was recognised.
            return _decoded(raw, "cp1252")
        raise _BadRecord("its letters cannot be read") from error


def _raw_lines(chunks: Iterable[bytes], newline: bytes) -> Iterator[bytes]:
    """Yield the bytes of each line with its end; of a line without end, the first `RECORD_BYTES` and more."""
    kept = b""
    for chunk in chunks:
        kept += chunk
        begin = 0
        while (end := _find(kept, newline, begin)) >= 0:
            yield kept[begin : end + len(newline)]
            begin = end + len(newline)
        kept = kept[begin:]
        if len(kept) > RECORD_BYTES:
            whole = len(kept) - len(kept) % len(newline)
            yield kept[:whole]
            kept = kept[whole:]
    if kept:
        yield kept


def _find(text: bytes, newline: bytes, begin: int) -> int:
    """Return where a line ends; in UTF-16 only where a letter begins."""
    end = text.find(newline, begin)
    while end >= 0 and (end - begin) % len(newline):
        end = text.find(newline, end + 1)
    return end


def _names_columns(fields: list[str]) -> bool:
    """Return whether this is a header: neither a blank line nor the one by which Excel is told the delimiter."""
    return any(fields) and not fields[0].casefold().startswith("sep=")


def _distinct(names: list[str]) -> tuple[str, ...]:
    """Return names of columns, none empty and none twice."""
    found: dict[str, None] = {}
    for place, name in enumerate(names, 1):
        plain = name.strip()[:COLUMN_LENGTH] or f"column {place}"
        found[plain if plain not in found else f"{plain} ({place})"] = None
    return tuple(found)
