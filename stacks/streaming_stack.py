"""Streaming: the consumers of the programme events, and the quarantine of what they cannot use."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.environment_stack import EnvironmentStack
from stacks.constructs.event_sources import StreamReading, consume_event_stream
from stacks.constructs.python_function import PythonFunction
from stacks.constructs.queue_with_dlq import FailureQueue


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
    ) -> None:
        super().__init__(scope, config=config, domain="streaming", description="Marquee: consumers of programme events")
        quarantine = FailureQueue(self, "Quarantine", config=config).queue

        consumer = PythonFunction(
            self,
            "title_consumer",
            config=config,
            description="Writes listed titles and their departures into the catalogue",
            timeout=Duration.minutes(2),
            memory_mb=512,
            environment={
                "CATALOGUE_TABLE": catalogue.table_name,
                "VIEWERS_TABLE": viewers.table_name,
                "OPERATIONS_TABLE": operations.table_name,
                "QUARANTINE_QUEUE_URL": quarantine.queue_url,
            },
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
        consumer.allow_table(operations, "GetItem", "BatchGetItem", "PutItem")
        consumer.allow_send(quarantine)
        # No event filter: Lambda drops records whose data is not JSON before a filtered function sees them,
        # and those belong in the quarantine.
        failures = FailureQueue(self, "ConsumerFailures", config=config).queue
        reading = StreamReading(batch_size=100, retries=100, max_age=Duration.days(1), failures=failures)
        consume_event_stream(consumer, event_stream, reading)

        self.output("QuarantineQueueUrl", quarantine.queue_url)
        self.output("ConsumerFailuresQueueUrl", failures.queue_url)
