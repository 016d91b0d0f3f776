"""API: the REST API, its authorizer and the functions behind its routes."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.admin_routes import admin_routes
from stacks.constructs.api_function import ApiFunction
from stacks.constructs.archive_routes import archive_routes
from stacks.constructs.environment_stack import EnvironmentStack
from stacks.constructs.failure_source import FailureSource
from stacks.constructs.guarded_rest_api import STAGE, GuardedRestApi
from stacks.constructs.guide_routes import guide_routes
from stacks.constructs.ingest_routes import ingest_routes
from stacks.constructs.library_routes import library_routes
from stacks.constructs.queue_with_dlq import QueueWithDeadLetter
from stacks.constructs.roll_out import RollOut
from stacks.constructs.watched import functions


class ApiStack(EnvironmentStack):
    """What viewers, other systems and operators talk to."""

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
        archive: s3.IBucket,
        harvest_queue: sqs.IQueue,
        archive_ids: QueueWithDeadLetter,
        library: dynamodb.TableV2,
        library_changes: sqs.IQueue,
        library_imports: sqs.IQueue,
        uploads: s3.IBucket,
        failure_sources: Sequence[FailureSource],
    ) -> None:
        super().__init__(scope, config=config, domain="api", description="Marquee: REST API")
        rest = GuardedRestApi(self, "Rest", config=config, user_pool=user_pool)
        self.rest_api, self.access_log, self.firewall_pass = rest.api, rest.access_log, rest.firewall_pass
        guide_routes(
            self,
            rest,
            config=config,
            user_pool=user_pool,
            catalogue=catalogue,
            viewers=viewers,
            operations=operations,
            tmdb_cache=tmdb_cache,
            enrichment_queue=enrichment_queue,
            tmdb_cache_refresh=tmdb_cache_refresh,
        )
        ingest_routes(self, rest, operations=operations, event_stream=event_stream)
        archive_routes(self, rest, config=config, archive=archive)
        library_routes(
            self,
            rest,
            config=config,
            library=library,
            changes_queue=library_changes,
            import_queue=library_imports,
            uploads=uploads,
        )
        admin_routes(
            self,
            rest,
            config=config,
            tables={
                "catalogue": catalogue,
                "viewers": viewers,
                "operations": operations,
                "tmdb_cache": tmdb_cache,
                "library": library,
            },
            event_stream=event_stream,
            harvest_queue=harvest_queue,
            archive_ids=archive_ids,
            failure_sources=failure_sources,
        )

        if config.roll_out == "canary":
            answering = [each for each in functions([self]) if isinstance(each, ApiFunction)]
            RollOut(self, "RollOut", config=config, api=rest.api, functions=answering)

        self.host = f"{rest.api.rest_api_id}.execute-api.{self.region}.{self.url_suffix}"
        self.output("ApiUrl", f"https://{self.host}/{STAGE}")
