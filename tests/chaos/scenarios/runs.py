"""Runs that write what a later run writes anew: what readers see in between, and whether the next one comes."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from pyroaring import BitMap

import data_quality.handler as measuring
import data_quality.sweep
import library_recount.handler as recounting
import operations_watch.handler as watching
import tmdb_cache_refresh.handler as refreshing
from library_recount.recount import Recount
from marquee import aws, clock, keys
from marquee.models.library import MAIN
from marquee.models.tmdb_cache import ListName
from marquee.repositories.failures import FailureRepository
from marquee.repositories.library_items import bitmap_item
from marquee.repositories.quality import QualityRepository
from marquee.repositories.table import Table
from marquee.repositories.tmdb_cache import TmdbCache
from marquee.tmdb_cache import PlannedList
from operations_watch.housekeeping import Housekeeping
from tests.chaos import invariants
from tests.chaos.in_turn import InTurn, as_given
from tests.chaos.scenario import Feed, Rival, Scenario, Schedule
from tests.chaos.world import message
from tests.fakes import guide
from tests.fakes.changes import hours_ago
from tests.fakes.failures import failure
from tests.fakes.library import Desk, film
from tests.fakes.titles import listed, title
from tests.fakes.tmdb_lists import FakeTmdbLists, row
from tmdb_cache_refresh import fetching
from tmdb_cache_refresh.plan import Plan

POPULAR, TRENDING, OUTDATED = ListName("popular", "movie", "GB"), ListName("trending", "all"), "genre_99"


class TmdbCacheRefresh(Scenario):
    """Of a list of two pages a place has changed, a second list is new, and a third is wanted no more."""

    name = "tmdb_cache_refresh"
    holds = (
        "readers see a whole list, the old or the new, in the end TMDB's; a run that died does not keep out the next"
    )

    def prepare(self) -> None:
        tmdb = FakeTmdbLists()
        tmdb.pages["movie/popular?page=1&region=GB"] = [row(1), row(2)]
        tmdb.pages["movie/popular?page=2&region=GB"] = [row(4)]
        tmdb.pages["trending/all/day?page=1"] = [row(8)]
        self.allowed = {POPULAR: (["1", "2", "3"], ["1", "2", "4"]), TRENDING: ([], ["8"])}
        client, governor, now = tmdb.connect(self.cloud.operations)
        patch = self.world.monkeypatch.setattr
        # Tests take away every variable that may be a key of TMDB's, and what else is called so.
        self.world.monkeypatch.setenv("TMDB_CACHE_TABLE", self.cloud.tmdb_cache.name)
        patch(refreshing, "tmdb", lambda: client)
        patch(refreshing, "tmdb_governor", lambda: governor)
        patch(refreshing, "plan", self._plan)
        patch(refreshing.clock, "deadline", lambda *_: now() + 600)
        patch(fetching, "ThreadPoolExecutor", InTurn)
        patch(fetching, "as_completed", as_given)
        self.world.fresh(refreshing)
        guide.cache(self.cloud, "popular", 1, 2, 3, region="GB", hours=30)
        guide.cache(self.cloud, OUTDATED, 7, region="GB", hours=30)
        housekeeping = Housekeeping(self.cloud.operations)
        event = {"scheduleType": "daily"}
        self.feeds.append(Schedule(refreshing.lambda_handler, event, housekeeping.end_stopped_runs))

    def _plan(self, request: object, regions: object, liked: object, stored: Any, now: object) -> Plan:
        lists = (
            PlannedList(POPULAR, "movie/popular", {"region": "GB"}, pages=2),
            PlannedList(TRENDING, "trending/all/day", {}),
        )
        return Plan(lists, outdated=tuple(each for each in stored if each.name.category == OUTDATED))

    def _shown(self) -> dict[ListName, list[str]]:
        lists = TmdbCache(self.cloud.tmdb_cache).lists(["GB"])
        return {each.name: [item.content_id for item in each.items] for each in lists}

    def collect(self) -> None:
        shown = self._shown()
        for name, versions in self.allowed.items():
            assert shown.get(name, []) in versions, f"readers of {name} see {shown.get(name)}"

    def check(self) -> None:
        assert self._shown() == {name: new for name, (_, new) in self.allowed.items()}, f"shown are {self._shown()}"
        invariants.nothing_runs(self.cloud, "tmdb_cache")


class LibraryRecount(Scenario):
    """Numbers, an index and a word are wrong; somebody may add a movie while they are mended."""

    name = "library_recount"
    holds = (
        "every movie is there, numbers, index and words equal the movies, a run that died does not keep out the next"
    )

    def prepare(self) -> None:
        self.desk = desk = Desk(Table(aws.dynamodb(), os.environ["LIBRARY_TABLE"]))
        self.titles = ["Alien", "Brazil", "Heat"]
        desk.add(*(film(each, "Crime", rating=7.5, year=1990) for each in self.titles))
        library, words = keys.library(MAIN), keys.library_words(MAIN)
        desk.table.put({**(desk.table.get(library, keys.HEADER) or {}), "total": 1, "years": {"1889": 3}})
        desk.table.batch_write(deletes=[(library, "rating:7"), (words, "alien")])
        desk.table.put(bitmap_item((words, "heat"), BitMap([0])))
        housekeeping = Housekeeping(self.cloud.operations)
        self.feeds.append(Schedule(recounting.lambda_handler, {"repair": True}, housekeeping.end_stopped_runs))

    def rival(self) -> Rival:
        return self._add

    def _add(self) -> None:
        self.titles.append(f"Late {len(self.titles)}")
        self.desk.add(film(self.titles[-1], year=2001))

    def check(self) -> None:
        assert sorted(each.title for each in self.desk.movies()) == sorted(self.titles)
        differences = Recount(self.desk.table, MAIN).count().differences
        assert differences == [], f"a recount differs: {differences}"
        assert self.desk.index.dashboard().total == len(self.titles)
        invariants.nothing_runs(self.cloud, recounting.KIND)


class OperationsWatch(Scenario):
    """One run has stopped without a word, one goes on; one failure is too old to be kept, one is not."""

    name = "operations_watch"
    holds = (
        "the run that stopped is ended and its lock free, what goes on and what is young stays, open ones counted right"
    )

    def prepare(self) -> None:
        settings = {"WATCHMODE_PER_MINUTE": "120", "TMDB_PER_SECOND": "40", "COLLECTION_INTERVAL": "1440"}
        for name, value in {**settings, "MEDIA_TYPES": "movie"}.items():
            self.world.monkeypatch.setenv(name, value)
        self.world.fresh(watching)
        cloud = self.cloud
        self.stopped = cloud.jobs.start("reference", started_by="test", input={}, lock="reference")
        self.going = cloud.jobs.start("archive", started_by="test", input={})
        silent = {":at": hours_ago(2)}
        for each in (self.stopped, self.going):
            cloud.operations.update(keys.job(each), keys.RECORD, "SET progress_at = :at", silent)
        inbox = FailureRepository(cloud.operations)
        inbox.add(failure("a" * 32, last_at=hours_ago(91 * 24)))
        inbox.add(failure("b" * 32, last_at=hours_ago(89 * 24)))
        listed(cloud.titles, title("11", "GB:203:4"))
        feed = Feed(watching.lambda_handler)
        feed.add(message("{}", "tick"))
        self.feeds.append(feed)

    def check(self) -> None:
        found = [self.cloud.jobs.get(each) for each in (self.stopped, self.going)]
        assert [each.state for each in found if each] == ["failed", "running"], "the wrong runs were ended"
        self.cloud.jobs.start("reference", started_by="test", input={}, lock="reference")
        inbox = FailureRepository(self.cloud.operations)
        assert [inbox.require(each * 32).state for each in "ab"] == ["discarded", "open"]
        invariants.open_failures_are_counted(self.cloud)


class DataQuality(Scenario):
    """Two titles lack their card, one has it."""

    name = "data_quality"
    holds = "the report of the day counts every title once, a run that died does not keep out the next"

    def prepare(self) -> None:
        self.world.monkeypatch.setattr(data_quality.sweep, "ThreadPoolExecutor", InTurn)
        pending = [title(each, "GB:203:4") for each in ("11", "12")]
        listed(self.cloud.titles, *pending, title("13", "GB:203:4", enrichment_state="done"))
        housekeeping = Housekeeping(self.cloud.operations)
        self.feeds.append(Schedule(measuring.lambda_handler, {}, housekeeping.end_stopped_runs))

    def check(self) -> None:
        report = QualityRepository(self.cloud.operations).latest()
        assert report is not None, "there is no report"
        counts = {each.name: (each.count, each.of) for each in report.measures}
        assert counts["no_card"] == (2, 3), f"titles without a card: {counts['no_card']}"
        assert report.as_of >= clock.timestamp(clock.parse(clock.now()) - timedelta(hours=1))
        invariants.nothing_runs(self.cloud, measuring.KIND)
