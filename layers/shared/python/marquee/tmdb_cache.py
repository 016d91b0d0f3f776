"""The rules of the cache of TMDB's lists: which lists there are, how fresh one is, and which rows have changed. Pure.

R2 plans two kinds of runs: what moves from day to day is asked for daily, what hardly moves weekly.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from marquee import clock, keys
from marquee.models.tmdb_cache import CachedItem, CachedList, ContentType, ListName, ListState

# Longer than the time between two runs, for what is late. A daily list is stale twelve hours after a run that failed,
# until the next; for a weekly one the extra day is that in which the next daily run fetches what a weekly one missed.
DAILY_FRESH_SECONDS = 36 * 3600
WEEKLY_FRESH_SECONDS = 8 * 86_400
DAILY = frozenset({"popular", "trending"})
GENRE_PREFIX = "genre_"

# TMDB's terms allow six months. What is not renewed for this long is no longer what viewers ask for.
KEPT_SECONDS = 28 * 86_400
# A row with less left is written again although it has not changed: a list outlives two weeks without TMDB.
RENEWED_SECONDS = 14 * 86_400

CONTENT_TYPES: tuple[ContentType, ...] = ("movie", "tv")
# TMDB has no field for awards: much praise by many votes is as near as one gets.
ACCLAIM: Mapping[str, Mapping[str, str]] = {
    "hidden_gems": {
        "vote_average.gte": "7.2",
        "vote_count.gte": "50",
        "vote_count.lte": "1500",
        "sort_by": "vote_average.desc",
    },
    "award_winning": {"vote_average.gte": "8", "vote_count.gte": "5000", "sort_by": "vote_count.desc"},
}


@dataclass(frozen=True)
class PlannedList:
    """How TMDB is asked for a list: the path, the parameters beside page and language, and how many pages."""

    name: ListName
    path: str
    parameters: Mapping[str, str]
    pages: int = 1


def daily_lists(regions: Sequence[str]) -> Iterator[PlannedList]:
    """Yield the lists of every day; only popular movies are known by country."""
    for region in regions:
        yield PlannedList(ListName("popular", "movie", region), "movie/popular", {"region": region}, pages=2)
    yield PlannedList(ListName("popular", "tv"), "tv/popular", {}, pages=2)
    yield PlannedList(ListName("trending", "movie"), "trending/movie/day", {})
    yield PlannedList(ListName("trending", "tv"), "trending/tv/day", {})
    yield PlannedList(ListName("trending", "all"), "trending/all/day", {})


def acclaimed_lists(regions: Sequence[str]) -> Iterator[PlannedList]:
    """Yield the lists of every week that do not depend on what viewers like."""
    for region in regions:
        for category, parameters in ACCLAIM.items():
            for content_type in CONTENT_TYPES:
                yield discovered(ListName(category, content_type, region), parameters)


def discovered(name: ListName, parameters: Mapping[str, str], pages: int = 1) -> PlannedList:
    """Return a list that TMDB makes of `parameters`, of what can be watched in the list's country."""
    watchable = {"watch_region": name.region or "", "with_watch_monetization_types": "flatrate|free|ads|rent|buy"}
    return PlannedList(name, f"discover/{name.media_type}", {**parameters, **watchable}, pages)


def fixed_names(regions: Sequence[str]) -> tuple[ListName, ...]:
    """Return the lists that must exist whatever viewers like: all but those of genres."""
    return tuple(each.name for each in (*daily_lists(regions), *acclaimed_lists(regions)))


def label(name: ListName) -> str:
    """Return a list's name as people read it, such as `popular#movie#GB`."""
    return keys.cached_list(name.category, name.media_type, name.region or keys.WORLD)


def version(name: ListName, job_id: str) -> str:
    """Return what a run calls its version of a list: no other run and no other country has the same."""
    return f"{name.region or keys.WORLD}@{job_id}"


def state(found: CachedList | None, now: str) -> ListState:
    """Return whether a list is fresh, stale, or missing because there is no complete version to read."""
    age = age_seconds(found, now)
    if found is None or age is None:
        return "missing"
    limit = DAILY_FRESH_SECONDS if found.name.category in DAILY else WEEKLY_FRESH_SECONDS
    return "fresh" if age <= limit else "stale"


def age_seconds(found: CachedList | None, now: str) -> float | None:
    """Return how long ago TMDB said a list in full; None without a version to read.

    A version that never had rows can be read; one whose rows have all expired cannot.
    """
    if found is None or found.checked_at is None or (found.versions and not found.items):
        return None
    return max(0.0, clock.seconds_between(found.checked_at, now))


def is_credible(items: Sequence[CachedItem], before: CachedList | None, name: ListName) -> bool:
    """Return whether TMDB can mean what it says: an empty list is a broken answer, not the end of all films.

    Only filters may leave nothing from the start, in a country where little can be watched.
    """
    return bool(items) or (name.category not in DAILY and not (before and before.items))


def has_changed(stored: CachedItem | None, item: CachedItem, now: int) -> bool:
    """Return whether the row at a place has to be written: its facts differ, or it expires soon after `now` (s).

    When it was fetched is no fact. Popularity and votes move a little every day: popularity never counts, votes
    count by the second digit and their average by a tenth, so that a quiet day writes nothing.
    """
    if stored is None or stored.expires_at - now < RENEWED_SECONDS:
        return True
    return _facts(stored) != _facts(item)


def _facts(item: CachedItem) -> dict[str, object]:
    facts = item.model_dump(exclude={"fetched_at", "expires_at", "popularity"})
    return {**facts, "vote_average": round(item.vote_average, 1), "vote_count": f"{item.vote_count:.2g}"}
