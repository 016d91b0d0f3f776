"""The stores of the guide API, each made once for a function."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import cache, partial
from typing import TypeVar

from guide_api.held import Rows, Spot
from guide_api.kept import Kept
from guide_api.shelf import trending_here
from guide_api.shelves import Shelves, start_refresh
from marquee import aws, guide, settings
from marquee.models.changes import Change
from marquee.models.reference import Genre, Source
from marquee.models.viewers import Preferences
from marquee.queue import Queue
from marquee.repositories.accounts import AccountRepository
from marquee.repositories.activity import ActivityRepository
from marquee.repositories.arrivals import ArrivalLog
from marquee.repositories.calendars import CalendarLinks
from marquee.repositories.guide_index import GuideIndex
from marquee.repositories.listings import ListingRepository
from marquee.repositories.marks import MarkRepository
from marquee.repositories.notifications import Inbox
from marquee.repositories.reference import ReferenceRepository
from marquee.repositories.search_index import SearchIndex
from marquee.repositories.table import Table
from marquee.repositories.titles import TitleRepository
from marquee.repositories.tmdb_cache import TmdbCache
from marquee.repositories.viewers import ViewerRepository

KNOWN_SECONDS = 15.0
# What candidates of a recommendation are looked for in is renewed after so long, as the budget of an answer allows, and
# used for an hour at most; the records say in the end what can be watched.
PAGES_SECONDS, STALE_SECONDS = 300.0, 3600.0
# A pair without a row may be listed in the next moment: somebody has just chosen it.
EMPTY_SECONDS = 60.0
# Pages of a hundred rows or more, which take some 0.7 kilobytes of memory each, and months of arrivals.
PAGES, LATEST = 300, 400

Read = TypeVar("Read")


@cache
def catalogue() -> Table:
    """Return the catalogue table."""
    return Table(aws.dynamodb(), settings.required("CATALOGUE_TABLE"))


@cache
def titles() -> TitleRepository:
    """Return the titles."""
    return TitleRepository(catalogue())


@cache
def index() -> GuideIndex:
    """Return the guide index."""
    return GuideIndex(catalogue())


@cache
def reference() -> ReferenceRepository:
    """Return the services and genres."""
    return ReferenceRepository(catalogue())


class Known:
    """The services and genres there are, read again after a moment or when somebody names one that is missing."""

    def __init__(self) -> None:
        self._read_at = float("-inf")
        self.sources: dict[str, Source] = {}
        self.genres: dict[str, Genre] = {}

    def refreshed(self, *, now: bool = False) -> "Known":
        """Return this, read again if it is old."""
        if now or time.monotonic() - self._read_at > KNOWN_SECONDS:
            self.sources = {source.id: source for source in reference().sources()}
            self.genres = {genre.id: genre for genre in reference().genres()}
            self._read_at = time.monotonic()
        return self

    def source_names(self) -> dict[str, str]:
        """Return the names of the services by id."""
        return {source_id: source.name for source_id, source in self.sources.items()}

    def genre_names(self) -> dict[str, str]:
        """Return the names of the genres by id."""
        return {genre_id: genre.name for genre_id, genre in self.genres.items()}

    def unknown(self, chosen: Preferences) -> dict[str, list[str]]:
        """Return the ids of a choice that do not exist, by kind, only kinds that have any."""
        missing = {
            "sources": guide.in_order(set(chosen.sources) - self.sources.keys()),
            "genres": guide.in_order(set(chosen.genres) - self.genres.keys()),
        }
        return {kind: list(ids) for kind, ids in missing.items() if ids}

    def part_of(self, chosen: Preferences) -> Preferences:
        """Return a choice without what the provider has dropped since."""
        return Preferences(
            sources=tuple(each for each in chosen.sources if each in self.sources),
            genres=tuple(each for each in chosen.genres if each in self.genres),
        )


@cache
def _known() -> Known:
    return Known()


def known() -> Known:
    """Return the services and genres there are, or were a moment ago."""
    return _known().refreshed()


@cache
def viewers_table() -> Table:
    """Return the viewers table."""
    return Table(aws.dynamodb(), settings.required("VIEWERS_TABLE"))


@cache
def viewers() -> ViewerRepository:
    """Return what viewers chose and set."""
    return ViewerRepository(viewers_table())


@cache
def marks() -> MarkRepository:
    """Return what viewers follow, rate, have watched and have hidden."""
    return MarkRepository(viewers_table())


@cache
def inbox() -> Inbox:
    """Return what viewers have been told."""
    return Inbox(viewers_table())


@cache
def calendars() -> CalendarLinks:
    """Return the private links to calendars."""
    return CalendarLinks(viewers_table())


@cache
def accounts() -> AccountRepository:
    """Return the accounts of viewers, to be exported and erased."""
    return AccountRepository(viewers_table())


@cache
def search_index() -> SearchIndex:
    """Return the words of the titles."""
    return SearchIndex(catalogue())


@cache
def arrivals() -> ArrivalLog:
    """Return what arrived on the services and left them."""
    return ArrivalLog(catalogue())


@cache
def pages() -> Kept[Spot, Rows]:
    """Return rows of pairs, as recommendations compare them."""
    return Kept(
        PAGES_SECONDS, PAGES, empty_seconds=EMPTY_SECONDS, stale_seconds=STALE_SECONDS, holds=lambda page: page.found
    )


@cache
def latest() -> Kept[tuple[str, str, str], list[Change]]:
    """Return what arrived lately, by country, service and month."""
    return Kept(PAGES_SECONDS, LATEST, empty_seconds=PAGES_SECONDS, stale_seconds=STALE_SECONDS)


@cache
def listings() -> ListingRepository:
    """Return when the pairs were listed."""
    return ListingRepository(Table(aws.dynamodb(), settings.required("OPERATIONS_TABLE")))


@cache
def shelves() -> Shelves:
    """Return what TMDB lists, as far as it is in the catalogue."""
    cached = TmdbCache(Table(aws.dynamodb(), settings.required("TMDB_CACHE_TABLE")))
    activity = ActivityRepository(Table(aws.dynamodb(), settings.required("OPERATIONS_TABLE")))
    trend = partial(trending_here, activity)
    return Shelves(cached, catalogue(), start_refresh=start_refresh, trending_here=trend)


@cache
def enrichment_queue() -> Queue:
    """Return the queue of titles to complete."""
    return Queue(aws.sqs(), settings.required("ENRICHMENT_QUEUE_URL"))


@cache
def executor() -> ThreadPoolExecutor:
    """Return the threads that query pairs side by side; as many as the client has connections to spare."""
    return ThreadPoolExecutor(16)


@contextmanager
def meanwhile(read: Callable[[], Read]) -> Iterator[Future[Read]]:
    """Read side by side with a block, which does not end before the read has: no thread outlives its request."""
    future = executor().submit(read)
    try:
        yield future
    finally:
        wait([future])
