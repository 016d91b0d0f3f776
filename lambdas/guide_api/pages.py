"""Pages over several pairs: the rows of each pair, merged in one order without repeating a title."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter

from marquee.models.titles import IndexRow
from marquee.repositories.guide_index import SORT_KEYS, PageRequest

Pair = tuple[str, str]
Fetched = tuple[list[IndexRow], str | None]
Fetch = Callable[[str, str, PageRequest], Fetched]

# A filter may leave little of what a Query reads; after this many rounds the page goes out short, with its cursor.
ROUNDS = 4


@dataclass(frozen=True)
class Page:
    """Rows in descending order and the position after which the next page begins, None at the end."""

    rows: tuple[IndexRow, ...]
    next: str | None


def read_page(pairs: Sequence[Pair], wanted: PageRequest, fetch: Fetch, executor: Executor) -> Page:
    """Return the next `wanted.limit` titles of all pairs, by one Query a pair and round.

    A title stands under several pairs with the same sort key, which ends in its id: equal keys are one title, and a
    key is a position that no later change of the choice makes wrong.
    """
    rows: list[IndexRow] = []
    request = replace(wanted, limit=wanted.limit + 1)
    position: str | None = None
    for _ in range(ROUNDS):
        found = list(executor.map(partial(_fetch_pair, fetch, request), pairs))
        merged, position = merge(found, SORT_KEYS[wanted.sort])
        rows += merged
        if len(rows) > wanted.limit or position is None:
            break
        request = replace(request, after=position)
    if len(rows) > wanted.limit:
        rows = rows[: wanted.limit]
        position = getattr(rows[-1], SORT_KEYS[wanted.sort])
    return Page(tuple(rows), position)


def _fetch_pair(fetch: Fetch, request: PageRequest, pair: Pair) -> Fetched:
    return fetch(*pair, request)


def merge(found: Sequence[Fetched], sort_key: str) -> tuple[list[IndexRow], str | None]:
    """Return the rows that are certain to be next, once each, and how far that certainty reaches.

    A pair that stopped early may hold more just below where it stopped, so nothing below the highest such place is
    certain yet.
    """
    certain_to = max((stopped for _, stopped in found if stopped is not None), default=None)
    key = attrgetter(sort_key)
    by_title = {row.card.id: row for rows, _ in found for row in rows if certain_to is None or key(row) >= certain_to}
    return sorted(by_title.values(), key=key, reverse=True), certain_to
