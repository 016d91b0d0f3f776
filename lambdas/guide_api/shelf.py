"""TMDB's lists joined to the titles of the catalogue, as a warm function keeps them, and a count of their use.

| read | requests at most |
|---|---|
| which lists there are, of the country and of the world | 2 Queries |
| their places: 420 as planned, 1,620 if lists of all genres of TMDB were left over | 17 BatchGets |
| the ids of the 500 best places, and the titles that they lead to | 5 BatchGets, twice |
| what trends here, of the last seven days, and 50 titles of it | 7 Queries, 1 BatchGet |
| to have missing lists fetched, at most once in five minutes | 1 Update, 1 Invoke |

What is missing or old fails nothing: it is said with its age, and missing lists are asked for.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from aws_lambda_powertools.metrics import EphemeralMetrics
from botocore.exceptions import BotoCoreError, ClientError

from guide_api.candidates import title_features
from marquee import aws, clock, settings, tmdb_cache, trending
from marquee.guide import card
from marquee.models.recommendations import Features
from marquee.models.tmdb_cache import CachedItem, CachedList, ListState
from marquee.repositories import crosswalk
from marquee.repositories.activity import ActivityRepository
from marquee.repositories.table import BATCH_GET, Table
from marquee.repositories.titles import TitleRepository
from marquee.repositories.tmdb_cache import TmdbCache, Use
from marquee.telemetry import MetricUnit, logger

KEPT_SECONDS = 300.0
# While something is missing it is being fetched.
KEPT_INCOMPLETE_SECONDS = 30.0
# The lists of the plan fit in. Lists of genres that nobody likes any more may stand for a while: the best places count.
MOST = 500
TOP_OF_A_DAY = 50
STORED_SECONDS = 60.0
# What it says of a title that it stands in a list by genre is its genre.
TELLING = frozenset({"popular", "trending", "hidden_gems", "award_winning"})
FILL = {"scheduleType": "full", "only_missing": True, "started_by": "viewer"}

USES: Mapping[ListState, tuple[Use, str]] = {
    "fresh": ("hit", "CacheHit"),
    "stale": ("stale", "CacheStale"),
    "missing": ("miss", "CacheMiss"),
}
BETTER_FIRST: tuple[ListState, ...] = tuple(USES)

Each = TypeVar("Each")


@dataclass(frozen=True)
class Shelf:
    """The lists of a country, also those that should be there and are not, and by title what follows from them.

    `listed` has the best rank in each category that tells something now, `services` those that list the title in the
    country.
    """

    lists: tuple[CachedList, ...]
    features: Mapping[str, Features]
    listed: Mapping[str, Mapping[str, int]]
    services: Mapping[str, frozenset[str]]


class Shelves:
    """The shelf of each country, read again after some minutes.

    Uses are counted in memory and added to the table with the first one and then once a minute: a function that ends
    loses what it has counted since.
    """

    def __init__(
        self,
        cache: TmdbCache,
        catalogue: Table,
        executor: Executor,
        *,
        start_refresh: Callable[[], None],
        trending_here: Callable[[], Mapping[str, int]],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._cache = cache
        self._catalogue = catalogue
        self._executor = executor
        self._start_refresh = start_refresh
        self._trending_here = trending_here
        self._seconds = seconds
        self._kept: dict[str, tuple[float, Shelf]] = {}
        self._uses: dict[str, Counter[tuple[str, Use]]] = {}
        self._store_from = float("-inf")

    def of(self, region: str) -> Shelf:
        """Return the shelf of a country, as it was some minutes ago at most."""
        until, shelf = self._kept.get(region, (float("-inf"), None))
        if shelf is None or self._seconds() >= until:
            shelf = self._read(region)
            complete = self._ask_for_missing(shelf)
            self._kept[region] = (self._seconds() + (KEPT_SECONDS if complete else KEPT_INCOMPLETE_SECONDS), shelf)
        return shelf

    def used(self, shelf: Shelf, now: str) -> None:
        """Count an answer made of a shelf: for each category whether it was there, and how old."""
        uses = self._uses.setdefault(now[:10], Counter())
        for category, lists in by_category(shelf.lists).items():
            use, metric = USES[worst(lists, now)]
            uses[category, use] += 1
            measured = EphemeralMetrics()
            measured.add_dimension("category", category)
            measured.add_metric(metric, MetricUnit.Count, 1)
            if (age := oldest(lists, now)) is not None:
                measured.add_metric("CacheAgeSeconds", MetricUnit.Seconds, age)
            measured.flush_metrics()
        if self._seconds() >= self._store_from:
            self._store_from = self._seconds() + STORED_SECONDS
            self._store_uses()

    def _read(self, region: str) -> Shelf:
        found = {each.name: each for each in self._cache.lists([region])}
        due = [found.pop(name, CachedList(name)) for name in tmdb_cache.fixed_names([region])]
        lists = (*due, *(each for each in found.values() if each.items))
        return joined(lists, self._trending_here(), region, clock.now(), self._catalogue, self._executor)

    def _ask_for_missing(self, shelf: Shelf) -> bool:
        """Have missing lists fetched, unless that was asked for a moment ago; return whether all are there."""
        now = clock.now()
        if all(tmdb_cache.state(each, now) != "missing" for each in shelf.lists):
            return True
        try:
            if self._cache.ask(now):
                self._start_refresh()
        except (ClientError, BotoCoreError) as error:
            # The answer is made of what there is; who reads the shelf after the lease has run out asks again.
            logger.warning("missing lists not asked for", reason=str(error))
        return False

    def _store_uses(self) -> None:
        try:
            for day in list(self._uses):
                self._cache.count_use(day, self._uses[day])
                del self._uses[day]
        except (ClientError, BotoCoreError) as error:
            # What is left is counted the next time.
            logger.warning("uses of the lists not counted", reason=str(error))


def start_refresh() -> None:
    """Start the refresh of lists that are missing; the answer does not wait for it."""
    name = settings.required("TMDB_CACHE_REFRESH")
    aws.lambda_().invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(FILL).encode())


def trending_here(activity: ActivityRepository, executor: Executor) -> dict[str, int]:
    """Return the rank of the titles that viewers here have been busy with in the last days, by one Query a day."""
    days = trending.last_days(clock.now()[:10])
    tops = executor.map(lambda day: activity.top(day, TOP_OF_A_DAY), days)
    ranks = trending.trending(dict(zip(days, tops, strict=True)))
    return dict(list(ranks.items())[:TOP_OF_A_DAY])


def joined(
    lists: tuple[CachedList, ...],
    here: Mapping[str, int],
    region: str,
    now: str,
    catalogue: Table,
    executor: Executor,
) -> Shelf:
    """Return what the places of some lists are in the catalogue, as far as a service of the country has them.

    `here` are the ranks of titles that our own viewers are busy with.
    """
    places = sorted((item for each in lists for item in each.items), key=lambda item: item.rank)
    ids = [(item.content_type, int(item.content_id)) for item in places]
    found: dict[tuple[str, int], str] = {}
    for part in executor.map(partial(crosswalk.title_ids, catalogue), batches(list(dict.fromkeys(ids))[:MOST])):
        found |= part
    features: dict[str, Features] = {}
    services: dict[str, frozenset[str]] = {}
    wanted = list(dict.fromkeys((*found.values(), *here)))
    for titles in executor.map(TitleRepository(catalogue).get_many, batches(wanted)):
        for title in titles.values():
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
    return Shelf(lists, features, listed, services)


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
