"""Keeps what has changed of an item: its objects, and the rows that tell SQL of it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from marquee import clock
from marquee.archive import fingerprint, flat
from marquee.clients.tmdb_archive import SEASON_PREFIX, listed_seasons
from marquee.models.archive import ArchivedVersion, Kind, MediaType
from marquee.repositories.archive import ArchiveStore, Overtaken, season_id

# TMDB's data may be kept for six months, and the lifecycle of the bucket removes an object that is 120 days old. An
# item that is collected when its object is this old is written again although it is the same: it has to last until the
# next full harvest, which is 90 days later and takes up to 10 days; the lifecycle may be a day off.
RENEWED_AFTER_SECONDS = 15 * 86_400
# Looks at an object that others write at the same time; only one collector at a time has an id of a harvest.
ATTEMPTS = 4

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Kept:
    """What became of an item, and its rows by table."""

    state: Literal["stored", "unchanged", "gone"]
    rows: Rows = field(default_factory=dict)


class Keeper:
    """Writes objects that differ from what the archive has, and says which rows belong to that.

    Rows are written after the objects, so a function that dies in between would leave an object without them. So an
    object that the same chunk has written earlier (not before `begun_at`) gets its rows once more. A tombstone holds
    nothing that could grow too old: it is written once, and when the lifecycle has removed it, none is missing.
    """

    def __init__(self, store: ArchiveStore) -> None:
        self._store = store

    def keep(self, media_type: MediaType, id: int, body: dict[str, Any], *, at: str, begun_at: str) -> Kept:
        """Store an item as it is `at` a moment."""
        rows: Rows = {}
        # By a clock behind the one that the chunk was begun by, what it has written would be taken for older than it.
        at = max(at, begun_at)
        parts = dict(objects(media_type, id, body))
        for (kind, name), part in parts.items():
            add(rows, self._keep(kind, name, part, at, begun_at))
        if media_type == "tv" and "tv" in rows:
            add(rows, self._bury_seasons(self._dropped_seasons(id, body), at, begun_at))
        return Kept("stored" if rows else "unchanged", rows)

    def bury(self, media_type: MediaType, id: int, *, at: str, begun_at: str) -> Kept:
        """Record that there is no such item, nor any season of it, `at` a moment; nothing if it never was stored."""
        at = max(at, begun_at)
        rows = self._bury(media_type, str(id), at, begun_at)
        if media_type == "tv":
            add(rows, self._bury_seasons(self._store.seasons(id), at, begun_at))
        return Kept("gone", rows)

    def _keep(self, kind: Kind, id: str, body: dict[str, Any], at: str, begun_at: str) -> Rows:
        sha256 = fingerprint.body_hash(body)

        def attempt() -> Rows:
            standing = self._store.standing(kind, id)
            stored = standing.version
            if stored and is_current(stored, sha256, at):
                return flat.rows(kind, body, stored.collected_at, id=id) if stored.collected_at >= begun_at else {}
            self._store.put(kind, id, body, sha256=sha256, collected_at=at, over=standing)
            return flat.rows(kind, body, at, id=id)

        return until_written(attempt)

    def _bury(self, kind: Kind, id: str, at: str, begun_at: str) -> Rows:
        def attempt() -> Rows:
            standing = self._store.standing(kind, id)
            stored = standing.version
            if stored is None:
                return {}
            if stored.gone:
                return flat.gone(kind, id, stored.collected_at) if stored.collected_at >= begun_at else {}
            self._store.bury(kind, id, collected_at=at, over=standing)
            return flat.gone(kind, id, at)

        return until_written(attempt)

    def _dropped_seasons(self, id: int, series: Mapping[str, Any]) -> list[str]:
        """Return the stored seasons that a series lists no more; one that does not list any says nothing of them."""
        if not isinstance(series.get("seasons"), list):
            return []
        came = (int(part.removeprefix(SEASON_PREFIX)) for part in series if part.startswith(SEASON_PREFIX))
        there = {season_id(id, number) for number in (*listed_seasons(series), *came)}
        return [name for name in self._store.seasons(id) if name not in there]

    def _bury_seasons(self, names: list[str], at: str, begun_at: str) -> Rows:
        rows: Rows = {}
        for name in names:
            add(rows, self._bury("season", name, at, begun_at))
        return rows


def until_written(attempt: Callable[[], Rows]) -> Rows:
    """Compare and write until nobody has written in between; raises Overtaken if that never ends.

    What was written, but nobody heard of it, is found by the next look.
    """
    for _ in range(ATTEMPTS - 1):
        with suppress(Overtaken):
            return attempt()
    return attempt()


def objects(media_type: MediaType, id: int, body: Mapping[str, Any]) -> Iterator[tuple[tuple[Kind, str], Any]]:
    """Yield the objects of an item by kind and id: seasons are stored apart from their series, after it."""
    seasons = {part: body[part] for part in body if media_type == "tv" and part.startswith(SEASON_PREFIX)}
    yield (media_type, str(id)), {name: value for name, value in body.items() if name not in seasons}
    for part, season in seasons.items():
        yield ("season", season_id(id, int(part.removeprefix(SEASON_PREFIX)))), season


def is_current(stored: ArchivedVersion, sha256: str, at: str) -> bool:
    """Return whether the archive has the same and need not write it again for its age."""
    return stored.sha256 == sha256 and clock.seconds_between(stored.collected_at, at) < RENEWED_AFTER_SECONDS


def add(rows: Rows, more: Rows) -> None:
    """Add `more` rows to those of the same tables."""
    for table, each in more.items():
        rows.setdefault(table, []).extend(each)
