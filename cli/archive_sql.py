"""The SQL that Athena gets for a question about the archive: the names of its tables stand for what is there now. Pure.

A table `<name>_rows` has a row for every version that was ever collected. In a question `<name>` is the latest row of
each id that TMDB still has, by a common table expression that is put before the question. Only tables that the
question names get one, because each is a scan of all its rows. What is written here runs on Athena (Trino) and on the
local cloud's stand-in for it (DuckDB).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cli.errors import OperatorError

# Columns of a table: Athena's type by name.
Columns = Mapping[str, str]

GONE = "gone"
# Tables whose rows come by the version of something larger, and the column that names it.
WRITTEN_TOGETHER = {"episode": "season_id"}
_TOKEN = re.compile(
    r"""(?P<space>\s+|--[^\n]*|/\*.*?\*/)
      | (?P<text>'(?:[^']|'')*')
      | (?P<quoted>"(?:[^"]|"")*")
      | (?P<word>[^\W\d]\w*)
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
# What follows a FROM clause and ends it. ON and USING do not: a comma after them names one more table.
_ENDS_FROM = (
    *("select", "where", "group", "having", "window", "order", "limit", "offset", "fetch"),
    *("union", "except", "intersect"),
)
_BEGINS_QUESTION = ("select", "with", "(")
_SQL_TYPES = {"string": "varchar", "int": "integer"}


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    end: int

    @property
    def name(self) -> str:
        """Return the name that this token is; neither Athena nor DuckDB minds the case."""
        return self.text.strip('"').lower()

    @property
    def is_name(self) -> bool:
        """Tell whether a table could be called so."""
        return self.kind in ("word", "quoted")

    def says(self, *words: str) -> bool:
        """Tell whether this is one of some keywords or signs."""
        return self.kind in ("word", "other") and self.text.lower() in words


def of_now(question: str, tables: Mapping[str, Columns]) -> str:
    """Return `question` such that the names of `tables` in it stand for their latest rows.

    A name that the question itself gives to a common table expression stays the question's. Raises OperatorError for
    what is not one question: the archive is changed by collecting, not by SQL.
    """
    tokens = list(_tokens(question))
    while tokens and tokens[-1].says(";"):
        question = question[: tokens.pop().end - 1]
    if not tokens or not tokens[0].says(*_BEGINS_QUESTION):
        raise OperatorError("A question to the archive begins with SELECT or WITH.")
    if any(token.says(";") for token in tokens):
        raise OperatorError("That is more than one question; ask them one by one.")
    own = set(_own_names(tokens))
    latest = [_latest(name, tables[name]) for name in dict.fromkeys(_named(tokens)) if name in tables.keys() - own]
    if not latest:
        return question
    if tokens[0].says("with"):
        begin = tokens[1 if tokens[1].says("recursive") else 0].end
        return f"{question[:begin]} {', '.join(latest)},{question[begin:]}"
    return f"WITH {', '.join(latest)}\n{question}"


def _latest(name: str, columns: Columns) -> str:
    """Return the common table expression of what is there now in one table.

    The rows of a season's episodes are written together: those of an earlier version, and those before a row that says
    that the season is gone, are of the past.
    """
    chosen = ", ".join(_column(*column) for column in columns.items() if column[0] != GONE)
    order = "ORDER BY collected_at DESC"
    numbers, newest = f"row_number() OVER (PARTITION BY id {order}) AS newest", "newest = 1"
    if whole := WRITTEN_TOGETHER.get(name):
        numbers += f", rank() OVER (PARTITION BY {whole} {order}) AS version"
        newest += " AND version = 1"
    numbered = f"SELECT *, {numbers} FROM {name}_rows"
    return f"{name} AS (SELECT {chosen} FROM ({numbered}) AS numbered WHERE {newest} AND NOT {GONE})"


def _column(name: str, kind: str) -> str:
    """Return one column, with its type: DuckDB guesses types, and a date would be no text as it is in Athena."""
    if kind.startswith("array"):
        # The two write the type of a list in different ways, and DuckDB reads lists of texts as such.
        return f'"{name}"'
    return f'CAST("{name}" AS {_SQL_TYPES.get(kind, kind)}) AS "{name}"'


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        if match.lastgroup and match.lastgroup != "space":
            yield _Token(match.lastgroup, match.group(), match.end())


def _named(tokens: Sequence[_Token]) -> Iterator[str]:
    """Yield the tables that stand after FROM, after JOIN and after the commas of a FROM clause, unqualified."""
    outer: list[bool] = []
    in_from = expected = False
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.says("("):
            outer.append(in_from)
            in_from = expected
        elif token.says(")"):
            in_from, expected = outer.pop() if outer else False, False
        elif token.says("from", "join"):
            in_from = expected = True
        elif token.says(","):
            expected = in_from
        elif token.says(*_ENDS_FROM):
            in_from = expected = False
        elif expected and token.is_name:
            expected = False
            if following is None or not following.says(".", "("):
                yield token.name


def _own_names(tokens: Sequence[_Token]) -> Iterator[str]:
    """Yield the names that the question's own WITH gives."""
    if not tokens[0].says("with"):
        return
    depth, begins = 0, True
    for token in tokens[1:]:
        depth += token.says("(") - token.says(")")
        if depth == 0 and token.says("select"):
            return
        if depth == 0 and begins and token.is_name and not token.says("recursive"):
            yield token.name
        begins = depth == 0 and (token.says(",", "recursive"))
