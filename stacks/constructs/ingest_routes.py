"""The routes that take events of other systems, and the function behind them."""

from __future__ import annotations

from aws_cdk import Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis

from stacks.constructs.api_function import ApiFunction
from stacks.constructs.environment_stack import EnvironmentStack
from stacks.constructs.guarded_rest_api import INGEST_PATHS, GuardedRestApi
from stacks.constructs.producer_keys import ProducerKeys
from stacks.constructs.python_function import camel_case


def ingest_routes(
    stack: EnvironmentStack, rest: GuardedRestApi, *, operations: dynamodb.TableV2, event_stream: kinesis.IStream
) -> None:
    """Add what producers send to, and publish where the key of each is kept."""
    config = stack.config
    keys = ProducerKeys(stack, "Producers", config=config, stage=rest.api.deployment_stage)
    ingest = ApiFunction(
        stack,
        "ingest_api",
        config=config,
        description="Takes events of other systems",
        memory_mb=512,
        environment={
            "OPERATIONS_TABLE": operations.table_name,
            "EVENT_STREAM": event_stream.stream_name,
            "PRODUCERS": Stack.of(stack).to_json_string(keys.names),
            "REFUSED_EVENT_TYPES": ",".join(config.refused_event_types),
        },
    )
    ingest.allow_partitions(operations, ["idempotency:*"], "BatchGetItem", "PutItem")
    ingest.allow(["kinesis:PutRecord", "kinesis:PutRecords"], event_stream.stream_arn)
    to_ingest = rest.to(ingest)
    for path in INGEST_PATHS:
        rest.keyed_route("POST", path, to_ingest)
    for producer, secret in keys.secrets.items():
        stack.output(f"IngestKeyArn{camel_case(producer)}", secret.secret_arn)
