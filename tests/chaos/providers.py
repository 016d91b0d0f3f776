"""Faults of WatchMode and TMDB at each call in turn and for whole invocations, through their simulators in process."""

from __future__ import annotations

import logging
import random
import warnings
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import httpx

import enrichment_worker.handler as working
import reference_refresh.handler as refreshing
import title_enrichment.handler as enriching
import title_ingestion.handler as listing_pairs
from local.catalogue import load_catalogue
from local.upstreams import TMDB_TOKEN, WATCHMODE_KEY
from local.upstreams.app import create_app
from local.upstreams.faults import Fault
from local.upstreams.state import State
from marquee import keys
from marquee.clients.tmdb import TmdbClient
from marquee.clients.watchmode import WatchModeClient
from marquee.enricher import Enricher
from marquee.governor import TrafficClass, tmdb_limits, watchmode_limits
from marquee.messages import envelope
from marquee.messages.titles import listing_completed, title_listed
from marquee.messages.work import EnrichmentRequest, ListingRequest
from marquee.repositories.governors import Governor
from operations_watch.housekeeping import Housekeeping
from tests.chaos import invariants
from tests.chaos.running import Loss, Tally
from tests.chaos.scenario import Feed, Scenario, Schedule
from tests.chaos.world import World, message
from tests.fakes.clock import FakeClock
from tests.fakes.enrichers import stream_event
from tests.fakes.in_process import InProcess
from tests.fakes.titles import DAY1, listed, listing, title

KINDS: dict[str, str] = {
    "slow": "the provider does its work, and its answer comes after the client has given up waiting",
    "down": "503",
    "malformed": "200 with half of a body",
    "rate limited": "429 with Retry-After: 30",
    "cut off": "the connection is lost before the answer",
    "no credits": "402, until WatchMode has credits again; TMDB knows no credits",
}
PAIR = {"source_ids": "203", "genres": "4", "regions": "GB"}
# A call that is waited for longer than this has no answer; governors pause for less than that.
LATER = 2 * 3600.0


class Trouble(httpx.BaseTransport):
    """Passes calls on to the simulators, and has them fail: the n-th one, or all of an invocation."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.app = create_app(load_catalogue(), clock=self.clock)
        self.state: State = self.app.state.upstreams
        self._inner = InProcess(self.app)
        self._asking = httpx.Client(transport=self._inner, base_url="http://upstreams/watchmode/v1/")
        self.kind, self.at, self.lasting, self.calls, self.struck = "", -1, False, 0, 0

    def reset(self, kind: str = "", at: int = -1, *, lasting: bool = False) -> None:
        """Have one call fail, or with `lasting` all calls until `end`."""
        self.state.reset()
        self.kind, self.at, self.lasting, self.calls, self.struck = kind, at, lasting, 0, 0

    def end(self) -> None:
        """Bring the provider back."""
        self.kind, self.at = "", -1
        self.state.reset_limits()

    def ask(self, path: str, **parameters: Any) -> Any:
        """Return what WatchMode says when nothing is wrong."""
        answer = self._asking.get(path, params=parameters, headers={"X-API-Key": WATCHMODE_KEY})
        return answer.raise_for_status().json()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        number, self.calls = self.calls, self.calls + 1
        free = self.kind == "no credits" and "/tmdb/" in request.url.path
        if not self.kind or free or not (number == self.at or self.lasting):
            return self._inner.handle_request(request)
        self.struck += 1
        if self.kind == "cut off":
            raise httpx.RemoteProtocolError("cut off", request=request)
        if self.kind == "slow":
            self._inner.handle_request(request)
            raise httpx.ReadTimeout("slow", request=request)
        if self.kind == "no credits":
            for plan in self.state.plans.values():
                plan.quota_used = plan.quota
            return self._inner.handle_request(request)
        facts: Mapping[str, dict[str, Any]] = {
            "down": {"status": 503},
            "malformed": {"malformed": True},
            "rate limited": {"status": 429, "retry_after": 30},
        }
        self.state.faults.faults.append(Fault("*", times=1, **facts[self.kind]))
        try:
            return self._inner.handle_request(request)
        finally:
            self.state.faults.clear()


@cache
def trouble() -> Trouble:
    """Return the simulators of this process."""
    return Trouble()


class ProviderScenario(Scenario):
    """A function between the world and the simulators; time passes between invocations."""

    def prepare(self) -> None:
        self.provider = trouble()
        operations, clock = self.cloud.operations, self.provider.clock
        paced = Governor(operations, watchmode_limits(1_000_000), clock=clock, sleep=clock.sleep)
        self.watchmode = WatchModeClient(
            "http://upstreams/watchmode/v1/", WATCHMODE_KEY, paced, transport=self.provider
        )
        tmdb = Governor(operations, tmdb_limits(100_000), clock=clock, sleep=clock.sleep)
        self.tmdb = TmdbClient("http://upstreams/tmdb/3/", TMDB_TOKEN, tmdb, transport=self.provider)
        self.invocations = 0

    def collect(self) -> None:
        self.invocations += 1
        if self.invocations > 1:
            self.provider.end()
        self.provider.clock.sleep(LATER)
        for window in (self.provider.state.tmdb.window, *(p.window for p in self.provider.state.plans.values())):
            window.clear()


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
        for each in invariants.titles(self.cloud).values():
            assert each.tmdb is not None, "TMDB's part is missing"
            assert each.details is not None, "WatchMode's part is missing"
            offers = self.cloud.titles.get_with_offers(each.id)[1]
            assert any(offer.watchmode for offer in offers), "WatchMode's offers are missing"
        invariants.index_equals_titles(self.cloud)


RUNS: dict[str, type[ProviderScenario]] = {each.name: each for each in (Listing, Reference, Cards, Completing)}


def run(name: str, seed: int) -> Tally:
    """Try all faults of providers on one function."""
    logging.disable()
    warnings.simplefilter("ignore")
    make = RUNS[name]
    tally = Tally(name, make.holds)
    with World() as world:
        if loss := try_one(world, make, seed, trouble().reset):
            tally.losses.append(loss)
            return tally
        tally.requests = trouble().calls
        for kind in KINDS:
            for at in (*range(tally.requests), None):
                _count(world, make, tally, kind, seed, at)
    return tally


def _count(world: World, make: type[ProviderScenario], tally: Tally, kind: str, seed: int, at: int | None) -> None:
    def begin() -> None:
        trouble().reset(kind, -1 if at is None else at, lasting=at is None)

    loss = try_one(world, make, seed, begin, f"{kind} {'all the time' if at is None else f'#{at}'}")
    if loss:
        tally.losses.append(loss)
    elif trouble().struck:
        tally.survived[kind] += 1


def try_one(
    world: World, make: type[ProviderScenario], seed: int, begin: Callable[[], None], fault: str = ""
) -> Loss | None:
    """Run a scenario once; returns what was lost."""
    chance = random.Random(seed)
    world.empty(seed)
    try:
        begin()
        scenario = make(world)
        begin()
        scenario.run(chance)
        struck, calls = trouble().struck, trouble().calls
        for each in scenario.feeds:
            each.again(chance)
        scenario.run(chance)
        scenario.check()
        trouble().struck, trouble().calls = struck, calls
    except Exception as error:
        return Loss(make.name, fault, seed, f"{type(error).__name__}: {error}")
    return None
