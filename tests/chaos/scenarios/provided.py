"""Pairs, reference data and titles, as the providers' troubles leave them."""

from __future__ import annotations

from typing import Any

import enrichment_worker.handler as working
import reference_refresh.handler as refreshing
import title_enrichment.handler as enriching
import title_ingestion.handler as listing_pairs
from marquee import keys
from marquee.enricher import Enricher
from marquee.messages import envelope
from marquee.messages.titles import listing_completed, title_listed
from marquee.messages.work import EnrichmentRequest, ListingRequest
from marquee.traffic import TrafficClass
from operations_watch.housekeeping import Housekeeping
from tests.chaos import invariants
from tests.chaos.scenario import Feed, Schedule
from tests.chaos.trouble import ProviderScenario
from tests.chaos.world import message
from tests.fakes.enrichers import stream_event
from tests.fakes.titles import DAY1, listed, listing, title

PAIR = {"source_ids": "203", "genres": "4", "regions": "GB"}


class Listing(ProviderScenario):
    """A pair of several pages."""

    name = "title_ingestion (providers)"
    holds = "nothing is published of a list that was not read to its end; in the end all of it is"

    def prepare(self) -> None:
        super().prepare()
        self.world.monkeypatch.setattr(listing_pairs, "watchmode", lambda: self.watchmode)
        self.world.monkeypatch.setattr(listing_pairs.clock, "deadline", lambda *_: self.provider.clock() + 600)
        self.world.fresh(listing_pairs)
        self.wanted = {str(each["id"]) for each in self.provider.ask("list-titles", **PAIR, limit=250)["titles"]}
        self.job_id = self.cloud.jobs.start("listing", started_by="test", input={})
        self.cloud.jobs.add_parts(self.job_id, {keys.listing_part("GB", "203", "4"): "queued"}, counts={})
        request = ListingRequest(
            job_id=self.job_id,
            region="GB",
            source_id="203",
            genre_id="4",
            cause="test",
            traffic=TrafficClass.SCHEDULED,
            requested_at=DAY1,
        )
        feed = Feed(listing_pairs.lambda_handler)
        feed.add(message(request.model_dump_json(), "pair"))
        self.feeds.append(feed)
        self.deferred = False

    def check(self) -> None:
        events = [envelope.parse(data) for data in self.cloud.published()]
        told = {title_listed(each).id for each in events if each.header.eventType == envelope.TITLE_LISTED}
        ends = [listing_completed(each) for each in events if each.header.eventType == envelope.LISTING_COMPLETED]
        assert told == self.wanted, f"{len(told)} of {len(self.wanted)} titles are on the stream"
        assert all(set(each.title_ids) == self.wanted for each in ends), "a listing was completed that was not"
        assert ends, "the end of the listing is not told"
        invariants.job_adds_up(self.cloud, self.job_id, "succeeded")


class Reference(ProviderScenario):
    """Services and genres."""

    name = "reference_refresh (providers)"
    holds = "what is known stays until a refresh has succeeded, and is then what WatchMode says"

    def prepare(self) -> None:
        super().prepare()
        self.world.monkeypatch.setattr(refreshing, "watchmode", lambda: self.watchmode)
        self.world.fresh(refreshing)
        housekeeping = Housekeeping(self.cloud.operations)
        self.feeds.append(Schedule(refreshing.lambda_handler, {}, housekeeping.end_stopped_runs))

    def check(self) -> None:
        genres = {str(each["id"]): each["name"] for each in self.provider.ask("genres")}
        assert {each.id: each.name for each in self.cloud.reference.genres()} == genres
        sources = {str(each["id"]) for each in self.provider.ask("sources", regions="GB")}
        assert {each.id for each in self.cloud.reference.sources()} == sources
        invariants.nothing_runs(self.cloud, "reference")


class Enriching(ProviderScenario):
    """Two titles that both providers know."""

    def _enricher(self) -> Enricher:
        cloud = self.cloud
        self.ids = [str(each.id) for each in self.provider.state.catalogue.titles.values() if each.tmdb_id][:2]
        for each in self.ids:
            known = self.provider.state.catalogue.titles[int(each)]
            word = listing(tmdb_id=known.tmdb_id, tmdb_type=known.tmdb_type)
            listed(cloud.titles, title(each, "GB:203:4", listing=word))
        return Enricher(cloud.titles, cloud.reference, self.watchmode, self.tmdb, ("GB",), lambda _: False)

    def _deadline(self, handler: Any) -> None:
        self.world.monkeypatch.setattr(handler.clock, "deadline", lambda *_: self.provider.clock() + 600)


class Cards(Enriching):
    """New titles stand on the catalogue's stream."""

    name = "title_enrichment (providers)"
    holds = "a title stays pending until it has its card, index, search and offers equal the titles"

    def prepare(self) -> None:
        super().prepare()
        enricher = self._enricher()
        self._deadline(enriching)
        self.world.monkeypatch.setattr(enriching, "enricher", lambda: enricher)
        items = self.cloud.items(self.cloud.catalogue)
        feed = Feed(enriching.lambda_handler, ordered=True)
        feed.add(*stream_event(*((None, items[f"title:{each}", "record"]) for each in self.ids))["Records"])
        self.feeds.append(feed)

    def check(self) -> None:
        states = {each.enrichment_state for each in invariants.titles(self.cloud).values()}
        assert states == {"done"}, f"titles are {states}"
        invariants.index_equals_titles(self.cloud)


class Completing(Enriching):
    """Titles that viewers look at."""

    name = "enrichment_worker (providers)"
    holds = "each part comes in the end, no offer is taken away by a failure, index and offers equal the titles"

    def prepare(self) -> None:
        super().prepare()
        enricher = self._enricher()
        self._deadline(working)
        self.world.monkeypatch.setattr(working, "enricher", lambda: enricher)
        feed = Feed(working.lambda_handler)
        for each in self.ids:
            request = EnrichmentRequest(title_id=each, traffic=TrafficClass.VIEWER)
            feed.add(message(request.model_dump_json(), each))
        self.feeds.append(feed)

    def check(self) -> None:
        invariants.titles_are_complete(self.cloud)
        invariants.index_equals_titles(self.cloud)
