"""Which films, programmes and people the simulated TMDB has on a day, and which changed on it."""

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from local.catalogue import Catalogue, Person, Title, made
from local.upstreams.limits import Clock

KINDS = ("movie", "tv", "person")
# The first id for what the control endpoint adds by number alone: above any grid of made ids.
_FIRST_ADDED = 400_000_000
# Changes before this day are not counted in a revision.
_EPOCH = date(2026, 1, 1).toordinal()

Days = dict[str, dict[int, date]]


def _by_kind() -> dict[str, dict[Any, Any]]:
    return {kind: {} for kind in KINDS}


@dataclass(slots=True)
class Population:
    """The catalogue's ids, the made ones beside them, and what the control endpoint added, changed and removed.

    On each day a made or catalogued id in `changed_share` changes, every id in its turn; a made one then has another
    number of votes. `shift` moves TMDB's clock, in seconds, against the real one; limits stay with the real one.
    `missing` holds patterns of the names of export files that are not there.
    """

    catalogue: Catalogue
    clock: Clock
    made: Mapping[str, int]
    changed_share: float = 0.006
    shift: float = 0.0
    missing: list[str] = field(default_factory=list)
    added: Days = field(default_factory=_by_kind)
    gone: Days = field(default_factory=_by_kind)
    changed: dict[str, dict[date, dict[int, None]]] = field(default_factory=_by_kind)
    _catalogued: dict[str, list[int]] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """Return what TMDB's clock says."""
        return datetime.fromtimestamp(self.clock() + self.shift, UTC)

    @property
    def today(self) -> date:
        """Return TMDB's day."""
        return self.now.date()

    def catalogued(self, kind: str) -> list[int]:
        """Return the ids that the catalogue has, ascending."""
        if kind not in self._catalogued:
            titles = (number for own, number in self.catalogue.by_tmdb if own == kind)
            self._catalogued[kind] = sorted(self.catalogue.people if kind == "person" else titles)
        return self._catalogued[kind]

    def title(self, kind: str, number: int) -> Title | None:
        """Return the film or programme of an id as it is today, None when there is none."""
        if not self.exists(kind, number):
            return None
        revision = self.revision(kind, number)
        title = self.catalogue.of_tmdb(kind, number)
        if title is None:
            return made.made_title(kind, number, revision)
        return replace(title, revision=revision) if revision else title

    def person(self, number: int) -> Person | None:
        """Return the person of an id, None when there is none."""
        return self.catalogue.person(number) if self.exists("person", number) else None

    def exists(self, kind: str, number: int) -> bool:
        """Tell whether an id leads anywhere today."""
        if number in self.gone[kind]:
            return False
        return self._is_old(kind, number) or self.added[kind].get(number, date.max) <= self.today

    def revision(self, kind: str, number: int) -> int:
        """Return how often an id changed since the start of 2026; a catalogued one by the control endpoint alone."""
        today = self.today
        told = sum(number in ids for day, ids in self.changed[kind].items() if day <= today)
        if not self._is_made(kind, number):
            return told
        every, place = self._every, made.place_of(number) or 0
        return told + (max(0, (today.toordinal() - _EPOCH - place % every) // every + 1) if every else 0)

    def changed_on(self, kind: str, day: date) -> Iterator[int]:
        """Yield the ids that changed on a day, and those that began on it; the gone ones among them too."""
        if day > self.today:
            return
        yield from self.changed[kind].get(day, ())
        yield from (number for number, first in self.added[kind].items() if first == day)
        if self._every:
            turn = (day.toordinal() - _EPOCH) % self._every
            yield from self.catalogued(kind)[turn :: self._every]
            yield from map(made.id_of, range(turn, self.made.get(kind, 0), self._every))

    def listed(self, kind: str, day: date) -> Iterator[int]:
        """Yield the ids of a day's export besides the made ones, which `made` and `gone` tell."""
        gone = self.gone_before(kind, day)
        later = (number for number, first in self.added[kind].items() if first <= day)
        yield from (number for group in (self.catalogued(kind), later) for number in group if number not in gone)

    def gone_before(self, kind: str, day: date) -> set[int]:
        """Return the ids that a day's export no longer lists: those that went before it."""
        return {number for number, last in self.gone[kind].items() if last < day}

    def count(self, kind: str, day: date) -> int:
        """Return how many ids the export of a day lists."""
        gone = sum(self._is_made(kind, number) for number in self.gone_before(kind, day))
        return sum(1 for _ in self.listed(kind, day)) + self.made.get(kind, 0) - gone

    def add(self, kind: str, day: date, ids: list[int] | int) -> list[int]:
        """Let ids exist from a day on, so many new ones or the given ones, and return them.

        Raises ValueError for one that exists already.
        """
        if isinstance(ids, int):
            first = max((*self.added[kind], _FIRST_ADDED - 1)) + 1
            ids = list(range(first, first + ids))
        for number in ids:
            if number < 1 or self._is_old(kind, number):
                raise ValueError(f"{number} cannot be added: it is no id or there is such a {kind} already")
        self.added[kind] |= dict.fromkeys(ids, day)
        return ids

    def change(self, kind: str, day: date, ids: list[int]) -> None:
        """Let ids change on a day."""
        self.changed[kind].setdefault(day, {}).update(dict.fromkeys(ids))

    def remove(self, kind: str, ids: list[int]) -> None:
        """Let ids be gone from now on."""
        self.gone[kind] |= dict.fromkeys(ids, self.today)

    def begin_at(self, moment: datetime | None) -> None:
        """Set TMDB's clock, which goes on from there; None brings the real one back."""
        self.shift = 0.0 if moment is None else moment.timestamp() - self.clock()

    @property
    def _every(self) -> int:
        """Return how many days an id waits for its next turn to change, 0 for ever."""
        return math.ceil(1 / self.changed_share) if self.changed_share else 0

    def _is_old(self, kind: str, number: int) -> bool:
        return self._is_made(kind, number) or self._is_catalogued(kind, number)

    def _is_made(self, kind: str, number: int) -> bool:
        place = made.place_of(number)
        return place is not None and place < self.made.get(kind, 0)

    def _is_catalogued(self, kind: str, number: int) -> bool:
        known = self.catalogued(kind)
        place = bisect_left(known, number)
        return place < len(known) and known[place] == number


def days_between(first: date, last: date) -> list[date]:
    """Return the days from one to another, both included, the last one first."""
    return [last - timedelta(days=each) for each in range((last - first).days + 1)]
