"""The ids that went out with one message of a harvest: `job:<id>` / `chunk:<media type>:<number>`.

| attribute | meaning |
|---|---|
| `left` | by id that is still to be collected, how often the provider has failed on it |
| `failed` | by id that was given up, why |
| `token`, `leased_until` | who collects them now, until when (epoch seconds) nobody else does |
| `claims` | how often they were taken up since it last was told how that ended |
| `rounds` | how often it was told |
| `refusals` | how often in a row it was told that something else stood in the way |
| `begun_at` | when they were taken up first |
"""

import time
import uuid
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from marquee import clock, keys
from marquee.chunks import Chunk, changed_counts
from marquee.errors import Conflict
from marquee.models.archive import MediaType
from marquee.repositories.jobs import ERRORS_SHOWN, KEPT_DAYS
from marquee.repositories.table import ConditionFailed, Table

# A collision with others is over at once; not this often in a row.
ATTEMPTS = 8


class ChunkTaken(Conflict):
    """Somebody else collects the ids just now, for `seconds` more at the most."""

    def __init__(self, chunk: str, seconds: float) -> None:
        super().__init__(f"{chunk} is being collected, for {seconds:.0f} s more at the most")
        self.seconds = seconds


@dataclass(frozen=True)
class Claim:
    """The right to collect `ids` of a chunk, and the state in which they were found."""

    job_id: str
    media_type: MediaType
    number: int
    ids: tuple[int, ...]
    chunk: Chunk
    token: str

    @property
    def name(self) -> str:
        """Return what tells the chunk from all others."""
        return f"{self.job_id}-{self.media_type}-{self.number:05d}"


class ChunkRepository:
    """Lends the ids of a message to one collector at a time and counts what became of them.

    Whatever is told is told once: state and counts change in one transaction, on condition that the claim still
    stands.
    """

    def __init__(self, table: Table, *, clock: Callable[[], float] = time.time) -> None:
        self._table = table
        self._clock = clock

    def claim(
        self,
        job_id: str,
        media_type: MediaType,
        number: int,
        ids: Collection[int],
        *,
        until: float,
        again: bool = False,
    ) -> Claim | None:
        """Take up those of `ids` that are not done, until an epoch second; None when none is left.

        With `again` that includes what was given up. Raises ChunkTaken while somebody else has them.
        """
        for _ in range(ATTEMPTS):
            stored = self._table.get(keys.job(job_id), keys.job_chunk(media_type, number), consistent=True)
            before = _chunk(stored) if stored else Chunk(dict.fromkeys(ids, 0), begun_at=clock.now())
            wanted = before.taken_up_again(ids) if again else before
            # What failed before comes last: those that follow must not wait for it.
            mine = tuple(sorted((each for each in wanted.left if each in ids), key=lambda id: (wanted.left[id], id)))
            if not mine:
                return None
            lease = (stored or {}).get("leased_until", 0) - self._clock()
            if lease > 0:
                raise ChunkTaken(f"{job_id} {keys.job_chunk(media_type, number)}", lease)
            claim = Claim(job_id, media_type, number, mine, replace(wanted, claims=before.claims + 1), uuid.uuid4().hex)
            try:
                self._write(claim, before, stored.get("token") if stored else None, until=until)
            except ConditionFailed:
                continue
            return claim
        raise Conflict(f"job {job_id}: {keys.job_chunk(media_type, number)} was taken {ATTEMPTS} times in a row")

    def tell(self, claim: Claim, after: Chunk, counts: Mapping[str, int], *, until: float = 0) -> Claim:
        """Record what became of a claim and return it as it is now, nobody's unless it goes on `until` a moment.

        `counts` are further totals. Raises Conflict if somebody else has taken over.
        """
        told = replace(claim, chunk=after, token=uuid.uuid4().hex)
        reason = next((f"{claim.media_type} {id}: {why}" for id, why in after.given_up_since(claim.chunk).items()), "")
        for _ in range(ATTEMPTS):
            try:
                self._write(told, claim.chunk, claim.token, until=until, counts=counts, error=reason)
            except ConditionFailed:
                stored = self._table.get(keys.job(claim.job_id), _sort_key(claim), consistent=True) or {}
                if stored.get("token") == claim.token:
                    continue
                break
            return told
        raise Conflict(f"{claim.name}: others were faster")

    def release(self, claim: Claim) -> None:
        """Undo a claim of which nothing could be told, unless somebody else has taken over."""
        before = replace(claim.chunk, claims=claim.chunk.claims - 1)
        with suppress(ConditionFailed):
            self._write(replace(claim, chunk=before, token=uuid.uuid4().hex), claim.chunk, claim.token)

    def _write(
        self,
        claim: Claim,
        before: Chunk,
        token: str | None,
        *,
        until: float = 0,
        counts: Mapping[str, int] | None = None,
        error: str = "",
    ) -> None:
        """Replace the chunk whose token is `token`, and change the totals of its job if any change."""
        item = {
            "PK": keys.job(claim.job_id),
            "SK": _sort_key(claim),
            "left": {str(id): tries for id, tries in claim.chunk.left.items()},
            "failed": {str(id): why for id, why in claim.chunk.failed.items()},
            "claims": claim.chunk.claims,
            "rounds": claim.chunk.rounds,
            "refusals": claim.chunk.refusals,
            "begun_at": claim.chunk.begun_at,
            "token": claim.token,
            "leased_until": until,
            "expires_at": clock.in_days(KEPT_DAYS),
        }
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(PK)"}
        if token:
            condition = {
                "ConditionExpression": "#token = :token",
                "ExpressionAttributeValues": {":token": token},
                "ExpressionAttributeNames": {"#token": "token"},
            }
        changes = {**changed_counts(before, claim.chunk), **(counts or {})}
        changes = {name: change for name, change in changes.items() if change}
        if changes:
            job = self._job_action(claim.job_id, changes, error)
            self._table.transact([self._table.put_action(item, **condition), job])
        else:
            self._table.put(item, **condition)

    def _job_action(self, job_id: str, changes: Mapping[str, int], error: str) -> dict[str, Any]:
        names = {"#counts": "counts", **{f"#c{n}": name for n, name in enumerate(changes)}}
        values: dict[str, object] = {f":c{n}": change for n, change in enumerate(changes.values())}
        values |= {":zero": 0, ":now": clock.now()}
        sums = [f"#counts.#c{n} = if_not_exists(#counts.#c{n}, :zero) + :c{n}" for n in range(len(changes))]
        sums.append("progress_at = :now")
        if error and self._shows_more_errors(job_id):
            names["#errors"], values[":error"] = "errors", [error]
            sums.append("#errors = list_append(#errors, :error)")
        return self._table.update_action(
            keys.job(job_id),
            keys.RECORD,
            "SET " + ", ".join(sums),
            values,
            ConditionExpression="attribute_exists(PK)",
            ExpressionAttributeNames=names,
        )

    def _shows_more_errors(self, job_id: str) -> bool:
        job = self._table.get(keys.job(job_id), keys.RECORD) or {}
        return len(job.get("errors", ())) < ERRORS_SHOWN


def _sort_key(claim: Claim) -> str:
    return keys.job_chunk(claim.media_type, claim.number)


def _chunk(item: Mapping[str, Any]) -> Chunk:
    return Chunk(
        left={int(id): tries for id, tries in item["left"].items()},
        failed={int(id): why for id, why in item["failed"].items()},
        claims=item["claims"],
        rounds=item["rounds"],
        # Chunks that were written before there was this count do not have it.
        refusals=item.get("refusals", 0),
        begun_at=item["begun_at"],
    )
