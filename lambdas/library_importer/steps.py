"""One group of files or folders, read step by step."""

import json
import time
import zlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from library_importer.groups import found_groups
from library_importer.reading import GroupReader, batches, failure
from library_importer.sources import Source
from library_importer.walking import walk
from marquee.messages.imports import ImportBell
from marquee.messages.library import ImportBatch
from marquee.models.import_work import Work
from marquee.models.imports import Import
from marquee.queue import FifoQueue, Queue
from marquee.repositories.import_work import ImportWork
from marquee.telemetry import MetricUnit, metrics


@dataclass(frozen=True)
class Outgoing:
    """The queues that the importer fills: of the writer of the library, and its own."""

    writer: FifoQueue
    bells: Queue

    def ring(self, import_id: str, paths: Iterable[str]) -> None:
        """Ring for groups of an import."""
        self.bells.send(ImportBell(import_id=import_id, path=path) for path in paths)

    def send(self, now: Import, outbox: bytes) -> None:
        """Send what an outbox holds; what is sent again is the same, under the same name."""
        content = json.loads(zlib.decompress(outbox))
        for each in content["batches"]:
            message = ImportBatch.model_validate(each)
            self.writer.send(message, group=now.library, name=f"{now.id}:{message.batch}")
        self.ring(now.id, content["bells"])


class Steps:
    """Goes on with a group where it stands.

    Every step is one transaction over the step before, so of two who work on a group one is told that it was
    overtaken. With `gives_up`, what a service does not give out now is a failure, instead of a reason to come again.
    """

    def __init__(
        self,
        work: ImportWork,
        outgoing: Outgoing,
        source: Source,
        now: Import,
        *,
        gives_up: bool,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._work = work
        self._outgoing = outgoing
        self._source = source
        self._import = now
        self._gives_up = gives_up
        self._clock = clock

    def go_on(self, work: Work, deadline: float) -> bool:
        """Go on until `deadline` (epoch seconds), but one step at least.

        Returns whether that is all, for ever or until the import is resumed. What has been counted is sent even if the
        import was stopped since, because it counts as left until the writer has had it.
        """
        reader = GroupReader(self._source, self._import, work, gives_up=self._gives_up, clock=self._clock)
        begin = work.at, work.offset, work.line, work.page
        while work.state == "queued":
            if work.outbox is not None:
                self._outgoing.send(self._import, work.outbox)
                work = self._work.sent(self._import.id, work)
            elif self._import.stored_state != "running":
                return True
            elif self._clock() > deadline and begin != (work.at, work.offset, work.line, work.page):
                return False
            elif work.kind == "folders":
                work = self._list(work, deadline)
            else:
                work = self._read(reader, work, deadline)
        return True

    def _list(self, work: Work, deadline: float) -> Work:
        """Read some folders: what they hold is new groups, and what of it cannot be imported is failures."""
        listing, after = walk(self._source, work, deadline, gives_up=self._gives_up, clock=self._clock)
        ids = listing.ids()
        new = self._work.unseen(self._import.id, ids) if self._source.is_tree else ids
        children = found_groups(work, listing, new)
        failures = {
            each.id: failure(self._import.id, each, 0, reason) for each, reason in listing.refused if each.id in new
        }
        outbox = _packed(bells=[child.path for child in children]) if children else None
        return self._work.advance(
            self._import.id,
            work,
            after.model_copy(update={"outbox": outbox}),
            found=len(failures),
            failures=failures.values(),
            children=children,
            seen=new if self._source.is_tree else (),
        )

    def _read(self, reader: GroupReader, work: Work, deadline: float) -> Work:
        """Read a portion of the rows of files."""
        portion = reader.portion(deadline)
        messages = batches(self._import, f"{work.path}.{work.step}", portion.rows)
        metrics.add_metric("ImportedRows", MetricUnit.Count, len(portion.rows))
        return self._work.advance(
            self._import.id,
            work,
            portion.after.model_copy(update={"outbox": _packed(batches=messages) if messages else None}),
            found=len(portion.rows) + len(portion.failures),
            failures=portion.failures,
        )


def _packed(*, batches: Collection[ImportBatch] = (), bells: Collection[str] = ()) -> bytes:
    content = {"batches": [each.model_dump(mode="json") for each in batches], "bells": list(bells)}
    return zlib.compress(json.dumps(content, ensure_ascii=False).encode())
