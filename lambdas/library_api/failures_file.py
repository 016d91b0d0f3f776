"""A CSV file of failures that fits in one answer of the function. Pure."""

import csv
import io
import json
from collections.abc import Iterable

from marquee.models.imports import ImportFailure

# Lambda answers with 6 MB at most, of JSON in which the file is one text.
LARGEST = 5_000_000
COLUMNS = ("file", "line", "reason", "row")
# Programs that open such files take what begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class FailuresFile:
    """Takes failures of an import until there is no room."""

    def __init__(self, import_id: str, largest: int = LARGEST) -> None:
        self._import_id = import_id
        self._lines = [_line(COLUMNS)]
        self._room = largest

    def add(self, failures: Iterable[ImportFailure]) -> bool:
        """Add failures as long as there is room; return whether there was for all of them."""
        for each in failures:
            line = _line((_harmless(each.file), each.line, _harmless(each.reason), _harmless(each.row)))
            self._room -= len(json.dumps(line, ensure_ascii=False).encode())
            if self._room < 0:
                return False
            self._lines.append(line)
        return True

    def end_early(self, failures: int) -> None:
        """Say in a last line that there are more, of so many in all."""
        shown = len(self._lines) - 1
        all_of_them = f"/api/imports/{self._import_id}/failures"
        said = f"These are the first {shown} of {failures} failures; {all_of_them} has the others, too."
        self._lines.append(_line(("", "", said, "")))

    def text(self) -> str:
        """Return the file."""
        return "".join(self._lines)


def _line(values: Iterable[object]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(values)
    return written.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
