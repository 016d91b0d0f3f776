"""TMDB's ids from its lists to the archive."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from archive_collector.keeping import Keeper
from archive_harvester import handler, stores
from marquee import aws
from marquee.messages.archive import CollectRequest, HarvestMessage
from marquee.repositories.archive import ArchiveStore
from marquee.repositories.archive_chunks import ChunkTaken
from marquee.repositories.archive_dictionaries import PREFIX
from tests.chaos.scenario import Feed, Scenario
from tests.chaos.world import message
from tests.fakes.collecting import BUCKET, CollectingCloud
from tests.fakes.exports import HarvestCloud

# Longer than a function that died is still believed to be at work.
LATER = 3600
# Older than an object may be that is the same and is not written again.
LONG_AGO = "2026-01-05T12:00:00.000Z"
LISTED = {"movie": range(1, 251), "person": range(5, 6)}


class Harvests(HarvestCloud):
    """A harvest in a world that has its queues and its bucket."""

    def __post_init__(self) -> None:
        settings = {
            "MEDIA_TYPES": "movie,person",
            "TMDB_URL": "https://tmdb.test/3/",
            "TMDB_SECRET_ARN": "arn",
            "TMDB_PER_SECOND": "40",
        }
        for name, value in settings.items():
            self.monkeypatch.setenv(name, value)
        changes = self.source.connect(self.cloud.operations)
        self.monkeypatch.setattr(stores, "exports", lambda: self.source.exports)
        self.monkeypatch.setattr(stores, "changes", lambda: changes)
        stores.harvest_queue.cache_clear()
        self.monkeypatch.setattr(handler, "harvester", lambda token: stores.harvester(token, time=lambda: self.clock()))


class ArchiveHarvester(Scenario):
    """All ids of two media types are harvested."""

    name = "archive_harvester"
    holds = "each id is in one chunk, counts and known ids are those of TMDB's lists, the harvest ends"

    def prepare(self) -> None:
        self.harvests = Harvests(self.cloud, self.world.monkeypatch)
        self.harvests.list_all(**LISTED)
        self.first = self.harvests.message(HarvestMessage(request=self.harvests.request()))
        self.feed = Feed(self._take, batch=1)
        self.feed.add(self.first)
        self.feeds.append(self.feed)

    def _take(self, event: dict[str, Any], _: object) -> dict[str, Any]:
        for each in event["Records"]:
            self.harvests.deliver(each)
        return {}

    def collect(self) -> None:
        self.harvests.clock.sleep(LATER)
        self.feed.add(*(self.harvests.message(each["body"]) for each in self.world.received("HARVEST")))

    def check(self) -> None:
        chunks: dict[tuple[str, int], tuple[int, ...]] = {}
        for each in self.world.received("ARCHIVE"):
            request = CollectRequest.model_validate_json(each["body"])
            same = chunks.setdefault((request.media_type, request.chunk), request.ids)
            assert same == request.ids, "a chunk came twice with other ids"
        for name, ids in LISTED.items():
            queued = sorted(number for (kind, _), part in chunks.items() if kind == name for number in part)
            assert queued == list(ids), f"{len(queued)} ids of {name} are queued"
        known = {name: list(ids) for name, ids in self.harvests.known().items() if ids}
        assert known == {name: list(ids) for name, ids in LISTED.items()}, "known are other ids"
        job = self.harvests.job(self.harvests.job_id(self.first))
        total = sum(map(len, LISTED.values()))
        assert (job.state, job.counts["queued"]) == ("running", total), f"the run is {job.state}: {job.counts}"
        assert self.harvests.progress(job.id).stage == "ended"


class ArchiveCollector(Scenario):
    """A new movie, one that has changed, one that has not but is old, one that is gone, a series, a person."""

    name = "archive_collector"
    holds = "each item gets one version more with one row, the totals of the harvest are right, it ends"

    def prepare(self) -> None:
        self.world.drop_bucket("ARCHIVE_BUCKET")
        self.place = place = CollectingCloud(self.cloud)
        place.tmdb.add("movie", 1, 2, 3, 4)
        self._keep_already(2, {"id": 2, "title": "As it was"})
        for id in (3, 4):
            self._keep_already(id, place.tmdb.items["movie", id])
        del place.tmdb.items["movie", 3]
        place.tmdb.add_series(5, 1)
        place.tmdb.add("person", 9)
        feed = Feed(self._take, batch=1, copy=self._take_as_well)
        requests = (place.queue("movie", 1, 2, 3, 4), place.queue("tv", 5), place.queue("person", 9))
        feed.add(*(message(each.model_dump_json(), f"m{n}") for n, each in enumerate(requests)))
        self.feeds.append(feed)

    def _keep_already(self, id: int, body: dict[str, Any]) -> None:
        """Store a movie as it was long ago, in an archive that has no dictionaries yet."""
        store = ArchiveStore(aws.s3(), BUCKET)
        Keeper(store).keep("movie", id, body, at=LONG_AGO, begun_at=LONG_AGO)
        for each in aws.s3().list_objects_v2(Bucket=BUCKET, Prefix=PREFIX)["Contents"]:
            aws.s3().delete_object(Bucket=BUCKET, Key=each["Key"])

    def _take(self, event: dict[str, Any], _: object) -> dict[str, Any]:
        (record,) = event["Records"]
        seconds = self.place.collect(CollectRequest.model_validate_json(record["body"]))
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]}] if seconds is not None else []}

    def _take_as_well(self, event: dict[str, Any], _: object) -> dict[str, Any]:
        (record,) = event["Records"]
        collector, request = self.place.new_collector(), CollectRequest.model_validate_json(record["body"])
        with suppress(ChunkTaken), ThreadPoolExecutor(1) as thread:
            deadline = self.place.tmdb.clock() + 60
            thread.submit(lambda: asyncio.run(collector.collect(request, deadline))).result()
        return {}

    def collect(self) -> None:
        self.place.tmdb.clock.sleep(LATER)

    def check(self) -> None:
        objects = self.world.objects("ARCHIVE_BUCKET").items()
        versions = {key.rpartition("/")[2]: len(found) for key, found in objects if key.endswith(".pb.zst")}
        expected = {"1": 1, "2": 2, "3": 2, "4": 2, "5": 1, "5-1": 1, "9": 1}
        assert versions == {f"{id}.pb.zst": count for id, count in expected.items()}, f"versions {versions}"
        rows = sorted(
            (name, row["id"]) for name in ("movie", "tv", "season", "person") for row in self.place.rows(name)
        )
        movies = [("movie", id) for id in (1, 2, 3, 4)]
        assert rows == [*movies, ("person", 9), ("season", "5-1"), ("tv", 5)], f"the rows are {rows}"
        counts = {name: self.place.job.counts[name] for name in ("queued", "done", "failed", "stored", "gone")}
        assert counts == {"queued": 0, "done": 6, "failed": 0, "stored": 5, "gone": 1}, f"the run counts {counts}"
        assert self.place.job.state == "succeeded"
