"""Changes of single movies that people asked for."""

from collections.abc import Sequence

from library_writer.errors import Unusable
from marquee import clock, keys
from marquee.errors import Conflict
from marquee.library import identities
from marquee.library_units import Verdict, judge
from marquee.messages.library import MovieChange
from marquee.models.library import MANUAL, Header, Movie, NewMovie, RequestState
from marquee.repositories.library import LibraryIndex
from marquee.repositories.library_items import guard_key, holders, movie_items
from marquee.repositories.library_store import Action, LibraryStore, until_written
from marquee.repositories.table import Collided, ConditionFailed, Item, Table

# People read this; the log has what went wrong.
FAILED = "Marquee could not write this. It has been recorded."
MISSING = "The library does not have this movie."


class Changes:
    """Adds, edits and deletes movies.

    Each change is one transaction with the outcome of its request, which is written only while the request is queued:
    a message that comes again finds the outcome and does nothing. One that was stopped before has left only words and
    a reserved ordinal that the index does not hold.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def apply(self, message: MovieChange) -> None:
        """Do what a message asks for; raises Unusable if nobody asked for it, Conflict if others were always faster."""
        store = LibraryStore(self._table, message.library)
        until_written(lambda: self._attempt(store, message))

    def fail(self, message: MovieChange) -> None:
        """Answer a request whose change can never be written; one that has an answer keeps it.

        Raises Conflict if others were always faster.
        """
        store = LibraryStore(self._table, message.library)
        try:
            store.commit(Header(), also=[self._outcome(message, "failed", reason=FAILED)])
        except Collided as error:
            raise Conflict(f"request {message.request_id} cannot be answered now") from error
        except ConditionFailed:
            return

    def _attempt(self, store: LibraryStore, message: MovieChange) -> None:
        request_key = (keys.library_request(message.library, message.request_id), keys.RECORD)
        digests = identities(message.movie) if message.movie else ()
        header, items = store.read([request_key, *(guard_key(message.library, digest) for digest in digests)])
        request = next((item for item in items if (item["PK"], item["SK"]) == request_key), None)
        if request is None:
            raise Unusable(f"There is no request {message.request_id}.")
        if request["state"] != "queued":
            return
        if message.change == "delete":
            self._delete(store, message, header)
        elif message.movie is None:
            raise Unusable(f"Request {message.request_id} names no movie.")
        elif message.change == "add":
            self._add(store, message, message.movie, header, items)
        else:
            self._edit(store, message, message.movie, header, items)

    def _add(
        self, store: LibraryStore, message: MovieChange, movie: NewMovie, header: Header, items: Sequence[Item]
    ) -> None:
        verdict = judge([movie], holders(message.library, items), header)[0]
        if verdict.state != "added":
            return self._refuse(store, message, verdict, header)
        now = clock.now()
        new = Movie(
            **movie.model_dump(),
            id=message.movie_id,
            ordinal=header.next,
            created_at=now,
            updated_at=now,
            added_by=message.requested_by,
            source=MANUAL,
        )
        return self._place(store, message, header, new, None)

    def _edit(
        self, store: LibraryStore, message: MovieChange, movie: NewMovie, header: Header, items: Sequence[Item]
    ) -> None:
        old = LibraryIndex(self._table, message.library).movie(message.movie_id)
        if old is None:
            return store.commit(header, also=[self._outcome(message, "missing", reason=MISSING)])
        others = {digest: holder for digest, holder in holders(message.library, items).items() if holder != old.id}
        verdict = judge([movie], others, header)[0]
        if verdict.state != "added":
            return self._refuse(store, message, verdict, header)
        new = old.model_copy(update={**dict(movie), "ordinal": header.next, "updated_at": clock.now()})
        return self._place(store, message, header, new, old)

    def _delete(self, store: LibraryStore, message: MovieChange, header: Header) -> None:
        old = LibraryIndex(self._table, message.library).movie(message.movie_id)
        if old is None:
            return store.commit(header, also=[self._outcome(message, "missing", reason=MISSING)])
        return store.commit(header, removed=[old], also=[self._outcome(message, "deleted")])

    def _place(self, store: LibraryStore, message: MovieChange, header: Header, new: Movie, old: Movie | None) -> None:
        taken = store.reserve(header, 1)
        store.write_words([new])
        store.commit(
            taken,
            removed=[old] if old else [],
            added=[new],
            stored=list(movie_items(message.library, new)),
            also=[self._outcome(message, "changed" if old else "added")],
        )

    def _refuse(self, store: LibraryStore, message: MovieChange, verdict: Verdict, header: Header) -> None:
        state: RequestState = "duplicate" if verdict.state == "duplicate" else "invalid"
        store.commit(header, also=[self._outcome(message, state, reason=verdict.reason, holder=verdict.holder)])

    def _outcome(
        self, message: MovieChange, state: RequestState, *, reason: str | None = None, holder: str | None = None
    ) -> Action:
        """Return the action that answers a request, if it has no answer yet."""
        sets = ["#state = :state", "finished_at = :now", "movie_id = :movie"]
        values = {":state": state, ":now": clock.now(), ":movie": holder or message.movie_id, ":queued": "queued"}
        if reason:
            sets.append("reason = :reason")
            values[":reason"] = reason
        return self._table.update_action(
            keys.library_request(message.library, message.request_id),
            keys.RECORD,
            f"SET {', '.join(sets)}",
            values,
            ConditionExpression="#state = :queued",
            ExpressionAttributeNames={"#state": "state"},
        )
