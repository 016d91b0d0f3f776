"""The routes of the guide and of the viewers, and the function behind them."""

from __future__ import annotations

from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.api_function import ApiFunction
from stacks.constructs.guarded_rest_api import GuardedRestApi
from stacks.constructs.known_clients import allow_known_clients
from stacks.constructs.web_address import allow_web_address
from stacks.version import version

CALENDAR_LINK_IS_THE_KEY = "Calendar programs cannot sign in: the address itself is secret and can be renewed."
REFERENCE_DATA_IS_PUBLIC = "Names of services and genres are public facts, shown before anyone signs in."
VERSION_IS_PUBLIC = "Deployments and monitors, who have no account, ask which version answers; it says nothing else."
READS = [
    ("GET", path)
    for path in (
        *("/preferences", "/settings", "/titles", "/titles/{id}", "/titles/{id}/similar"),
        *("/arrivals", "/recommendations"),
        *("/follows", "/ratings", "/watched", "/hidden", "/notifications", "/calendar", "/me/export"),
    )
]
# Routes that change something and need no body.
COMMANDS = (
    *((method, f"/{kind}/{{title}}") for kind in ("follows", "watched", "hidden") for method in ("PUT", "DELETE")),
    ("DELETE", "/ratings/{title}"),
    ("POST", "/notifications/read"),
    ("POST", "/notifications/{id}/read"),
    ("POST", "/calendar"),
    ("DELETE", "/calendar"),
    ("DELETE", "/me"),
)


def guide_routes(
    scope: Construct,
    rest: GuardedRestApi,
    *,
    config: EnvironmentConfig,
    user_pool: cognito.IUserPool,
    catalogue: dynamodb.TableV2,
    viewers: dynamodb.TableV2,
    operations: dynamodb.TableV2,
    tmdb_cache: dynamodb.TableV2,
    enrichment_queue: sqs.IQueue,
    tmdb_cache_refresh: lambda_.IFunction,
) -> None:
    """Add what viewers ask for."""
    guide = ApiFunction(
        scope,
        "guide_api",
        config=config,
        description="Answers the guide's and the viewers' routes",
        # A page asks once for each pair, side by side: at this size a function has a whole processor for that.
        memory_mb=1769,
        environment={
            "CATALOGUE_TABLE": catalogue.table_name,
            "VIEWERS_TABLE": viewers.table_name,
            "OPERATIONS_TABLE": operations.table_name,
            "TMDB_CACHE_TABLE": tmdb_cache.table_name,
            "TMDB_CACHE_REFRESH": tmdb_cache_refresh.function_name,
            "ENRICHMENT_QUEUE_URL": enrichment_queue.queue_url,
            "REGIONS": ",".join(config.regions_served),
            "USER_POOL_ID": user_pool.user_pool_id,
            "EMAIL_SENDER": config.email_sender,
            "MARQUEE_VERSION": version(scope.node.try_get_context("version")),
        },
    )
    allow_web_address(guide, config)
    allow_known_clients(guide, config)
    guide.allow_table(catalogue, "GetItem", "BatchGetItem", "Query")
    guide.allow_index_query(catalogue, "by_rating", "by_release", "by_popularity", "by_kind")
    guide.allow_table(
        viewers,
        *("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"),
        *("BatchWriteItem", "ConditionCheckItem"),
    )
    guide.allow_index_query(viewers, "unread")
    guide.allow_work(operations, "BatchGetItem")
    guide.allow_index_query(operations, "by_score")
    guide.allow_table(tmdb_cache, "GetItem", "Query", "BatchGetItem")
    # What it asks for, what it counts, and what it makes of the lists; the lists themselves are the refresh's.
    guide.allow_partitions(tmdb_cache, ["shelf"], "PutItem")
    guide.allow_partitions(tmdb_cache, ["asked", "usage"], "UpdateItem")
    # In the background, and only when a list is missing: the key of TMDB stays with the function that has it.
    guide.allow(["lambda:InvokeFunction"], tmdb_cache_refresh.function_arn)
    guide.allow(["cognito-idp:AdminDeleteUser"], user_pool.user_pool_arn)
    guide.allow_send(enrichment_queue)

    to_guide = rest.to(guide)
    for path in ("/sources", "/genres"):
        rest.route("GET", path, to_guide, public_because=REFERENCE_DATA_IS_PUBLIC)
    rest.route("GET", "/version", to_guide, public_because=VERSION_IS_PUBLIC)
    rest.route("GET", "/calendar/{file}", to_guide, public_because=CALENDAR_LINK_IS_THE_KEY)
    rest.route("GET", "/search", to_guide, required=("q",))
    for method, path in (*READS, *COMMANDS):
        rest.route(method, path, to_guide)
    for path in ("/preferences", "/settings", "/ratings/{title}"):
        rest.route("PUT", path, to_guide, has_body=True)
