"""Does what the state of an import asks for: a preview, the work that is open, an undo."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import ClientError

from library_importer.preview import look
from library_importer.sources import Source
from library_importer.steps import Outgoing, Steps
from marquee.errors import NotFound, RateLimited, SignInRefused, UpstreamError
from marquee.messages.imports import ImportBell
from marquee.messages.library import ImportUndo
from marquee.models.import_work import Work
from marquee.models.imports import Import
from marquee.repositories.import_progress import ImportProgress
from marquee.repositories.import_work import ROOT, ImportWork, Overtaken
from marquee.repositories.imports import ImportRepository
from marquee.repositories.library import LibraryIndex
from marquee.repositories.table import may_go_better
from marquee.telemetry import logger


@dataclass(frozen=True)
class Stores:
    """What the importer reads and writes."""

    imports: ImportRepository
    work: ImportWork
    progress: ImportProgress
    library: LibraryIndex


class Importer:
    """Looks after imports when a bell is rung.

    A bell may be rung twice, late, or by two at once: what there is to do stands in the table. Every step of the work
    is one transaction (`ImportWork`) over the step before, so a second one fails and leaves the work to the first.
    What a step sends stands in its outbox until it is sent, and is sent again by whoever finds it there: rows under
    the name of their batch, by which the writer counts them once, and bells, of which more do no harm.
    """

    def __init__(
        self,
        stores: Stores,
        outgoing: Outgoing,
        source_of: Callable[[Import], Source],
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._stores = stores
        self._outgoing = outgoing
        self._source_of = source_of
        self._clock = clock

    def answer(self, bell: ImportBell, deadline: float, *, gives_up: bool = False) -> None:
        """Do what a bell asks for until `deadline` (epoch seconds), and ring again for what is left.

        Raises Overtaken if somebody else is at it, and UpstreamError, QueueUnavailable, Conflict or an error of AWS
        if it has to be tried again; with `gives_up`, what a service does not give out now is told as a failure.
        """
        try:
            now = self._stores.imports.get(bell.import_id)
        except NotFound:
            logger.warning("a bell for no import", import_id=bell.import_id)
            return
        try:
            if bell.path:
                is_done = self._go_on(now, bell.path, deadline, gives_up)
            else:
                is_done = self._look_after(now, deadline, gives_up)
        except (SignInRefused, RateLimited, ClientError) as error:
            if not self._halt(now, error, gives_up):
                raise
            return
        if not is_done:
            self._outgoing.bells.send([bell])

    def _halt(self, now: Import, error: Exception, gives_up: bool) -> bool:
        """End the reading of an import, or stop one that runs, with its problem; returns False if it may go better.

        Nothing can be read until a person has seen to it, or time has; then the import is resumed where it stands.
        """
        if isinstance(error, ClientError):
            is_final = not may_go_better(error) and now.stored_state in ("reading", "running")
        else:
            is_final = gives_up or isinstance(error, SignInRefused)
        if not is_final:
            return False
        if now.stored_state == "reading":
            self._stores.progress.unreadable(now, str(error))
        elif now.stored_state == "running":
            self._stores.progress.halt(now, str(error))
        logger.warning("import halted", import_id=now.id, reason=str(error))
        return True

    def _look_after(self, now: Import, deadline: float, gives_up: bool) -> bool:
        """Do what the state asks for; returns whether that is all for now."""
        if now.stored_state == "reading":
            self._preview(now, deadline, gives_up)
        elif now.stored_state == "running":
            if self._stores.work.get(now.id, ROOT) is None:
                self._begin(now)
            self._outgoing.ring(now.id, self._stores.work.open_paths(now.id))
        return self._undo(now, deadline) if now.stored_state == "undoing" else True

    def _preview(self, now: Import, deadline: float, gives_up: bool) -> None:
        """Store a preview, or why there is none."""
        progress = self._stores.progress
        try:
            found = look(self._source_of(now), now, deadline, clock=self._clock)
        except UpstreamError as error:
            if not gives_up and not isinstance(error, SignInRefused):
                raise
            progress.unreadable(now, str(error))
            return
        if found.problem:
            progress.unreadable(now, found.problem)
        else:
            progress.previewed(now, found.shown(len(self._stores.library.duplicates(found.movies))))

    def _begin(self, now: Import) -> None:
        """Store the first group, which the import has counted when it was started."""
        is_folder, entry = self._source_of(now).root(now.source.name)
        self._stores.work.begin(
            now.id, Work(path=ROOT, kind="folders" if is_folder else "files", depth=0, entries=(entry,))
        )

    def _undo(self, now: Import, deadline: float) -> bool:
        """Send what the import added to be taken out; what was edited since has moved, and the writer keeps it.

        The pages and their names are always the same, so that one that is sent again is not applied again.
        """
        while ordinals := self._stores.progress.added_page(now.id):
            message = ImportUndo(
                library=now.library, import_id=now.id, batch=f"undo.{ordinals[0]}", ordinals=tuple(ordinals)
            )
            self._outgoing.writer.send(message, group=now.library, name=f"{now.id}:{message.batch}")
            self._stores.progress.undo_sent(now.id, ordinals[-1])
            if self._clock() > deadline:
                return False
        self._stores.progress.undo_sent(now.id, None)
        return True

    def _go_on(self, now: Import, path: str, deadline: float, gives_up: bool) -> bool:
        """Go on with a group; returns whether that is all. One that was stopped meanwhile is all for now."""
        work = self._stores.work.get(now.id, path)
        if work is None or work.state == "done":
            return True
        steps = Steps(
            self._stores.work,
            self._outgoing,
            self._source_of(now),
            now,
            gives_up=gives_up,
            clock=self._clock,
        )
        try:
            return steps.go_on(work, deadline)
        except Overtaken:
            if self._stores.imports.get(now.id).stored_state == "running":
                raise
            return True
