"""The `q` parameter: `'<id>' in parents`, `trashed`, `mimeType` and `name`, with `and`, `or`, `not` and brackets.

The other terms that Google knows are refused as invalid: nothing here would answer them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from local.upstreams.drive.errors import invalid
from local.upstreams.drive.files import DriveFile

Test = Callable[[DriveFile], bool]

_TOKEN = re.compile(r"""\s*(?:(?P<text>'(?:\\.|[^'\\])*')|(?P<sign>!=|=|\(|\))|(?P<word>[A-Za-z]+))\s*""")
_TEXTS: dict[str, Callable[[DriveFile], str]] = {
    "name": lambda file: file.name,
    "mimeType": lambda file: file.mime_type,
}


@dataclass(frozen=True)
class Query:
    """What a query finds, and the folders that it names."""

    matches: Test
    parents: tuple[str, ...] = ()


def read_query(text: str | None) -> Query:
    """Return what a query means, everything if there is none; raises DriveError for one that is not understood."""
    if not text:
        return Query(lambda file: True)
    reader = _Reader(_tokens(text))
    matches = reader.any_of()
    if reader.tokens:
        raise invalid("q")
    return Query(matches, tuple(reader.parents))


def _tokens(text: str) -> list[str]:
    found, position = [], 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            raise invalid("q")
        found.append(token[0].strip())
        position = token.end()
    return found


class _Reader:
    """Reads the tokens of a query from left to right; `and` binds tighter than `or`."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.parents: list[str] = []

    def any_of(self) -> Test:
        tests = [self._all_of()]
        while self._next_is("or"):
            tests.append(self._all_of())
        return lambda file: any(test(file) for test in tests)

    def _all_of(self) -> Test:
        tests = [self._one()]
        while self._next_is("and"):
            tests.append(self._one())
        return lambda file: all(test(file) for test in tests)

    def _one(self) -> Test:
        if self._next_is("not"):
            test = self._one()
            return lambda file: not test(file)
        if self._next_is("("):
            inside = self.any_of()
            self._expect(")")
            return inside
        return self._term(self._take())

    def _term(self, first: str) -> Test:
        if first.startswith("'"):
            self._expect("in")
            self._expect("parents")
            parent = _text(first)
            self.parents.append(parent)
            return lambda file: file.parent == parent
        operator, value = self._take(), self._take()
        if first == "trashed" and operator in ("=", "!=") and value in ("true", "false"):
            wanted = (value == "true") == (operator == "=")
            return lambda file: file.trashed == wanted
        if first in _TEXTS and value.startswith("'"):
            return _comparison(_TEXTS[first], operator, _text(value))
        raise invalid("q")

    def _next_is(self, word: str) -> bool:
        if not self.tokens or self.tokens[0] != word:
            return False
        self.tokens.pop(0)
        return True

    def _take(self) -> str:
        if not self.tokens:
            raise invalid("q")
        return self.tokens.pop(0)

    def _expect(self, word: str) -> None:
        if self._take() != word:
            raise invalid("q")


def _comparison(read: Callable[[DriveFile], str], operator: str, value: str) -> Test:
    if operator == "=":
        return lambda file: read(file) == value
    if operator == "!=":
        return lambda file: read(file) != value
    if operator == "contains":
        return lambda file: value.lower() in read(file).lower()
    raise invalid("q")


def _text(quoted: str) -> str:
    return re.sub(r"\\(.)", r"\1", quoted[1:-1])
