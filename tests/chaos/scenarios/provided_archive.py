"""The archive, as TMDB's troubles leave it."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from datetime import date
from itertools import count
from typing import Any

import httpx

from local.upstreams import TMDB_TOKEN
from marquee.clients.tmdb_archive import TmdbArchiveClient
from marquee.clients.tmdb_changes import TmdbChanges
from marquee.clients.tmdb_exports import TmdbExports
from marquee.governor import tmdb_limits
from marquee.messages.archive import CollectRequest, HarvestMessage
from marquee.repositories.governors import Governor
from marquee.repositories.table import Table
from tests.chaos.scenario import Feed
from tests.chaos.scenarios.archive import Harvests
from tests.chaos.trouble import ProviderScenario, Trouble
from tests.chaos.world import message
from tests.fakes.collecting import CollectingCloud

API, FILES = "http://upstreams/tmdb/3/", "http://upstreams/tmdb/p/exports/"
NOBODY = 999_999_999


class Received(httpx.BaseTransport):
    """Hands over files as a network does: their body is yet to be received."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._inner.handle_request(request)
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(answer.content))


class Simulated:
    """TMDB as the archive asks it, answered by the simulators."""

    def __init__(self, provider: Trouble, transport: httpx.BaseTransport) -> None:
        self.clock = provider.clock
        self._transport = transport
        self.exports = TmdbExports(FILES, transport=Received(transport))

    def _governor(self, operations: Table) -> Governor:
        return Governor(operations, tmdb_limits(100_000), clock=self.clock, sleep=self.clock.sleep)

    def client(self, operations: Table) -> TmdbArchiveClient:
        """Return the client for items."""
        return TmdbArchiveClient(API, TMDB_TOKEN, self._governor(operations), transport=self._transport)

    def connect(self, operations: Table) -> TmdbChanges:
        """Return the client for changes."""
        return TmdbChanges(API, TMDB_TOKEN, self._governor(operations), transport=self._transport)


class Harvesting(ProviderScenario):
    """What is new and what has changed is harvested: all movies, and of series, which are known, those of a day."""

    name = "archive_harvester (providers)"
    holds = "each id is queued once, nothing counts as vanished, known ids are those of TMDB's lists, the harvest ends"

    def prepare(self) -> None:
        super().prepare()
        self.provider.state.population.changed_share = 0.05
        self.day = self.provider.state.population.today
        well: Any = Simulated(self.provider, self.provider.inner)
        first = Harvests(self.cloud, self.world.monkeypatch, well, self.provider.clock)
        self.world.monkeypatch.setenv("MEDIA_TYPES", "movie,tv")
        first.harvest(day=self.day, media_types=("tv",), mode="full")
        self.world.received("ARCHIVE")
        ill: Any = Simulated(self.provider, self.provider)
        # Messages of the first harvest have the first numbers.
        self.harvests = Harvests(self.cloud, self.world.monkeypatch, ill, self.provider.clock, count(100))
        self.world.monkeypatch.setenv("MEDIA_TYPES", "movie,tv")
        self.feed = Feed(self._take, batch=1)
        self.asked = self._ask()
        self.failed: list[str] = []
        self.feeds.append(self.feed)

    def _ask(self) -> dict[str, Any]:
        request = self.harvests.request(day=self.day, start_date=self.day, end_date=self.day)
        asked = self.harvests.message(HarvestMessage(request=request))
        self.feed.add(asked)
        return asked

    def _take(self, event: dict[str, Any], _: object) -> dict[str, Any]:
        for each in event["Records"]:
            self.harvests.deliver(each)
        job = self.cloud.jobs.get(self.harvests.job_id(self.asked))
        if job and job.state == "failed" and job.id not in self.failed:
            # It says so, and has queued nothing; the next one does what it did not.
            assert job.errors, "the harvest does not say why it failed"
            assert self.world.received("ARCHIVE") == [], "a harvest that failed has queued ids"
            self.failed.append(job.id)
            self.asked = self._ask()
        return {}

    def collect(self) -> None:
        super().collect()
        self.feed.add(*(self.harvests.message(each["body"]) for each in self.world.received("HARVEST")))

    def check(self) -> None:
        listed = {"movie": exported(self.provider, "movie_ids", self.day), "tv": self._changed("tv")}
        chunks: dict[tuple[str, str, int], tuple[int, ...]] = {}
        for each in self.world.received("ARCHIVE"):
            request = CollectRequest.model_validate_json(each["body"])
            chunks[request.job_id, request.media_type, request.chunk] = request.ids
        for name, ids in listed.items():
            queued = Counter(id for (_, kind, _), part in chunks.items() if kind == name for id in part)
            assert set(queued) == ids, f"{len(queued)} of {len(ids)} ids of {name} are queued"
            assert set(queued.values()) <= {1}, f"ids of {name} are queued twice"
        known = self.harvests.known()
        for kind, name in (("movie", "movie_ids"), ("tv", "tv_series_ids")):
            assert set(known[kind]) >= exported(self.provider, name, self.day), f"of {kind} not all is known"
        assert not self.failed or self.provider.refuses_key, "a harvest was given up that could have gone on"
        harvest = self.harvests.progress(self.harvests.job_id(self.asked))
        assert harvest.stage == "ended", f"the harvest is {harvest.stage}: {harvest.reason}"

    def _changed(self, kind: str) -> set[int]:
        days = {"start_date": str(self.day), "end_date": str(self.day)}
        first = self.provider.ask_tmdb(f"{kind}/changes", **days, page=1)
        pages = [self.provider.ask_tmdb(f"{kind}/changes", **days, page=n) for n in range(2, first["total_pages"] + 1)]
        return {row["id"] for page in (first, *pages) for row in page["results"]}


class Collecting(ProviderScenario):
    """A second harvest of what is stored: two movies, a series and a person; and of a movie that there is not."""

    name = "archive_collector (providers)"
    holds = "every id ends, what is stored stays as it is, nothing is taken for gone but what TMDB says is gone"

    def prepare(self) -> None:
        super().prepare()
        self.provider.state.population.changed_share = 0.0
        self.world.drop_bucket("ARCHIVE_BUCKET")
        population = self.provider.state.population
        self.ids: Any = {kind: tuple(population.catalogued(kind)[:2]) for kind in ("movie", "person")}
        self.ids["tv"] = tuple(population.catalogued("tv")[:1])
        well: Any = Simulated(self.provider, self.provider.inner)
        self.place = place = CollectingCloud(self.cloud, well)
        for kind, ids in self.ids.items():
            assert place.collect(place.queue(kind, *ids)) is None
        self.stored = self._versions()
        place.next_harvest()
        place.client = Simulated(self.provider, self.provider).client(self.cloud.operations)
        place.collector = place.new_collector()
        self.given_up: set[int] = set()
        self.ids["movie"] += (NOBODY,)
        self.feed = Feed(self._take, batch=1)
        requests = [place.queue(kind, *ids) for kind, ids in self.ids.items()]
        self.feed.add(*(message(each.model_dump_json(), f"m{n}") for n, each in enumerate(requests)))
        self.feeds.append(self.feed)

    def _versions(self) -> dict[str, int]:
        return {name: len(each) for name, each in self.world.objects("ARCHIVE_BUCKET").items() if ".pb" in name}

    def _take(self, event: dict[str, Any], _: object) -> dict[str, Any]:
        (record,) = event["Records"]
        seconds = self.place.collect(CollectRequest.model_validate_json(record["body"]))
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]}] if seconds is not None else []}

    def collect(self) -> None:
        super().collect()
        for each in self.place.letters():
            self.given_up |= set(each.ids)
            assert set(each.reasons) == set(each.ids), "an id was given up without a reason"
            assert self.place.job.counts["failed"] >= len(each.ids), "the job does not say what was given up"
            self.feed.add(message(each.model_dump_json(), f"again {self.invocations} {each.media_type}"))

    def check(self) -> None:
        assert self._versions() == self.stored, "what is stored was changed by an outage"
        whole = sum(map(len, self.ids.values()))
        counts = self.place.job.counts
        found = {name: counts.get(name, 0) for name in ("queued", "done", "failed", "gone")}
        assert found == {"queued": 0, "done": whole, "failed": 0, "gone": 1}, f"the run counts {found}"
        assert self.place.job.state == "succeeded"


class CollectingLater(Collecting):
    """The same while the trouble lasts for longer than an id is tried; what was given up is replayed afterwards."""

    name = "archive_collector (long outage)"
    holds = (
        "what could not be had is in the dead letters with its reason, and comes when it is replayed; nothing is gone"
    )
    outage = 24

    def check(self) -> None:
        super().check()
        assert not (self.given_up and self.provider.refuses_key), "ids are given up for a key that was refused"


def exported(provider: Trouble, name: str, day: date) -> set[int]:
    """Return the ids of a file when nothing is wrong."""
    answer = httpx.Client(transport=provider.inner).get(f"{FILES}{name}_{day:%m_%d_%Y}.json.gz")
    lines = gzip.decompress(answer.raise_for_status().content).splitlines()
    return {json.loads(line)["id"] for line in lines}
