"""The routes of operators, and the function behind them, which asks whether the caller is one."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.api_function import ApiFunction
from stacks.constructs.failure_source import FailureSource
from stacks.constructs.guarded_rest_api import GuardedRestApi
from stacks.constructs.known_clients import allow_known_clients
from stacks.constructs.python_function import PythonFunction
from stacks.constructs.queue_with_dlq import QueueWithDeadLetter
from stacks.constructs.watched import functions

READS = (
    *("/admin/jobs", "/admin/jobs/{id}", "/admin/failures", "/admin/failures/{id}"),
    *("/admin/dynamodb/summary", "/admin/system/lambdas", "/admin/providers", "/admin/quality", "/admin/audit"),
)
# What an operator may ask for without saying more.
STARTS = (
    *("/admin/reference/refresh", "/admin/titles/refresh", "/admin/titles/enrich", "/admin/tmdb/refresh"),
    *("/admin/library/recount", "/admin/quality/measure", "/admin/failures/{id}/replay"),
)
COMMANDS = (
    *("/admin/archive/harvest", "/admin/failures/replay", "/admin/failures/{id}/discard"),
    "/admin/system/lambdas/logs",
)
# What operators start by hand.
STARTED = {
    *("reference_refresh", "listing_planner", "enrichment_sweep", "tmdb_cache_refresh"),
    *("library_recount", "data_quality"),
}
PARTITIONS = ("job:*", "running:*", "failure:*", "failures", "audit:*")
READ_PARTITIONS = ("quality", "governor:*", "archive:*", "quarantine:*")


def admin_routes(
    scope: Construct,
    rest: GuardedRestApi,
    *,
    config: EnvironmentConfig,
    tables: dict[str, dynamodb.TableV2],
    event_stream: kinesis.IStream,
    harvest_queue: sqs.IQueue,
    archive_ids: QueueWithDeadLetter,
    failure_sources: Sequence[FailureSource],
) -> None:
    """Add what operators see and start; `tables` are those of the data stack by name."""
    operated = functions(each for each in scope.node.root.node.children if isinstance(each, Stack))
    admin = ApiFunction(
        scope,
        "admin_api",
        config=config,
        description="Answers what operators see and start",
        memory_mb=512,
        environment={
            **{f"{name.upper()}_TABLE": table.table_name for name, table in tables.items()},
            "EVENT_STREAM": event_stream.stream_name,
            "HARVEST_QUEUE_URL": harvest_queue.queue_url,
            "ARCHIVE_QUEUE_URL": archive_ids.queue.queue_url,
            "ARCHIVE_DEAD_LETTER_QUEUE_URL": archive_ids.dead_letter.queue_url,
            "WATCHMODE_PER_MINUTE": str(config.watchmode_per_minute),
            "TMDB_PER_SECOND": str(config.tmdb_per_second),
            "COLLECTION_INTERVAL": str(config.collection_interval),
            "MEDIA_TYPES": ",".join(config.media_types),
            # Its own name it cannot be told here; Lambda tells it.
            "FUNCTIONS": ",".join(f"{each.package}={each.function.function_name}" for each in operated),
        },
    )
    _allow_data(admin, tables)
    _allow_replays(admin, tables, event_stream, failure_sources)
    for queue in (harvest_queue, archive_ids.queue):
        admin.allow_send(queue)
    # Uncollected ids are looked at and sent again by hand.
    looks = ("ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "GetQueueAttributes")
    allow_known_clients(admin, config)
    admin.allow([f"sqs:{action}" for action in looks], archive_ids.dead_letter.queue_arn)
    admin.allow(
        ["lambda:InvokeFunction"], *(each.function.function_arn for each in operated if each.package in STARTED)
    )
    _allow_looking(admin, config)

    to_admin = rest.to(admin)
    for path in READS:
        rest.route("GET", path, to_admin)
    for path in STARTS:
        rest.route("POST", path, to_admin)
    for path in COMMANDS:
        rest.route("POST", path, to_admin, has_body=True)


def _allow_data(admin: PythonFunction, tables: dict[str, dynamodb.TableV2]) -> None:
    operations = tables["operations"]
    admin.allow_partitions(operations, PARTITIONS, "PutItem", "UpdateItem", "DeleteItem")
    admin.allow_partitions(operations, [*PARTITIONS, *READ_PARTITIONS], "GetItem", "BatchGetItem", "Query")
    admin.allow_index_query(operations, "listed")
    admin.allow_partitions(tables["library"], ["library:*"], "GetItem")
    for table in tables.values():
        admin.allow_table(table, "DescribeTable")


def _allow_replays(
    admin: PythonFunction,
    tables: dict[str, dynamodb.TableV2],
    event_stream: kinesis.IStream,
    sources: Sequence[FailureSource],
) -> None:
    """Allow giving failures back: to queues, the event stream and functions, from streams that still have them."""
    for source in sources:
        if source.goes_to:
            admin.allow_send(source.goes_to)
        for function in source.functions:
            admin.allow(["lambda:InvokeFunction"], function.function.function_arn)
    reads = ["GetRecords", "GetShardIterator"]
    admin.allow([f"kinesis:{each}" for each in ("PutRecord", *reads)], event_stream.stream_arn)
    # The other tables have no stream, though each would name one.
    streams = [tables[name].table_stream_arn for name in ("catalogue", "viewers")]
    admin.allow([f"dynamodb:{each}" for each in reads], *filter(None, streams))


def _allow_looking(admin: PythonFunction, config: EnvironmentConfig) -> None:
    """Allow seeing what the functions of this environment did, and their logs: all have names that begin alike."""
    stack, name = Stack.of(admin), f"marquee-{config.name}-*"
    logs = f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:log-group:{name}"
    named = f"arn:{stack.partition}:lambda:{stack.region}:{stack.account}:function:{name}"
    why = "Functions and logs of this environment, and of no other: CloudFormation names them after their stacks."
    admin.allow_alike(["logs:FilterLogEvents"], logs, reason=why)
    admin.allow_alike(["lambda:GetFunctionConfiguration"], named, reason=why)
    admin.allow_anything(["cloudwatch:GetMetricData"], reason="CloudWatch knows no resource to narrow metrics to.")
