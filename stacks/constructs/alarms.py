"""The one way to make an alarm: named for what is wrong, told on one topic, explained in `docs/alarms.md`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.config import EnvironmentConfig

RUNBOOK = "docs/alarms.md"
# Standard deviations that the usual band is wide to each side: narrower, and every busy evening is news.
BAND = 4

_OPERATORS = {
    ">": cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    ">=": cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    "<": cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
}
_BANDS = {
    "above": cloudwatch.ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD,
    "below": cloudwatch.ComparisonOperator.LESS_THAN_LOWER_THRESHOLD,
    "outside": cloudwatch.ComparisonOperator.LESS_THAN_LOWER_OR_GREATER_THAN_UPPER_THRESHOLD,
}


@dataclass(frozen=True)
class Lasting:
    """How long something has to be wrong: in `points` of the last `of` periods."""

    points: int
    of: int


class Alarms(Construct):
    """All alarms of an environment.

    An alarm is `<family>` or `<family>-<subject>`; the runbook has one heading for each family. The emulator of the
    local cloud makes no alarm of several metrics or of what is usual: there they are left out.
    """

    def __init__(self, scope: Construct, name: str, *, config: EnvironmentConfig, topic: sns.ITopic | None) -> None:
        """Make alarms that are told on `topic`; without one they only have a state, for whoever looks at it."""
        super().__init__(scope, name)
        self._prefix = f"marquee-{config.name}"
        self._emulated = config.emulated
        self._action = actions.SnsAction(topic) if topic else None
        self.all: list[cloudwatch.IAlarm] = []

    def when(
        self,
        family: str,
        metric: cloudwatch.Metric | cloudwatch.MathExpression,
        condition: Literal[">", ">=", "<"],
        threshold: float,
        lasting: Lasting,
        meaning: str,
        *,
        subject: str = "",
        missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,
    ) -> None:
        """Tell when a metric stands in `condition` to a threshold for long enough, and when it no longer does."""
        if self._emulated and isinstance(metric, cloudwatch.MathExpression):
            return
        alarm = cloudwatch.Alarm(
            self,
            _joined(family, subject),
            alarm_name=self._name(family, subject),
            alarm_description=_description(family, meaning),
            metric=metric,
            comparison_operator=_OPERATORS[condition],
            threshold=threshold,
            datapoints_to_alarm=lasting.points,
            evaluation_periods=lasting.of,
            treat_missing_data=missing,
        )
        self._tell(alarm)

    def when_unusual(
        self,
        family: str,
        metric: cloudwatch.Metric,
        side: Literal["above", "below", "outside"],
        lasting: Lasting,
        meaning: str,
        *,
        missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,
    ) -> None:
        """Tell when a metric leaves the band that CloudWatch has learnt for this hour of this day."""
        if self._emulated:
            return
        alarm = cloudwatch.AnomalyDetectionAlarm(
            self,
            family,
            alarm_name=self._name(family),
            alarm_description=_description(family, meaning),
            metric=metric.with_(period=Duration.minutes(15)),
            std_devs=BAND,
            comparison_operator=_BANDS[side],
            datapoints_to_alarm=lasting.points,
            evaluation_periods=lasting.of,
            treat_missing_data=missing,
        )
        self._tell(alarm)

    def _name(self, family: str, subject: str = "") -> str:
        return f"{self._prefix}-{_joined(family, subject)}"

    def _tell(self, alarm: cloudwatch.Alarm) -> None:
        if self._action:
            alarm.add_alarm_action(self._action)
            alarm.add_ok_action(self._action)
        self.all.append(alarm)


def _joined(family: str, subject: str) -> str:
    return f"{family}-{subject}" if subject else family


def _description(family: str, meaning: str) -> str:
    return f"{meaning} What to do: {RUNBOOK}#{family.lower()}"
