"""What a run is asked for and which lists that makes. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from marquee import clock
from marquee.models.tmdb_cache import CachedList, ListName
from marquee.tmdb_cache import GENRE_PREFIX, PlannedList, acclaimed_lists, daily_lists, state
from marquee.traffic import TrafficClass
from tmdb_cache_refresh.genres import genre_lists


class RefreshRequest(BaseModel):
    """R2's input, `{"scheduleType": "daily"}`, `weekly` or `full` (both).

    With `only_missing` a run fetches the first page of lists that have no version to read: a viewer waits for them.
    A field that is not known is refused, because a misspelt one would start another run than was meant.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    schedule_type: Literal["daily", "weekly", "full"] = Field(alias="scheduleType")
    started_by: str = "schedule"
    job_id: str | None = None
    only_missing: bool = False

    @property
    def traffic(self) -> TrafficClass:
        """Return the class that the calls count for."""
        return TrafficClass.VIEWER if self.only_missing else TrafficClass.SCHEDULED

    @property
    def is_weekly(self) -> bool:
        """Return whether the lists of the week are asked for."""
        return self.schedule_type != "daily"


@dataclass(frozen=True)
class Plan:
    """What a run fetches, for whom, and which lists of genres are shown no more once all the others are there."""

    lists: tuple[PlannedList, ...]
    traffic: TrafficClass = TrafficClass.SCHEDULED
    outdated: tuple[CachedList, ...] = ()


def plan(
    request: RefreshRequest, regions: Sequence[str], liked: Sequence[int], stored: Sequence[CachedList], now: str
) -> Plan:
    """Return the plan of a run; `liked` are TMDB's numbers of genres, the most wanted first.

    A daily run also makes up for what a weekly one has missed; if nothing is, it fetches the daily lists alone.
    """
    daily = list(daily_lists(regions)) if request.schedule_type != "weekly" else []
    weekly = [*genre_lists(liked, regions), *acclaimed_lists(regions)]
    if request.only_missing:
        readable = {each.name for each in stored if state(each, now) != "missing"}
        wanted = [*daily, *(weekly if request.is_weekly else ())]
        return Plan(tuple(replace(each, pages=1) for each in wanted if each.name not in readable), request.traffic)
    planned = {each.name for each in weekly}
    left = [each for each in stored if is_of_genre(each.name) and each.name not in planned]
    if request.is_weekly:
        return Plan((*daily, *weekly), request.traffic, tuple(left))
    overdue = _overdue(weekly, stored, now)
    return Plan((*daily, *overdue), request.traffic, tuple(each for each in left if is_due(each, now)))


def is_due(found: CachedList, now: str) -> bool:
    """Return whether a list has to be fetched today: its last attempt failed, or it would be stale tomorrow."""
    tomorrow = clock.timestamp(clock.parse(now) + timedelta(days=1))
    return found.failure is not None or state(found, tomorrow) != "fresh"


def is_of_genre(name: ListName) -> bool:
    """Return whether a list is there because viewers like its genre."""
    return name.category.startswith(GENRE_PREFIX)


def _overdue(weekly: Iterable[PlannedList], stored: Iterable[CachedList], now: str) -> list[PlannedList]:
    """Return the weekly lists that a daily run has to fetch.

    A genre that viewers have come to like in the week has its list with the next weekly run, or with what a daily one
    makes up for.
    """
    due = {each.name: is_due(each, now) for each in stored}
    of_genres = [is_late for name, is_late in due.items() if is_of_genre(name)]
    genres_are_due = any(of_genres) or not of_genres
    return [each for each in weekly if due.get(each.name, genres_are_due or not is_of_genre(each.name))]
