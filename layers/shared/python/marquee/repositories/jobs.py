"""Scheduled and manual runs in the operations table: `job:<id>` / `record`, and `part:<name>` for each part."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from marquee import clock, keys
from marquee.errors import Conflict
from marquee.models.operations import Job, JobState, PartState
from marquee.repositories.table import ConditionFailed, Table

KEPT_DAYS = 90
ATTEMPTS = 8
ERRORS_SHOWN = 20


class JobRepository:
    """Keeps what a run was asked to do, how far it is and how it ended."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def start(self, kind: str, *, started_by: str, input: Mapping[str, object]) -> str:
        """Record that a run has begun; returns its id."""
        now = clock.now()
        job_id = f"{now[:19].replace(':', '').replace('-', '')}-{uuid.uuid4().hex[:12]}"
        counts = {"queued": 0, "done": 0, "failed": 0, "deferred": 0}
        self._table.put(
            {
                "PK": keys.job(job_id),
                "SK": keys.RECORD,
                "id": job_id,
                "kind": kind,
                "state": "running",
                "started_at": now,
                "started_by": started_by,
                "input": dict(input),
                "counts": counts,
                "errors": [],
                "expires_at": clock.in_days(KEPT_DAYS),
            }
        )
        return job_id

    @contextmanager
    def failing(self, job_id: str) -> Iterator[None]:
        """Record that a run has failed if what is done within fails, and let the error go on."""
        try:
            yield
        except Exception as error:
            self._table.update(
                keys.job(job_id),
                keys.RECORD,
                "SET #state = :failed, finished_at = :now, aborted = :yes, #errors = list_append(#errors, :error)",
                {":failed": "failed", ":now": clock.now(), ":yes": True, ":error": [_reason(error)]},
                ExpressionAttributeNames={"#state": "state", "#errors": "errors"},
            )
            raise

    def get(self, job_id: str) -> Job | None:
        """Return a job or None."""
        item = self._table.get(keys.job(job_id), keys.RECORD, consistent=True)
        return Job.model_validate(item) if item else None

    def succeeded(self, job_id: str, *, counts: Mapping[str, int]) -> None:
        """Record that a run without parts has done its work."""
        self._table.update(
            keys.job(job_id),
            keys.RECORD,
            "SET #state = :state, finished_at = :now, #counts = :counts",
            {":state": "succeeded", ":now": clock.now(), ":counts": counts},
            ExpressionAttributeNames={"#state": "state", "#counts": "counts"},
        )

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
        totals: dict[str, int] = {"queued": 0, "done": 0, "failed": 0, "deferred": 0, **counts}
        for state in states.values():
            totals[state] += 1
        self._table.update(
            keys.job(job_id),
            keys.RECORD,
            "SET #counts = :counts, #errors = :errors",
            {":counts": totals, ":errors": [error] if error else []},
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
            try:
                self._table.transact(self._part_actions(job_id, part, (stored["state"], state), counts, error, shown))
            except ConditionFailed:
                continue
            break
        else:
            raise Conflict(f"job {job_id}: part {part} was changed by others {ATTEMPTS} times in a row")
        self._settle(job_id)

    def _part_actions(
        self,
        job_id: str,
        part: str,
        states: tuple[str, str],
        counts: Mapping[str, int],
        error: str | None,
        shown: str | None,
    ) -> list[dict[str, Any]]:
        old, new = states
        changes = {**counts, old: -1, new: 1}
        names = {"#counts": "counts", **{f"#c{n}": name for n, name in enumerate(changes)}}
        values: dict[str, object] = {f":c{n}": change for n, change in enumerate(changes.values())}
        sums = [f"#counts.#c{n} = if_not_exists(#counts.#c{n}, :zero) + :c{n}" for n in range(len(changes))]
        values[":zero"] = 0
        if shown:
            names["#errors"], values[":error"] = "errors", [shown]
            sums.append("#errors = list_append(#errors, :error)")
        part_values: dict[str, object] = {":old": old, ":new": new, ":error": error or ""}
        return [
            self._table.update_action(
                keys.job(job_id),
                f"part:{part}",
                "SET #state = :new, #error = :error",
                part_values,
                ConditionExpression="#state = :old",
                ExpressionAttributeNames={"#state": "state", "#error": "error"},
            ),
            self._table.update_action(
                keys.job(job_id), keys.RECORD, "SET " + ", ".join(sums), values, ExpressionAttributeNames=names
            ),
        ]

    def _settle(self, job_id: str) -> None:
        """End the run when no part is queued: failed if any part did, or if there were only parts to put off."""
        job = self.get(job_id)
        if job is None or job.aborted or job.counts.get("queued", 0) > 0:
            return
        nothing_done = job.counts.get("deferred", 0) > 0 and not job.counts.get("done", 0)
        state: JobState = "failed" if job.counts.get("failed", 0) or nothing_done else "succeeded"
        if job.state != state:
            # Only if no other part has ended since the totals were read; the last one to end settles it.
            with suppress(ConditionFailed):
                self._table.update(
                    keys.job(job_id),
                    keys.RECORD,
                    "SET #state = :state, finished_at = :now",
                    {":state": state, ":now": clock.now(), ":counts": job.counts},
                    ConditionExpression="#counts = :counts",
                    ExpressionAttributeNames={"#state": "state", "#counts": "counts"},
                )

    def record_success(self, kind: str) -> None:
        """Record that a run of a kind has succeeded now."""
        self._table.put({"PK": keys.job_kind(kind), "SK": "succeeded", "succeeded_at": clock.now()})

    def last_success(self, kind: str) -> str | None:
        """Return when a run of a kind last succeeded, None if it never has."""
        item = self._table.get(keys.job_kind(kind), "succeeded")
        return str(item["succeeded_at"]) if item else None


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
