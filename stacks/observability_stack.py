"""Observability: dashboards, alarms with the topic that tells them, the budget, saved questions to the logs."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs import domain_dashboards
from stacks.constructs.alarm_topic import alarm_topic
from stacks.constructs.alarms import Alarms
from stacks.constructs.dashboards import Dashboard
from stacks.constructs.environment_stack import EnvironmentStack
from stacks.constructs.guarded_rest_api import STAGE
from stacks.constructs.log_queries import log_queries
from stacks.constructs.monthly_budget import monthly_budget
from stacks.constructs.pipeline_alarms import (
    archive_alarms,
    function_alarms,
    inbox_alarms,
    queue_alarms,
    stream_alarms,
    table_alarms,
)
from stacks.constructs.upstream_alarms import upstream_alarms
from stacks.constructs.viewer_alarms import viewer_alarms
from stacks.constructs.watched import functions, work_queues


class ObservabilityStack(EnvironmentStack):
    """What shows how the other stacks do, and tells when they do badly; it changes nothing in them."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: EnvironmentConfig,
        api: apigateway.RestApi,
        access_log: logs.ILogGroup,
        event_stream: kinesis.IStream,
        tables: Sequence[dynamodb.TableV2],
        viewers: Sequence[Stack],
        pipeline: Sequence[Stack],
        archive: Sequence[Stack],
        library: Sequence[Stack],
    ) -> None:
        """Watch the functions and queues of the stacks, each group of which has a dashboard."""
        super().__init__(
            scope, config=config, domain="observability", description="Marquee: dashboards, alarms, log queries"
        )
        everything = [*viewers, *pipeline, *archive, *library]
        ids = next(each for each in work_queues(archive) if each.name == "Ids")
        topic = alarm_topic(self, "AlarmTopic", config=config)
        alarms = Alarms(self, "Alarms", config=config, topic=topic)
        viewer_alarms(alarms, api)
        queue_alarms(alarms, everything)
        stream_alarms(alarms, event_stream)
        table_alarms(alarms, tables)
        inbox_alarms(alarms)
        upstream_alarms(alarms, config=config)
        archive_alarms(alarms, ids)
        # The emulator adds up the errors of all functions and forgets none: one would ring every alarm for good.
        if not config.emulated:
            function_alarms(alarms, everything)

        viewers_shown = self._dashboard("viewers", "What viewers get")
        viewers_shown.states(alarms.all)
        domain_dashboards.viewers(viewers_shown, api, STAGE, viewers)
        domain_dashboards.pipeline(self._dashboard("pipeline", "From a list to the guide"), event_stream, pipeline)
        domain_dashboards.upstream(self._dashboard("upstream", "WatchMode and TMDB"))
        domain_dashboards.archive(self._dashboard("archive", "The archive of TMDB"), ids, archive)
        domain_dashboards.library(self._dashboard("library", "The library and imports"), library)
        domain_dashboards.cost(self._dashboard("cost", "What it costs"), tables)

        if not config.emulated:
            groups = [each.log_group for each in functions(everything)]
            log_queries(self, config=config, functions=groups, access=access_log)
            if config.monthly_budget_dollars:
                monthly_budget(self, "MonthlyBudget", dollars=config.monthly_budget_dollars, topic=topic)
        self.output("AlarmTopicArn", topic.topic_arn)

    def _dashboard(self, name: str, title: str) -> Dashboard:
        shown = Dashboard(self, name, config=self.config, title=title)
        self.output(f"Dashboard{name.capitalize()}", f"marquee-{self.config.name}-{name}")
        return shown
