"""How harvests begin: by the clock, and by an event of the account's bus."""

from __future__ import annotations

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.failure_source import FailureSource
from stacks.constructs.queue_with_dlq import FailureQueue
from stacks.constructs.schedule import Clock

# Exports are complete by 08:00 UTC (TMDB's documentation).
EXPORTS_ARE_THERE = (8, 30)


class HarvestStarts(Construct):
    """Lets the clock, where the environment has an interval, and an event ask for a harvest; none gets lost."""

    def __init__(self, scope: Construct, name: str, *, config: EnvironmentConfig, queue: sqs.IQueue) -> None:
        super().__init__(scope, name)
        failures = FailureQueue(self, "Failed", config=config).queue
        self.failure_source = FailureSource(name="harvest_starts", queue=failures, way="send", goes_to=queue)
        if config.collection_interval:
            request = {
                "mode": "differential",
                "scope": config.collection_scope,
                "minimum_popularity": config.minimum_popularity,
                "started_by": "schedule",
            }
            clock = Clock(
                self,
                "Clock",
                target_arn=queue.queue_arn,
                action="sqs:SendMessage",
                failures=failures,
                purpose="Asks for a harvest by the clock",
            )
            expression = collection_schedule(config.collection_interval)
            clock.start("Schedule", expression, {"request": request}, description="Harvests what is new at TMDB")
        events.Rule(
            self,
            "OnRequest",
            description="A harvest that somebody asks for by an event; its detail is the request",
            event_pattern=events.EventPattern(source=["marquee.operator"], detail_type=["Harvest requested"]),
            targets=[
                targets.SqsQueue(
                    queue,
                    dead_letter_queue=failures,
                    message=events.RuleTargetInput.from_object({"request": events.EventField.from_path("$.detail")}),
                )
            ],
        )


def collection_schedule(minutes: int) -> str:
    """Return when harvests begin: once the exports are there, where the interval divides a day in hours."""
    hours, rest = divmod(minutes, 60)
    if rest or 24 % hours:
        return f"rate({minutes} minutes)"
    first, minute = EXPORTS_ARE_THERE
    starts = ",".join(str(hour) for hour in sorted((first + start) % 24 for start in range(0, 24, hours)))
    return f"cron({minute} {starts} * * ? *)"
