"""TMDB's exports and lists of changes over httpx's own mock transport, and a harvester in front of them."""

import gzip
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

import boto3
import httpx
import pytest
from pyroaring import BitMap

from archive_harvester import handler, stores
from marquee import aws, harvesting
from marquee.clients.tmdb_changes import TmdbChanges
from marquee.clients.tmdb_exports import TmdbExports
from marquee.governor import tmdb_limits
from marquee.messages.archive import CollectRequest, HarvestMessage, HarvestRequest
from marquee.models.archive import MEDIA_TYPES, MediaType
from marquee.models.harvests import Harvest
from marquee.models.jobs import Job
from marquee.repositories.governors import Governor
from marquee.repositories.known_ids import KnownIds
from marquee.repositories.manifests import Manifests
from marquee.repositories.table import Table
from tests.fakes.clock import FakeClock
from tests.unit.conftest import Cloud

TODAY, YESTERDAY = date(2024, 3, 10), date(2024, 3, 9)
BUCKET = "marquee-archive"
SENT_AT = 1710072000000
ADDRESS = re.compile(r"(?P<name>.+)_(?P<m>\d\d)_(?P<d>\d\d)_(?P<y>\d{4})\.json\.gz")
Fault = Callable[[str], httpx.Response | None]


def packed(ids: Iterable[int], **more: Any) -> bytes:
    """Return an export that lists some ids."""
    rows = ({"adult": False, "id": number, "original_title": "x", "popularity": 5.0, **more} for number in ids)
    return gzip.compress("".join(f"{json.dumps(row)}\n" for row in rows).encode(), mtime=0)


class FakeTmdbIds:
    """Serves `files` by name and day and `changed` ids by media type and day; `fault` may refuse what has a label."""

    def __init__(self) -> None:
        self.files: dict[tuple[str, date], bytes] = {}
        self.changed: dict[tuple[str, date], list[dict[str, Any]]] = {}
        self.fault: Fault = lambda label: None
        self.asked: list[str] = []
        self.clock = FakeClock()
        self.exports = TmdbExports("https://files.test/exports/", transport=httpx.MockTransport(self._export))

    def connect(self, operations: Table) -> TmdbChanges:
        """Return the client for changes, paced by a clock of its own."""
        governor = Governor(operations, tmdb_limits(40), clock=self.clock, sleep=self.clock.sleep)
        return TmdbChanges("https://tmdb.test/3/", "token", governor, transport=httpx.MockTransport(self._changes))

    def publish(self, name: str, ids: Iterable[int], day: date = TODAY, **more: Any) -> None:
        """Publish an export."""
        self.files[name, day] = packed(ids, **more)

    def change(self, media_type: MediaType, ids: Iterable[int], day: date = TODAY, **more: Any) -> None:
        """Add to what has changed on a day."""
        self.changed.setdefault((media_type, day), []).extend({"id": n, "adult": False, **more} for n in ids)

    def _export(self, request: httpx.Request) -> httpx.Response:
        found = ADDRESS.fullmatch(request.url.path.removeprefix("/exports/"))
        assert found
        day = date(int(found["y"]), int(found["m"]), int(found["d"]))
        label = f"{found['name']} {day}"
        self.asked.append(label)
        body = self.files.get((found["name"], day))
        if body is None:
            return self.fault(label) or httpx.Response(403, text="<Error><Code>AccessDenied</Code></Error>")
        edition = {"ETag": f'"{hash(body)}"'}
        return self.fault(label) or httpx.Response(200, headers=edition, stream=httpx.ByteStream(body))

    def _changes(self, request: httpx.Request) -> httpx.Response:
        media_type = request.url.path.removeprefix("/3/").removesuffix("/changes")
        start, end, page = (request.url.params[name] for name in ("start_date", "end_date", "page"))
        assert start == end
        label = f"{media_type} {start} {page}"
        self.asked.append(label)
        rows = self.changed.get((media_type, date.fromisoformat(start)), [])
        first = (int(page) - 1) * 100
        body = {"results": rows[first : first + 100], "page": int(page), "total_pages": -(-len(rows) // 100)}
        return self.fault(label) or httpx.Response(200, json=body | {"total_results": len(rows)})


@dataclass
class HarvestCloud:
    """An environment that harvests when it is told to; its time stands still between invocations."""

    cloud: Cloud
    monkeypatch: pytest.MonkeyPatch
    source: FakeTmdbIds = field(default_factory=FakeTmdbIds)
    clock: FakeClock = field(default_factory=FakeClock)
    numbers: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        for queue in ("HARVEST", "ARCHIVE"):
            self.monkeypatch.setenv(f"{queue}_QUEUE_URL", aws.sqs().create_queue(QueueName=queue)["QueueUrl"])
        for name, value in {
            "ARCHIVE_BUCKET": BUCKET,
            "MEDIA_TYPES": "movie,tv,person",
            "TMDB_URL": "https://tmdb.test/3/",
            "TMDB_SECRET_ARN": "arn",
            "TMDB_PER_SECOND": "40",
        }.items():
            self.monkeypatch.setenv(name, value)
        location: Any = {"LocationConstraint": "eu-west-2"}
        boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=location)
        changes = self.source.connect(self.cloud.operations)
        self.monkeypatch.setattr(stores, "exports", lambda: self.source.exports)
        self.monkeypatch.setattr(stores, "changes", lambda: changes)
        stores.harvest_queue.cache_clear()
        self.monkeypatch.setattr(handler, "harvester", lambda token: stores.harvester(token, time=lambda: self.clock()))

    @property
    def operations(self) -> Table:
        return self.cloud.operations

    @property
    def ids(self) -> KnownIds:
        return KnownIds(aws.s3(), BUCKET)

    def list_all(self, movie: Iterable[int] = (), tv: Iterable[int] = (), person: Iterable[int] = ()) -> None:
        """Publish the exports of today; there is nothing adult in them."""
        for name, ids in (("movie_ids", movie), ("tv_series_ids", tv), ("person_ids", person)):
            self.source.publish(name, ids)
            self.source.publish(f"adult_{name}", ())

    def request(self, **asked: Any) -> HarvestRequest:
        return HarvestRequest.model_validate({"day": TODAY, **asked})

    def message(self, body: HarvestMessage | str, tries: int = 1) -> dict[str, Any]:
        """Return a message as the queue delivers it."""
        number = next(self.numbers)
        text = body if isinstance(body, str) else body.model_dump_json()
        attributes = {"SentTimestamp": str(SENT_AT), "ApproximateReceiveCount": str(tries)}
        return {"messageId": f"{number:012x}", "receiptHandle": "r", "body": text, "attributes": attributes}

    def deliver(self, record: dict[str, Any], seconds: float = 500) -> None:
        """Have an invocation of so many seconds take a message."""
        handler.harvest(record, self.clock() + seconds, token=f"invocation {next(self.numbers)}")

    def harvest(self, **asked: Any) -> str:
        """Harvest to the end; return the id of the job."""
        record = self.message(HarvestMessage(request=self.request(**asked)))
        self.deliver(record)
        self.go_on()
        return self.job_id(record)

    def job_id(self, record: dict[str, Any]) -> str:
        """Return the id of the job that a message starts."""
        return harvesting.job_id(record["messageId"], SENT_AT)

    def go_on(self, seconds: float = 500) -> int:
        """Deliver what the harvester has sent itself, and what that leads to; return how often."""
        for invocations in count():
            bodies = self.cloud.messages("HARVEST_QUEUE_URL")
            if not bodies:
                return invocations
            for body in bodies:
                self.deliver(self.message(body), seconds)
        raise AssertionError

    def sent(self) -> list[CollectRequest]:
        """Return and remove what the collectors have been sent."""
        return [CollectRequest.model_validate_json(body) for body in self.cloud.messages("ARCHIVE_QUEUE_URL")]

    def sent_ids(self) -> dict[str, set[int]]:
        """Return and remove the ids that the collectors have been sent, by media type."""
        ids: dict[str, set[int]] = {each: set() for each in MEDIA_TYPES}
        for request in self.sent():
            ids[request.media_type] |= set(request.ids)
        return ids

    def job(self, job_id: str) -> Job:
        found = self.cloud.jobs.get(job_id)
        assert found is not None
        return found

    def progress(self, job_id: str) -> Harvest:
        item = self.operations.get(f"job:{job_id}", "harvest", consistent=True)
        assert item is not None
        return Harvest.model_validate(item)

    def manifest(self, job_id: str) -> dict[str, Any]:
        found = Manifests(aws.s3(), BUCKET).get(job_id)
        assert found is not None
        return found

    def known(self) -> dict[str, BitMap]:
        return {each: self.ids.known(each) for each in MEDIA_TYPES}
