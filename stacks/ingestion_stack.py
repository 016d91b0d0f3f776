"""Ingestion: reference data, the plan of what to list, the worker that lists a pair, and the cache of TMDB's lists."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.environment_stack import EnvironmentStack
from stacks.constructs.event_sources import consume_queue
from stacks.constructs.python_function import PythonFunction
from stacks.constructs.queue_with_dlq import QueueWithDeadLetter
from stacks.constructs.scheduled_function import ScheduledFunction

WORKER_TIMEOUT = Duration.minutes(5)
# A failed pair comes again after one minute, then two, and so on: eight deliveries outlast half an hour of outage.
LISTING_DELIVERIES = 8
CACHE_WRITES = ("Query", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem")


class IngestionStack(EnvironmentStack):
    """What asks WatchMode for lists and puts each title on the event stream, and what keeps TMDB's lists."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: EnvironmentConfig,
        catalogue: dynamodb.TableV2,
        viewers: dynamodb.TableV2,
        operations: dynamodb.TableV2,
        tmdb_cache: dynamodb.TableV2,
        event_stream: kinesis.IStream,
        watchmode_secret: secretsmanager.ISecret,
        tmdb_secret: secretsmanager.ISecret,
    ) -> None:
        super().__init__(scope, config=config, domain="ingestion", description="Marquee: reference data and listing")
        listing = QueueWithDeadLetter(
            self, "Listing", config=config, function_timeout=WORKER_TIMEOUT, deliveries=LISTING_DELIVERIES
        )
        self.listing_queue = listing.queue
        tables = {"CATALOGUE_TABLE": catalogue.table_name, "OPERATIONS_TABLE": operations.table_name}
        watchmode = {
            "WATCHMODE_SECRET_ARN": watchmode_secret.secret_arn,
            "WATCHMODE_URL": config.watchmode_url,
            "WATCHMODE_PER_MINUTE": str(config.watchmode_per_minute),
        }
        regions = {"REGIONS": ",".join(config.regions_served)}

        refresh = ScheduledFunction(
            self,
            "reference_refresh",
            config=config,
            description="Brings services and genres up to date with WatchMode",
            schedule=config.reference_schedule,
            timeout=Duration.minutes(2),
            memory_mb=256,
            environment={**tables, **watchmode, **regions, "EVENT_STREAM": event_stream.stream_name},
            scheduled_input={"only_if_due": True},
        )
        refresh.allow_table(catalogue, "PutItem", "DeleteItem")
        refresh.allow_index_query(catalogue, "by_kind")
        refresh.allow_work(operations, "GetItem", "PutItem", "UpdateItem")
        refresh.allow_ending_runs(operations)
        refresh.allow(["kinesis:PutRecords"], event_stream.stream_arn)
        refresh.allow_secret(watchmode_secret)

        planner = ScheduledFunction(
            self,
            "listing_planner",
            config=config,
            description="Queues the pairs of service and genre that are worth listing today",
            schedule=config.listing_schedule,
            timeout=Duration.minutes(2),
            memory_mb=256,
            environment={
                **tables,
                **watchmode,
                **regions,
                "VIEWERS_TABLE": viewers.table_name,
                "LISTING_QUEUE_URL": listing.queue.queue_url,
            },
        )
        planner.allow_index_query(catalogue, "by_kind")
        planner.allow_partitions(viewers, ["pairs"], "Query")
        planner.allow_work(operations, "GetItem", "BatchGetItem", "PutItem", "UpdateItem", "BatchWriteItem")
        planner.allow_ending_runs(operations)
        planner.allow_send(listing.queue)
        planner.allow_secret(watchmode_secret)

        worker = PythonFunction(
            self,
            "title_ingestion",
            config=config,
            description="Lists one pair of service and genre and puts its titles on the event stream",
            timeout=WORKER_TIMEOUT,
            memory_mb=512,
            environment={
                **tables,
                **watchmode,
                "EVENT_STREAM": event_stream.stream_name,
                "LISTING_QUEUE_URL": listing.queue.queue_url,
            },
        )
        worker.allow_table(catalogue, "Query")
        worker.allow_work(operations, "GetItem", "BatchGetItem", "PutItem", "UpdateItem")
        worker.allow_ending_runs(operations)
        worker.allow(["kinesis:PutRecords"], event_stream.stream_arn)
        worker.allow_secret(watchmode_secret)
        consume_queue(worker, listing.queue, batch_size=1, max_concurrency=5)

        cache_refresh = ScheduledFunction(
            self,
            "tmdb_cache_refresh",
            config=config,
            description="Keeps TMDB's lists of popular, trending, acclaimed and little-known titles",
            schedule=config.tmdb_daily_schedule,
            # R2: a run takes minutes at most, because its calls are 250 ms apart.
            timeout=Duration.minutes(5),
            # With less processor the start of eight connections would blur the distance between the calls.
            memory_mb=512,
            environment={
                **tables,
                **regions,
                "VIEWERS_TABLE": viewers.table_name,
                "TMDB_CACHE_TABLE": tmdb_cache.table_name,
                "TMDB_SECRET_ARN": tmdb_secret.secret_arn,
                "TMDB_URL": config.tmdb_url,
                "TMDB_PER_SECOND": str(config.tmdb_per_second),
            },
            scheduled_input={"scheduleType": "daily"},
        )
        cache_refresh.start_on(
            "WeeklySchedule",
            config.tmdb_weekly_schedule,
            {"scheduleType": "weekly"},
            description="Fetches the lists by genre, of little-known and of acclaimed titles",
        )
        cache_refresh.allow_index_query(catalogue, "by_kind")
        cache_refresh.allow_partitions(viewers, ["pairs"], "Query")
        cache_refresh.allow_work(operations, "GetItem", "PutItem", "UpdateItem", "BatchWriteItem")
        cache_refresh.allow_ending_runs(operations)
        cache_refresh.allow_table(tmdb_cache, *CACHE_WRITES)
        cache_refresh.allow_secret(tmdb_secret)
        self.tmdb_cache_refresh = cache_refresh.function

        scheduled = (refresh, planner, cache_refresh)
        self.failure_sources = [listing.failures("listing"), *(each.failure_source for each in scheduled)]

        self.output("ListingQueueUrl", listing.queue.queue_url)
        self.output("ListingDeadLetterQueueUrl", listing.dead_letter.queue_url)
