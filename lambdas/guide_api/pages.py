"""Pages over several pairs: the rows of each pair, merged in one order without repeating a title."""

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from operator import attrgetter

from marquee.repositories.guide_index import FoundRow, PageRequest

Pair = tuple[str, str]
Fetched = tuple[list[FoundRow], str | None]
Fetch = Callable[[str, str, PageRequest], Fetched]

# A filter may leave little of what a Query reads: each round reads three times as many rows, up to MOST, and after so
# many rounds the page goes out short, with its cursor. Without filters the first round is the only one.
ROUNDS = 4
GROWTH = 3
MOST = 250
POSITION = re.compile(r"[ -~]{1,60}#[0-9]{19}")


@dataclass(frozen=True)
class Page:
    """Rows in descending order and the position after which the next page begins, None at the end."""

    rows: tuple[FoundRow, ...]
    next: str | None


def read_page(pairs: Sequence[Pair], wanted: PageRequest, fetch: Fetch, executor: Executor) -> Page:
    """Return the next `wanted.limit` titles of all pairs, by at most one Query a pair and round.

    A title stands under several pairs at the same position, which ends in its id: equal positions are one title, and
    a position is a cursor that no later change of the choice makes wrong.
    """
    known: dict[str, FoundRow] = {}
    unread: dict[Pair, str | None] = dict.fromkeys(pairs, wanted.after)
    # One row more tells whether a page follows; another may be the one at the cursor.
    rows = wanted.limit + 2
    for _ in range(ROUNDS):
        due = hiding(known, unread, wanted.limit)
        requests = [replace(wanted, limit=rows, after=unread[pair]) for pair in due]
        found = executor.map(fetch, (source for source, _ in due), (genre for _, genre in due), requests)
        for pair, (here, stopped) in zip(due, found, strict=True):
            known |= {row.title: row for row in here}
            unread[pair] = stopped
        unread = {pair: position for pair, position in unread.items() if position is not None}
        rows = min(rows * GROWTH, MOST)
        if not unread:
            break
    return cut(known, unread, wanted.limit)


def hiding(known: Mapping[str, FoundRow], unread: Mapping[Pair, str | None], limit: int) -> list[Pair]:
    """Return the pairs that may still hold a title above the one that begins the next page, while it is unknown all."""
    if len(known) <= limit:
        return list(unread)
    enough = sorted((row.position for row in known.values()), reverse=True)[limit]
    return [pair for pair, position in unread.items() if position is None or position > enough]


def cut(known: Mapping[str, FoundRow], unread: Mapping[Pair, str | None], limit: int) -> Page:
    """Return the page of what is known: nothing below the highest place that is still unread is certain yet."""
    certain_to = max((position for position in unread.values() if position is not None), default=None)
    certain = sorted(
        (row for row in known.values() if certain_to is None or row.position >= certain_to),
        key=attrgetter("position"),
        reverse=True,
    )
    if len(certain) > limit:
        return Page(tuple(certain[:limit]), certain[limit - 1].position)
    return Page(tuple(certain), certain_to)
