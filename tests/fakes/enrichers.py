"""The enricher over both providers in memory, and the records of the catalogue stream."""

from dataclasses import dataclass, field
from typing import Any

from marquee.enricher import Enricher
from marquee.repositories.reference import ReferenceRepository
from marquee.repositories.table import Table
from marquee.repositories.titles import TitleRepository
from tests.fakes.tmdb import FakeTmdb
from tests.fakes.watchmode import FakeWatchMode


@dataclass
class Providers:
    """Both providers; `calls` names what they were asked for, in order within each."""

    watchmode: FakeWatchMode = field(default_factory=FakeWatchMode)
    tmdb: FakeTmdb = field(default_factory=FakeTmdb)

    @property
    def calls(self) -> list[str]:
        return [*self.tmdb.paths, *self.watchmode.paths]

    def enricher(self, catalogue: Table, operations: Table) -> Enricher:
        return Enricher(
            TitleRepository(catalogue),
            ReferenceRepository(catalogue),
            self.watchmode.client(operations),
            self.tmdb.client(operations),
            ("GB",),
            has_followers=lambda title_id: False,
        )


def stream_event(*changes: tuple[dict[str, Any] | None, dict[str, Any] | None]) -> dict[str, Any]:
    """Return a batch as Lambda gets it from the catalogue stream: items before and after, in DynamoDB's form."""
    records = []
    for number, (old, new) in enumerate(changes, start=1):
        images = {name: image for name, image in (("OldImage", old), ("NewImage", new)) if image}
        name = "REMOVE" if new is None else "MODIFY" if old else "INSERT"
        key = {attribute: (new or old or {}).get(attribute) for attribute in ("PK", "SK")}
        records.append({"eventName": name, "dynamodb": {"Keys": key, "SequenceNumber": str(number), **images}})
    return {"Records": records}
