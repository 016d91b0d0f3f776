"""Scheduled and manual runs in the operations table: `job:<id>` / `record`, and `part:<name>` for each part."""

from collections.abc import Iterator, Mapping, Sequence

from marquee import clock, keys
from marquee.errors import Conflict
from marquee.models.jobs import Job, JobState, PartState
from marquee.repositories import job_requests, listed
from marquee.repositories.job_requests import KEPT_DAYS
from marquee.repositories.job_runs import ATTEMPTS, ERRORS_SHOWN, Runs
from marquee.repositories.table import ConditionFailed

__all__ = ["ERRORS_SHOWN", "KEPT_DAYS", "JobRepository"]


class JobRepository(Runs):
    """Keeps runs: how each began and ended, how far it is by its parts, and the list of all."""

    def list(
        self, *, kind: str | None = None, state: JobState | None = None, limit: int = 50, below: str | None = None
    ) -> tuple[Sequence[Job], str | None]:
        """Return a page of runs, the latest first, and the place where the next page goes on (see `listed.page`)."""
        wanted = {"kind": kind, "state": state}
        rows, following = listed.page(self._table, keys.JOBS, limit=limit, below=below, wanted=wanted)
        found = self._table.batch_get((str(row["PK"]), keys.RECORD) for row in rows)
        jobs = {job.id: job for job in map(Job.model_validate, found)}
        return [jobs[row["id"]] for row in rows if row["id"] in jobs], following

    def running(self, since: str) -> Iterator[Job]:
        """Yield the runs begun since a moment that have not ended.

        Reads the index through: two weeks are some 2,000 entries of 250 bytes, 60 read units.
        """
        rows = self._table.query(
            "#list = :list AND listed_at > :since",
            {":list": keys.JOBS, ":since": since, ":running": "running"},
            IndexName=listed.INDEX,
            FilterExpression="#state = :running",
            ExpressionAttributeNames={"#list": "list", "#state": "state"},
        )
        found = self._table.batch_get((str(row["PK"]), keys.RECORD) for row in rows)
        yield from (job for job in map(Job.model_validate, found) if job.state == "running")

    def add_parts(
        self, job_id: str, states: Mapping[str, PartState], *, counts: Mapping[str, int], error: str | None = None
    ) -> None:
        """Record the parts of a run before any of them begins; `counts` are further totals, such as credits.

        `error` says why parts are deferred from the start.
        """
        expires = clock.in_days(KEPT_DAYS)
        self._table.batch_write(
            puts=(
                {"PK": keys.job(job_id), "SK": f"part:{part}", "state": state, "expires_at": expires}
                for part, state in states.items()
            )
        )
        totals: dict[str, int] = {**dict.fromkeys(job_requests.STATES, 0), **counts}
        for state in states.values():
            totals[state] += 1
        self._table.update(
            keys.job(job_id),
            keys.RECORD,
            "SET #counts = :counts, #errors = :errors, progress_at = :now",
            {":counts": totals, ":errors": [error] if error else [], ":now": clock.now()},
            ExpressionAttributeNames={"#counts": "counts", "#errors": "errors"},
        )
        self._settle(job_id)

    def part_ended(
        self, job_id: str, part: str, state: PartState, *, counts: Mapping[str, int], error: str | None = None
    ) -> None:
        """Record how a part ended; ends the run with its last part.

        Telling the same twice counts once: the part's own state and the totals change in one transaction. A part
        that failed and succeeds when it is tried again moves from one total to the other.
        """
        for _ in range(ATTEMPTS):
            stored = self._table.get(keys.job(job_id), f"part:{part}", consistent=True)
            if stored is None or stored["state"] == state:
                break
            job = self.get(job_id)
            # Each part keeps its own error; the job shows the first few, because an item has a largest size.
            shown = f"{part}: {error}" if error and job and len(job.errors) < ERRORS_SHOWN else None
            states = (stored["state"], state)
            try:
                self._table.transact(job_requests.part_actions(self._table, job_id, part, states, counts, error, shown))
            except ConditionFailed:
                continue
            break
        else:
            raise Conflict(f"job {job_id}: part {part} was changed by others {ATTEMPTS} times in a row")
        self._settle(job_id)

    def _settle(self, job_id: str) -> None:
        """End the run when no part is queued: failed if any part did, or if there were only parts to put off."""
        job = self.get(job_id)
        if job is None or job.aborted or job.counts.get("queued", 0) > 0:
            return
        nothing_done = job.counts.get("deferred", 0) > 0 and not job.counts.get("done", 0)
        state: JobState = "failed" if job.counts.get("failed", 0) or nothing_done else "succeeded"
        if job.state != state:
            # Only if no other part has ended since the totals were read; the last one to end settles it.
            self.end(job_id, state, {"ConditionExpression": "#counts = :counts"}, counts=job.counts)
