"""The routes that read the archive of TMDB, and the function behind them."""

from __future__ import annotations

from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.api_function import ApiFunction
from stacks.constructs.archive_bucket import ARCHIVE_PREFIX
from stacks.constructs.guarded_rest_api import GuardedRestApi
from stacks.constructs.known_clients import allow_known_clients


def archive_routes(scope: Construct, rest: GuardedRestApi, *, config: EnvironmentConfig, archive: s3.IBucket) -> None:
    """Add what anybody who is signed in may read of the archive."""
    reader = ApiFunction(
        scope,
        "archive_api",
        config=config,
        description="Answers what TMDB says of titles and people",
        memory_mb=1024,
        environment={"ARCHIVE_BUCKET": archive.bucket_name},
    )
    allow_known_clients(reader, config)
    reader.allow_reading(archive, ARCHIVE_PREFIX, reason="Anybody who is signed in may read any item.")
    rest.route("GET", "/archive/{type}/{id}", rest.to(reader))
