"""Reads the exports and the lists of changes, a file or a day at a time, and keeps their ids as bitmaps."""

import time
from collections.abc import Callable
from datetime import date

from marquee.clients.tmdb_changes import LAST_PAGE, TmdbChanges
from marquee.clients.tmdb_exports import Export, TmdbExports
from marquee.errors import UpstreamError
from marquee.export_reading import ExportReading
from marquee.harvesting import with_changes, with_lines, without_export
from marquee.messages.archive import HarvestRequest
from marquee.models.harvests import ExportProgress, Harvest, TypeHarvest
from marquee.repositories.harvests import HarvestRepository
from marquee.repositories.known_ids import KnownIds
from marquee.telemetry import logger

# A call for changes waits for its turn so long after the deadline of its page; after that TMDB is not to be had.
PATIENCE_SECONDS = 10.0


class Gathering:
    """Reads on from where the record of a harvest says, and records how far it has come.

    What is read twice is a set twice the same. An export is read on only if it is the same edition, else anew; the
    day that a list of changes breaks off in is read on from its page.
    """

    def __init__(
        self,
        exports: TmdbExports,
        changes: TmdbChanges,
        ids: KnownIds,
        harvests: HarvestRepository,
        *,
        time: Callable[[], float] = time.time,
    ) -> None:
        self._exports = exports
        self._changes = changes
        self._ids = ids
        self._harvests = harvests
        self._time = time

    def step(self, harvest: Harvest, deadline: float) -> Harvest | None:
        """Read the next export or the changes of the next day, as far as possible until `deadline` (epoch seconds).

        Returns None when all is read. Raises UpstreamError, after what was read until then is recorded.
        """
        for planned in harvest.types:
            for export in planned.exports:
                if export.state == "waiting":
                    return self._read_export(harvest, planned, export, deadline)
            if planned.next_day:
                return self._read_changes(harvest, planned, planned.next_day, deadline)
        return None

    def _read_export(self, harvest: Harvest, planned: TypeHarvest, export: ExportProgress, deadline: float) -> Harvest:
        reading, is_whole = ExportReading(), False
        try:
            with self._exports.open(export.name, export.day) as opened:
                if opened is None:
                    changed, note = without_export(planned, export, harvest.day or export.day)
                    return self._harvests.save(harvest.having(changed, note))
                reading = self._resumed(export, opened)
                request = HarvestRequest.model_validate(harvest.request)
                is_whole = self._take(opened, export.name, reading, request, deadline)
        finally:
            harvest = self._keep(harvest, planned, export, reading, is_whole=is_whole)
        return harvest

    def _resumed(self, export: ExportProgress, opened: Export) -> ExportReading:
        """Return what was read of this edition of a file before."""
        if not export.lines or export.version != opened.version:
            return ExportReading(opened.version)
        listed, wanted = self._ids.get(export.listed), self._ids.get(export.wanted)
        return ExportReading(opened.version, export.lines, export.unreadable, listed, wanted)

    def _take(
        self, opened: Export, name: str, reading: ExportReading, request: HarvestRequest, deadline: float
    ) -> bool:
        """Read to the end of the file, or to the deadline; return whether the end was reached."""
        for lines in opened.lines(skip=reading.lines):
            reading.take(name, lines, request)
            if self._time() > deadline:
                return False
        return True

    def _keep(
        self, harvest: Harvest, planned: TypeHarvest, export: ExportProgress, reading: ExportReading, *, is_whole: bool
    ) -> Harvest:
        """Record what was read; part of a file only if the rest can be told from another edition's."""
        if not is_whole and (not reading.version or reading.lines <= export.lines):
            return harvest
        read = ExportProgress(
            name=export.name,
            day=export.day,
            state="read" if is_whole else "waiting",
            version=reading.version,
            lines=reading.lines,
            unreadable=reading.unreadable,
            listed=self._ids.put(harvest.job_id, f"{export.name}-listed", reading.listed),
            wanted=self._ids.put(harvest.job_id, f"{export.name}-wanted", reading.wanted),
        )
        logger.info("export read", job_id=harvest.job_id, export=export.name, lines=read.lines, is_whole=is_whole)
        changed, notes = with_lines(planned, read)
        return self._harvests.save(harvest.having(changed, *notes))

    def _read_changes(self, harvest: Harvest, planned: TypeHarvest, day: date, deadline: float) -> Harvest:
        changed, adult = self._ids.get(planned.changed), self._ids.get(planned.changed_adult)
        page = pages = planned.page
        failure: UpstreamError | None = None
        while page <= min(pages, LAST_PAGE) and self._time() <= deadline and failure is None:
            try:
                found = self._changes.page(planned.media_type, day, page, deadline + PATIENCE_SECONDS)
            except UpstreamError as error:
                failure = error
            else:
                changed.update([each.id for each in found.changed])
                adult.update([each.id for each in found.changed if each.adult])
                if found.unreadable:
                    logger.warning("changes not read", job_id=harvest.job_id, day=str(day), rows=found.unreadable)
                page, pages = page + 1, found.total_pages
        if page > planned.page:
            keys = {
                "changed": self._ids.put(harvest.job_id, f"{planned.media_type}-changed", changed),
                "changed_adult": self._ids.put(harvest.job_id, f"{planned.media_type}-adult", adult),
            }
            read, notes = with_changes(planned.model_copy(update=keys), day, page, pages, LAST_PAGE)
            harvest = self._harvests.save(harvest.having(read, *notes))
        if failure:
            raise failure
        return harvest
