"""Dashboards, one for each question: what viewers get, where data is held up, what providers give, what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import cdk_monitoring_constructs as monitoring
from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.measures import PERIOD
from stacks.constructs.watched import functions, last_queues, reads_a_stream, work_queues

SHOWN = Duration.hours(12)
WIDTH = 24
HALF = 12
HEIGHT = 6
# CloudWatch shows no more in one widget.
MOST_STATES = 100

Line = cloudwatch.Metric | cloudwatch.MathExpression


class Dashboard(Construct):
    """One dashboard, filled from top to bottom; its name is `marquee-<environment>-<name>`."""

    def __init__(self, scope: Construct, name: str, *, config: EnvironmentConfig, title: str) -> None:
        super().__init__(scope, f"{name.capitalize()}Shown")
        self.facade = monitoring.MonitoringFacade(
            self,
            "Shown",
            dashboard_factory=monitoring.DefaultDashboardFactory(
                self,
                "Factory",
                dashboard_name_prefix=f"marquee-{config.name}-{name}",
                detail_dashboard_range=SHOWN,
            ),
            metric_factory_defaults=monitoring.MetricFactoryDefaults(namespace="Marquee", period=PERIOD),
            # Alarms are made in one way, by `Alarms`; here nothing but the name is asked for.
            alarm_factory_defaults=monitoring.AlarmFactoryDefaults(
                alarm_name_prefix=f"marquee-{config.name}", actions_enabled=False
            ),
        )
        self.facade.add_large_header(title)

    def states(self, alarms: Sequence[cloudwatch.IAlarm]) -> None:
        """Show the state of alarms, in as many widgets as it takes."""
        for start in range(0, len(alarms), MOST_STATES):
            some = alarms[start : start + MOST_STATES]
            self.facade.add_widget(cloudwatch.AlarmStatusWidget(title="Alarms", alarms=some, width=WIDTH))

    def note(self, markdown: str) -> None:
        """Show a text."""
        self.facade.add_widget(cloudwatch.TextWidget(markdown=markdown, width=WIDTH, height=2))

    def graphs(self, title: str, graphs: Mapping[str, Sequence[Line]]) -> None:
        """Show metrics of ours under a heading, one graph for each title."""
        self.facade.add_medium_header(title)
        for label, lines in graphs.items():
            self.facade.add_widget(
                cloudwatch.GraphWidget(title=label, left=list(lines), width=HALF, height=HEIGHT, period=PERIOD)
            )

    def functions(self, stacks: Iterable[Stack]) -> None:
        """Show every function: invocations, duration, errors, throttles, and its lag where it reads a stream."""
        for function in functions(stacks):
            self.facade.monitor_lambda_function(
                lambda_function=function.function,
                is_iterator=reads_a_stream(function),
                human_readable_name=function.package,
                alarm_friendly_name=function.package,
            )

    def queues(self, stacks: Sequence[Stack]) -> None:
        """Show the length and the age of every queue, those at the end of the line in one graph."""
        for work in work_queues(stacks):
            self.facade.monitor_sqs_queue(
                queue=work.queue, human_readable_name=work.name, alarm_friendly_name=work.name
            )
        self.graphs(
            "What failed for good",
            {
                "Messages that the inbox has not taken yet": [
                    last.queue.metric_approximate_number_of_messages_visible(label=last.name, period=PERIOD)
                    for last in last_queues(stacks)
                ]
            },
        )
