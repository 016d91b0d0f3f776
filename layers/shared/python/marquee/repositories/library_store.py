"""A library as its one writer sees it: what is read to decide, and the one transaction that makes a change seen.

The version in the header is the pen: who has read it writes on condition that it is unchanged. Ordinals are reserved
by taking the pen before anything is stored under them, so that no ordinal ever means two movies, whoever was stopped
and wherever.
"""

import random
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pyroaring import BitMap

from marquee import clock, keys, library
from marquee.errors import Conflict
from marquee.library_header import changed
from marquee.library_index import ALL, names_of
from marquee.library_units import reindexed
from marquee.models.library import Header, Movie
from marquee.repositories.library_items import bitmap_item, bitmap_key, bitmaps_of, movie_items, movie_key
from marquee.repositories.table import TRANSACTION, Collided, ConditionFailed, Item, Key, Table

# What readers are about to read is kept so long after it has left the index.
GONE_DAYS = 1
ATTEMPTS = 8
RESENDS = 5
# Words that are written at once: each is a request of some milliseconds, and a hundred rows have about a thousand.
WORDS_AT_ONCE = 16
NEW = "attribute_not_exists(PK)"
UNCHANGED = "#version = :known"
SAME_BITS = "bits = :known"
Action = dict[str, Any]


def until_written(work: Callable[[], None]) -> None:
    """Do work until nobody has written between its reads and its writes; raises Conflict if that never ends."""
    for attempt in range(ATTEMPTS):
        try:
            return work()
        except ConditionFailed:
            _back_off(attempt)
    raise Conflict(f"the library was written by others {ATTEMPTS} times in a row")


class LibraryStore:
    """Reads what a change depends on, and writes it. What goes into transactions raises ConditionFailed.

    The FIFO queue sees to it that one writes at a time. Of two that did, one would fail and read again: who has lost
    the pen cannot commit, and a word, which is written ahead of the pen, is only written over what was read of it
    (decision 42).
    """

    def __init__(self, table: Table, library_id: str) -> None:
        self.table = table
        self.library = library_id

    def read(self, also: Iterable[Key] = ()) -> tuple[Header, list[Item]]:
        """Return the header, and of all movies and of `also` the items that exist: one GetItem, then one BatchGetItem.

        One more for every further hundred keys. The header comes first: a BatchGetItem is of no single moment, and with
        a new header and old guards a duplicate would be written under a version that holds.
        """
        header = self.table.get(keys.library(self.library), keys.HEADER, consistent=True)
        items = self.table.batch_get([bitmap_key(self.library, ALL), *also], ConsistentRead=True)
        return Header.model_validate(header or {}), items

    def reserve(self, header: Header, ordinals: int) -> Header:
        """Set ordinals aside that nobody else will ever have, from `header.next` on: one UpdateItem.

        Returns the header as it then is.
        """
        taken = header.model_copy(update={"version": header.version + 1, "next": header.next + ordinals})
        self.table.update(
            keys.library(self.library),
            keys.HEADER,
            "SET #version = :version, #next = :next",
            {":version": taken.version, ":next": taken.next} | ({":known": header.version} if header.version else {}),
            ConditionExpression=UNCHANGED if header.version else NEW,
            ExpressionAttributeNames={"#version": "version", "#next": "next"},
        )
        return taken

    def write_words(self, movies: Sequence[Movie]) -> None:
        """Write the words of movies that nobody sees yet: a BatchGetItem for a hundred, a PutItem for each.

        Raises ConditionFailed if somebody else has written one of them meanwhile.
        """
        by_token: dict[str, list[int]] = {}
        for movie in movies:
            for token in library.tokens(movie.title):
                by_token.setdefault(token, []).append(movie.ordinal)
        partition = keys.library_words(self.library)
        known = self.table.batch_get(((partition, token) for token in by_token), ConsistentRead=True)
        words, read = bitmaps_of(partition, known), {item["SK"]: item["bits"] for item in known}

        def write(token: str) -> None:
            bits = words.get(token, BitMap()) | BitMap(by_token[token])
            held = token in read
            self.table.put(
                bitmap_item((partition, token), bits),
                ConditionExpression=SAME_BITS if held else NEW,
                ExpressionAttributeValues={":known": read[token]} if held else {},
            )

        # No batch takes conditions.
        with ThreadPoolExecutor(WORDS_AT_ONCE, "word") as pool:
            for _ in pool.map(write, by_token):
                pass

    def write_movies(self, movies: Sequence[Movie]) -> None:
        """Write movies that nobody sees yet, what leads to them and their guards: a BatchWriteItem for every 25."""
        self.table.batch_write(puts=[item for movie in movies for item in movie_items(self.library, movie)])

    def commit(
        self,
        header: Header,
        *,
        removed: Sequence[Movie] = (),
        added: Sequence[Movie] = (),
        stored: Sequence[Item] = (),
        also: Sequence[Action] = (),
    ) -> None:
        """Make a change seen, whole or not at all: a BatchGetItem for a hundred bitmaps, one TransactWriteItems.

        `stored` are items to write with it, `also` are further actions. What leads to movies that go, goes with them,
        unless it is stored anew; readers who are about to read the movie itself find it for another day.
        What only met another transaction, such as a reader's, is sent again as it is; raises Collided if that goes on.
        """
        actions = [*map(self.table.put_action, stored), *self._farewells(removed, {_key(item) for item in stored})]
        if removed or added:
            new = changed(header, removed=removed, added=added)
            actions += [self._pen(header, new), *self._bitmap_actions(removed, added)]
        self._transact([*actions, *also])

    def _transact(self, actions: Sequence[Action]) -> None:
        for attempt in range(RESENDS):
            try:
                return self.table.transact(actions)
            except Collided:
                _back_off(attempt)
        return self.table.transact(actions)

    def mend(self, header: Header, right: Header, bitmaps: Mapping[Key, BitMap]) -> None:
        """Write the right numbers and bitmaps (an empty one is deleted) over those that were read with a header.

        One TransactWriteItems for every 99 bitmaps. Each takes the pen, so that nobody writes what was read before.
        """
        left, known = list(bitmaps.items()), header
        while left or known is header:
            portion, left = left[: TRANSACTION - 1], left[TRANSACTION - 1 :]
            right = right.model_copy(update={"version": known.version + 1})
            self.table.transact([self._pen(known, right), *(self._bitmap_action(*each) for each in portion)])
            known = right

    def _bitmap_action(self, key: Key, bits: BitMap) -> Action:
        return self.table.put_action(bitmap_item(key, bits)) if bits else self.table.delete_action(*key)

    def _pen(self, header: Header, new: Header) -> Action:
        """Return the action that writes new numbers over those that were read."""
        item = {"PK": keys.library(self.library), "SK": keys.HEADER, **new.model_dump()}
        if not header.version:
            return self.table.put_action(item, ConditionExpression=NEW)
        return self.table.put_action(
            item,
            ConditionExpression=UNCHANGED,
            ExpressionAttributeNames={"#version": "version"},
            ExpressionAttributeValues={":known": header.version},
        )

    def _bitmap_actions(self, removed: Sequence[Movie], added: Sequence[Movie]) -> Iterator[Action]:
        partition = keys.library(self.library)
        names = {name for movie in (*removed, *added) for name in names_of(movie)}
        known = self.table.batch_get(((partition, name) for name in names), ConsistentRead=True)
        for name, bits in reindexed(bitmaps_of(partition, known), removed, added).items():
            yield self._bitmap_action((partition, name), bits)

    def _farewells(self, removed: Iterable[Movie], stays: Collection[Key]) -> Iterator[Action]:
        for movie in removed:
            soon = {":soon": clock.in_days(GONE_DAYS)}
            yield self.table.update_action(*movie_key(self.library, movie.ordinal), "SET expires_at = :soon", soon)
            leading = (_key(item) for item in movie_items(self.library, movie) if "title" not in item)
            yield from (self.table.delete_action(*key) for key in leading if key not in stays)


def _back_off(attempt: int) -> None:
    time.sleep(random.uniform(0, min(0.5, 0.02 * 2**attempt)))


def _key(item: Item) -> Key:
    return item["PK"], item["SK"]
