"""What all harvests share, in the operations table: which one runs, and what has been harvested of each media type."""

import time
from collections.abc import Callable
from contextlib import suppress

from marquee import keys
from marquee.models.archive import MediaType
from marquee.models.harvests import ArchiveState
from marquee.repositories.table import ConditionFailed, Table

KIND = "archive"
# A harvest that nothing was done for in so long does not keep another one from beginning. A message whose function was
# killed comes again after the visibility timeout of the queue, which is shorter.
LOCK_SECONDS = 7200


class ArchiveStates:
    """Keeps one harvest at a time, and where the next one has to begin."""

    def __init__(self, table: Table, *, time: Callable[[], float] = time.time) -> None:
        self._table = table
        self._time = time

    def lock(self, job_id: str) -> str | None:
        """Make this the one harvest that runs, or go on being it; returns the id of another one that runs."""
        try:
            self._table.update(
                keys.job_kind(KIND),
                keys.RUNNING,
                "SET job_id = :job, lease = :until",
                {":job": job_id, ":now": self._time(), ":until": self._time() + LOCK_SECONDS},
                ConditionExpression="attribute_not_exists(PK) OR job_id = :job OR lease < :now",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ConditionFailed as failure:
            return str((failure.item or {}).get("job_id", "of another job"))
        return None

    def unlock(self, job_id: str) -> None:
        """Let another harvest begin."""
        # If another one has begun, it is not this one's to end.
        with suppress(ConditionFailed):
            self._table.update(
                keys.job_kind(KIND),
                keys.RUNNING,
                "SET lease = :none",
                {":none": 0, ":job": job_id},
                ConditionExpression="job_id = :job",
            )

    def get(self, media_type: MediaType) -> ArchiveState:
        """Return what has been harvested of a media type."""
        item = self._table.get(keys.archive_state(media_type), keys.STATE, consistent=True)
        return ArchiveState.model_validate(item or {})

    def put(self, media_type: MediaType, state: ArchiveState) -> None:
        """Record what has been harvested of a media type."""
        key = {"PK": keys.archive_state(media_type), "SK": keys.STATE}
        self._table.put({**state.model_dump(mode="json"), **key})
