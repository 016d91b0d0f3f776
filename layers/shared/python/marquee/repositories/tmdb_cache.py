"""TMDB's lists in the tmdb_cache table: `<category>#<type>#<version>` / rank, read through pointers in `current`.

A pointer names, for each rank, the version whose row stands there, so that a new version writes only what has
changed. Rows are never changed in place and go by their time to live, so a reader never sees half of two versions.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeVar

from marquee import clock, keys
from marquee.models.tmdb_cache import CachedItem, CachedList, ListName
from marquee.repositories.table import BATCH_GET, ConditionFailed, Item, Key, Table
from marquee.tmdb_cache import KEPT_SECONDS, has_changed

Use = Literal["hit", "stale", "miss"]
Read = TypeVar("Read")
# A read that pauses before each request, so that it may go on later.
Steps = Generator[None, None, Read]

# How long (seconds) nobody else asks for missing lists after a viewer's request has.
ASK_AGAIN_SECONDS = 300
USAGE_DAYS = 40


@dataclass(frozen=True)
class Written:
    """What became of a list: rows written, rows that stand as they were, and whether readers see them now."""

    written: int
    unchanged: int
    switched: bool


class TmdbCache:
    """Reads and replaces whole lists, and counts how they are used."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def lists(self, regions: Sequence[str]) -> list[CachedList]:
        """Return the lists of `regions` and of the world, by one Query for each of them and batch reads.

        Among them are lists that failed and were never complete; what has expired is not.
        """
        steps = self.lists_in_steps(regions)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                found: list[CachedList] = end.value
                return found

    def lists_in_steps(self, regions: Sequence[str]) -> Steps[list[CachedList]]:
        """Return the same lists, pausing before each request."""
        found: list[Item] = []
        for country in dict.fromkeys((*regions, keys.WORLD)):
            yield
            values = {":pk": keys.CURRENT, ":country": keys.current_lists(country)}
            found += self._table.query("PK = :pk AND begins_with(SK, :country)", values, ConsistentRead=True)
        return (yield from self._read(found))

    def replace(
        self, name: ListName, items: Sequence[CachedItem], *, version: str, checked_at: str, before: CachedList | None
    ) -> Written:
        """Make `items`, by rank from 1, the list, writing only rows that differ from `before`.

        `version` is new with each run. One conditional write of the pointer shows them all at once; if another run
        has renewed the list since `before` was read, nothing is shown of ours, and its rows expire.
        """
        now, old = _seconds(checked_at), before or CachedList(name)
        stored = {item.rank: item for item in old.items}
        changed = {item.rank for item in items if has_changed(stored.get(item.rank), item, now)}
        versions = tuple(version if item.rank in changed else old.versions[item.rank - 1] for item in items)
        self._table.batch_write(puts=[_row(name, version, item) for item in items if item.rank in changed])
        pointer = {
            "PK": keys.CURRENT,
            "SK": _sk(name),
            "version": (old.version if versions == old.versions else None) or version,
            "checked_at": checked_at,
            "versions": versions,
            "expiresAt": now + KEPT_SECONDS,
        }
        switched = True
        try:
            self._table.put(pointer, **_still(old))
        except ConditionFailed:
            switched = False
        return Written(len(changed), len(items) - len(changed), switched)

    def record_failure(self, name: ListName, reason: str, at: str) -> None:
        """Record why the run of `at` did not renew a list, unless a later one has; what is shown stays.

        The pointer outlives its rows, so that a list that fails for longer than they are kept still says why.
        """
        with suppress(ConditionFailed):
            self._table.update(
                keys.CURRENT,
                _sk(name),
                "SET failure = :reason, failed_at = :at, expiresAt = :expires",
                {":reason": reason, ":at": at, ":expires": _seconds(at) + KEPT_SECONDS},
                ConditionExpression="attribute_not_exists(checked_at) OR checked_at < :at",
            )

    def drop(self, found: CachedList) -> bool:
        """Show a list no more, unless it has been renewed since it was `found`; its rows expire."""
        try:
            self._table.delete(keys.CURRENT, _sk(found.name), **_still(found))
        except ConditionFailed:
            return False
        return True

    def ask(self, now: str, wait_seconds: int = ASK_AGAIN_SECONDS) -> bool:
        """Return whether the caller is the one to ask for missing lists: one in `wait_seconds` is."""
        earlier = clock.timestamp(clock.parse(now) - timedelta(seconds=wait_seconds))
        try:
            self._table.update(
                keys.ASKED,
                "lists",
                "SET asked_at = :now",
                {":now": now, ":earlier": earlier},
                ConditionExpression="attribute_not_exists(asked_at) OR asked_at <= :earlier",
            )
        except ConditionFailed:
            return False
        return True

    def count_use(self, day: str, counts: Mapping[tuple[str, Use], int]) -> None:
        """Add to how often lists of each category were used on a day (`2026-11-21`), and how fresh they were."""
        if not counts:
            return
        uses = list(counts.items())
        self._table.update(
            keys.USAGE,
            day,
            "SET expiresAt = :expires ADD " + ", ".join(f"#{n} :{n}" for n in range(len(uses))),
            {":expires": _seconds(day) + USAGE_DAYS * 86_400, **{f":{n}": count for n, (_, count) in enumerate(uses)}},
            ExpressionAttributeNames={f"#{n}": f"{category}:{use}" for n, ((category, use), _) in enumerate(uses)},
        )

    def usage(self, days: Sequence[str]) -> dict[str, dict[str, int]]:
        """Return what was counted on each of `days`: `<category>:<hit, stale or miss>` → uses."""
        found = self._table.batch_get((keys.USAGE, day) for day in days)
        return {item["SK"]: {name: count for name, count in item.items() if ":" in name} for item in found}

    def shelf(self, region: str) -> bytes | None:
        """Return what the guide has made of the lists of a country and packed for its other functions, if it holds."""
        found = self._table.get(keys.SHELF, region)
        return found["packed"] if found and found["expiresAt"] > _seconds(clock.now()) else None

    def put_shelf(self, region: str, packed: bytes, seconds: int) -> None:
        """Store what the guide has made of the lists of a country, in place of what is there, for so many seconds."""
        expires = _seconds(clock.now()) + seconds
        self._table.put({"PK": keys.SHELF, "SK": region, "packed": packed, "expiresAt": expires})

    def _read(self, pointers: Iterable[Item]) -> Steps[list[CachedList]]:
        """Return what pointers lead to. DynamoDB may keep for days what has expired: that is not read."""
        now = int(datetime.now(UTC).timestamp())
        alive = {_name(each): each for each in pointers if each["expiresAt"] > now}
        wanted = [key for name, each in alive.items() for key in _row_keys(name, each)]
        # A pointer may have been seen just after it was switched: rows that are only eventually there would be missed.
        rows: list[Item] = []
        for start in range(0, len(wanted), BATCH_GET):
            yield
            rows += self._table.batch_get(wanted[start : start + BATCH_GET], ConsistentRead=True)
        by_key = {(row["PK"], row["SK"]): row for row in rows if row["expiresAt"] > now}
        return [_list(name, each, by_key) for name, each in alive.items()]


def _list(name: ListName, pointer: Item, rows: Mapping[Key, Item]) -> CachedList:
    items = [rows[key] for key in _row_keys(name, pointer) if key in rows]
    return CachedList(
        name=name,
        items=tuple(map(CachedItem.model_validate, items)),
        checked_at=pointer.get("checked_at"),
        version=pointer.get("version"),
        versions=tuple(pointer.get("versions", ())),
        failure=pointer.get("failure"),
        failed_at=pointer.get("failed_at"),
    )


def _row(name: ListName, version: str, item: CachedItem) -> dict[str, object]:
    pk, sk = _row_key(name, version, item.rank)
    return {"PK": pk, "SK": sk, **item.model_dump(by_alias=True, exclude_none=True)}


def _row_keys(name: ListName, pointer: Item) -> list[Key]:
    versions = pointer.get("versions", ())
    return [_row_key(name, version, number) for number, version in enumerate(versions, start=1)]


def _row_key(name: ListName, version: str, number: int) -> Key:
    return keys.cached_list(name.category, name.media_type, version), keys.rank(number)


def _still(before: CachedList) -> dict[str, Any]:
    """Return the condition that a pointer is as it was read; one that has expired is as good as none."""
    if before.version is None:
        return {
            "ConditionExpression": "attribute_not_exists(version) OR expiresAt <= :now",
            "ExpressionAttributeValues": {":now": int(datetime.now(UTC).timestamp())},
        }
    return {
        "ConditionExpression": "version = :version AND checked_at = :checked_at",
        "ExpressionAttributeValues": {":version": before.version, ":checked_at": before.checked_at},
    }


def _sk(name: ListName) -> str:
    return keys.current_list(name.category, name.media_type, name.region)


def _name(pointer: Item) -> ListName:
    region, category, media_type = pointer["SK"].split("#")
    return ListName(category, media_type, None if region == keys.WORLD else region)


def _seconds(moment: str) -> int:
    return int(clock.parse(moment).timestamp())
