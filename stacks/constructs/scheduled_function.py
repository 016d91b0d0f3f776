"""Functions that run by the clock."""

from __future__ import annotations

import json
from collections.abc import Mapping

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.python_function import PythonFunction
from stacks.constructs.queue_with_dlq import FailureQueue

RETRIES = 2
LONGEST_WAIT = Duration.hours(1)


class ScheduledFunction(PythonFunction):
    """A function that EventBridge Scheduler starts.

    Scheduler rather than a rule of the default bus: its role may invoke this one function, where a rule needs
    a policy on the function. Two things can fail, each with retries and the same queue at the end: the start
    (by the scheduler) and the run (by Lambda).
    """

    def __init__(
        self,
        scope: Construct,
        package: str,
        *,
        config: EnvironmentConfig,
        description: str,
        schedule: str,
        timeout: Duration,
        memory_mb: int,
        environment: Mapping[str, str],
        scheduled_input: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(
            scope,
            package,
            config=config,
            description=description,
            timeout=timeout,
            memory_mb=memory_mb,
            environment=environment,
        )
        self._failed_runs = FailureQueue(self, "FailedRuns", config=config).queue
        self.function.configure_async_invoke(
            retry_attempts=RETRIES,
            max_event_age=LONGEST_WAIT,
            on_failure=destinations.SqsDestination(self._failed_runs),
        )
        self._schedule_role = iam.Role(
            self,
            "ScheduleRole",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            ),
            description=f"Starts {package} by the clock",
        )
        self._schedule_grants = [
            self._schedule_role.add_to_principal_policy(
                iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[self.function.function_arn])
            ),
            self._schedule_role.add_to_principal_policy(
                iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[self._failed_runs.queue_arn])
            ),
        ]
        self.start_on("Schedule", schedule, scheduled_input or {}, description=description)

    def start_on(self, name: str, schedule: str, scheduled_input: Mapping[str, object], *, description: str) -> None:
        """Start the function by a schedule (a `cron(…)` or `rate(…)` expression, UTC) with an input of its own."""
        start = scheduler.CfnSchedule(
            self,
            name,
            description=description,
            schedule_expression=schedule,
            schedule_expression_timezone="UTC",
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=self.function.function_arn,
                role_arn=self._schedule_role.role_arn,
                input=json.dumps(dict(scheduled_input)),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_retry_attempts=RETRIES,
                    maximum_event_age_in_seconds=int(LONGEST_WAIT.to_seconds()),
                ),
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(arn=self._failed_runs.queue_arn),
            ),
        )
        for grant in self._schedule_grants:
            if grant.policy_dependable is not None:
                start.node.add_dependency(grant.policy_dependable)
