"""The shelves that a warm function keeps, which functions read for each other, and a count of their use.

| read or written | requests |
|---|---|
| what another function has read of a country | 1 Get |
| otherwise, all of it (shelf.py), and then stored for the others | 37 at most, 1 Put |
| to have missing lists fetched, at most once in five minutes | 1 Update, 1 Invoke |
| the count of how lists are used, once a minute | 1 Update |

These are made one after the other, as many with each answer as its budget allows. What is missing or old fails nothing:
it is said with its age, and missing lists are asked for.
"""

import json
import time
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache

from aws_lambda_powertools.metrics import EphemeralMetrics
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import TypeAdapter, ValidationError

from guide_api.budget import Budget
from guide_api.shelf import Shelf, by_category, joined, oldest, worst
from marquee import aws, clock, settings, tmdb_cache
from marquee.models.tmdb_cache import CachedList, ListState
from marquee.repositories.table import Table
from marquee.repositories.tmdb_cache import Steps, TmdbCache, Use
from marquee.telemetry import MetricUnit, logger

KEPT_SECONDS = 300.0
# While something is missing it is being fetched.
KEPT_INCOMPLETE_SECONDS = 30.0
# So long it is told by functions that are new, where none has read it anew.
STORED_SECONDS = 3600
COUNTED_SECONDS = 60.0
FILL = {"scheduleType": "full", "only_missing": True, "started_by": "viewer"}

USES: Mapping[ListState, tuple[Use, str]] = {
    "fresh": ("hit", "CacheHit"),
    "stale": ("stale", "CacheStale"),
    "missing": ("miss", "CacheMiss"),
}
UNREAD = Shelf()


class Shelves:
    """The shelf of each country, renewed after some minutes, a few requests with each answer.

    Until that is done the one before is told. A function takes what another one has stored within these minutes, and
    stores what it had to read itself; one that is new tells at once what was stored within the hour. Two that store at
    the same time have read the same, so either may stay.

    Uses are counted in memory and added to the table with the first one and then once a minute: a function that ends
    loses what it has counted since.
    """

    def __init__(
        self,
        lists: TmdbCache,
        catalogue: Table,
        *,
        start_refresh: Callable[[], None],
        trending_here: Callable[[], Steps[Mapping[str, int]]],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lists = lists
        self._catalogue = catalogue
        self._start_refresh = start_refresh
        self._trending_here = trending_here
        self._seconds = seconds
        self._kept: dict[str, tuple[float, Shelf]] = {}
        self._reading: dict[str, Steps[None]] = {}
        self._uses: dict[str, Counter[tuple[str, Use]]] = {}
        self._count_from = float("-inf")

    def of(self, region: str, budget: Budget) -> Shelf:
        """Return the shelf of a country, as it was some minutes ago or as far back as the budget has not sufficed."""
        self.read_on(region, budget)
        return self._kept.get(region, (0.0, UNREAD))[1]

    def read_on(self, region: str, budget: Budget, most: int | None = None) -> None:
        """Go on reading the shelf of a country where it is old, by at most so many requests."""
        steps = self._reading.pop(region, None)
        if steps is None:
            if self._is_new(region):
                return
            steps = self._renew(region)
            next(steps)
        allowed = Budget(budget.left if most is None else min(most, budget.left))
        while allowed.take() and budget.take():
            try:
                next(steps)
            except StopIteration:
                return
        # What fails is begun anew, so it stands here only while it goes well.
        self._reading[region] = steps

    def reserve(self, region: str, budget: Budget) -> Budget:
        """Return what counting the next answer will take, once a minute and if there is something to count."""
        due = region in self._kept and self._seconds() >= self._count_from
        return Budget(1 if due and budget.take() else 0)

    def used(self, shelf: Shelf, now: str, budget: Budget) -> None:
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
        if self._seconds() >= self._count_from and budget.left:
            self._count_from = self._seconds() + COUNTED_SECONDS
            self._count_uses(budget)

    def _is_new(self, region: str) -> bool:
        return self._seconds() < self._kept.get(region, (float("-inf"), UNREAD))[0]

    def _renew(self, region: str) -> Steps[None]:
        """Keep what another function has stored; where that is missing or old, read the shelf and store it.

        What is missing then is asked for by who has read, which whoever takes the shelf relies on.
        """
        yield
        stored = self._stored(region)
        if stored and age_seconds(stored) < age_seconds(self._kept.get(region, (0.0, UNREAD))[1]):
            self._keep(region, stored)
            if self._is_new(region):
                return
        shelf = yield from self._read(region)
        self._keep(region, shelf)
        if not is_complete(shelf):
            yield
            self._ask_for_missing()
        yield
        self._store(region, shelf)

    def _read(self, region: str) -> Steps[Shelf]:
        listed = yield from self._lists.lists_in_steps([region])
        found = {each.name: each for each in listed}
        due = [found.pop(name, CachedList(name)) for name in tmdb_cache.fixed_names([region])]
        lists = (*due, *(each for each in found.values() if each.items))
        here = yield from self._trending_here()
        return (yield from joined(lists, here, region, clock.now(), self._catalogue))

    def _keep(self, region: str, shelf: Shelf) -> None:
        kept = KEPT_SECONDS if is_complete(shelf) else KEPT_INCOMPLETE_SECONDS
        self._kept[region] = (self._seconds() + kept - age_seconds(shelf), shelf)

    def _stored(self, region: str) -> Shelf | None:
        packed = self._lists.shelf(region)
        try:
            return _packed().validate_json(zlib.decompress(packed)) if packed else None
        except (ValidationError, zlib.error) as error:
            # Another version of Marquee has stored it; it is read anew, and then stored in its place.
            logger.info("stored shelf not readable", region=region, reason=type(error).__name__)
            return None

    def _store(self, region: str, shelf: Shelf) -> None:
        # A function may have been asked for nothing since it read.
        left = int(STORED_SECONDS - age_seconds(shelf))
        try:
            self._lists.put_shelf(region, zlib.compress(_packed().dump_json(shelf)), left)
        except (ClientError, BotoCoreError) as error:
            # This function has it; others read it themselves.
            logger.warning("shelf not stored", region=region, reason=str(error))

    def _ask_for_missing(self) -> None:
        """Have missing lists fetched, unless that was asked for a moment ago."""
        try:
            if self._lists.ask(clock.now()):
                self._start_refresh()
        except (ClientError, BotoCoreError) as error:
            # The answer is made of what there is; who reads the shelf after the lease has run out asks again.
            logger.warning("missing lists not asked for", reason=str(error))

    def _count_uses(self, budget: Budget) -> None:
        try:
            # What is left of the day before is counted first.
            for day in sorted(day for day, uses in self._uses.items() if uses):
                if not budget.take():
                    return
                self._lists.count_use(day, self._uses[day])
                del self._uses[day]
        except (ClientError, BotoCoreError) as error:
            # What is left is counted the next time.
            logger.warning("uses of the lists not counted", reason=str(error))


def is_complete(shelf: Shelf) -> bool:
    """Return whether each list that should be there can be read."""
    now = clock.now()
    return all(tmdb_cache.state(each, now) != "missing" for each in shelf.lists)


def age_seconds(shelf: Shelf) -> float:
    """Return how long ago a shelf was read; one that a clock ahead of ours has dated is as old as it is ahead."""
    return abs(clock.seconds_between(shelf.read_at, clock.now())) if shelf.read_at else float("inf")


@cache
def _packed() -> TypeAdapter[Shelf]:
    return TypeAdapter(Shelf)


def start_refresh() -> None:
    """Start the refresh of lists that are missing; the answer does not wait for it."""
    name = settings.required("TMDB_CACHE_REFRESH")
    aws.lambda_().invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(FILL).encode())
