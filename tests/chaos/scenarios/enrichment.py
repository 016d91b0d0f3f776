"""What the providers know of a title, from the catalogue's stream, from the queue and from the clock."""

from __future__ import annotations

from types import SimpleNamespace

import enrichment_sweep.handler as sweeping
import enrichment_worker.handler as working
import title_enrichment.handler as enriching
from marquee.messages.work import EnrichmentRequest
from marquee.models.reference import Source
from marquee.traffic import TrafficClass
from operations_watch.housekeeping import Housekeeping
from tests.chaos import invariants
from tests.chaos.scenario import Feed, Scenario, Schedule
from tests.chaos.world import World, message
from tests.fakes import tmdb, watchmode
from tests.fakes.enrichers import Providers, stream_event
from tests.fakes.titles import listed, listing, title

NETFLIX = Source(id="203", name="Netflix", type="sub", regions=("GB",))


def providers(world: World) -> Providers:
    """Return providers that know the titles 11 and 12, of which Netflix has both."""
    found = Providers()
    for title_id, tmdb_id in ((11, 7), (12, 8)):
        there = tmdb.watch_providers("GB", flatrate=[(8, "Netflix")])
        found.tmdb.titles[f"movie/{tmdb_id}"] = tmdb.movie(tmdb_id, **{"watch/providers": there})
        offer = watchmode.offer(203, "Netflix")
        found.watchmode.details[str(title_id)] = watchmode.details(title_id, offer, tmdb_id=tmdb_id)
    world.cloud.reference.reconcile_sources([NETFLIX], ["GB"], ["GB"])
    return found


def pending(world: World) -> None:
    """Write two titles of which nothing but the listing is known."""
    for title_id, tmdb_id in (("11", 7), ("12", 8)):
        listed(world.cloud.titles, title(title_id, "GB:203:4", listing=listing(tmdb_id=tmdb_id, tmdb_type="movie")))


class TitleEnrichment(Scenario):
    """Two new titles stand on the catalogue's stream."""

    name = "title_enrichment"
    holds = "each title has its card and is due no more, index, search and offers equal the titles"

    def prepare(self) -> None:
        enricher = providers(self.world).enricher(self.cloud.catalogue, self.cloud.operations)
        self.world.monkeypatch.setattr(enriching, "enricher", lambda: enricher)
        # One title after the other, so that a request has the same number in each run.
        self.world.monkeypatch.setattr(enriching, "executor", lambda: SimpleNamespace(map=map))
        pending(self.world)
        items = self.cloud.items(self.cloud.catalogue)
        feed = Feed(enriching.lambda_handler, ordered=True)
        feed.add(*stream_event(*((None, items[f"title:{each}", "record"]) for each in ("11", "12")))["Records"])
        self.feeds.append(feed)

    def check(self) -> None:
        found = invariants.titles(self.cloud)
        assert [each.enrichment_state for each in found.values()] == ["done", "done"], "a title has no card"
        for each in found:
            (offer,) = self.cloud.titles.get_with_offers(each)[1]
            assert offer.tmdb is not None, "TMDB's offer is not there"
        invariants.index_equals_titles(self.cloud)


class EnrichmentWorker(Scenario):
    """Two titles are asked for by somebody who looks at them."""

    name = "enrichment_worker"
    holds = "each title has both parts and the offers of both providers, index, search and offers equal the titles"

    def prepare(self) -> None:
        enricher = providers(self.world).enricher(self.cloud.catalogue, self.cloud.operations)
        self.world.monkeypatch.setattr(working, "enricher", lambda: enricher)
        pending(self.world)
        feed = Feed(working.lambda_handler)
        for each in ("11", "12"):
            request = EnrichmentRequest(title_id=each, traffic=TrafficClass.VIEWER)
            feed.add(message(request.model_dump_json(), each))
        self.feeds.append(feed)

    def check(self) -> None:
        invariants.titles_are_complete(self.cloud)
        for each in invariants.titles(self.cloud):
            (offer,) = self.cloud.titles.get_with_offers(each)[1]
            assert offer.tmdb is not None, "TMDB's offer is missing"
        invariants.index_equals_titles(self.cloud)


class EnrichmentSweep(Scenario):
    """Two titles still lack their card."""

    name = "enrichment_sweep"
    holds = "each title that lacks its card is queued, a run that died does not keep out the next"

    def prepare(self) -> None:
        governor = providers(self.world).watchmode.governor(self.cloud.operations)
        self.world.monkeypatch.setattr(sweeping, "watchmode_governor", lambda: governor)
        pending(self.world)
        housekeeping = Housekeeping(self.cloud.operations)
        self.feeds.append(Schedule(sweeping.lambda_handler, {}, housekeeping.end_stopped_runs))

    def check(self) -> None:
        queued = {
            EnrichmentRequest.model_validate_json(each["body"]).title_id for each in self.world.received("ENRICHMENT")
        }
        assert queued == {"11", "12"}, f"queued are {queued}"
        invariants.nothing_runs(self.cloud, "enrichment")
