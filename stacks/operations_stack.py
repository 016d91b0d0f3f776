"""Operations: the inbox of failures, the watch over runs and schedules, and the measurement of the data's quality."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.environment_stack import EnvironmentStack
from stacks.constructs.event_sources import consume_queue
from stacks.constructs.failure_source import FailureSource
from stacks.constructs.python_function import PythonFunction
from stacks.constructs.queue_with_dlq import INBOX_TIMEOUT
from stacks.constructs.scheduled_function import ScheduledFunction

READS = ("GetItem", "BatchGetItem", "Query")
WRITES = ("PutItem", "UpdateItem", "DeleteItem")


class OperationsStack(EnvironmentStack):
    """What looks after all the others."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: EnvironmentConfig,
        catalogue: dynamodb.TableV2,
        operations: dynamodb.TableV2,
        failure_sources: Sequence[FailureSource],
    ) -> None:
        super().__init__(scope, config=config, domain="operations", description="Marquee: failures, runs, data quality")
        self._tables = {"CATALOGUE_TABLE": catalogue.table_name, "OPERATIONS_TABLE": operations.table_name}
        watch = self._watch(catalogue, operations)
        quality = self._data_quality(catalogue, operations)
        own = (watch.failure_source, quality.failure_source)
        self._inbox(operations, [*failure_sources, *own])
        self.failure_sources = own

    def _inbox(self, operations: dynamodb.TableV2, sources: Sequence[FailureSource]) -> None:
        readers = [each for source in sources if source.way == "reread" for each in source.functions]
        inbox = PythonFunction(
            self,
            "failure_inbox",
            config=self.config,
            description="Puts what was given up into the inbox of failures",
            timeout=INBOX_TIMEOUT,
            memory_mb=256,
            environment={
                "OPERATIONS_TABLE": operations.table_name,
                "SOURCES": "\n".join(
                    f"{each.name}|{each.queue.queue_arn}|{each.way}|{each.target}" for each in sources
                ),
                "FUNCTIONS": ",".join(f"{each.package}={each.function.function_name}" for each in readers),
            },
        )
        inbox.allow_partitions(operations, ["failure:*", "failures"], "GetItem", "PutItem", "UpdateItem")
        for each in sources:
            consume_queue(inbox, each.queue, batch_size=10, max_concurrency=2, name=f"FailuresOf{each.name}")

    def _watch(self, catalogue: dynamodb.TableV2, operations: dynamodb.TableV2) -> ScheduledFunction:
        watch = ScheduledFunction(
            self,
            "operations_watch",
            config=self.config,
            description="Ends runs that have stopped and measures what operators watch",
            schedule=self.config.watch_schedule,
            timeout=Duration.minutes(2),
            memory_mb=512,
            environment={
                **self._tables,
                "WATCHMODE_PER_MINUTE": str(self.config.watchmode_per_minute),
                "TMDB_PER_SECOND": str(self.config.tmdb_per_second),
                "COLLECTION_INTERVAL": str(self.config.collection_interval),
                "MEDIA_TYPES": ",".join(self.config.media_types),
            },
        )
        written = ["job:*", "running:*", "failure:*", "failures"]
        watch.allow_partitions(operations, [*written, "governor:*", "archive:*"], *READS)
        watch.allow_partitions(operations, written, *WRITES)
        watch.allow_index_query(operations, "listed")
        watch.allow_table(catalogue, "BatchGetItem")
        watch.allow_index_query(catalogue, "pending_enrichment")
        return watch

    def _data_quality(self, catalogue: dynamodb.TableV2, operations: dynamodb.TableV2) -> ScheduledFunction:
        quality = ScheduledFunction(
            self,
            "data_quality",
            config=self.config,
            description="Looks through all titles for what is missing",
            schedule=self.config.quality_schedule,
            timeout=Duration.minutes(15),
            # A whole processor: reading titles is what takes the time.
            memory_mb=1769,
            environment=self._tables,
        )
        quality.allow_partitions(operations, ["job:*", "running:*", "quality"], "GetItem", *WRITES)
        quality.allow_table(catalogue, "Query")
        quality.allow_index_query(catalogue, "refresh_due", "pending_enrichment")
        return quality
