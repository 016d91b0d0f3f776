"""The routes of operators, and the function behind them, which asks whether the caller is one."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.guarded_rest_api import GuardedRestApi
from stacks.constructs.python_function import PythonFunction


def admin_routes(
    scope: Construct,
    rest: GuardedRestApi,
    *,
    config: EnvironmentConfig,
    operations: dynamodb.TableV2,
    harvest_queue: sqs.IQueue,
) -> None:
    """Add what operators see and start."""
    admin = PythonFunction(
        scope,
        "admin_api",
        config=config,
        description="Answers what operators see and start",
        timeout=Duration.seconds(29),
        memory_mb=512,
        environment={
            "OPERATIONS_TABLE": operations.table_name,
            "HARVEST_QUEUE_URL": harvest_queue.queue_url,
        },
    )
    admin.allow_partitions(operations, ["job:*"], "GetItem", "PutItem", "UpdateItem")
    admin.allow_send(harvest_queue)
    to_admin = rest.to(admin)
    rest.route("POST", "/admin/archive/harvest", to_admin, has_body=True)
    rest.route("GET", "/admin/jobs/{id}", to_admin)
