"""Failures on their way to the inbox, and runs that are started by the clock."""

from __future__ import annotations

from collections import Counter

import failure_inbox.handler as receiving
import listing_planner.handler as planning
import reference_refresh.handler as refreshing
from marquee.messages.work import ListingRequest
from marquee.models.operations import Failure
from marquee.models.reference import Genre
from marquee.models.viewers import Preferences
from marquee.repositories.failures import FailureRepository
from marquee.repositories.table import decode
from operations_watch.housekeeping import Housekeeping
from tests.chaos import invariants
from tests.chaos.scenario import Feed, Scenario, Schedule
from tests.chaos.scenarios.enrichment import NETFLIX
from tests.fakes.failures import record
from tests.fakes.watchmode import FakeWatchMode, source
from tests.unit.test_failure_inbox import ARN, GIVEN_UP, SOURCES

GENRES = [{"id": 4, "name": "Comedy", "tmdb_id": 35}]


class FailureInbox(Scenario):
    """A message that was given up twice, one of another queue, and records of a stream."""

    name = "failure_inbox"
    holds = "each failure is one record with as many attempts as messages, open ones are counted as a recount does"

    def prepare(self) -> None:
        self.world.fresh(receiving)
        self.world.monkeypatch.setenv("SOURCES", "\n".join(SOURCES))
        self.world.monkeypatch.setenv("FUNCTIONS", "title_consumer=consumer-1,title_enrichment=enrichment-1")
        feed = Feed(receiving.lambda_handler)
        feed.add(
            record({"pair": 1}, "m1", arn=f"{ARN}listing-dead"),
            record({"pair": 1}, "m2", arn=f"{ARN}listing-dead"),
            record({"title_id": "1"}, "m3", arn=f"{ARN}enrichment-dead"),
            record(GIVEN_UP, "m4", arn=f"{ARN}stream"),
        )
        self.feeds.append(feed)

    def check(self) -> None:
        items = self.cloud.items(self.cloud.operations)
        kept = [Failure.model_validate(decode(each)) for (pk, sk), each in items.items() if pk.startswith("failure:")]
        attempts = Counter({each.source: each.attempts for each in kept})
        assert len(kept) == 3, f"the inbox has {len(kept)} failures"
        opened = FailureRepository(self.cloud.operations).open_by_source()
        assert opened == dict(Counter(each.source for each in kept)), f"counted as open: {opened}"
        assert attempts == {"listing": 2, "enrichment": 1, "title_consumer": 1}, f"attempts: {attempts}"


class ReferenceRefresh(Scenario):
    """Services and genres are refreshed; one service has a new name."""

    name = "reference_refresh"
    holds = "services and genres are the provider's, a run that died does not keep out the next"

    def prepare(self) -> None:
        provider = FakeWatchMode()
        provider.sources, provider.genres = [source(203, "Netflix", "GB"), source(26, "Prime", "GB")], list(GENRES)
        client = provider.client(self.cloud.operations)
        self.world.monkeypatch.setattr(refreshing, "watchmode", lambda: client)
        self.world.fresh(refreshing)
        self.cloud.reference.reconcile_sources([NETFLIX.model_copy(update={"name": "Old name"})], ["GB"], ["GB"])
        housekeeping = Housekeeping(self.cloud.operations)
        self.feeds.append(Schedule(refreshing.lambda_handler, {}, housekeeping.end_stopped_runs))

    def check(self) -> None:
        assert {each.id: each.name for each in self.cloud.reference.sources()} == {"203": "Netflix", "26": "Prime"}
        assert {each.id: each.name for each in self.cloud.reference.genres()} == {"4": "Comedy"}
        invariants.nothing_runs(self.cloud, "reference")


class ListingPlanner(Scenario):
    """Two pairs are chosen by viewers."""

    name = "listing_planner"
    holds = "each chosen pair is in the last run and its queue, a run that died does not keep out the next"

    def prepare(self) -> None:
        provider, cloud = FakeWatchMode(), self.cloud
        client, governor = provider.client(cloud.operations), provider.governor(cloud.operations)
        self.world.monkeypatch.setattr(planning, "watchmode", lambda: client)
        self.world.monkeypatch.setattr(planning, "watchmode_governor", lambda: governor)
        self.world.fresh(planning)
        cloud.reference.reconcile_sources([NETFLIX], ["GB"], ["GB"])
        cloud.reference.reconcile_genres([Genre(id="4", name="Comedy"), Genre(id="7", name="Drama")])
        cloud.viewers.replace_preferences("anna", Preferences(sources=("203",), genres=("4", "7")))
        cloud.viewers.recount("anna")
        housekeeping = Housekeeping(cloud.operations)
        self.feeds.append(Schedule(planning.lambda_handler, {}, housekeeping.end_stopped_runs))

    def check(self) -> None:
        requests = [ListingRequest.model_validate_json(each["body"]) for each in self.world.received("LISTING")]
        assert requests, "nothing is queued"
        last = max(each.job_id for each in requests)
        assert {each.genre_id for each in requests if each.job_id == last} == {"4", "7"}
        job = self.cloud.jobs.get(last)
        assert job is not None
        assert job.counts["queued"] == 2, f"the run counts {job.counts}"
