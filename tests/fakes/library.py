"""What people and imports ask of a library, and the writer that does it."""

import uuid
from collections.abc import Sequence
from typing import Any

from library_writer.writer import DeadLetters, LibraryWriter
from marquee import clock, keys
from marquee.messages.library import ImportBatch, ImportedRow, ImportUndo, LibraryMessage, MovieChange
from marquee.models.imports import Import, ImportCounts, ImportSource
from marquee.models.library import MAIN, ChangeRequest, Movie, NewMovie, RequestKind
from marquee.repositories.imports import ImportRepository
from marquee.repositories.library import LibraryIndex, LibraryRequests
from marquee.repositories.table import Table
from tests.fakes.memory_client import MemoryClient


class FakeQueue:
    """Keeps what is sent to a queue, and after how many seconds what was received comes again."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.pauses: dict[str, int] = {}

    def send_message(self, **message: Any) -> None:
        self.sent.append(message)

    def change_message_visibility(self, **message: Any) -> None:
        self.pauses[message["ReceiptHandle"]] = message["VisibilityTimeout"]


class Desk:
    """Where changes of a library are asked for, and where its writer works."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.index = LibraryIndex(table)
        self.requests = LibraryRequests(table)
        self.imports = ImportRepository(table)
        self.dead = FakeQueue()
        self.writer = LibraryWriter(table, DeadLetters(self.dead, "dead"))  # type: ignore[arg-type]

    def ask(self, kind: RequestKind, movie: NewMovie | None = None, movie_id: str | None = None) -> MovieChange:
        """Record a request and return its message."""
        request = self.requests.create(kind, requested_by="ann", movie_id=movie_id, movie=movie)
        return MovieChange(
            library=MAIN,
            request_id=request.id,
            change=kind,
            movie_id=request.movie_id,
            movie=movie,
            requested_by="ann",
        )

    def take(self, *messages: LibraryMessage) -> list[bool]:
        """Let the writer take messages."""
        return [self.writer.take(each.model_dump_json(), str(uuid.uuid4())) for each in messages]

    def answer(self, message: MovieChange) -> ChangeRequest:
        """Return what became of a request."""
        found = self.requests.get(message.request_id)
        assert found is not None
        return found

    def add(self, *movies: NewMovie) -> list[ChangeRequest]:
        """Add movies one by one and return what became of them."""
        asked = [self.ask("add", movie) for movie in movies]
        assert all(self.take(*asked))
        return [self.answer(each) for each in asked]

    def begin_import(self, import_id: str, found: int) -> None:
        """Store an import that has found so many rows."""
        now = clock.now()
        source = ImportSource(kind="upload", name="movies.csv")
        self.imports.create(
            Import(
                id=import_id,
                library=MAIN,
                stored_state="running",
                source=source,
                counts=ImportCounts(found=found),
                started_by="ann",
                started_at=now,
                changed_at=now,
            )
        )

    def counts(self, import_id: str) -> ImportCounts:
        """Return what came of an import."""
        return self.imports.get(import_id).counts

    def noted(self, import_id: str) -> list[int]:
        """Return the ordinals that an import has noted."""
        rows = self.table.query("PK = :pk", {":pk": keys.library_import(import_id)})
        return [row["ordinal"] for row in rows if "ordinal" in row]

    def movies(self) -> list[Movie]:
        """Return all movies by ordinal."""
        return list(self.index.every_movie())


def memory_desk() -> tuple[Desk, MemoryClient]:
    """Return a desk over an empty table in memory."""
    client = MemoryClient()
    return Desk(Table(client, "library", sleep=lambda _: None)), client  # type: ignore[arg-type]


def batch(import_id: str, name: str, movies: Sequence[NewMovie]) -> ImportBatch:
    """Return movies as a batch of an import; the same name and place are the same row."""
    rows = tuple(
        ImportedRow(file=f"{name}.csv", line=line, movie_id=f"{import_id}-{name}-{line}", movie=movie)
        for line, movie in enumerate(movies, start=2)
    )
    return ImportBatch(library=MAIN, import_id=import_id, batch=name, rows=rows, added_by="ann")


def undo(import_id: str, name: str, ordinals: Sequence[int]) -> ImportUndo:
    """Return the message that takes movies out again."""
    return ImportUndo(library=MAIN, import_id=import_id, batch=name, ordinals=tuple(ordinals))


def film(title: str = "Heat", *genres: str, **facts: Any) -> NewMovie:
    """Return a movie; a drama unless told."""
    return NewMovie(title=title, genres=genres or ("Drama",), **facts)
