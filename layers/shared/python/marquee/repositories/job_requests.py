"""What a run writes into the operations table, as requests: its beginning, its parts, its end and its lock."""

import uuid
from collections.abc import Mapping
from typing import Any

from marquee import clock, keys
from marquee.models.jobs import PartState
from marquee.repositories.table import Item, Table

KEPT_DAYS = 90
STATES: tuple[PartState, ...] = ("queued", "done", "failed", "deferred")


def new_id(now: str) -> str:
    """Return the id of a run that begins now; ids are in the order of time, to the second."""
    return f"{now[:19].replace(':', '').replace('-', '')}-{uuid.uuid4().hex[:12]}"


def started_item(
    job_id: str, kind: str, started_by: str, input: Mapping[str, object], now: str, lock: str | None
) -> Item:
    """Return the record of a run that begins."""
    return {
        "PK": keys.job(job_id),
        "SK": keys.RECORD,
        "id": job_id,
        "kind": kind,
        "state": "running",
        "started_at": now,
        "progress_at": now,
        "started_by": started_by,
        "input": dict(input),
        "counts": dict.fromkeys(STATES, 0),
        "errors": [],
        "lock": lock,
        **listed(job_id, now),
        "expires_at": clock.in_days(KEPT_DAYS),
    }


def listed(job_id: str, started_at: str) -> dict[str, object]:
    """Return what puts a run into the list of all runs."""
    return {"list": keys.JOBS, "listed_at": keys.listed_at(started_at, job_id)}


def lock_action(table: Table, lock: str, job_id: str, void: str | None) -> dict[str, Any]:
    """Return the Put that takes a lock: one that nobody has, or that a run has which is over (`void`)."""
    held = {"ExpressionAttributeValues": {":void": void}} if void else {}
    return table.put_action(
        {"PK": keys.running(lock), "SK": keys.LOCK, "job_id": job_id, "expires_at": clock.in_days(KEPT_DAYS)},
        ConditionExpression="attribute_not_exists(PK)" + (" OR job_id = :void" if void else ""),
        **held,
    )


def freeing_actions(table: Table, lock: str, job_id: str, state: str) -> list[dict[str, Any]]:
    """Return what frees a lock and remembers a success of who had it; it fails if another run has the lock."""
    free = table.delete_action(
        keys.running(lock),
        keys.LOCK,
        ConditionExpression="attribute_not_exists(PK) OR job_id = :job",
        ExpressionAttributeValues={":job": job_id},
    )
    if state != "succeeded":
        return [free]
    success = {"PK": keys.running(lock), "SK": keys.SUCCEEDED, "job_id": job_id, "succeeded_at": clock.now()}
    return [free, table.put_action(success)]


def ended(state: str, **more: object) -> tuple[str, dict[str, object], dict[str, str]]:
    """Return the expression, values and names that end a run; `more` are attributes to set with it."""
    values: dict[str, object] = {
        ":state": state,
        ":now": clock.now(),
        **{f":{name}": each for name, each in more.items()},
    }
    sets = ["#state = :state", "finished_at = :now", "progress_at = :now", *(f"#{name} = :{name}" for name in more)]
    return "SET " + ", ".join(sets), values, {"#state": "state", **{f"#{name}": name for name in more}}


def part_actions(
    table: Table,
    job_id: str,
    part: str,
    states: tuple[str, str],
    counts: Mapping[str, int],
    error: str | None,
    shown: str | None,
) -> list[dict[str, Any]]:
    """Return what moves a part from one state to another and counts it; the job shows `shown` as a reason."""
    old, new = states
    changes = {**counts, old: -1, new: 1}
    names = {"#counts": "counts", **{f"#c{n}": name for n, name in enumerate(changes)}}
    values: dict[str, object] = {f":c{n}": change for n, change in enumerate(changes.values())}
    sums = [f"#counts.#c{n} = if_not_exists(#counts.#c{n}, :zero) + :c{n}" for n in range(len(changes))]
    sums.append("progress_at = :now")
    values |= {":zero": 0, ":now": clock.now()}
    if shown:
        names["#errors"], values[":error"] = "errors", [shown]
        sums.append("#errors = list_append(#errors, :error)")
    part_values: dict[str, object] = {":old": old, ":new": new, ":error": error or ""}
    return [
        table.update_action(
            keys.job(job_id),
            f"part:{part}",
            "SET #state = :new, #error = :error",
            part_values,
            ConditionExpression="#state = :old",
            ExpressionAttributeNames={"#state": "state", "#error": "error"},
        ),
        table.update_action(
            keys.job(job_id), keys.RECORD, "SET " + ", ".join(sums), values, ExpressionAttributeNames=names
        ),
    ]
