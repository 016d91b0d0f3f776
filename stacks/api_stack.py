"""API: the REST API, its authorizer and the functions behind its routes."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.environment_stack import EnvironmentStack
from stacks.constructs.guarded_rest_api import INGEST_PATHS, STAGE, GuardedRestApi
from stacks.constructs.producer_keys import ProducerKeys
from stacks.constructs.python_function import PythonFunction, camel_case

CALENDAR_LINK_IS_THE_KEY = "Calendar programs cannot sign in: the address itself is secret and can be renewed."
REFERENCE_DATA_IS_PUBLIC = "Names of services and genres are public facts, shown before anyone signs in."
READS = [
    ("GET", path)
    for path in (
        *("/preferences", "/settings", "/titles", "/titles/{id}", "/titles/{id}/similar", "/search"),
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


class ApiStack(EnvironmentStack):
    """What viewers and API clients talk to."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: EnvironmentConfig,
        user_pool: cognito.IUserPool,
        catalogue: dynamodb.TableV2,
        viewers: dynamodb.TableV2,
        operations: dynamodb.TableV2,
        tmdb_cache: dynamodb.TableV2,
        event_stream: kinesis.IStream,
        enrichment_queue: sqs.IQueue,
        tmdb_cache_refresh: lambda_.IFunction,
    ) -> None:
        super().__init__(scope, config=config, domain="api", description="Marquee: REST API")
        guide = PythonFunction(
            self,
            "guide_api",
            config=config,
            description="Answers the guide's and the viewers' routes",
            # As long as the gateway waits. A page asks once for each pair, side by side: at this size a function has a
            # whole processor for that.
            timeout=Duration.seconds(29),
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
            },
        )
        guide.allow_table(catalogue, "GetItem", "BatchGetItem", "Query")
        guide.allow_index_query(catalogue, "by_rating", "by_release", "by_popularity", "by_kind")
        guide.allow_table(
            viewers,
            *("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"),
            *("BatchWriteItem", "ConditionCheckItem"),
        )
        guide.allow_index_query(viewers, "unread")
        guide.allow_table(operations, "BatchGetItem")
        guide.allow_index_query(operations, "by_score")
        guide.allow_table(tmdb_cache, "Query", "BatchGetItem")
        # What it asks for and what it counts; the lists themselves are the refresh's.
        guide.allow_partitions(tmdb_cache, ["asked", "usage"], "UpdateItem")
        # In the background, and only when a list is missing: the key of TMDB stays with the function that has it.
        guide.allow(["lambda:InvokeFunction"], tmdb_cache_refresh.function_arn)
        guide.allow(["cognito-idp:AdminDeleteUser"], user_pool.user_pool_arn)
        guide.allow_send(enrichment_queue)

        rest = GuardedRestApi(self, "Rest", config=config, user_pool=user_pool)
        # One permission for all routes: a function's policy has no room for one per route.
        to_guide = apigateway.LambdaIntegration(guide.function, scope_permission_to_method=False)
        for path in ("/sources", "/genres"):
            rest.route("GET", path, to_guide, public_because=REFERENCE_DATA_IS_PUBLIC)
        rest.route("GET", "/calendar/{file}", to_guide, public_because=CALENDAR_LINK_IS_THE_KEY)
        for method, path in (*READS, *COMMANDS):
            rest.route(method, path, to_guide)
        for path in ("/preferences", "/settings", "/ratings/{title}"):
            rest.route("PUT", path, to_guide, has_body=True)

        self._ingest(rest, operations=operations, event_stream=event_stream)

        host = f"{rest.api.rest_api_id}.execute-api.{self.region}.{self.url_suffix}"
        self.output("ApiUrl", f"https://{host}/{STAGE}")

    def _ingest(self, rest: GuardedRestApi, *, operations: dynamodb.TableV2, event_stream: kinesis.IStream) -> None:
        keys = ProducerKeys(self, "Producers", config=self.config, stage=rest.api.deployment_stage)
        ingest = PythonFunction(
            self,
            "ingest_api",
            config=self.config,
            description="Takes events of other systems",
            timeout=Duration.seconds(29),
            memory_mb=512,
            environment={
                "OPERATIONS_TABLE": operations.table_name,
                "EVENT_STREAM": event_stream.stream_name,
                "PRODUCERS": self.to_json_string(keys.names),
                "REFUSED_EVENT_TYPES": ",".join(self.config.refused_event_types),
            },
        )
        ingest.allow_partitions(operations, ["idempotency:*"], "BatchGetItem", "PutItem")
        ingest.allow(["kinesis:PutRecord", "kinesis:PutRecords"], event_stream.stream_arn)
        to_ingest = apigateway.LambdaIntegration(ingest.function, scope_permission_to_method=False)
        for path in INGEST_PATHS:
            rest.keyed_route("POST", path, to_ingest)
        for producer, secret in keys.secrets.items():
            self.output(f"IngestKeyArn{camel_case(producer)}", secret.secret_arn)
