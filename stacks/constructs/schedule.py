"""Starts by the clock: one schedule of EventBridge Scheduler, and the role it acts in."""

from __future__ import annotations

import json
from collections.abc import Mapping

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

RETRIES = 2
LONGEST_WAIT = Duration.hours(1)


class Clock(Construct):
    """What may start one target by the clock; a start that fails again and again is noted in `failures`.

    Scheduler rather than a rule of the default bus: its role may reach this one target, where a rule needs a policy
    on the target.
    """

    def __init__(
        self, scope: Construct, name: str, *, target_arn: str, action: str, failures: sqs.IQueue, purpose: str
    ) -> None:
        super().__init__(scope, name)
        self._target_arn = target_arn
        self._failures = failures
        self._role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            ),
            description=purpose,
        )
        self._grants = [
            self._role.add_to_principal_policy(iam.PolicyStatement(actions=[permitted], resources=[arn]))
            for permitted, arn in ((action, target_arn), ("sqs:SendMessage", failures.queue_arn))
        ]

    def start(self, name: str, expression: str, payload: Mapping[str, object], *, description: str) -> None:
        """Start the target by a `cron(…)` or `rate(…)` expression (UTC) with a payload of its own."""
        schedule = scheduler.CfnSchedule(
            self,
            name,
            description=description,
            schedule_expression=expression,
            schedule_expression_timezone="UTC",
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=self._target_arn,
                role_arn=self._role.role_arn,
                input=json.dumps(dict(payload)),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_retry_attempts=RETRIES,
                    maximum_event_age_in_seconds=int(LONGEST_WAIT.to_seconds()),
                ),
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(arn=self._failures.queue_arn),
            ),
        )
        for grant in self._grants:
            if grant.policy_dependable is not None:
                schedule.node.add_dependency(grant.policy_dependable)
