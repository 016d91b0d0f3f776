"""Pages over several pairs: the rows of each pair, merged in one order without repeating a title."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter

from marquee.repositories.guide_index import FoundRow, PageRequest

Pair = tuple[str, str]
Fetched = tuple[list[FoundRow], str | None]
Fetch = Callable[[str, str, PageRequest], Fetched]

# A filter may leave little of what a Query reads; after this many rounds the page goes out short, with its cursor.
ROUNDS = 4


@dataclass(frozen=True)
class Page:
    """Rows in descending order and the position after which the next page begins, None at the end."""

    rows: tuple[FoundRow, ...]
    next: str | None


def read_page(pairs: Sequence[Pair], wanted: PageRequest, fetch: Fetch, executor: Executor) -> Page:
    """Return the next `wanted.limit` titles of all pairs, by one Query a pair and round.

    A title stands under several pairs at the same position, which ends in its id: equal positions are one title, and
    a position is a cursor that no later change of the choice makes wrong.
    """
    rows: list[FoundRow] = []
    request = replace(wanted, limit=wanted.limit + 1)
    position: str | None = None
    for _ in range(ROUNDS):
        merged, position = merge(list(executor.map(partial(_fetch_pair, fetch, request), pairs)))
        rows += merged
        if len(rows) > wanted.limit or position is None:
            break
        request = replace(request, after=position)
    if len(rows) > wanted.limit:
        rows = rows[: wanted.limit]
        position = rows[-1].position
    return Page(tuple(rows), position)


def _fetch_pair(fetch: Fetch, request: PageRequest, pair: Pair) -> Fetched:
    return fetch(*pair, request)


def merge(found: Sequence[Fetched]) -> Fetched:
    """Return the rows that are certain to be next, once each, and how far that certainty reaches.

    A pair that stopped early may hold more just below where it stopped, so nothing below the highest such place is
    certain yet.
    """
    certain_to = max((stopped for _, stopped in found if stopped is not None), default=None)
    by_title = {row.title: row for rows, _ in found for row in rows if certain_to is None or row.position >= certain_to}
    return sorted(by_title.values(), key=attrgetter("position"), reverse=True), certain_to
