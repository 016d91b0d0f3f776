"""How functions read queues and streams: failures are reported one by one, retries end, nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_sqs as sqs

from stacks.constructs.python_function import PythonFunction


@dataclass(frozen=True, kw_only=True)
class StreamReading:
    """How a stream is read; what still fails after `retries` or `max_age` is noted in `failures`."""

    batch_size: int
    retries: int
    max_age: Duration
    failures: sqs.IQueue
    parallelization: int = 1
    bisect: bool = True
    """Whether a failing batch is halved; one whose records belong together is not."""


def consume_queue(
    function: PythonFunction, queue: sqs.IQueue, *, batch_size: int, max_concurrency: int, name: str = "Messages"
) -> None:
    """Feed `function` from `queue`, whose redrive policy ends the retries; each of several queues has a `name`."""
    actions = ["ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "GetQueueAttributes"]
    function.allow([f"sqs:{action}" for action in actions], queue.queue_arn)
    function.function.add_event_source_mapping(
        name,
        event_source_arn=queue.queue_arn,
        batch_size=batch_size,
        max_concurrency=max_concurrency,
        report_batch_item_failures=True,
    )


def consume_event_stream(
    function: PythonFunction,
    stream: kinesis.IStream,
    reading: StreamReading,
    *,
    patterns: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Feed `function` the events of `stream` that match any of the event filters `patterns`; without any, all."""
    actions = ["DescribeStream", "DescribeStreamSummary", "GetRecords", "GetShardIterator", "ListShards"]
    function.allow([f"kinesis:{action}" for action in actions], stream.stream_arn)
    filters = [lambda_.FilterCriteria.filter(dict(pattern)) for pattern in patterns]
    _map_stream(function, stream.stream_arn, reading, filters=filters)


def consume_table_changes(
    function: PythonFunction, table: dynamodb.TableV2, reading: StreamReading, *, patterns: Sequence[Mapping[str, Any]]
) -> None:
    """Feed `function` the changes of `table` that match any of the event filters `patterns`."""
    stream_arn = table.table_stream_arn
    if stream_arn is None:
        raise ValueError(f"The table {table.node.path} has no stream.")
    actions = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"]
    function.allow([f"dynamodb:{action}" for action in actions], stream_arn)
    filters = [lambda_.FilterCriteria.filter(dict(pattern)) for pattern in patterns]
    _map_stream(function, stream_arn, reading, filters=filters)


def _map_stream(function: PythonFunction, arn: str, reading: StreamReading, filters: list[Mapping[str, Any]]) -> None:
    function.function.add_event_source_mapping(
        "Changes" if filters else "Events",
        event_source_arn=arn,
        # From the oldest record, so that nothing put between two deployments is passed over.
        starting_position=lambda_.StartingPosition.TRIM_HORIZON,
        batch_size=reading.batch_size,
        max_batching_window=Duration.seconds(1),
        parallelization_factor=reading.parallelization,
        bisect_batch_on_error=reading.bisect,
        retry_attempts=reading.retries,
        max_record_age=reading.max_age,
        report_batch_item_failures=True,
        on_failure=event_sources.SqsDlq(reading.failures),
        filters=filters or None,
    )
