"""Changes of a library that people asked for (docs/data-model.md, library), and what became of them."""

import hashlib
import uuid

from marquee import clock, keys
from marquee.errors import Conflict, InvalidInput
from marquee.models.library import MAIN, ChangeRequest, NewMovie, RequestKind
from marquee.repositories.table import ConditionFailed, Item, Table

KEPT_DAYS = 30
# Makes ids of requests that name themselves.
NAMES = uuid.UUID("6f3c9f5e-4f0b-4b51-9d57-1f6a52c0a7d4")


class LibraryRequests:
    """Keeps what people asked for and, once the writer has seen to it, what became of it."""

    def __init__(self, table: Table, library_id: str = MAIN) -> None:
        self._table = table
        self._library = library_id

    def create(
        self,
        kind: RequestKind,
        *,
        requested_by: str,
        movie_id: str | None = None,
        movie: NewMovie | None = None,
        key: str | None = None,
    ) -> ChangeRequest:
        """Record a request as queued and return it, by one PutItem; the movie it adds has the id of the request.

        The same key of the same person and the same content are the same request, whatever has become of it. Whoever
        gets it back queued sends the message again. Raises InvalidInput for a key that was used for something else, and
        Conflict where another write is just under way.
        """
        request_id = str(uuid.uuid4() if key is None else uuid.uuid5(NAMES, f"{self._library}\n{requested_by}\n{key}"))
        request = ChangeRequest(
            id=request_id,
            kind=kind,
            movie_id=movie_id or request_id,
            requested_at=clock.now(),
            requested_by=requested_by,
        )
        content = "\n".join([kind, movie_id or "", movie.model_dump_json() if movie else ""])
        return self._write_once(request, hashlib.sha256(content.encode()).hexdigest())

    def get(self, request_id: str) -> ChangeRequest | None:
        """Return a request or None, by one GetItem."""
        item = self._table.get(keys.library_request(self._library, request_id), keys.RECORD, consistent=True)
        return ChangeRequest.model_validate(item) if item else None

    def _write_once(self, request: ChangeRequest, content: str) -> ChangeRequest:
        item: Item = {
            "PK": keys.library_request(self._library, request.id),
            "SK": keys.RECORD,
            **request.model_dump(),
            "content": content,
            "expires_at": clock.in_days(KEPT_DAYS),
        }
        try:
            self._table.put(
                item,
                ConditionExpression="attribute_not_exists(PK)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ConditionFailed as taken:
            # Whoever meets the writer, who is just about to say what became of it, is not told what is there.
            stored = taken.item or self._table.get(item["PK"], item["SK"], consistent=True)
            if stored is None:
                raise Conflict("the request met another write; try again") from taken
            if stored["content"] != content:
                raise InvalidInput("This key was used for another request.", code="key_used") from taken
            return ChangeRequest.model_validate(stored)
        return request
