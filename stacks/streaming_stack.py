"""Streaming: the consumers of the programme events, the quarantine of what they cannot use, the archive's table."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.environment_stack import EnvironmentStack
from stacks.constructs.event_sources import StreamReading, consume_event_stream
from stacks.constructs.events_bucket import EVENTS_PREFIX, QUERIES_PREFIX
from stacks.constructs.failure_source import FailureSource
from stacks.constructs.json_tables import JsonTable, JsonTables
from stacks.constructs.python_function import PythonFunction
from stacks.constructs.queue_with_dlq import FailureQueue

ACTIVITY = {"data": {"header": {"eventType": [{"prefix": "activity."}]}}}
EVENT_TABLE = JsonTable(
    description="One row per accepted event",
    prefix=EVENTS_PREFIX,
    day="day",
    columns={
        "event_id": "string",
        "event_type": "string",
        "timestamp": "string",
        "ingested_at": "string",
        "producer": "string",
        # As text: each type has fields of its own; `json_extract_scalar(payload, '$.title_id')` reads them.
        "payload": "string",
    },
)


class StreamingStack(EnvironmentStack):
    """What turns events into the catalogue."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: EnvironmentConfig,
        catalogue: dynamodb.TableV2,
        viewers: dynamodb.TableV2,
        operations: dynamodb.TableV2,
        event_stream: kinesis.IStream,
        events: s3.IBucket,
        enrichment_queue: sqs.IQueue,
    ) -> None:
        super().__init__(scope, config=config, domain="streaming", description="Marquee: consumers of programme events")
        quarantine = FailureQueue(self, "Quarantine", config=config).queue
        common = {
            "CATALOGUE_TABLE": catalogue.table_name,
            "VIEWERS_TABLE": viewers.table_name,
            "OPERATIONS_TABLE": operations.table_name,
            "QUARANTINE_QUEUE_URL": quarantine.queue_url,
        }

        consumer = PythonFunction(
            self,
            "title_consumer",
            config=config,
            description="Writes listed titles and their departures into the catalogue",
            timeout=Duration.minutes(2),
            memory_mb=512,
            environment=common,
        )
        consumer.allow_table(
            catalogue,
            *(
                "GetItem",
                "BatchGetItem",
                "Query",
                "PutItem",
                "UpdateItem",
                "DeleteItem",
                "ConditionCheckItem",
            ),
        )
        consumer.allow_table(viewers, "BatchGetItem")
        consumer.allow_work(operations, "GetItem", "BatchGetItem", "PutItem")
        consumer.allow_send(quarantine)
        # No event filter: Lambda drops records whose data is not JSON before a filtered function sees them,
        # and those belong in the quarantine.
        failures = FailureQueue(self, "ConsumerFailures", config=config).queue
        # What cannot be written for most of the time that the stream keeps it is set aside while it can still be read.
        max_age = Duration.hours(config.stream_retention_hours * 3 // 4)
        reading = StreamReading(batch_size=100, retries=100, max_age=max_age, failures=failures)
        consume_event_stream(consumer, event_stream, reading)

        activity = PythonFunction(
            self,
            "activity_consumer",
            config=config,
            description="Counts, archives and applies what other systems report",
            timeout=Duration.minutes(2),
            memory_mb=512,
            environment={
                **common,
                "EVENTS_BUCKET": events.bucket_name,
                "ENRICHMENT_QUEUE_URL": enrichment_queue.queue_url,
                "TRUSTED_PRODUCERS": ",".join(config.trusted_producers),
            },
        )
        activity.allow_table(catalogue, "BatchGetItem")
        activity.allow_table(
            viewers, *("GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem")
        )
        activity.allow_work(operations, "BatchGetItem", "PutItem", "UpdateItem")
        activity.allow_objects(
            events, EVENTS_PREFIX, reason="Each batch of events becomes an object with a key of its own."
        )
        activity.allow_send(quarantine)
        activity.allow_send(enrichment_queue)
        # In whole batches and one after the other, because a batch becomes one object of the archive.
        one_by_one = StreamReading(batch_size=500, retries=1000, max_age=max_age, failures=failures, bisect=False)
        consume_event_stream(activity, event_stream, one_by_one, patterns=[ACTIVITY])
        tables = JsonTables(
            self,
            "EventTables",
            config=config,
            domain="events",
            description="Events of other systems, as they were accepted",
            bucket=events,
            tables={"activity": EVENT_TABLE},
            queries_prefix=QUERIES_PREFIX,
        )

        self.failure_sources = [
            FailureSource(name="quarantine", queue=quarantine, way="publish"),
            FailureSource(name="event_stream", queue=failures, way="reread", functions=(consumer, activity)),
        ]

        self.output("EventsDatabase", tables.database.ref)
        self.output("EventsWorkgroup", tables.workgroup.ref)
        self.output("QuarantineQueueUrl", quarantine.queue_url)
        self.output("ConsumerFailuresQueueUrl", failures.queue_url)
