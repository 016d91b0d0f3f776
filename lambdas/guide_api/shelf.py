"""TMDB's lists joined to the titles of the catalogue: what each title is listed as, and the state of the lists.

| read | requests at most |
|---|---|
| which lists there are, of the country and of the world | 2 Queries |
| their places: 420 as planned, 1,620 if lists of all genres of TMDB were left over | 17 BatchGets |
| the ids of the 500 best places, and the titles that they lead to | 5 BatchGets, twice |
| what trends here, of the last seven days, and 50 titles of it | 7 Queries, 1 BatchGet |

These are read one after the other, with a pause before each (shelves.py).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from guide_api.candidates import title_features
from marquee import clock, tmdb_cache, trending
from marquee.guide import card
from marquee.models.recommendations import Features
from marquee.models.tmdb_cache import CachedItem, CachedList, ListState
from marquee.repositories import crosswalk
from marquee.repositories.activity import ActivityRepository
from marquee.repositories.table import BATCH_GET, Table
from marquee.repositories.titles import TitleRepository
from marquee.repositories.tmdb_cache import Steps

# The lists of the plan fit in. Lists of genres that nobody likes any more may stand for a while: the best places count.
MOST = 500
TOP_OF_A_DAY = 50
# What it says of a title that it stands in a list by genre is its genre.
TELLING = frozenset({"popular", "trending", "hidden_gems", "award_winning"})
BETTER_FIRST: tuple[ListState, ...] = ("fresh", "stale", "missing")

Each = TypeVar("Each")


@dataclass(frozen=True)
class Shelf:
    """The lists of a country without their places, also those that should be there and are not, and what follows.

    By title: `listed` has the best rank in each category that tells something now, `services` those that list the title
    in the country. `read_at` is when that was so; None of a country that was not looked at yet.
    """

    lists: tuple[CachedList, ...] = ()
    features: Mapping[str, Features] = field(default_factory=dict)
    listed: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    services: Mapping[str, frozenset[str]] = field(default_factory=dict)
    read_at: str | None = None


def trending_here(activity: ActivityRepository) -> Steps[Mapping[str, int]]:
    """Return the rank of the titles that viewers here have been busy with in the last days, by one Query a day."""
    tops = {}
    for day in trending.last_days(clock.now()[:10]):
        yield
        tops[day] = activity.top(day, TOP_OF_A_DAY)
    return dict(list(trending.trending(tops).items())[:TOP_OF_A_DAY])


def joined(
    lists: tuple[CachedList, ...], here: Mapping[str, int], region: str, now: str, catalogue: Table
) -> Steps[Shelf]:
    """Return what the places of some lists are in the catalogue, as far as a service of the country has them.

    `here` are the ranks of titles that our own viewers are busy with.
    """
    places = sorted((item for each in lists for item in each.items), key=lambda item: item.rank)
    ids = [(item.content_type, int(item.content_id)) for item in places]
    found: dict[tuple[str, int], str] = {}
    for part in batches(list(dict.fromkeys(ids))[:MOST]):
        yield
        found |= crosswalk.title_ids(catalogue, part)
    features: dict[str, Features] = {}
    services: dict[str, frozenset[str]] = {}
    for wanted in batches(list(dict.fromkeys((*found.values(), *here)))):
        yield
        for title in TitleRepository(catalogue).get_many(wanted, consistent=False).values():
            shown = card(title)
            if having := shown.availability.get(region):
                features[title.id], services[title.id] = title_features(title, shown), frozenset(having)
    listed: dict[str, dict[str, int]] = {}
    for item in sorted(telling(lists, now), key=lambda item: item.rank):
        title_id = found.get((item.content_type, int(item.content_id)))
        if title_id in features:
            # The best rank comes first.
            listed.setdefault(title_id, {}).setdefault(item.category, item.rank)
    for title_id in here.keys() & features.keys():
        listed.setdefault(title_id, {})["trending_here"] = here[title_id]
    return Shelf(tuple(map(without_places, lists)), features, listed, services, read_at=now)


def without_places(found: CachedList) -> CachedList:
    """Return a list whose state is the same, without what stands in it."""
    return replace(found, items=(), versions=()) if found.items else found


def telling(lists: Iterable[CachedList], now: str) -> Iterator[CachedItem]:
    """Yield the places that say something of a title: what was popular or trending days ago is not news any more."""
    for each in lists:
        category = each.name.category
        if category in TELLING and (category not in tmdb_cache.DAILY or tmdb_cache.state(each, now) == "fresh"):
            yield from each.items


def batches(wanted: Sequence[Each]) -> list[Sequence[Each]]:
    """Return what is wanted in parts that are one batch read each."""
    return [wanted[start : start + BATCH_GET] for start in range(0, len(wanted), BATCH_GET)]


def by_category(lists: Iterable[CachedList]) -> dict[str, list[CachedList]]:
    """Return lists by category, in which those by genre are one."""
    found: dict[str, list[CachedList]] = {}
    for each in lists:
        category = "genre" if each.name.category.startswith(tmdb_cache.GENRE_PREFIX) else each.name.category
        found.setdefault(category, []).append(each)
    return found


def worst(lists: Iterable[CachedList], now: str) -> ListState:
    """Return the state of the list that is in the worst."""
    return max((tmdb_cache.state(each, now) for each in lists), key=BETTER_FIRST.index, default="missing")


def readable(lists: Iterable[CachedList], now: str) -> list[CachedList]:
    """Return the lists that are there, the oldest first."""
    found = (each for each in lists if tmdb_cache.state(each, now) != "missing")
    return sorted(found, key=lambda each: each.checked_at or "")


def oldest(lists: Iterable[CachedList], now: str) -> int | None:
    """Return the age of the oldest of the lists that are there, in seconds; None if none is."""
    age = tmdb_cache.age_seconds(next(iter(readable(lists, now)), None), now)
    return None if age is None else int(age)
