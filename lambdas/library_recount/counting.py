"""What the index of a library should hold, told from its movies alone, and where it holds something else.

Everything here is pure. Which movies there are is said by the bitmap `all`, which changes in transactions alone; all
else follows from the movies.
"""

from collections.abc import Iterator, Mapping, Sequence

from pyroaring import BitMap

from marquee import library
from marquee.library_header import changed
from marquee.library_index import names_of
from marquee.models.library import Header, Movie


class Count:
    """What follows from the movies that were counted."""

    def __init__(self) -> None:
        self.header = Header()
        self.bitmaps: dict[str, BitMap] = {}
        self.words: dict[str, BitMap] = {}

    def add(self, movies: Sequence[Movie]) -> None:
        """Count some movies."""
        self.header = changed(self.header, removed=[], added=movies)
        for movie in movies:
            for name in names_of(movie):
                self.bitmaps.setdefault(name, BitMap()).add(movie.ordinal)
            for token in library.tokens(movie.title):
                self.words.setdefault(token, BitMap()).add(movie.ordinal)


def right_header(stored: Header, counted: Header) -> Header:
    """Return the numbers as they should be: genres keep the name that they have."""
    genres = {
        key: each.model_copy(update={"name": stored.genres[key].name}) if key in stored.genres else each
        for key, each in counted.genres.items()
    }
    return counted.model_copy(update={"version": stored.version, "next": stored.next, "genres": genres})


def header_differences(stored: Header, right: Header) -> Iterator[str]:
    """Yield in words which numbers are not as they should be."""
    for name in ("total", "rated", "rating_sum"):
        if (said := getattr(stored, name)) != (counted := getattr(right, name)):
            yield f"{name}: {said} instead of {counted}"
    for name in ("genres", "years"):
        said, counted = getattr(stored, name), getattr(right, name)
        for key in sorted(said.keys() | counted.keys()):
            if said.get(key) != counted.get(key):
                yield f"{name} {key}: {_told(said.get(key))} instead of {_told(counted.get(key))}"


def difference(name: str, stored: BitMap, right: BitMap) -> str:
    """Return in words how a bitmap differs from what it should be."""
    return f"{name}: {len(right - stored)} movies missing, {len(stored - right)} too many"


def differing(stored: Mapping[str, BitMap], right: Mapping[str, BitMap]) -> dict[str, BitMap]:
    """Return the bitmaps that are not as they should be, as they should be; those that should not be are empty."""
    names = stored.keys() | right.keys()
    pairs = {name: (stored.get(name, BitMap()), right.get(name, BitMap())) for name in names}
    return {name: should for name, (said, should) in pairs.items() if said != should}


def _told(value: object) -> object:
    return getattr(value, "movies", value) or 0
