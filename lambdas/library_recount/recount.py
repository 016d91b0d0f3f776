"""Reads a whole library and compares it with its index."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from pyroaring import BitMap

from library_recount.counting import Count, difference, differing, header_differences, right_header
from marquee import keys
from marquee.errors import Conflict
from marquee.library_index import ALL
from marquee.models.library import Header
from marquee.repositories.library import LibraryIndex
from marquee.repositories.library_items import Bitmaps, bitmaps_of, read_bitmap
from marquee.repositories.library_store import LibraryStore, until_written
from marquee.repositories.table import Key, Table

# Movies that are held in memory at once.
PORTION = 1000
LOOKS = 5


@dataclass
class Report:
    """What a recount found: in words what differs, and how it should be."""

    header: Header
    right: Header
    differences: list[str] = field(default_factory=list)
    bitmaps: dict[Key, BitMap] = field(default_factory=dict)


class Recount:
    """Counts a library anew, and mends its index.

    A recount only reads. Mending takes the pen of the writer: where somebody changed the library meanwhile it writes
    nothing and counts again, so it may be repeated and stopped anywhere; and a writer at work that has read a word
    before it was mended does not write it as it was. In memory are the index and the words, and a thousand movies.
    """

    def __init__(self, table: Table, library_id: str) -> None:
        self._table = table
        self._library = library_id

    def count(self) -> Report:
        """Return how the index differs from the movies; raises Conflict if the library never stands still."""
        header, index = self._stored_index()
        everything = index.get(ALL, BitMap())
        counted = Count()
        movies = LibraryIndex(self._table, self._library).every_movie(everything)
        while portion := list(islice(movies, PORTION)):
            counted.add(portion)
        report = Report(header, right_header(header, counted.header))
        report.differences += header_differences(header, report.right)
        for name, bits in differing(index, counted.bitmaps).items():
            report.differences.append(difference(name, index.get(name, BitMap()), bits))
            report.bitmaps[keys.library(self._library), name] = bits
        for token, stored, right in self._wrong_words(everything, counted.words):
            report.differences.append(difference(f"word {token}", stored, right))
            report.bitmaps[keys.library_words(self._library), token] = right
        return report

    def mend(self) -> Report:
        """Count, write what was wrong as it should be, and return what that was; raises Conflict as `count`."""
        mended: list[Report] = []

        def work() -> None:
            report = self.count()
            if report.differences:
                LibraryStore(self._table, self._library).mend(report.header, report.right, report.bitmaps)
            mended.append(report)

        until_written(work)
        return mended[-1]

    def _stored_index(self) -> tuple[Header, Bitmaps]:
        """Return the numbers and the bitmaps of one moment, read by Query, page after page."""
        partition = keys.library(self._library)
        for _ in range(LOOKS):
            before = LibraryIndex(self._table, self._library).header()
            items = list(self._table.query("PK = :pk", {":pk": partition}, ConsistentRead=True))
            if LibraryIndex(self._table, self._library).header().version == before.version:
                return before, bitmaps_of(partition, items)
        raise Conflict(f"the library was changed {LOOKS} times while its index was read; try again when it rests")

    def _wrong_words(self, everything: BitMap, right: dict[str, BitMap]) -> Iterator[tuple[str, BitMap, BitMap]]:
        """Yield the tokens whose bitmap is wrong, what it says, and what it should say; empties `right`.

        Movies that are not in the library do not count.
        """
        pk = keys.library_words(self._library)
        for item in self._table.query("PK = :pk", {":pk": pk}, ConsistentRead=True):
            stored, should = read_bitmap(item) & everything, right.pop(item["SK"], BitMap())
            if stored != should:
                yield item["SK"], stored, should
        yield from ((token, BitMap(), should) for token, should in right.items())
