"""What kind of file this is: CSV in any common dialect and encoding, a JSON array or object, or a JSON object a line.

Everything here is pure. A file is recognised by its first bytes, and its layout is kept, so that reading can go on
anywhere in it.
"""

import codecs
import json
import re
from typing import Literal

from marquee.errors import MarqueeError
from marquee.models import Model

HEAD_BYTES = 65_536
DELIMITERS = ",;\t|"

FileKind = Literal["csv", "array", "object", "lines"]
Newline = Literal["\n", "\r"]
KINDS_BY_ENDING: dict[str, FileKind] = {"csv": "csv", "tsv": "csv", "ndjson": "lines", "jsonl": "lines"}
ENDINGS = frozenset({*KINDS_BY_ENDING, "json", "txt"})

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FOREIGN = (
    (b"PK\x03\x04", "it is a ZIP archive or a workbook: import the files inside, as CSV or JSON"),
    (b"\x1f\x8b", "it is packed with gzip: unpack it first"),
    (b"%PDF", "it is a PDF"),
)


class UnreadableFile(MarqueeError):
    """A file is not what can be imported, as a whole; the message says why."""


class Layout(Model):
    """How a file is to be read: its kind and encoding, and of a CSV its delimiter, end of line and columns.

    `failed` counts its rows that failed so far: of a file that is not what it seems, not all are read.
    """

    kind: FileKind
    encoding: str
    delimiter: str = ","
    newline: Newline = "\n"
    columns: tuple[str, ...] = ()
    failed: int = 0


def is_importable(name: str) -> bool:
    """Return whether a file of a folder looks, by its name, as if rows can be read from it."""
    return name.rpartition(".")[2].casefold() in ENDINGS


def recognise(head: bytes, name: str) -> Layout:
    """Return the layout of a file from its first bytes (`HEAD_BYTES`) and its name; raises UnreadableFile."""
    for mark, reason in _FOREIGN:
        if head.startswith(mark):
            raise UnreadableFile(reason)
    encoding = _encoding(head)
    text = head.decode(encoding, "ignore").removeprefix("\ufeff")
    if "\0" in text:
        raise UnreadableFile("it is not a text file")
    if not text.strip():
        raise UnreadableFile("it is empty")
    kind = _kind(text, name)
    if kind != "csv":
        return Layout(kind=kind, encoding=encoding)
    newline: Newline = "\r" if "\r" in text and "\n" not in text else "\n"
    delimiter = _delimiter(text.lstrip().partition(newline)[0])
    return Layout(kind=kind, encoding=encoding, delimiter=delimiter, newline=newline)


def _encoding(head: bytes) -> str:
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    # Latin text in UTF-16 has a zero in every second byte.
    if head[1:400:2].count(0) > len(head[:400]) // 4:
        return "utf-16-le"
    if head[0:400:2].count(0) > len(head[:400]) // 4:
        return "utf-16-be"
    try:
        # The end of the head may cut a letter into two.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _kind(text: str, name: str) -> FileKind:
    ending = name.rpartition(".")[2].casefold()
    if ending in KINDS_BY_ENDING:
        return KINDS_BY_ENDING[ending]
    body = text.lstrip()
    if body.startswith("["):
        return "array"
    if body.startswith("{"):
        first, _, rest = body.partition("\n")
        return "lines" if rest.strip() and _is_object(first) else "object"
    if ending == "json":
        raise UnreadableFile("it is not JSON: an object or an array must stand first")
    return "csv"


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _delimiter(line: str) -> str:
    """Return the sign that parts the names of the columns: the most frequent outside of quotes."""
    bare = re.sub(r'"[^"]*"', "", line)
    return max(DELIMITERS, key=bare.count)
