"""The routes of the movie library, and the function behind them."""

from __future__ import annotations

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.api_function import ApiFunction
from stacks.constructs.guarded_rest_api import GuardedRestApi
from stacks.constructs.known_clients import allow_known_clients

UPLOADS_PREFIX = "uploads/"
ROUTES = (
    *(("GET", path) for path in ("/dashboard", "/movies/filter", "/movies/top-rated")),
    *(("GET", path) for path in ("/movies/{id}", "/movies/requests/{id}", "/imports", "/imports/{id}")),
    *(("GET", path) for path in ("/imports/{id}/failures", "/imports/{id}/failures.csv")),
    ("DELETE", "/movies/{id}"),
    ("POST", "/imports/{id}/{action}"),
)
WITH_BODY = (("POST", "/movies"), ("PUT", "/movies/{id}"), ("POST", "/imports"), ("PUT", "/imports/{id}/mapping"))


def library_routes(
    scope: Construct,
    rest: GuardedRestApi,
    *,
    config: EnvironmentConfig,
    library: dynamodb.TableV2,
    changes_queue: sqs.IQueue,
    import_queue: sqs.IQueue,
    uploads: s3.IBucket,
) -> None:
    """Add what members of the library ask for; every change of it goes through the queue."""
    api = ApiFunction(
        scope,
        "library_api",
        config=config,
        description="Answers the library's routes",
        memory_mb=1769,
        environment={
            "LIBRARY_TABLE": library.table_name,
            "LIBRARY_QUEUE_URL": changes_queue.queue_url,
            "IMPORT_QUEUE_URL": import_queue.queue_url,
            "UPLOADS_BUCKET": uploads.bucket_name,
        },
    )
    allow_known_clients(api, config)
    api.allow_table(library, "GetItem", "BatchGetItem", "Query")
    api.allow_partitions(library, ["library:*:request:*", "import:*", "imports"], "PutItem", "UpdateItem")
    api.allow_send(changes_queue)
    api.allow_send(import_queue)
    # Only signed into the address that a file is put to.
    api.allow_writing(uploads, UPLOADS_PREFIX, reason="Each upload is an object with a key of its own.")
    to_library = rest.to(api)
    rest.route("GET", "/movies/search", to_library, required=("title",))
    for method, path in ROUTES:
        rest.route(method, path, to_library)
    for method, path in WITH_BODY:
        rest.route(method, path, to_library, has_body=True)
