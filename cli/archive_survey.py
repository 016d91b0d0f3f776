"""What a harvest would find: the same files, lists and rules, read without writing anything."""

import time
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

import httpx
from pyroaring import BitMap

from cli.archive_costs import MEASURED, Found, Size
from cli.environment import Environment
from marquee import clock, harvesting
from marquee.clients.tmdb_changes import LAST_PAGE, TmdbChanges
from marquee.clients.tmdb_exports import TmdbExports
from marquee.export_reading import ExportReading
from marquee.governor import tmdb_limits
from marquee.harvesting import FoundIds
from marquee.messages.archive import HarvestRequest
from marquee.models.archive import KINDS, Kind, MediaType
from marquee.models.harvests import ExportProgress, TypeHarvest
from marquee.repositories.archive_states import ArchiveStates
from marquee.repositories.governors import Governor
from marquee.repositories.known_ids import KnownIds
from marquee.repositories.table import Table

# A page of changes holds so many ids; only the last one may hold fewer (UPSTREAM: changes).
IDS_A_PAGE = 100
PATIENCE_SECONDS = 60
# Fewer objects than this tell nothing about the mean size of all.
FEW = 20
# Any folder does: an item stands in the one that the last three digits of its id name.
FOLDER = 417


@dataclass(frozen=True)
class Surveyor:
    """Reads what a harvest reads. Of the lists of changes it takes the first page of each day, which tells how many."""

    exports: TmdbExports
    changes: TmdbChanges
    known: KnownIds
    states: ArchiveStates

    @classmethod
    def of(cls, place: Environment) -> Self:
        """Return the surveyor of an environment; its calls count towards the pace of that environment."""
        table = Table(place.client("dynamodb"), place.output("OperationsTable"))
        governor = Governor(table, tmdb_limits(float(place.output("TmdbPerSecond"))))
        transport = None if place.uses_proxies else httpx.HTTPTransport()

        def key(fresh: bool) -> str:
            secret = place.client("secretsmanager").get_secret_value(SecretId=place.output("TmdbSecretArn"))
            return str(secret["SecretString"])

        return cls(
            TmdbExports(place.output("TmdbExportsUrl"), transport=transport),
            TmdbChanges(place.output("TmdbUrl"), key, governor, transport=transport),
            KnownIds(place.client("s3"), place.output("ArchiveBucket")),
            ArchiveStates(table),
        )

    def survey(self, request: HarvestRequest, media_type: MediaType, day: date) -> Found:
        """Return what a harvest of a media type would find. Raises UpstreamError and HarvestRefused."""
        state = self.states.get(media_type)
        planned, notes = harvesting.plan(request, media_type, day, state, clock.now())
        reading = ExportReading()
        while export := next((each for each in planned.exports if each.state == "waiting"), None):
            planned, more = self._read(request, planned, export, day, reading)
            notes += more
        until = harvesting.known_until(state)
        ids = FoundIds(self.known.known(media_type), reading.listed, reading.wanted, BitMap(), BitMap(), until)
        selection = harvesting.select(request, planned, ids)
        changed, pages = self._changed(planned)
        if not harvesting.takes_unknown(request, planned):
            # Others are not collected, or are anyway.
            changed = min(changed, len((ids.known | ids.wanted) - selection.todo))
        notes += [selection.note] if selection.note else []
        return Found(media_type, planned.mode, len(selection.todo), changed, pages, tuple(notes))

    def _read(
        self, request: HarvestRequest, planned: TypeHarvest, export: ExportProgress, day: date, reading: ExportReading
    ) -> tuple[TypeHarvest, list[str]]:
        before = reading.lines, reading.unreadable
        with self.exports.open(export.name, export.day) as opened:
            if opened is None:
                planned, note = harvesting.without_export(planned, export, day)
                return planned, [note]
            for some in opened.lines():
                reading.take(export.name, some, request)
        lines, unreadable = reading.lines - before[0], reading.unreadable - before[1]
        read = {"state": "read", "lines": lines, "unreadable": unreadable}
        return harvesting.with_lines(planned, export.model_copy(update=read))

    def _changed(self, planned: TypeHarvest) -> tuple[int, int]:
        """Return how many ids the lists of changes hold at most, and of how many pages they are."""
        ids = pages = 0
        day, last = planned.changed_from, planned.changed_to
        while day and last and day <= last:
            first = self.changes.page(planned.media_type, day, 1, time.time() + PATIENCE_SECONDS)
            count = min(max(first.total_pages, 1), LAST_PAGE)
            ids += len(first.changed) if count == 1 else count * IDS_A_PAGE
            pages += count
            day += timedelta(days=1)
        return ids, pages


def sizes(s3: Any, bucket: str) -> dict[Kind, Size]:
    """Return how large objects are: those of one folder in a thousand, or what was measured if it has too few."""
    return {kind: _size(s3, bucket, kind) for kind in KINDS}


def _size(s3: Any, bucket: str, kind: Kind) -> Size:
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=f"tmdb/{kind}/{FOLDER}/").get("Contents", ())
    kept = [each["Size"] for each in listed if each["Size"]]
    if len(kept) < FEW:
        return MEASURED[kind]
    mean = sum(kept) / len(kept)
    return Size(mean, mean, f"the mean of {len(kept):,} that the archive has")
