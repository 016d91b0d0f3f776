"""What stands on each dashboard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis

from stacks.constructs.dashboards import Dashboard
from stacks.constructs.measures import PERIOD, by_dimension, counted, gauge, over_services
from stacks.constructs.upstream_alarms import PROVIDERS, WITH_CREDITS
from stacks.constructs.watched import WatchedQueue

IDS_A_MESSAGE = 100


def viewers(shown: Dashboard, api: apigateway.RestApi, stage: str, stacks: Sequence[Stack]) -> None:
    """Show what viewers and producers of events get."""
    shown.facade.monitor_api_gateway(api=api, api_stage=stage, human_readable_name="API", alarm_friendly_name="Api")
    shown.graphs(
        "What is asked for",
        {
            "Events of other systems": [counted(name, "ingest_api") for name in ("EventsAccepted", "EventsRejected")],
            "Lists for recommendations": [
                by_dimension(name, "category", statistic="Sum") for name in ("CacheHit", "CacheStale", "CacheMiss")
            ],
            "Notifications": [counted("NotificationsWritten", "notification_fanout")],
            "E-mail digests": [
                counted(name, "digest_sender") for name in ("DigestsSent", "DigestsUncertain", "DigestsRefused")
            ],
        },
    )
    shown.functions(stacks)
    shown.queues(stacks)


def pipeline(shown: Dashboard, stream: kinesis.IStream, stacks: Sequence[Stack]) -> None:
    """Show the way of a title from a list to the guide, and what is held up on it."""
    shown.graphs(
        "Held up",
        {
            "Titles that lack something": [by_dimension("EnrichmentBacklog", "part")],
            "Longest wait for a card (s)": [gauge("EnrichmentWaitSeconds")],
            "Failures in the inbox": [
                counted("FailuresReceived", "failure_inbox"),
                by_dimension("FailuresOpenBySource", "source"),
            ],
            "Runs": [
                gauge("SchedulesMissed"),
                gauge("JobsStopped", statistic="Sum"),
                by_dimension("JobsRunning", "kind"),
            ],
        },
    )
    shown.graphs(
        "Done",
        {
            "Listed": [counted(name, "title_ingestion") for name in ("TitlesListed", "TitlesChanged")],
            "Consumed": [
                counted("TitleEvents", "title_consumer"),
                counted("ActivityEvents", "activity_consumer"),
                over_services("QuarantinedEvents", label="QuarantinedEvents"),
            ],
            "Enriched": [
                over_services(name, label=name)
                for name in ("TitlesFromTmdb", "TitlesFromWatchMode", "EnrichmentWithoutCredits")
            ],
            "Data quality": [by_dimension("QualityFindings", "measure")],
        },
    )
    shown.facade.monitor_kinesis_data_stream(
        stream_name=stream.stream_name, human_readable_name="programme-events", alarm_friendly_name="ProgrammeEvents"
    )
    shown.functions(stacks)
    shown.queues(stacks)


def upstream(shown: Dashboard) -> None:
    """Show what is asked of the providers, what is left, and how old their word is."""
    for provider in PROVIDERS:
        name = provider.capitalize()
        shown.graphs(
            name,
            {
                "Calls, of them refused for their number (429) and failed": [
                    over_services(f"{name}{outcome}", label=outcome) for outcome in ("Calls", "Throttled", "Failed")
                ],
                "Breaker open (1), wait for a turn (s)": [
                    gauge("BreakerOpen", provider=provider),
                    gauge("ProviderQueueSeconds", provider=provider),
                ],
            },
        )
    shown.graphs(
        "Credits and age",
        {
            "Credits left": [gauge("CreditsLeft", statistic="Minimum", provider=WITH_CREDITS)],
            "To be spent today, of an even share (%)": [
                gauge("CreditPacePercent", statistic="Minimum", provider=WITH_CREDITS)
            ],
            "Age of data (s)": [by_dimension("DataAgeSeconds", "data")],
            "Lists of TMDB": [
                counted(name, "tmdb_cache_refresh")
                for name in ("TmdbListsRefreshed", "TmdbListsFailed", "TmdbItemsWritten")
            ],
        },
    )


def archive(shown: Dashboard, ids: WatchedQueue, stacks: Sequence[Stack]) -> None:
    """Show how far the archive is and when it will be done."""
    collected = counted("ArchiveItemsCollected", "archive_collector")
    waiting = cloudwatch.MathExpression(
        expression=f"{IDS_A_MESSAGE} * (visible + hidden)",
        using_metrics={
            "visible": ids.queue.metric_approximate_number_of_messages_visible(),
            "hidden": ids.queue.metric_approximate_number_of_messages_not_visible(),
        },
        label="ids, about",
        period=PERIOD,
    )
    left = cloudwatch.MathExpression(
        # Of five minutes each, twelve make an hour.
        expression="IF(collected > 0, waiting / collected / 12, 0)",
        using_metrics={"collected": collected, "waiting": waiting},
        label="hours left",
        period=PERIOD,
    )
    shown.graphs(
        "Progress",
        {
            "Ids that wait": [waiting],
            "Hours left at this rate": [left],
            "Items": [collected, counted("ArchiveItemsGivenUp", "archive_collector")],
            "Calls, ids queued": [
                counted("ArchiveCalls", "archive_collector"),
                counted("ArchiveIdsQueued", "archive_harvester"),
            ],
        },
    )
    shown.functions(stacks)
    shown.queues(stacks)


def library(shown: Dashboard, stacks: Sequence[Stack]) -> None:
    """Show how the library is changed and imported into."""
    shown.graphs(
        "Imports",
        {
            "Rows handed to the writer": [counted("ImportedRows", "library_importer")],
            "Changes given up": [counted("LibraryDeadLetters", "library_writer")],
        },
    )
    shown.functions(stacks)
    shown.queues(stacks)


def cost(shown: Dashboard, tables: Iterable[dynamodb.TableV2]) -> None:
    """Show what the account is billed, and the tables, whose requests are most of it."""
    shown.note(
        "The charges are the account's, as AWS last estimated them some hours ago; they show where billing metrics are "
        "switched on. `marquee cost` tells them by service with the forecast."
    )
    shown.facade.monitor_billing()
    for table in tables:
        shown.facade.monitor_dynamo_table(
            table=table,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            human_readable_name=table.node.id,
            alarm_friendly_name=table.node.id,
        )
