"""Archive: TMDB as it describes itself, harvested, collected and kept. Its bucket is stateful."""

from __future__ import annotations

import math

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.archive_bucket import ARCHIVE_PREFIX, archive_bucket
from stacks.constructs.archive_tables import archive_tables
from stacks.constructs.environment_stack import EnvironmentStack
from stacks.constructs.event_sources import consume_queue
from stacks.constructs.harvest_starts import HarvestStarts
from stacks.constructs.python_function import PythonFunction
from stacks.constructs.queue_with_dlq import LONGEST_RETENTION, QueueWithDeadLetter

HARVESTER_TIMEOUT = Duration.minutes(5)
# The functions count failures themselves; what comes back so often has found nobody who could do even that.
DELIVERIES = 100
IDS_A_MESSAGE = 100
# Some series need a second call for their seasons, and a failed call is made three times.
CALLS_AN_ID = 1.5
# Who calls for viewers goes first, so that a message may take longer than its own calls do.
PATIENCE = 3
OBJECTS_HAVE_KEYS_OF_THEIR_OWN = "Each item, bitmap and table file is an object with a key of its own."


class ArchiveStack(EnvironmentStack):
    """What finds the ids of TMDB, collects what they stand for, and keeps it."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: EnvironmentConfig,
        operations: dynamodb.TableV2,
        tmdb_secret: secretsmanager.ISecret,
    ) -> None:
        super().__init__(scope, config=config, domain="archive", description="Marquee: archive of TMDB")
        self._secret = tmdb_secret
        self._operations = operations
        self.bucket = archive_bucket(self, "Archive")
        collector_timeout = collecting_time(config)
        harvests = QueueWithDeadLetter(
            self,
            "Harvests",
            config=config,
            function_timeout=HARVESTER_TIMEOUT,
            deliveries=DELIVERIES,
            single_messages=True,
            retention=LONGEST_RETENTION,
        )
        ids = QueueWithDeadLetter(
            self,
            "Ids",
            config=config,
            function_timeout=collector_timeout,
            deliveries=DELIVERIES,
            single_messages=True,
            retention=LONGEST_RETENTION,
        )
        self.harvest_queue = harvests.queue
        common = {
            "OPERATIONS_TABLE": operations.table_name,
            "ARCHIVE_BUCKET": self.bucket.bucket_name,
            "ARCHIVE_QUEUE_URL": ids.queue.queue_url,
            "TMDB_SECRET_ARN": tmdb_secret.secret_arn,
            "TMDB_URL": config.tmdb_url,
            "TMDB_PER_SECOND": str(config.tmdb_per_second),
        }

        harvester = PythonFunction(
            self,
            "archive_harvester",
            config=config,
            description="Finds the ids that are to be collected and queues them",
            timeout=HARVESTER_TIMEOUT,
            # Half a processor: an export of 1.2 million lines is read within a minute.
            memory_mb=1024,
            environment={
                **common,
                "HARVEST_QUEUE_URL": harvests.queue.queue_url,
                "MEDIA_TYPES": ",".join(config.media_types),
                "TMDB_EXPORTS_URL": config.tmdb_exports_url,
            },
            # A harvest goes on in as many invocations as it needs.
            sends_to_itself=True,
        )
        harvester.allow_send(harvests.queue)
        harvester.allow_send(ids.queue)
        self._allow(harvester)
        consume_queue(harvester, harvests.queue, batch_size=1, max_concurrency=2)

        collector = PythonFunction(
            self,
            "archive_collector",
            config=config,
            description="Collects what TMDB says of the ids of a message",
            timeout=collector_timeout,
            memory_mb=1024,
            environment={**common, "ARCHIVE_DEAD_LETTER_QUEUE_URL": ids.dead_letter.queue_url},
        )
        collector.allow_send(ids.dead_letter)
        self._allow(collector)
        consume_queue(collector, ids.queue, batch_size=1, max_concurrency=config.collector_concurrency)

        starts = HarvestStarts(self, "Starts", config=config, queue=harvests.queue)
        # Ids that could not be collected stay in their queue, each with its reason: see `marquee archive replay`.
        self.failure_sources = [harvests.failures("harvests"), starts.failure_source]
        self.ids = ids
        tables = archive_tables(self, "Tables", config=config, bucket=self.bucket)
        self.output("ArchiveBucket", self.bucket.bucket_name)
        self.output("HarvestQueueUrl", harvests.queue.queue_url)
        self.output("HarvestDeadLetterQueueUrl", harvests.dead_letter.queue_url)
        self.output("ArchiveQueueUrl", ids.queue.queue_url)
        self.output("ArchiveDeadLetterQueueUrl", ids.dead_letter.queue_url)
        self.output("TmdbUrl", config.tmdb_url)
        self.output("TmdbExportsUrl", config.tmdb_exports_url)
        self.output("TmdbPerSecond", str(config.tmdb_per_second))
        self.output("MediaTypes", ",".join(config.media_types))
        self.output("ArchiveDatabase", tables.database.ref)
        self.output("ArchiveWorkgroup", tables.workgroup.ref)

    def _allow(self, function: PythonFunction) -> None:
        function.allow_work(self._operations, "GetItem", "PutItem", "UpdateItem")
        function.allow_objects(self.bucket, ARCHIVE_PREFIX, reason=OBJECTS_HAVE_KEYS_OF_THEIR_OWN)
        function.allow_secret(self._secret)


def collecting_time(config: EnvironmentConfig) -> Duration:
    """Return what a message may take: all collectors share one pace, so that more of them make each slower."""
    calls = config.collector_concurrency * IDS_A_MESSAGE * CALLS_AN_ID
    seconds = math.ceil(PATIENCE * calls / config.tmdb_per_second) + 30
    return Duration.seconds(min(max(seconds, 60), 900))
