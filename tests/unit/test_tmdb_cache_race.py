"""Two refreshes and a reader at once, in whatever order their requests reach the table."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Condition
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marquee import clock
from marquee.models.tmdb_cache import ListName
from marquee.repositories.table import Table
from marquee.repositories.tmdb_cache import TmdbCache
from tests.fakes.operations import CountedTable, operations_table
from tests.fakes.tmdb_lists import item

POPULAR = ListName("popular", "movie", "GB")
NOW = datetime.now(UTC)
FIRST, SECOND, READER = range(3)
# A reader makes three requests: for the pointers of a country, for those of the world, and for the rows. A refresh
# makes these and two more, for rows and for the pointer.
ORDERS = st.permutations([*[FIRST] * 5, *[SECOND] * 5, *[READER] * 9])


class Turns:
    """Lets the requests of several callers through in a given order, whatever their threads do."""

    def __init__(self, order: Sequence[int]) -> None:
        self._order = list(order)
        self._changed = Condition()

    def take(self, who: int, request: Callable[[], Any]) -> Any:
        with self._changed:
            assert self._changed.wait_for(lambda: not self._order or self._order[0] == who, timeout=20)
            try:
                return request()
            finally:
                del self._order[:1]
                self._changed.notify_all()


class TakingTurns(Table):
    """A table as one caller sees it, who waits for a turn before each request."""

    def __init__(self, table: Table, turns: Turns, who: int) -> None:
        super().__init__(table.client, table.name)
        self._take = lambda request: turns.take(who, request)

    def query(self, *condition: Any, **more: Any) -> Any:
        return self._take(lambda: list(super(TakingTurns, self).query(*condition, **more)))

    def batch_get(self, *keys: Any, **more: Any) -> Any:
        return self._take(lambda: super(TakingTurns, self).batch_get(*keys, **more))

    def batch_write(self, **changes: Any) -> None:
        self._take(lambda: super(TakingTurns, self).batch_write(**changes))

    def put(self, *item: Any, **more: Any) -> None:
        self._take(lambda: super(TakingTurns, self).put(*item, **more))


@pytest.fixture(scope="module")
def table() -> Iterator[CountedTable]:
    with operations_table() as table:
        yield table


def refresh(cache: TmdbCache, ids: str, run: str) -> bool:
    """Read the list and replace it by titles with these ids; returns whether readers see them."""
    (before,) = cache.lists(["GB"]) or [None]
    items = [item(rank, each, NOW) for rank, each in enumerate(ids, start=1)]
    version, checked_at = f"GB@{run}", f"{clock.timestamp(NOW)[:-2]}{run}Z"
    return cache.replace(POPULAR, items, version=version, checked_at=checked_at, before=before).switched


def shown(cache: TmdbCache) -> str:
    (found,) = cache.lists(["GB"])
    return "".join(each.content_id for each in found.items)


titles = st.text("abcdef", min_size=1, max_size=6)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=ORDERS, old=titles, one=titles, other=titles)
def test_readers_always_see_one_whole_version_and_one_of_the_runs_wins(
    table: CountedTable, order: list[int], old: str, one: str, other: str
) -> None:
    table.clear()
    assert refresh(TmdbCache(table), old, "0")
    turns = Turns(order)
    first, second, reader = (TmdbCache(TakingTurns(table, turns, who)) for who in (FIRST, SECOND, READER))

    with ThreadPoolExecutor(3) as pool:
        switched = pool.submit(refresh, first, one, "1"), pool.submit(refresh, second, other, "2")
        seen = pool.submit(lambda: [shown(reader) for _ in range(3)])

    won = {ids for ids, done in zip((one, other), switched, strict=True) if done.result()}
    assert won
    assert set(seen.result()) <= {old, one, other}
    assert shown(TmdbCache(table)) in won
