"""What a run is asked for and which lists that makes. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from marquee.governor import TrafficClass
from marquee.models.tmdb_cache import CachedList, ListName
from marquee.tmdb_cache import GENRE_PREFIX, PlannedList, acclaimed_lists, daily_lists, state
from tmdb_cache_refresh.genres import genre_lists


class RefreshRequest(BaseModel):
    """R2's input, `{"scheduleType": "daily"}`, `weekly` or `full` (both).

    With `only_missing` a run fetches the first page of lists that have no version to read: a viewer waits for them.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    schedule_type: Literal["daily", "weekly", "full"] = Field(alias="scheduleType")
    started_by: str = "schedule"
    only_missing: bool = False

    @property
    def traffic(self) -> TrafficClass:
        """Return the class that the calls count for."""
        return TrafficClass.VIEWER if self.only_missing else TrafficClass.SCHEDULED

    @property
    def is_weekly(self) -> bool:
        """Return whether the lists of the week are asked for."""
        return self.schedule_type != "daily"


def plan(
    request: RefreshRequest, regions: Sequence[str], liked: Sequence[int], stored: Iterable[CachedList], now: str
) -> list[PlannedList]:
    """Return the lists of a run; `liked` are TMDB's numbers of genres, the most wanted first."""
    lists: list[PlannedList] = []
    if request.schedule_type != "weekly":
        lists += daily_lists(regions)
    if request.is_weekly:
        lists += [*genre_lists(liked, regions), *acclaimed_lists(regions)]
    if request.only_missing:
        readable = {each.name for each in stored if state(each, now) != "missing"}
        return [replace(each, pages=1) for each in lists if each.name not in readable]
    return lists


def outdated(
    request: RefreshRequest, lists: Iterable[PlannedList], failed: Iterable[ListName], stored: Iterable[CachedList]
) -> list[ListName]:
    """Return the lists of genres that viewers like less now than others; none before the others' lists are there."""
    if not request.is_weekly or request.only_missing or any(is_of_genre(name) for name in failed):
        return []
    planned = {each.name for each in lists}
    return [each.name for each in stored if is_of_genre(each.name) and each.name not in planned]


def is_of_genre(name: ListName) -> bool:
    """Return whether a list is there because viewers like its genre."""
    return name.category.startswith(GENRE_PREFIX)
