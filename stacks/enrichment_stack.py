"""Enrichment: what table changes set off, and the sweep of what a budget or an outage left behind."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.environment_stack import EnvironmentStack
from stacks.constructs.event_sources import StreamReading, consume_queue, consume_table_changes
from stacks.constructs.failure_source import FailureSource
from stacks.constructs.python_function import PythonFunction
from stacks.constructs.queue_with_dlq import FailureQueue, QueueWithDeadLetter
from stacks.constructs.scheduled_function import ScheduledFunction

ENRICHMENT_TIMEOUT = Duration.minutes(2)
# Nothing else would find a change of a choice or of an offer again, so hours of an outage must not lose one.
PERSISTENT_RETRIES = 1_000
PENDING_RECORDS = {
    "eventName": ["INSERT", "MODIFY"],
    "dynamodb": {"NewImage": {"SK": {"S": ["record"]}, "enrichment_state": {"S": ["pending"]}}},
}
OFFERS = {"dynamodb": {"Keys": {"SK": {"S": [{"prefix": "offer:"}]}}}}
SEASONS = {
    "eventName": ["MODIFY"],
    "dynamodb": {
        "Keys": {"SK": {"S": ["record"]}},
        "NewImage": {"tmdb": {"M": {"seasons": {"N": [{"exists": True}]}}}},
    },
}
PREFERENCES = {"dynamodb": {"Keys": {"PK": {"S": [{"prefix": "userpref:"}]}}}}
FOLLOWERS = {"eventName": ["INSERT", "REMOVE"], "dynamodb": {"Keys": {"SK": {"S": [{"prefix": "follower:"}]}}}}


class EnrichmentStack(EnvironmentStack):
    """What completes titles with the details of TMDB and WatchMode, and what watches availability and choices."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: EnvironmentConfig,
        catalogue: dynamodb.TableV2,
        viewers: dynamodb.TableV2,
        operations: dynamodb.TableV2,
        listing_queue: sqs.IQueue,
        notification_queue: sqs.IQueue,
        watchmode_secret: secretsmanager.ISecret,
        tmdb_secret: secretsmanager.ISecret,
    ) -> None:
        super().__init__(scope, config=config, domain="enrichment", description="Marquee: details, offers, preferences")
        self._catalogue = catalogue
        self._viewers = viewers
        self._operations = operations
        self._secrets = (watchmode_secret, tmdb_secret)
        self._tables = {"CATALOGUE_TABLE": catalogue.table_name, "OPERATIONS_TABLE": operations.table_name}
        self._regions = {"REGIONS": ",".join(config.regions_served)}
        self._providers = {
            "WATCHMODE_SECRET_ARN": watchmode_secret.secret_arn,
            "WATCHMODE_URL": config.watchmode_url,
            "WATCHMODE_PER_MINUTE": str(config.watchmode_per_minute),
            "TMDB_SECRET_ARN": tmdb_secret.secret_arn,
            "TMDB_URL": config.tmdb_url,
            "TMDB_PER_SECOND": str(config.tmdb_per_second),
        }
        waiting = QueueWithDeadLetter(self, "Enrichment", config=config, function_timeout=ENRICHMENT_TIMEOUT)
        self.enrichment_queue = waiting.queue
        failures = FailureQueue(self, "EnrichmentFailures", config=config).queue

        from_changes = self._enriching_function("title_enrichment", "Completes titles as they arrive in the catalogue")
        consume_table_changes(
            from_changes,
            catalogue,
            StreamReading(batch_size=50, retries=3, max_age=Duration.hours(1), failures=failures, parallelization=2),
            patterns=[PENDING_RECORDS],
        )
        from_queue = self._enriching_function("enrichment_worker", "Completes titles that were asked for or swept up")
        consume_queue(from_queue, waiting.queue, batch_size=10, max_concurrency=2)
        sweep = self._sweep(waiting.queue)
        readers = (
            from_changes,
            self._availability_watch(notification_queue, failures),
            self._preference_watch(listing_queue, waiting.queue, failures),
        )
        self.failure_sources = [
            waiting.failures("enrichment"),
            FailureSource(name="enrichment_stream", queue=failures, way="reread", functions=readers),
            sweep.failure_source,
        ]

        self.output("EnrichmentQueueUrl", waiting.queue.queue_url)
        self.output("EnrichmentDeadLetterQueueUrl", waiting.dead_letter.queue_url)
        self.output("EnrichmentFailuresQueueUrl", failures.queue_url)

    def _enriching_function(self, package: str, description: str) -> PythonFunction:
        function = PythonFunction(
            self,
            package,
            config=self.config,
            description=description,
            timeout=ENRICHMENT_TIMEOUT,
            memory_mb=512,
            environment={
                **self._tables,
                **self._providers,
                **self._regions,
                "VIEWERS_TABLE": self._viewers.table_name,
            },
        )
        function.allow_table(
            self._catalogue, "Query", "GetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"
        )
        function.allow_index_query(self._catalogue, "by_kind")
        function.allow_work(self._operations, "GetItem", "UpdateItem")
        function.allow_partitions(self._viewers, ["title:*"], "Query")
        for secret in self._secrets:
            function.allow_secret(secret)
        return function

    def _sweep(self, waiting: sqs.IQueue) -> ScheduledFunction:
        sweep = ScheduledFunction(
            self,
            "enrichment_sweep",
            config=self.config,
            description="Queues titles that still lack details or whose details are stale",
            schedule=self.config.sweep_schedule,
            timeout=Duration.minutes(1),
            memory_mb=256,
            environment={
                **self._tables,
                "ENRICHMENT_QUEUE_URL": waiting.queue_url,
                "WATCHMODE_PER_MINUTE": self._providers["WATCHMODE_PER_MINUTE"],
            },
        )
        sweep.allow_index_query(self._catalogue, "pending_enrichment", "refresh_due")
        sweep.allow_work(self._operations, "GetItem", "PutItem", "UpdateItem")
        sweep.allow_ending_runs(self._operations)
        sweep.allow_send(waiting)
        return sweep

    def _availability_watch(self, notification_queue: sqs.IQueue, failures: sqs.IQueue) -> PythonFunction:
        watch = PythonFunction(
            self,
            "availability_watch",
            config=self.config,
            description="Logs which titles arrived on a service or left it, and announces it to their followers",
            timeout=Duration.minutes(1),
            memory_mb=512,
            environment={**self._tables, "NOTIFICATION_QUEUE_URL": notification_queue.queue_url},
        )
        watch.allow_table(self._catalogue, "BatchGetItem", "PutItem")
        watch.allow_work(self._operations, "BatchGetItem")
        watch.allow_send(notification_queue)
        consume_table_changes(
            watch,
            self._catalogue,
            StreamReading(batch_size=100, retries=PERSISTENT_RETRIES, max_age=Duration.days(1), failures=failures),
            patterns=[OFFERS, SEASONS],
        )
        return watch

    def _preference_watch(
        self, listing_queue: sqs.IQueue, enrichment_queue: sqs.IQueue, failures: sqs.IQueue
    ) -> PythonFunction:
        watch = PythonFunction(
            self,
            "preference_watch",
            config=self.config,
            description="Counts the viewers of each pair, has new pairs listed and followed titles completed",
            timeout=Duration.minutes(1),
            memory_mb=256,
            environment={
                **self._tables,
                **self._regions,
                "VIEWERS_TABLE": self._viewers.table_name,
                "LISTING_QUEUE_URL": listing_queue.queue_url,
                "ENRICHMENT_QUEUE_URL": enrichment_queue.queue_url,
            },
        )
        watch.allow_table(self._viewers, "GetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem")
        watch.allow_index_query(self._catalogue, "by_kind")
        watch.allow_work(self._operations, "GetItem", "BatchGetItem", "PutItem", "UpdateItem", "BatchWriteItem")
        watch.allow_send(listing_queue)
        watch.allow_send(enrichment_queue)
        consume_table_changes(
            watch,
            self._viewers,
            StreamReading(batch_size=100, retries=PERSISTENT_RETRIES, max_age=Duration.days(1), failures=failures),
            patterns=[PREFERENCES, FOLLOWERS],
        )
        return watch
