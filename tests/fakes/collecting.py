"""An archive that is collected into, in memory: the collector, what it reads and what it has written."""

import asyncio
import gzip
import json
import os
from dataclasses import dataclass, field
from typing import Any

from archive_collector.collecting import Collector
from marquee import aws, keys
from marquee.messages.archive import CollectRequest
from marquee.models.archive import MediaType
from marquee.models.jobs import Job
from marquee.queue import Queue
from marquee.repositories.archive import ArchiveStore
from marquee.repositories.archive_chunks import ChunkRepository
from marquee.repositories.manifests import Manifests, settle_harvest
from tests.fakes.tmdb_archive import FakeTmdbArchive
from tests.unit.conftest import Cloud

BUCKET = "marquee-archive"


@dataclass
class CollectingCloud:
    """A harvest of which everything is queued, and what collects it."""

    cloud: Cloud
    tmdb: FakeTmdbArchive = field(default_factory=FakeTmdbArchive)

    def __post_init__(self) -> None:
        s3, sqs = aws.s3(), aws.sqs()
        region: Any = {"LocationConstraint": os.environ["AWS_DEFAULT_REGION"]}
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=region)
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        self.dead_letters = sqs.create_queue(QueueName="dead-ids")["QueueUrl"]
        self.store = ArchiveStore(s3, BUCKET)
        self.manifests = Manifests(s3, BUCKET)
        self.job_id = ""
        self.client = self.tmdb.client(self.cloud.operations)
        self.collector = self.new_collector()

    def new_collector(self) -> Collector:
        """Return the collector of a function that has just been started."""
        operations = self.cloud.operations
        return Collector(
            self.client,
            self.store,
            ChunkRepository(operations, clock=self.tmdb.clock),
            Queue(aws.sqs(), self.dead_letters),
            lambda job_id: settle_harvest(operations, self.manifests, job_id),
        )

    def queue(self, media_type: MediaType, *ids: int, chunk: int = 0) -> CollectRequest:
        """Return a message of the harvest, as the harvester counts it; the first one begins the harvest."""
        self.job_id = self.job_id or self.cloud.jobs.start("archive", started_by="test", input={})
        self.cloud.operations.update(
            keys.job(self.job_id),
            keys.RECORD,
            "SET counts.queued = counts.queued + :n, harvested = :yes",
            {":n": len(ids), ":yes": True},
        )
        return CollectRequest(job_id=self.job_id, media_type=media_type, chunk=chunk, ids=ids)

    def next_harvest(self) -> None:
        """Have the next message begin another harvest."""
        self.job_id = ""

    def collect(self, request: CollectRequest, *, seconds: float = 60) -> int | None:
        """Collect a message as the function does; when it dies, all of its threads do, and another one begins."""
        try:
            return asyncio.run(self.collector.collect(request, self.tmdb.clock() + seconds))
        except BaseException:
            for pool in (self.collector._calling, self.collector._writing):
                pool.shutdown(cancel_futures=True)
            self.collector = self.new_collector()
            raise

    @property
    def job(self) -> Job:
        """Return the job of the harvest."""
        job = self.cloud.jobs.get(self.job_id)
        assert job
        return job

    def letters(self) -> list[CollectRequest]:
        """Return and remove what is in the dead-letter queue."""
        found = []
        while batch := aws.sqs().receive_message(QueueUrl=self.dead_letters, MaxNumberOfMessages=10).get("Messages"):
            for message in batch:
                found.append(CollectRequest.model_validate_json(message["Body"]))
                aws.sqs().delete_message(QueueUrl=self.dead_letters, ReceiptHandle=message["ReceiptHandle"])
        return found

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return all rows of a table, by id and then by age."""
        listed = aws.s3().list_objects_v2(Bucket=BUCKET, Prefix=f"tmdb/_tables/{table}/").get("Contents", [])
        objects = [aws.s3().get_object(Bucket=BUCKET, Key=each["Key"])["Body"].read() for each in listed]
        found = [json.loads(line) for each in objects for line in gzip.decompress(each).decode().split("\n") if line]
        return sorted(found, key=lambda row: (str(row["id"]), row["collected_at"]))
