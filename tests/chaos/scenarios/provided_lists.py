"""TMDB's lists, as its troubles leave them."""

from __future__ import annotations

from typing import Any

import tmdb_cache_refresh.handler as refreshing
from marquee.governor import tmdb_limits
from marquee.models.tmdb_cache import CachedList, ListName
from marquee.repositories.governors import Governor
from marquee.repositories.tmdb_cache import TmdbCache
from marquee.tmdb_cache import PlannedList
from operations_watch.housekeeping import Housekeeping
from tests.chaos import invariants
from tests.chaos.in_turn import InTurn, as_given
from tests.chaos.scenario import Schedule
from tests.chaos.trouble import ProviderScenario
from tests.fakes import guide
from tmdb_cache_refresh import fetching
from tmdb_cache_refresh.plan import Plan

MOVIES, SERIES = ListName("popular", "movie", "GB"), ListName("popular", "tv")
OLD = (1, 2, 3)


class Lists(ProviderScenario):
    """A list of two pages that is there from before, and one of a page that is not."""

    name = "tmdb_cache_refresh (providers)"
    holds = "a list stays as it was and says why until all its pages came; the run has failed; in the end it is TMDB's"

    def prepare(self) -> None:
        super().prepare()
        clock, patch = self.provider.clock, self.world.monkeypatch.setattr
        governor = Governor(self.cloud.operations, tmdb_limits(100_000), clock=clock, sleep=clock.sleep)
        # Tests take away every variable that may be a key of TMDB's, and what else is called so.
        self.world.monkeypatch.setenv("TMDB_CACHE_TABLE", self.cloud.tmdb_cache.name)
        patch(refreshing, "tmdb", lambda: self.tmdb)
        patch(refreshing, "tmdb_governor", lambda: governor)
        patch(refreshing, "plan", lambda *_: Plan(PLANNED))
        patch(refreshing.clock, "deadline", lambda *_: clock() + 600)
        patch(fetching, "ThreadPoolExecutor", InTurn)
        patch(fetching, "as_completed", as_given)
        self.world.fresh(refreshing)
        guide.cache(self.cloud, MOVIES.category, *OLD, region="GB", hours=30)
        self.wanted = {each.name: self._told(each) for each in PLANNED}
        housekeeping = Housekeeping(self.cloud.operations)
        event = {"scheduleType": "daily"}
        self.feeds.append(Schedule(refreshing.lambda_handler, event, housekeeping.end_stopped_runs))

    def _told(self, planned: PlannedList) -> list[str]:
        """Return what TMDB says when nothing is wrong."""
        pages = [
            self.provider.ask_tmdb(planned.path, language="en-GB", page=number, **planned.parameters)
            for number in range(1, planned.pages + 1)
        ]
        return [str(row["id"]) for page in pages for row in page["results"]]

    def _lists(self) -> dict[ListName, CachedList]:
        return {each.name: each for each in TmdbCache(self.cloud.tmdb_cache).lists(["GB"])}

    def collect(self) -> None:
        if self.invocations == 1:
            self._look()
        super().collect()

    def _look(self) -> None:
        """Check what readers and operators see after the first run."""
        lists, jobs = self._lists(), self.cloud.jobs.list(kind="tmdb_cache")[0]
        failed = [name for name, each in lists.items() if each.failure]
        for name, before in ((MOVIES, list(map(str, OLD))), (SERIES, [])):
            shown = items(lists.get(name))
            assert shown == (before if name in failed else self.wanted[name]), f"readers of {name} see {shown}"
        assert [each.state for each in jobs] == ["failed" if failed else "succeeded"], "the outage is not to be seen"
        # What one call lacks comes when it is tried again; a key that is refused once is not tried again in this run.
        expected = self.provider.struck and (self.provider.lasting or self.provider.kind == "key refused")
        assert bool(failed) == bool(expected), f"failed lists: {failed}"

    def check(self) -> None:
        lists: Any = self._lists()
        assert {name: items(each) for name, each in lists.items()} == self.wanted, "the lists are not TMDB's"
        assert not any(each.failure for each in lists.values()), "a list that came says that it failed"
        invariants.nothing_runs(self.cloud, "tmdb_cache")


PLANNED = (
    PlannedList(MOVIES, "movie/popular", {"region": "GB"}, pages=2),
    PlannedList(SERIES, "tv/popular", {}),
)


def items(found: CachedList | None) -> list[str]:
    """Return the ids that readers of a list see."""
    return [each.content_id for each in found.items] if found else []
