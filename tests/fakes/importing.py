"""An import from its request to the library: the importer, the writer, and queues that deliver as queues may."""

import os
import random
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from library_importer.importer import Importer, Stores
from library_importer.sources import S3Source, Source
from library_importer.steps import Outgoing
from library_writer.writer import DeadLetters, LibraryWriter
from marquee import aws, clock
from marquee.messages.imports import ImportBell
from marquee.models.imports import Import, ImportAction, ImportFailure, ImportSource, SourceKind
from marquee.models.library import MAIN
from marquee.repositories.import_progress import ImportProgress
from marquee.repositories.import_work import ImportWork
from marquee.repositories.imports import ImportRepository
from marquee.repositories.library import LibraryIndex
from marquee.repositories.table import Table
from tests.fakes.interruptions import Crash
from tests.fakes.library import FakeQueue
from tests.fakes.memory_client import MemoryClient

ID = "1"
FOR_EVER = 4e9
BUCKET = "marquee-uploads"


class Bells:
    """The queue of the importer; `interrupt` comes before each request."""

    def __init__(self) -> None:
        self.waiting: list[ImportBell] = []
        self.interrupt: Callable[[str], object] = lambda _: None

    def send(self, messages: Iterable[Any]) -> int:
        found = list(messages)
        self.interrupt("SendMessageBatch")
        self.waiting += found
        return len(found)


class Rows:
    """The FIFO queue of the writer, without the five minutes in which SQS knows a repetition."""

    def __init__(self) -> None:
        self.waiting: list[BaseModel] = []
        self.names: list[str] = []
        self.interrupt: Callable[[str], object] = lambda _: None

    def send(self, message: BaseModel, *, group: str, name: str) -> None:
        assert group == MAIN
        self.interrupt("SendMessage")
        self.waiting.append(message)
        self.names.append(name)


class LargeTable(MemoryClient):
    """A table in memory that also takes attributes away, and does not copy itself for every transaction."""

    def _update(self, request: Mapping[str, Any]) -> None:
        sets, _, removed = request["UpdateExpression"].partition(" REMOVE ")
        super()._update({**request, "UpdateExpression": sets})
        item = self._find(request["Key"])
        for name in removed.split(", "):
            if item:
                item.pop(name, None)


class Workshop:
    """One import and all that works on it."""

    def __init__(self, source: Source, import_id: str = ID, client: Any = None) -> None:
        self.id = import_id
        self.table = Table(client or aws.dynamodb(), os.environ.get("LIBRARY_TABLE", "library"), sleep=lambda _: None)
        self.bells, self.rows = Bells(), Rows()
        self.imports = ImportRepository(self.table)
        self.library = LibraryIndex(self.table)
        stores = Stores(
            self.imports, ImportWork(self.table, sleep=lambda _: None), ImportProgress(self.table), self.library
        )
        outgoing = Outgoing(self.rows, self.bells)  # type: ignore[arg-type]
        self.importer = Importer(stores, outgoing, lambda _: source)
        self.writer = LibraryWriter(self.table, DeadLetters(FakeQueue(), "dead"))  # type: ignore[arg-type]

    def create(self, kind: SourceKind = "upload", name: str = "movies.csv", **facts: Any) -> None:
        """Make the import."""
        now = clock.now()
        self.imports.create(
            Import(
                id=self.id,
                library=MAIN,
                stored_state="reading",
                source=ImportSource(kind=kind, name=name),
                started_by="ann",
                started_at=now,
                changed_at=now,
                **facts,
            )
        )

    def ring(self, path: str | None = None, deadline: float = FOR_EVER, *, gives_up: bool = False) -> None:
        """Let the importer answer a bell."""
        self.importer.answer(ImportBell(import_id=self.id, path=path), deadline, gives_up=gives_up)

    def act(self, action: ImportAction) -> None:
        """Do what a person asks for, and ring."""
        self.imports.act(self.id, action)
        self.ring()

    def start(self, kind: SourceKind = "upload", name: str = "movies.csv", **facts: Any) -> Import:
        """Make the import, look at it and start it."""
        self.create(kind, name, **facts)
        self.ring()
        assert self.now.state == "preview", self.now.problem
        self.act("start")
        return self.now

    def finish(self, order: random.Random | None = None, deadline: float = FOR_EVER) -> Import:
        """Deliver everything until nothing waits, bells in any order; what crashes is delivered again."""
        while self.bells.waiting or self.rows.waiting:
            if self.bells.waiting and (not self.rows.waiting or not order or order.random() < 0.5):
                bell = self.bells.waiting.pop(order.randrange(len(self.bells.waiting)) if order else 0)
                self._deliver(lambda bell=bell: self.importer.answer(bell, deadline), self.bells.waiting, bell)
            else:
                self.write()
        return self.now

    def write(self) -> None:
        """Let the writer take its next message."""
        message = self.rows.waiting.pop(0)
        taken = self.writer.take(message.model_dump_json(), "1")
        assert taken

    def _deliver(self, work: Callable[[], None], queue: list[Any], message: Any) -> None:
        try:
            work()
        except Crash:
            queue.append(message)

    @property
    def now(self) -> Import:
        """The import as it is."""
        return self.imports.get(self.id)

    @property
    def fates(self) -> tuple[int, int, int, int, int]:
        """Found, added, duplicate, failed, left."""
        counts = self.now.counts
        return counts.found, counts.added, counts.duplicate, counts.failed, counts.left

    def failures(self) -> list[ImportFailure]:
        """All failures, in order."""
        return self.imports.failures(self.id, 10_000)[0]

    def titles(self) -> list[str]:
        """The titles of the library, in alphabetical order."""
        return sorted(movie.title for movie in self.library.every_movie())


def make_bucket() -> None:
    """Make the bucket of uploads."""
    aws.s3().create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})


def upload(content: str | bytes, import_id: str = ID) -> Workshop:
    """Upload a file, and return the import that reads it."""
    body = content if isinstance(content, bytes) else content.encode()
    aws.s3().put_object(Bucket=BUCKET, Key=f"uploads/{import_id}", Body=body)
    return Workshop(S3Source(aws.s3(), BUCKET, f"uploads/{import_id}", is_folder=False), import_id)


def table(*rows: str) -> str:
    """Return rows as a CSV of titles, genres, ratings and years."""
    return "\n".join(["title,genre,rating,year", *rows]) + "\n"
