"""The functions that watch the tables of titles and of viewers, and tell others what has changed there."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_sqs as sqs

from stacks.constructs.environment_stack import EnvironmentStack
from stacks.constructs.event_sources import StreamReading, consume_table_changes
from stacks.constructs.python_function import PythonFunction

# Nothing else would find a change of a choice or of an offer again, so hours of an outage must not lose one.
PERSISTENT_RETRIES = 1_000
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


def availability_watch(
    stack: EnvironmentStack,
    *,
    catalogue: dynamodb.TableV2,
    operations: dynamodb.TableV2,
    notification_queue: sqs.IQueue,
    failures: sqs.IQueue,
) -> PythonFunction:
    """Return the function that watches where titles are offered, and which seasons they have."""
    watch = PythonFunction(
        stack,
        "availability_watch",
        config=stack.config,
        description="Logs which titles arrived on a service or left it, and announces it to their followers",
        timeout=Duration.minutes(1),
        memory_mb=512,
        environment={**_tables(catalogue, operations), "NOTIFICATION_QUEUE_URL": notification_queue.queue_url},
    )
    watch.allow_table(catalogue, "BatchGetItem", "PutItem")
    watch.allow_work(operations, "BatchGetItem")
    watch.allow_send(notification_queue)
    consume_table_changes(
        watch,
        catalogue,
        StreamReading(batch_size=100, retries=PERSISTENT_RETRIES, max_age=Duration.days(1), failures=failures),
        patterns=[OFFERS, SEASONS],
    )
    return watch


def preference_watch(
    stack: EnvironmentStack,
    *,
    catalogue: dynamodb.TableV2,
    viewers: dynamodb.TableV2,
    operations: dynamodb.TableV2,
    listing_queue: sqs.IQueue,
    enrichment_queue: sqs.IQueue,
    failures: sqs.IQueue,
) -> PythonFunction:
    """Return the function that watches what viewers choose and follow."""
    watch = PythonFunction(
        stack,
        "preference_watch",
        config=stack.config,
        description="Counts the viewers of each pair, has new pairs listed and followed titles completed",
        timeout=Duration.minutes(1),
        memory_mb=256,
        environment={
            **_tables(catalogue, operations),
            "REGIONS": ",".join(stack.config.regions_served),
            "VIEWERS_TABLE": viewers.table_name,
            "LISTING_QUEUE_URL": listing_queue.queue_url,
            "ENRICHMENT_QUEUE_URL": enrichment_queue.queue_url,
        },
    )
    watch.allow_table(viewers, "GetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem")
    watch.allow_index_query(catalogue, "by_kind")
    watch.allow_work(operations, "GetItem", "BatchGetItem", "PutItem", "UpdateItem", "BatchWriteItem")
    watch.allow_send(listing_queue)
    watch.allow_send(enrichment_queue)
    consume_table_changes(
        watch,
        viewers,
        StreamReading(batch_size=100, retries=PERSISTENT_RETRIES, max_age=Duration.days(1), failures=failures),
        patterns=[PREFERENCES, FOLLOWERS],
    )
    return watch


def _tables(catalogue: dynamodb.TableV2, operations: dynamodb.TableV2) -> dict[str, str]:
    return {"CATALOGUE_TABLE": catalogue.table_name, "OPERATIONS_TABLE": operations.table_name}
