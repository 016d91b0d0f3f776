"""Batches of an import: rows to add, and movies to take out again."""

from collections.abc import Callable, Sequence
from functools import partial

from library_writer.errors import Unusable
from marquee import clock, keys
from marquee.library import identities
from marquee.library_units import judge, portions
from marquee.messages.library import ImportBatch, ImportedRow, ImportUndo
from marquee.models.imports import ImportFailure
from marquee.models.library import Header, Movie
from marquee.repositories.imports import added_items, done_key, failure_items, settled_actions, undone_actions
from marquee.repositories.library_items import guard_key, holders, movie_key, place_key, present, stored_ids
from marquee.repositories.library_store import LibraryStore, until_written
from marquee.repositories.table import Item, Key, Table

# Movies that one transaction takes out: nine bitmaps that they may share and eleven of each, for the reason of
# `library_units.MOST_BITMAPS`.
PORTION = 2


class Batches:
    """Adds the rows of an import, and undoes them.

    A batch is applied in portions that follow from the message alone. Each is one transaction with a mark that bears
    its name, and with the counts of the import: a portion that comes again finds its mark. What is stored before, under
    ordinals that nobody else will ever have, is seen by nobody until then.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, message: ImportBatch) -> None:
        """Add rows; raises Unusable if there is no such import, Conflict if others were always faster."""
        store = LibraryStore(self._table, message.library)
        for number, portion in enumerate(portions([row.movie for row in message.rows])):
            rows = [message.rows[position] for position in portion]
            until_written(partial(self._add, store, message, f"{message.batch}#{number}", rows))

    def fail(self, message: ImportBatch, reason: str) -> None:
        """Count the rows that are not settled as failed, because they can never be written."""
        store = LibraryStore(self._table, message.library)
        for number, portion in enumerate(portions([row.movie for row in message.rows])):
            rows = [message.rows[position] for position in portion]
            until_written(partial(self._fail, store, message, f"{message.batch}#{number}", rows, reason))

    def undo(self, message: ImportUndo) -> None:
        """Take movies out that stand where the import put them; raises as `add`."""
        self._in_portions(message, self._undo)

    def keep(self, message: ImportUndo) -> None:
        """Count the movies that can never be taken out as kept, so that the undo comes to its end; raises as `add`."""
        self._in_portions(message, self._keep)

    def _in_portions(
        self, message: ImportUndo, work: Callable[[LibraryStore, ImportUndo, str, Sequence[int]], None]
    ) -> None:
        store = LibraryStore(self._table, message.library)
        for number, start in enumerate(range(0, len(message.ordinals), PORTION)):
            ordinals = message.ordinals[start : start + PORTION]
            until_written(partial(work, store, message, f"{message.batch}#{number}", ordinals))

    def _add(self, store: LibraryStore, message: ImportBatch, name: str, rows: Sequence[ImportedRow]) -> None:
        header, items = store.read([*_record_and_mark(message.import_id, name), *_wanted(message.library, rows)])
        if _is_done(message.import_id, name, items):
            return
        here = stored_ids(message.library, items)
        fresh = [row for row in rows if row.movie_id not in here]
        verdicts = judge([row.movie for row in fresh], holders(message.library, items), header)
        judged = list(zip(fresh, verdicts, strict=True))
        movies = _movies(message, [row for row, each in judged if each.state == "added"], header)
        failures = [_failure(row, each.reason or "") for row, each in judged if each.state == "invalid"]
        taken = self._write_ahead(store, message.import_id, header, movies, failures)
        repeated = len(rows) - len(movies) - len(failures)
        counts = {"added": len(movies), "duplicate": repeated, "failed": len(failures)}
        store.commit(taken, added=movies, also=settled_actions(self._table, message.import_id, name, **counts))

    def _write_ahead(
        self,
        store: LibraryStore,
        import_id: str,
        header: Header,
        movies: Sequence[Movie],
        failures: Sequence[ImportFailure],
    ) -> Header:
        """Write what nobody sees before the index says so; returns the header with the ordinals reserved."""
        self._table.batch_write(puts=failure_items(import_id, failures))
        if not movies:
            return header
        taken = store.reserve(header, len(movies))
        store.write_words(movies)
        store.write_movies(movies)
        # After the movies: an ordinal that is noted and has no movie is one that has been taken out.
        self._table.batch_write(puts=added_items(import_id, [movie.ordinal for movie in movies]))
        return taken

    def _fail(
        self, store: LibraryStore, message: ImportBatch, name: str, rows: Sequence[ImportedRow], reason: str
    ) -> None:
        header, items = store.read(_record_and_mark(message.import_id, name))
        if _is_done(message.import_id, name, items):
            return
        self._table.batch_write(puts=failure_items(message.import_id, [_failure(row, reason) for row in rows]))
        store.commit(header, also=settled_actions(self._table, message.import_id, name, failed=len(rows)))

    def _undo(self, store: LibraryStore, message: ImportUndo, name: str, ordinals: Sequence[int]) -> None:
        header, items = store.read(_noted(message, name, ordinals))
        if _is_done(message.import_id, name, items):
            return
        here = present(message.library, items)
        stored = [item for item in items if "ordinal" in item]
        source = f"import:{message.import_id}"
        movies = [Movie.model_validate(item) for item in stored if item["ordinal"] in here and item["source"] == source]
        counts = {"removed": len(movies), "kept": len(ordinals) - len(movies) - _left(message.library, items)}
        store.commit(header, removed=movies, also=undone_actions(self._table, message.import_id, name, **counts))

    def _keep(self, store: LibraryStore, message: ImportUndo, name: str, ordinals: Sequence[int]) -> None:
        header, items = store.read(_noted(message, name, ordinals))
        if _is_done(message.import_id, name, items):
            return
        kept = len(ordinals) - _left(message.library, items)
        store.commit(header, also=undone_actions(self._table, message.import_id, name, kept=kept))


def _record_and_mark(import_id: str, name: str) -> tuple[Key, Key]:
    return (keys.library_import(import_id), keys.RECORD), done_key(import_id, name)


def _wanted(library_id: str, rows: Sequence[ImportedRow]) -> list[Key]:
    """Return the keys that tell whether the library has the movies of rows, or rows themselves."""
    digests = {digest for row in rows for digest in identities(row.movie)}
    guards = [guard_key(library_id, digest) for digest in digests]
    return guards + [place_key(library_id, row.movie_id) for row in rows]


def _noted(message: ImportUndo, name: str, ordinals: Sequence[int]) -> list[Key]:
    """Return the keys that tell whether movies are to be taken out, and the movies."""
    movies = [movie_key(message.library, ordinal) for ordinal in ordinals]
    return [*_record_and_mark(message.import_id, name), *movies]


def _left(library_id: str, items: Sequence[Item]) -> int:
    """Count the movies among some items that a writer left who was stopped: not in the index, nor on their way out."""
    here = present(library_id, items)
    return sum(1 for item in items if "ordinal" in item and item["ordinal"] not in here and "expires_at" not in item)


def _is_done(import_id: str, name: str, items: Sequence[Item]) -> bool:
    """Return whether a portion has been applied; raises Unusable if there is no such import."""
    record, mark = _record_and_mark(import_id, name)
    found = {(item["PK"], item["SK"]) for item in items}
    if record not in found:
        raise Unusable(f"There is no import {import_id}.")
    return mark in found


def _movies(message: ImportBatch, rows: Sequence[ImportedRow], header: Header) -> list[Movie]:
    now = clock.now()
    return [
        Movie(
            **row.movie.model_dump(),
            id=row.movie_id,
            ordinal=header.next + number,
            created_at=now,
            updated_at=now,
            added_by=message.added_by,
            source=f"import:{message.import_id}",
        )
        for number, row in enumerate(rows)
    ]


def _failure(row: ImportedRow, reason: str) -> ImportFailure:
    return ImportFailure(
        id=row.movie_id, file=row.file, line=row.line, reason=reason, row=row.movie.model_dump_json(exclude_none=True)
    )
