"""How a run begins and ends (`job:<id>` / `record` in the operations table), and the lock that only one run has.

A run that excludes others holds `running:<lock>` / `lock`, which names it, from its beginning to its end.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from marquee import clock, keys
from marquee.errors import AlreadyRunning, Conflict
from marquee.models.jobs import Job, JobState
from marquee.repositories import job_requests
from marquee.repositories.table import ConditionFailed, Table

ATTEMPTS = 8
ERRORS_SHOWN = 20


class Runs:
    """Keeps what a run was asked to do and how it ended; no two have the same lock at once."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def start(self, kind: str, *, started_by: str, input: Mapping[str, object], lock: str | None = None) -> str:
        """Record that a run has begun; returns its id. Raises AlreadyRunning while another run has the `lock`.

        The lock of a run that is over is void, however it ended.
        """
        now = clock.now()
        job_id = job_requests.new_id(now)
        item = job_requests.started_item(job_id, kind, started_by, input, now, lock)
        if lock is None:
            self._table.put(item)
        else:
            self._write_locked(kind, lock, job_id, self._table.put_action(item))
        return job_id

    def begin(
        self,
        kind: str,
        *,
        started_by: str,
        input: Mapping[str, object],
        lock: str | None = None,
        job_id: str | None = None,
    ) -> str:
        """Return the run that a function works for: the one it was invoked for (`job_id`), or one that starts now.

        A run that is over runs again: Lambda repeats an invocation that failed. Raises AlreadyRunning.
        """
        job = self.get(job_id) if job_id else None
        if job is None:
            return self.start(kind, started_by=started_by, input=input, lock=lock)
        if job.state != "running":
            again = self._table.update_action(
                keys.job(job.id),
                keys.RECORD,
                "SET #state = :running, progress_at = :now REMOVE finished_at, aborted",
                {":running": "running", ":now": clock.now()},
                ExpressionAttributeNames={"#state": "state"},
            )
            self._write_locked(kind, job.lock, job.id, again)
        return job.id

    def _write_locked(self, kind: str, lock: str | None, job_id: str, action: Mapping[str, Any]) -> None:
        """Write a run and take its lock, from a run that is over if need be."""
        void: str | None = None
        for _ in range(ATTEMPTS):
            taking = [job_requests.lock_action(self._table, lock, job_id, void)] if lock else []
            try:
                self._table.transact([action, *taking])
            except ConditionFailed:
                held = self._table.get(keys.running(lock or ""), keys.LOCK, consistent=True)
                holder = self.get(str(held["job_id"])) if held else None
                if holder and holder.state == "running" and holder.id != job_id:
                    raise AlreadyRunning(kind, holder.id) from None
                void = str(held["job_id"]) if held else None
            else:
                return
        raise Conflict(f"{kind}: its lock was changed by others {ATTEMPTS} times in a row")

    @contextmanager
    def failing(self, job_id: str) -> Iterator[None]:
        """Record that a run has failed if what is done within fails, and let the error go on."""
        try:
            yield
        except Exception as error:
            self.end(job_id, "failed", aborted=True, errors=_shown(self.get(job_id), _reason(error)))
            raise

    def get(self, job_id: str) -> Job | None:
        """Return a job or None."""
        item = self._table.get(keys.job(job_id), keys.RECORD, consistent=True)
        return Job.model_validate(item) if item else None

    def give_up(self, job: Job, reason: str) -> bool:
        """End a run of which nothing is heard any more; returns False if there was progress since `job` was read."""
        told = {"ConditionExpression": "#state = :running AND progress_at = :heard"}
        values = {":running": "running", ":heard": job.progress_at}
        if job.progress_at is None:
            told, values = {"ConditionExpression": "#state = :running"}, {":running": "running"}
        return self.end(job.id, "failed", told, values, aborted=True, errors=_shown(job, reason))

    def succeeded(self, job_id: str, *, counts: Mapping[str, int]) -> None:
        """Record that a run without parts has done its work."""
        self.end(job_id, "succeeded", counts=dict(counts))

    def end(
        self,
        job_id: str,
        state: JobState,
        condition: Mapping[str, Any] | None = None,
        told: Mapping[str, object] | None = None,
        **more: object,
    ) -> bool:
        """End a run and free its lock in one transaction; returns False if a condition kept it from that."""
        expression, values, names = job_requests.ended(state, **more)
        ending = self._table.update_action(
            keys.job(job_id),
            keys.RECORD,
            expression,
            {**values, **(told or {})},
            ExpressionAttributeNames=names,
            **(condition or {}),
        )
        job = self.get(job_id)
        freeing = job_requests.freeing_actions(self._table, job.lock, job_id, state) if job and job.lock else []
        # A lock that another run has taken meanwhile is not this one's to free; the run ends all the same.
        for actions in ([ending, *freeing], [ending]):
            with suppress(ConditionFailed):
                self._table.transact(actions)
                return True
        if condition is None:
            raise Conflict(f"job {job_id} is changed by others")
        return False

    def last_successes(self, locks: Iterable[str]) -> dict[str, str]:
        """Return when a run with each of these locks last succeeded, as far as one ever has."""
        rows = self._table.batch_get((keys.running(lock), keys.SUCCEEDED) for lock in locks)
        return {str(row["PK"]).removeprefix(keys.running("")): str(row["succeeded_at"]) for row in rows}

    def record_success(self, kind: str) -> None:
        """Record that a run of a kind has succeeded now."""
        self._table.put({"PK": keys.job_kind(kind), "SK": "succeeded", "succeeded_at": clock.now()})

    def last_success(self, kind: str) -> str | None:
        """Return when a run of a kind last succeeded, None if it never has."""
        item = self._table.get(keys.job_kind(kind), "succeeded")
        return str(item["succeeded_at"]) if item else None


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _shown(job: Job | None, reason: str) -> Sequence[str]:
    errors = job.errors if job else ()
    return [*errors, reason] if len(errors) < ERRORS_SHOWN else errors
