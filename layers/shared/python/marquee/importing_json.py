"""JSON out of other people's files: an object in a text, and the objects of an array too large to hold as a whole."""

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, NoReturn

# No row is as large as this; what is has lost its end.
RECORD_BYTES = 262_144

_SPACE = re.compile(r"[\s\ufeff]*")
_BEGIN = re.compile(r"\[")
_SEPARATORS = re.compile(r"[\s,]*")
# What decides where an element ends: strings as a whole, brackets and commas.
_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],]', re.DOTALL)


class Bad(NamedTuple):
    """A reason, and the text that it is about; nothing can be read behind one that is the last."""

    reason: str
    text: str
    is_last: bool = False


# The number of an object in its array, the object or what is wrong with it, and the byte behind it.
Element = tuple[int, dict[str, Any] | Bad, int]


def load_object(text: str) -> dict[str, Any] | str:
    """Return the object that a text is, or the reason why it is none."""
    try:
        found = _DECODER.decode(text.strip())
    except (ValueError, RecursionError) as error:
        return f"it is not JSON ({_why(error)})"
    return found if isinstance(found, dict) else "it is not an object"


def elements(chunks: Iterable[bytes], encoding: str, offset: int, number: int) -> Iterator[Element]:
    """Yield the objects of an array from the byte `offset`, behind `number` of them, to its end.

    An element that is wrong in itself is left out with its reason. Where the array itself breaks off, that is said
    of the element that would come next, and is the end.
    """
    text = _Text(chunks, encoding, offset)
    if not number:
        text.skip(_SPACE)
        text.skip(_BEGIN)
    while True:
        text.skip(_SEPARATORS)
        if not text.buffer:
            yield (
                number + 1,
                Bad("the array is never closed; the file may have been cut off", "", is_last=True),
                text.offset,
            )
            return
        if text.buffer.startswith("]"):
            return
        number += 1
        found, end = _next(text)
        if not end:
            reason = f"{found}; the rest of the file is not read"
            yield number, Bad(reason, text.buffer[:200], is_last=True), text.offset
            return
        whole = text.take(end)
        yield number, (found if isinstance(found, dict) else Bad(found, whole)), text.offset


def _next(text: "_Text") -> tuple[dict[str, Any] | str, int]:
    """Return the element with which a text begins, or its reason, and where it ends; 0 if nobody can tell."""
    while True:
        try:
            found, end = _DECODER.raw_decode(text.buffer)
        except (ValueError, RecursionError) as error:
            if len(text.buffer) < RECORD_BYTES and text.read():
                continue
            return f"it is not JSON ({_why(error)})", _end_of_element(text.buffer)
        # A number at the end of what is read may go on.
        if end < len(text.buffer) or not text.read():
            return (found if isinstance(found, dict) else "it is not an object"), end


def _end_of_element(text: str) -> int:
    depth = 0
    for found in _STRUCTURE.finditer(text):
        sign = found[0]
        if depth == 0 and sign in ",]":
            return found.start()
        depth += (sign in "{[") - (sign in "}]")
        if depth < 0:
            break
    return 0


class _Text:
    """The text of a file from a byte on, read as it is needed; `offset` is the byte at which the buffer begins."""

    def __init__(self, chunks: Iterable[bytes], encoding: str, offset: int) -> None:
        self._chunks = iter(chunks)
        self._encoding = encoding
        # Bytes that are no letter must not change their number, by which the place is told.
        self._errors = "replace" if encoding.startswith("utf-16") else "surrogateescape"
        self._decoder = codecs.getincrementaldecoder(encoding)(self._errors)
        self.buffer = ""
        self.offset = offset

    def read(self) -> bool:
        """Read more, if there is more."""
        for chunk in self._chunks:
            if chunk:
                self.buffer += self._decoder.decode(chunk)
                return True
        return False

    def take(self, length: int) -> str:
        """Go on behind so many letters, and return them."""
        taken, self.buffer = self.buffer[:length], self.buffer[length:]
        self.offset += len(taken.encode(self._encoding, self._errors))
        return taken

    def skip(self, pattern: re.Pattern[str]) -> None:
        """Go on behind what a pattern finds here, reading as far as it goes."""
        while True:
            found = pattern.match(self.buffer)
            self.take(found.end() if found else 0)
            if self.buffer or not self.read():
                return


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"letter {error.pos + 1}: {error.msg}"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)[:80]


_DECODER = json.JSONDecoder(parse_constant=_refuse)
