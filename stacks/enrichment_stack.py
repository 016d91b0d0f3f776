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
from stacks.constructs.watches import availability_watch, preference_watch

ENRICHMENT_TIMEOUT = Duration.minutes(2)
PENDING_RECORDS = {
    "eventName": ["INSERT", "MODIFY"],
    "dynamodb": {"NewImage": {"SK": {"S": ["record"]}, "enrichment_state": {"S": ["pending"]}}},
}


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
            availability_watch(
                self,
                catalogue=catalogue,
                operations=operations,
                notification_queue=notification_queue,
                failures=failures,
            ),
            preference_watch(
                self,
                catalogue=catalogue,
                viewers=viewers,
                operations=operations,
                listing_queue=listing_queue,
                enrichment_queue=waiting.queue,
                failures=failures,
            ),
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
