"""What an answer of the library and a change of it cost, in libraries of three sizes: calls, capacity and CPU time.

The table is in memory, so the time is that of our code without the SDK and the network.
"""

import math
import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import count, islice
from typing import Any

from library_recount.counting import Count
from library_writer.batches import Batches
from library_writer.changes import Changes
from marquee import clock, keys
from marquee.library_index import Filter
from marquee.messages.library import ROWS_A_MESSAGE, ImportBatch, ImportedRow, MovieChange
from marquee.models.imports import Import, ImportSource
from marquee.models.library import MAIN, Movie, NewMovie
from marquee.repositories.imports import ImportRepository
from marquee.repositories.library import LibraryIndex, LibraryRequests
from marquee.repositories.library_items import bitmap_item, movie_items
from marquee.repositories.table import Table, encode
from tests.fakes.memory_client import MemoryClient

SIZES = (1_000, 10_000, 100_000)
RUNS = 15
PORTION = 1_000
GENRES = [f"Genre {number}" for number in range(24)]
# Words of titles; the first ones are in very many of them.
WORDS = ["the", "of", "story", "spiderweb", "love", *(f"{first}{last}" for first in "bcdfgk" for last in range(400))]
# A consistent read of so many bytes is one unit; one in a transaction is two.
UNIT_BYTES = 4096


class MeteredClient(MemoryClient):
    """Counts the read units too."""

    def __init__(self) -> None:
        super().__init__()
        self.units = 0

    def _read(self, key: Mapping[str, Any]) -> dict[str, Any] | None:
        found = super()._read(key)
        self.units += math.ceil(item_bytes(found) / UNIT_BYTES) if found else 1
        return found

    def transact_get_items(self, **request: Any) -> dict[str, Any]:
        """Answer, and count each read twice."""
        before = self.units
        answer = super().transact_get_items(**request)
        self.units += self.units - before
        return answer

    def query(self, **request: Any) -> dict[str, Any]:
        """Answer, and count what all items together are."""
        answer = super().query(**request)
        self.units += math.ceil(sum(map(item_bytes, answer["Items"])) / UNIT_BYTES)
        return answer


def run() -> dict[str, Any]:
    """Return by size of the library the calls, the read units and the milliseconds of each way to use it."""
    return {"sizes": {str(size): _measure(size) for size in SIZES}, "runs": RUNS}


def tables(found: Mapping[str, Any]) -> str:
    """Return the figures as a table: a row for each way to use the library, a column for each size."""
    sizes = found["sizes"]
    heading = " | ".join(f"{int(size):,} movies" for size in sizes)
    lines = [f"| milliseconds (read units) | calls to DynamoDB | {heading} |", "|---" * (len(sizes) + 2) + "|"]
    for way in next(iter(sizes.values())):
        calls = list(dict.fromkeys(_told(size[way]["calls"]) for size in sizes.values()))
        figures = " | ".join(f"{size[way]['ms']:.1f} ({size[way]['units']})" for size in sizes.values())
        lines.append(f"| {way} | {'; then '.join(calls)} | {figures} |")
    return "\n".join(lines)


def _measure(size: int) -> dict[str, dict[str, Any]]:
    client = MeteredClient()
    table = Table(client, "library")  # type: ignore[arg-type]
    _fill(client, size)
    return {way: _cost(client, work) for way, work in (_answers(table, size) | _changes(table)).items()}


def _answers(table: Table, size: int) -> dict[str, Callable[[], object]]:
    index = LibraryIndex(table)
    return {
        "GET /dashboard": index.dashboard,
        "GET /movies/top-rated, 20 from the first": lambda: index.top_rated(limit=20),
        "GET /movies/top-rated, 100 from the middle": lambda: index.top_rated(limit=100, start=size // 2),
        "GET /movies/filter, without a filter": lambda: index.filter(Filter(), limit=100),
        "GET /movies/filter, five genres, rating, year": lambda: index.filter(
            Filter(tuple(GENRES[:5]), 2.0, 1999), limit=100
        ),
        "GET /movies/search, the": lambda: index.search("the", limit=100),
        "GET /movies/search, spiderw love": lambda: index.search("spiderw love", limit=100),
        "GET /movies/{id}": lambda: index.movie("7"),
        "preview of 100 rows": lambda: index.duplicates([_movie(n) for n in range(100)]),
    }


def _changes(table: Table) -> dict[str, Callable[[], object]]:
    requests, changes, numbers = LibraryRequests(table), Changes(table), count(10**6)

    def add() -> str:
        request = requests.create("add", requested_by="bench")
        _apply(changes, "add", request.id, request.movie_id, _movie(next(numbers)))
        return request.movie_id

    def edit() -> None:
        request = requests.create("edit", requested_by="bench", movie_id="7")
        _apply(changes, "edit", request.id, "7", _movie(next(numbers)))

    def delete() -> None:
        movie_id = str(next(numbers) - 10**6 + 100)
        request = requests.create("delete", requested_by="bench", movie_id=movie_id)
        _apply(changes, "delete", request.id, movie_id, None)

    imports = ImportRepository(table)
    imports.create(_import())

    def add_rows() -> None:
        first = next(numbers) + 10**6 * next(numbers)
        rows = (
            ImportedRow(file="rows.csv", line=line, movie_id=f"{first}-{line}", movie=_movie(first + line))
            for line in range(ROWS_A_MESSAGE)
        )
        Batches(table).add(
            ImportBatch(library=MAIN, import_id="bench", batch=str(first), rows=tuple(rows), added_by="bench")
        )

    return {
        "POST /movies, until it is written": add,
        "PUT /movies/{id}, until it is written": edit,
        "DELETE /movies/{id}, until it is written": delete,
        f"{ROWS_A_MESSAGE} rows of an import, until they are written": add_rows,
    }


def _import() -> Import:
    now = clock.now()
    return Import(
        id="bench",
        library=MAIN,
        stored_state="running",
        source=ImportSource(kind="upload", name="rows.csv"),
        started_by="bench",
        started_at=now,
        changed_at=now,
    )


def _apply(changes: Changes, kind: Any, request_id: str, movie_id: str, movie: NewMovie | None) -> None:
    changes.apply(
        MovieChange(
            library=MAIN, request_id=request_id, change=kind, movie_id=movie_id, movie=movie, requested_by="bench"
        )
    )


def _cost(client: MeteredClient, work: Callable[[], object]) -> dict[str, Any]:
    """Return what one call costs; the milliseconds are the median of several."""
    client.made.clear()
    client.units = 0
    work()
    cost: dict[str, Any] = {"calls": dict(sorted(client.made.items())), "units": client.units}
    taken = []
    for _ in range(RUNS):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return cost | {"ms": round(statistics.median(taken) * 1000, 2)}


def _fill(client: MeteredClient, size: int) -> None:
    """Write a library as its writer would have left it."""
    movies, counted = _movies(), Count()
    for _ in range(0, size, PORTION):
        portion = list(islice(movies, PORTION))
        counted.add(portion)
        for movie in portion:
            for item in movie_items(MAIN, movie):
                client.store(encode(item))
    header = counted.header.model_copy(update={"next": size})
    client.store(encode({"PK": keys.library(MAIN), "SK": keys.HEADER, **header.model_dump()}))
    for partition, bitmaps in ((keys.library(MAIN), counted.bitmaps), (keys.library_words(MAIN), counted.words)):
        for name, bits in bitmaps.items():
            client.store(encode(bitmap_item((partition, name), bits)))


def _movies() -> Iterator[Movie]:
    for number in count():
        facts = {"id": str(number), "ordinal": number, "created_at": "2026-01-01T00:00:00.000Z"}
        yield Movie.model_validate(
            {**_movie(number).model_dump(), **facts, "updated_at": "", "added_by": "bench", "source": "manual"}
        )


def _movie(number: int) -> NewMovie:
    chance = random.Random(number)
    words = [WORDS[min(chance.randrange(len(WORDS)), chance.randrange(len(WORDS)))] for _ in range(2)]
    words += [word for word in WORDS[:5] if chance.random() < 0.2]
    return NewMovie(
        title=f"{' '.join(words)} {number}",
        genres=tuple(chance.sample(GENRES, 3)),
        rating=None if chance.random() < 0.1 else chance.randrange(101) / 10,
        year=chance.randrange(1930, 2027),
        tmdb_id=number + 1,
    )


def item_bytes(item: Mapping[str, Any]) -> int:
    """Return about how many bytes an item has."""
    return sum(len(name) + _bytes(value) for name, value in item.items())


def _bytes(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(_bytes(part) for part in value.values()) + (_keys(value["M"]) if "M" in value else 0)
    return sum(map(_bytes, value)) if isinstance(value, list) else len(value) if isinstance(value, str | bytes) else 1


def _keys(names: Mapping[str, Any]) -> int:
    return sum(map(len, names))


def _told(calls: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in calls.items())
