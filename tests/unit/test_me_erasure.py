"""An erasure that crashes anywhere, or that meets a viewer who goes on writing, leaves nothing behind."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

import pytest

from marquee import clock, keys
from marquee.errors import AccountErased
from marquee.models.changes import Change
from marquee.models.viewers import Mark, MarkKind, Preferences
from marquee.repositories.accounts import AccountRepository
from marquee.repositories.calendars import CalendarLinks
from marquee.repositories.marks import MarkRepository
from marquee.repositories.notifications import Inbox
from marquee.repositories.table import Item, Key, Table, decode
from marquee.repositories.viewers import ViewerRepository
from tests.fakes.interruptions import Crash, before_requests, crashing
from tests.fakes.operations import CountedTable

CHANGE = Change(kind="arrived", title_id="1", title="A title", type="movie", provider="tmdb", at=clock.now())


class Life:
    """What a viewer can do."""

    def __init__(self, table: Table, user: str) -> None:
        self.user = user
        self.viewers = ViewerRepository(table)
        self.marks = MarkRepository(table, sleep=lambda _: None)
        self.calendars = CalendarLinks(table)
        self.inbox = Inbox(table)

    def mark(self, kind: MarkKind, title_id: str) -> None:
        rating = 5 if kind == "rating" else None
        self.marks.put(self.user, Mark(kind=kind, title_id=title_id, title="A title", rating=rating, at=clock.now()))

    def choose(self, *sources: str) -> None:
        self.viewers.replace_preferences(self.user, Preferences(sources=sources, genres=("4", "7")))

    def deeds(self, title_id: str, frequency: Any) -> list[Callable[[], object]]:
        """Return one deed of each kind."""
        return [
            partial(self.choose, "203", title_id),
            partial(self.viewers.recount, self.user),
            partial(self.mark, "follow", title_id),
            partial(self.mark, "rating", title_id),
            partial(self.mark, "watched", title_id),
            partial(self.viewers.change_settings, self.user, email_digest=frequency),
            partial(self.calendars.renew, self.user),
            partial(self.inbox.tell, CHANGE.model_copy(update={"title_id": title_id}), {self.user: True}),
        ]


@dataclass
class World:
    """A table with Ben and Anna, both counted; `without_anna` is what would be there had there never been Anna.

    It is one without indexes and without a stream, which moto copies whole for each transaction.
    """

    table: CountedTable

    def __post_init__(self) -> None:
        for deed in Life(self.table, "ben").deeds("1", "daily"):
            deed()
        self.without_anna = self.items()
        for title_id in ("1", "2"):
            for deed in Life(self.table, "anna").deeds(title_id, "weekly"):
                deed()
        self.beginning = self.items()

    def items(self) -> dict[Key, Item]:
        """Return what there is, without the mark of the erasure and the counts of pairs that nobody chose."""
        found = map(decode, self.table.client.scan(TableName=self.table.name)["Items"])
        return {
            (item["PK"], item["SK"]): item
            for item in found
            if item["PK"] != keys.erased("anna") and (item["PK"] != keys.PAIRS or item["viewers"] != 0)
        }

    def restore(self, items: dict[Key, Item]) -> None:
        self.table.clear()
        self.table.batch_write(puts=items.values())

    def erase(self) -> None:
        AccountRepository(self.table).erase("anna", ViewerRepository(self.table), deadline=float("inf"))


@pytest.fixture
def world(table: CountedTable) -> World:
    return World(table)


def test_erasure_that_crashes_anywhere_is_whole_after_the_next(world: World) -> None:
    for after in count():
        world.restore(world.beginning)
        try:
            with before_requests(world.table.client, crashing(after)):
                world.erase()
        except Crash:
            ViewerRepository(world.table).recount("anna")
            world.erase()
            assert world.items() == world.without_anna, after
        else:
            break

    assert after > 15


def test_viewer_who_goes_on_writing_during_the_erasure_leaves_nothing(world: World) -> None:
    for moment in count():
        world.restore(world.beginning)
        requests, busy = count(), False

        def write_on(_: str, moment: int = moment, requests: Any = requests) -> None:
            nonlocal busy
            if busy or next(requests) != moment:
                return
            busy = True
            for deed in Life(world.table, "anna").deeds("3", "daily"):
                with suppress(AccountErased):
                    deed()
            busy = False

        with before_requests(world.table.client, write_on):
            world.erase()
        assert world.items() == world.without_anna, moment
        if next(requests) <= moment:
            break

    assert moment > 15


def test_pairs_counted_for_the_first_time_while_the_account_is_erased_are_not_counted(world: World) -> None:
    """The function that counts has read the choice before the erasure begins, and writes after it has ended."""
    world.restore(world.without_anna)
    Life(world.table, "anna").choose("26", "157")
    erased = False

    def erase_first(operation: str) -> None:
        nonlocal erased
        if operation == "TransactWriteItems" and not erased:
            erased = True
            world.erase()

    with before_requests(world.table.client, erase_first):
        counted = ViewerRepository(world.table).recount("anna")

    assert (counted.pairs, counted.gained) == (frozenset(), frozenset())
    assert world.items() == world.without_anna
