"""Choose the environment and wire the stacks."""

from __future__ import annotations

import sys

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from stacks.api_stack import ApiStack
from stacks.archive_stack import ArchiveStack
from stacks.auth_stack import AuthStack
from stacks.config import ConfigError, EnvironmentConfig, load
from stacks.constructs.customer_key import encrypt_with
from stacks.constructs.layer_build import LayerBuildError
from stacks.constructs.web_build import WebBuildError
from stacks.data_stack import DataStack
from stacks.enrichment_stack import EnrichmentStack
from stacks.ingestion_stack import IngestionStack
from stacks.library_stack import LibraryStack
from stacks.notifications_stack import NotificationsStack
from stacks.observability_stack import ObservabilityStack
from stacks.operations_stack import OperationsStack
from stacks.streaming_stack import StreamingStack
from stacks.web_stack import WebStack


def wire(app: App, config: EnvironmentConfig) -> None:
    """Add every stack of one environment to `app`, each given only what it needs of the others."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app, write_suppressions_to_cloud_formation=True))

    data = DataStack(app, config=config)
    auth = AuthStack(app, config=config)
    ingestion = IngestionStack(
        app,
        config=config,
        catalogue=data.catalogue,
        viewers=data.viewers,
        operations=data.operations,
        tmdb_cache=data.tmdb_cache,
        event_stream=data.event_stream,
        watchmode_secret=data.watchmode_secret,
        tmdb_secret=data.tmdb_secret,
    )
    notifications = NotificationsStack(
        app,
        config=config,
        catalogue=data.catalogue,
        viewers=data.viewers,
        operations=data.operations,
        user_pool=auth.user_pool,
    )
    enrichment = EnrichmentStack(
        app,
        config=config,
        catalogue=data.catalogue,
        viewers=data.viewers,
        operations=data.operations,
        listing_queue=ingestion.listing_queue,
        notification_queue=notifications.notification_queue,
        watchmode_secret=data.watchmode_secret,
        tmdb_secret=data.tmdb_secret,
    )
    streaming = StreamingStack(
        app,
        config=config,
        catalogue=data.catalogue,
        viewers=data.viewers,
        operations=data.operations,
        event_stream=data.event_stream,
        events=data.events,
        enrichment_queue=enrichment.enrichment_queue,
    )
    archive = ArchiveStack(app, config=config, operations=data.operations, tmdb_secret=data.tmdb_secret)
    library = LibraryStack(
        app, config=config, library=data.library, operations=data.operations, drive_secret=data.drive_secret
    )
    failing = (ingestion, notifications, enrichment, streaming, archive, library)
    failure_sources = [source for stack in failing for source in stack.failure_sources]
    operations = OperationsStack(
        app,
        config=config,
        catalogue=data.catalogue,
        operations=data.operations,
        failure_sources=failure_sources,
    )
    api = ApiStack(
        app,
        config=config,
        user_pool=auth.user_pool,
        catalogue=data.catalogue,
        viewers=data.viewers,
        operations=data.operations,
        tmdb_cache=data.tmdb_cache,
        event_stream=data.event_stream,
        enrichment_queue=enrichment.enrichment_queue,
        tmdb_cache_refresh=ingestion.tmdb_cache_refresh,
        archive=archive.bucket,
        harvest_queue=archive.harvest_queue,
        archive_ids=archive.ids,
        library=data.library,
        library_changes=library.changes_queue,
        library_imports=library.import_queue,
        uploads=library.uploads,
        failure_sources=[*failure_sources, *operations.failure_sources],
    )
    web = WebStack(
        app,
        config=config,
        user_pool=auth.user_pool,
        scripts=auth.scripts,
        sign_in_pages=auth.domain,
        has_google=auth.google is not None,
        api_host=api.host,
        uploads=library.uploads,
        firewall_pass=api.firewall_pass,
    )
    # The client names Google, which has to be in the pool by then.
    web.add_dependency(auth)
    observability = ObservabilityStack(
        app,
        config=config,
        api=api.rest_api,
        access_log=api.access_log,
        event_stream=data.event_stream,
        tables=[data.catalogue, data.viewers, data.operations, data.tmdb_cache, data.library],
        viewers=[api, notifications, auth],
        pipeline=[ingestion, streaming, enrichment, operations],
        archive=[archive],
        library=[library],
    )
    if data.key:
        # All but the web stack: its files are public, and CloudFront reads them without rights on the key.
        encrypt_with(data.key, [data, auth, *failing, operations, api, observability])


def main() -> None:
    """Synthesise what `-c env=…` asks for, or say in one sentence why that cannot be done."""
    # CDK's own template check takes longer than all the rest of a synth; the tests check with cfn-lint instead.
    app = App(builtin_cloud_formation_validation=False)
    try:
        wire(app, load(app.node.try_get_context))
    except (ConfigError, LayerBuildError, WebBuildError) as error:
        sys.exit(str(error))
    app.synth()


if __name__ == "__main__":
    main()
