"""How far each harvest is, in the operations table: `job:<id>` / `harvest` beside the `record` of its job."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from marquee import clock, keys
from marquee.errors import Conflict, MarqueeError
from marquee.models.harvests import Harvest
from marquee.models.jobs import Job
from marquee.repositories.archive_states import KIND
from marquee.repositories.job_requests import listed
from marquee.repositories.jobs import ERRORS_SHOWN, KEPT_DAYS
from marquee.repositories.manifests import Manifests, settle_harvest
from marquee.repositories.table import ConditionFailed, Table

__all__ = ["HarvestBusy", "HarvestRepository", "Manifests", "settle_harvest"]

# What a harvest counts besides the states that every job counts: see the collector.
COUNTS = ("queued", "done", "failed", "deferred", "stored", "unchanged", "gone", "calls")
ATTEMPTS = 8


class HarvestBusy(MarqueeError):
    """Another invocation works on the harvest; `seconds` from now it has ended or is given up."""

    def __init__(self, job_id: str, seconds: float) -> None:
        super().__init__(f"harvest {job_id} is worked on by another invocation")
        self.seconds = seconds


class HarvestRepository:
    """Keeps harvests, for one invocation: `token` is its name, and it writes only what it has claimed."""

    def __init__(self, table: Table, token: str, *, time: Callable[[], float] = time.time) -> None:
        self._table = table
        self._token = token
        self._time = time
        self._until = 0.0

    def create(self, job_id: str, started_by: str, request: Mapping[str, object]) -> None:
        """Record a harvest and its job, each if it is not there: whoever asks may have begun the job."""
        now = clock.now()
        counts = dict.fromkeys(COUNTS, 0)
        job = Job(
            id=job_id,
            kind=KIND,
            state="running",
            started_at=now,
            started_by=started_by,
            progress_at=now,
            counts=counts,
            input=dict(request),
        )
        harvest = Harvest(job_id=job_id, request=dict(request), started_at=now)
        expires = {"expires_at": clock.in_days(KEPT_DAYS)}
        place = {"PK": keys.job(job_id), "SK": keys.RECORD, **listed(job_id, now)}
        stored = {**job.model_dump(mode="json"), **place, **expires}
        for item in (stored, _item(harvest)):
            try:
                self._table.put(item, ConditionExpression="attribute_not_exists(PK)")
            except ConditionFailed:
                continue

    def claim(self, job_id: str, until: float) -> Harvest | None:
        """Claim a harvest until a moment (epoch seconds) and return how far it is, None if there is none.

        Counts as a try: see Harvest. Raises HarvestBusy.
        """
        try:
            item = self._table.update(
                keys.job(job_id),
                keys.HARVEST,
                "SET claimed_by = :me, claimed_until = :until, tries = tries + :one",
                {":me": self._token, ":until": until, ":one": 1, ":now": self._time()},
                ConditionExpression="attribute_exists(PK) AND "
                "(attribute_not_exists(claimed_until) OR claimed_until < :now)",
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ConditionFailed as failure:
            if failure.item is None:
                return None
            raise HarvestBusy(job_id, failure.item["claimed_until"] - self._time()) from failure
        self._until = until
        return Harvest.model_validate(item)

    def save(self, harvest: Harvest) -> Harvest:
        """Record progress and return the harvest as it is recorded; this and the others raise HarvestBusy if the claim
        was lost.
        """
        return self._write(harvest)

    def save_selected(self, harvest: Harvest, queued: int) -> Harvest:
        """Record, together with the progress, how many ids the job has to collect."""
        return self._write(harvest, _counting(self._table, harvest.job_id, queued))

    def save_harvested(self, harvest: Harvest) -> Harvest:
        """Record that all ids are queued: from now on whoever collects the last one ends the job."""
        job = self._table.update_action(
            keys.job(harvest.job_id),
            keys.RECORD,
            "SET harvested = :yes, progress_at = :now",
            {":yes": True, ":now": clock.now()},
        )
        return self._write(harvest.model_copy(update={"stage": "ended"}), job)

    def fail(self, harvest: Harvest, reason: str) -> Harvest:
        """Record that a harvest has failed as a whole, whatever becomes of the ids that it has queued."""
        job = self._table.update_action(
            keys.job(harvest.job_id),
            keys.RECORD,
            "SET #state = :failed, finished_at = :now, aborted = :yes, #errors = list_append(#errors, :error)",
            {":failed": "failed", ":now": clock.now(), ":yes": True, ":error": [reason]},
            ExpressionAttributeNames={"#state": "state", "#errors": "errors"},
        )
        return self._write(harvest.model_copy(update={"stage": "failed"}), job, reason)

    def give_back(self, job_id: str) -> None:
        """Let another invocation go on at once."""
        # If the claim was lost, it is another one's to give back.
        with suppress(ConditionFailed):
            self._table.update(
                keys.job(job_id),
                keys.HARVEST,
                "SET claimed_until = :none",
                {":none": 0, ":me": self._token},
                ConditionExpression="claimed_by = :me",
            )

    def explain(self, job_id: str, reason: str) -> None:
        """Record why an attempt has failed, in the job too, though it goes on."""
        values = {":reason": reason, ":me": self._token}
        with suppress(ConditionFailed):
            self._table.update(
                keys.job(job_id),
                keys.HARVEST,
                "SET #reason = :reason",
                values,
                ConditionExpression="claimed_by = :me",
                ExpressionAttributeNames={"#reason": "reason"},
            )
        job = Job.model_validate(self._table.get(keys.job(job_id), keys.RECORD, consistent=True))
        if reason not in job.errors and len(job.errors) < ERRORS_SHOWN:
            self._table.update(
                keys.job(job_id),
                keys.RECORD,
                "SET #errors = list_append(#errors, :error)",
                {":error": [reason]},
                ExpressionAttributeNames={"#errors": "errors"},
            )

    def _write(self, harvest: Harvest, job: dict[str, Any] | None = None, reason: str = "") -> Harvest:
        """Put a harvest in the place of its claimed record, and change its job with it."""
        saved = harvest.model_copy(update={"tries": 0, "reason": reason})
        put = self._table.put_action(
            {**_item(saved), "claimed_by": self._token, "claimed_until": self._until},
            ConditionExpression="claimed_by = :me",
            ExpressionAttributeValues={":me": self._token},
        )
        for _ in range(ATTEMPTS):
            try:
                self._table.transact([put, job] if job else [put])
            except ConditionFailed:
                # Those who collect change the job as well; meeting them is not losing the claim.
                item = self._table.get(keys.job(harvest.job_id), keys.HARVEST, consistent=True)
                if item is None or item.get("claimed_by") != self._token:
                    raise HarvestBusy(harvest.job_id, 0) from None
            else:
                return saved
        raise Conflict(f"harvest {harvest.job_id} was changed by others {ATTEMPTS} times in a row")


def _item(harvest: Harvest) -> dict[str, object]:
    key = {"PK": keys.job(harvest.job_id), "SK": keys.HARVEST}
    return {**harvest.model_dump(mode="json"), **key, "expires_at": clock.in_days(KEPT_DAYS)}


def _counting(table: Table, job_id: str, queued: int) -> dict[str, Any]:
    """Return the update that adds to the ids a job has to collect, and gives it the counts that it does not have."""
    names = {f"#c{n}": name for n, name in enumerate(COUNTS)}
    sums = [f"#counts.{place} = if_not_exists(#counts.{place}, :none) + :c{place[2:]}" for place in names]
    values: dict[str, object] = {f":c{n}": queued if name == "queued" else 0 for n, name in enumerate(COUNTS)}
    return table.update_action(
        keys.job(job_id),
        keys.RECORD,
        "SET " + ", ".join([*sums, "progress_at = :now"]),
        {**values, ":none": 0, ":now": clock.now()},
        ExpressionAttributeNames={"#counts": "counts", **names},
    )
