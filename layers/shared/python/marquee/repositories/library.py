"""A library as its readers see it (docs/data-model.md, library): its index and its movies.

No answer takes more requests because a library is larger. The writer's side is `repositories/library_store.py`.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from pyroaring import BitMap

from marquee import keys, library
from marquee.library_header import dashboard
from marquee.library_index import ALL, RANKING, Filter, Index, Place, places
from marquee.library_units import judge
from marquee.models.library import MAIN, Dashboard, Header, Movie, NewMovie
from marquee.repositories import library_items
from marquee.repositories.library_requests import LibraryRequests
from marquee.repositories.table import Table

__all__ = ["LibraryIndex", "LibraryRequests", "MoviePage"]

# How often a movie is looked for that moves while it is looked for.
LOOKS = 3


@dataclass(frozen=True)
class MoviePage:
    """Movies in order, how many there are in all, and the place after which more follow, None at the end."""

    movies: tuple[Movie, ...]
    total: int
    next: Place | None


class LibraryIndex:
    """Reads one library. Every answer is of one moment: its index is read in one transaction.

    What the index does not hold is not in the library, whatever else is stored of it.
    """

    def __init__(self, table: Table, library_id: str = MAIN) -> None:
        self._table = table
        self._library = library_id

    def dashboard(self) -> Dashboard:
        """Return the library in numbers, by one GetItem."""
        return dashboard(self.header())

    def header(self) -> Header:
        """Return the numbers as they are stored; all are zero before the first movie."""
        return Header.model_validate(self._table.get(keys.library(self._library), keys.HEADER, consistent=True) or {})

    def filter(self, wanted: Filter, *, limit: int, after: Place | None = None) -> MoviePage:
        """Return the movies that fit a filter, best rated first: one TransactGetItems, one BatchGetItem."""
        index = self._index(wanted.names)
        return self._page(index, [index.fitting(wanted)], limit, after)

    def top_rated(self, *, limit: int, start: int = 0, after: Place | None = None) -> MoviePage:
        """Return all movies, best rated first, leaving out the first `start` or all up to a place.

        One TransactGetItems, one BatchGetItem.
        """
        index = self._index(RANKING)
        return self._page(index, [index[ALL]], limit, after, start)

    def search(self, text: str, *, limit: int, after: Place | None = None) -> MoviePage:
        """Return the movies in whose title every word of the text begins a word; first those whose name is just that.

        One TransactGetItems, two BatchGetItem, and one Query for each word of more than five letters; raises
        InvalidInput.
        """
        asked = library.question(text)
        index = self._index(RANKING)
        # Words are written before the index and only ever gain movies, so they may be read after it.
        words = self._words((asked.name_token, *asked.beginnings))
        named = index[ALL] & words.get(asked.name_token, BitMap())
        begin = self._beginning(asked, index[ALL], words)
        return self._page(index, [named, begin - named], limit, after)

    def movie(self, movie_id: str) -> Movie | None:
        """Return a movie or None: one GetItem, one BatchGetItem."""
        known: int | None = None
        for _ in range(LOOKS):
            place = self._table.get(*library_items.place_key(self._library, movie_id), consistent=True)
            # A movie that was edited in between stands elsewhere now; one that stands where it stood has gone.
            if place is None or place["ordinal"] == known:
                return None
            known = int(place["ordinal"])
            if found := self.at([known]):
                return found[0]
        return None

    def at(self, ordinals: Collection[int]) -> list[Movie]:
        """Return the movies that stand at some ordinals, in order: one BatchGetItem for every hundred."""
        wanted = [library_items.movie_key(self._library, ordinal) for ordinal in ordinals]
        items = self._table.batch_get([library_items.bitmap_key(self._library, ALL), *wanted], ConsistentRead=True)
        here = library_items.present(self._library, items)
        movies = (Movie.model_validate(item) for item in items if "bits" not in item)
        return sorted((each for each in movies if each.ordinal in here), key=lambda movie: movie.ordinal)

    def duplicates(self, movies: Sequence[NewMovie]) -> set[int]:
        """Return the positions of movies that the library has already, or that stand earlier in the sequence.

        One BatchGetItem for every hundred identities; a movie has one to three.
        """
        digests = {digest for movie in movies for digest in library.identities(movie)}
        wanted = [library_items.guard_key(self._library, digest) for digest in digests]
        items = self._table.batch_get([library_items.bitmap_key(self._library, ALL), *wanted])
        verdicts = judge(movies, library_items.holders(self._library, items), Header())
        return {position for position, each in enumerate(verdicts) if each.state == "duplicate"}

    def every_movie(self, ordinals: BitMap | None = None) -> Iterator[Movie]:
        """Yield all movies by ordinal, or those at `ordinals`: one Query for each thousand, more where they are large.

        They are those of the moment when it began.
        """
        wanted = self._index([ALL])[ALL] if ordinals is None else ordinals
        for block in sorted({ordinal // keys.BLOCK for ordinal in wanted}):
            pk = keys.library_block(self._library, block * keys.BLOCK)
            for item in self._table.query("PK = :pk", {":pk": pk}, ConsistentRead=True):
                if item["ordinal"] in wanted:
                    yield Movie.model_validate(item)

    def _index(self, names: Sequence[str]) -> Index:
        """Return bitmaps of the index, all of one moment."""
        items = library_items.snapshot(self._table, [library_items.bitmap_key(self._library, name) for name in names])
        return Index(library_items.bitmaps_of(keys.library(self._library), items))

    def _words(self, tokens: Sequence[str]) -> library_items.Bitmaps:
        wanted = [library_items.word_key(self._library, token) for token in tokens]
        items = self._table.batch_get(wanted, ConsistentRead=True)
        return library_items.bitmaps_of(keys.library_words(self._library), items)

    def _beginning(self, asked: library.Question, found: BitMap, words: library_items.Bitmaps) -> BitMap:
        """Return those of some movies whose title has all words; none for a question without a word."""
        for token in asked.beginnings:
            found = found & words.get(token, BitMap())
        for word in asked.long_words:
            if found:
                condition = "PK = :pk AND begins_with(SK, :word)"
                values = {":pk": keys.library_words(self._library), ":word": word}
                rows = self._table.query(condition, values, ConsistentRead=True)
                found = found & BitMap.union(BitMap(), *map(library_items.read_bitmap, rows))
        return found if asked.words else BitMap()

    def _page(
        self, index: Index, tiers: Sequence[BitMap], limit: int, after: Place | None, start: int = 0
    ) -> MoviePage:
        shown, rest = places(index, tiers, limit, after=after, skip=start)
        order = {place.ordinal: n for n, place in enumerate(shown)}
        items = self._table.batch_get(library_items.movie_key(self._library, ordinal) for ordinal in order)
        movies = sorted(map(Movie.model_validate, items), key=lambda movie: order[movie.ordinal])
        return MoviePage(tuple(movies), sum(map(len, tiers)), rest)
