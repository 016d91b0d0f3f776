"""Alarms on the way of data: functions, streams, queues, the inbox of failures, schedules."""

from __future__ import annotations

from collections.abc import Iterable

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis

from stacks.constructs.alarms import Alarms, Lasting
from stacks.constructs.measures import PERIOD, gauge
from stacks.constructs.watched import WatchedQueue, functions, last_queues, reads_a_stream, work_queues

# Records are set aside after an hour at the earliest: by then somebody has known for half an hour.
STREAM_BEHIND = Duration.minutes(15)
# The oldest message is older than this only if something holds it up; what works for days is watched otherwise.
QUEUE_BEHIND = {"Notification": Duration.minutes(30), "Changes": Duration.hours(1)}
QUEUE_BEHIND_OTHERWISE = Duration.hours(2)
WORK_FOR_DAYS = frozenset({"Harvests", "Ids"})
ENRICHMENT_WAIT = Duration.hours(2)
THROTTLED_REQUESTS = 10
# One message that stays is one on average; what the inbox takes within minutes is less.
LEFT_LYING = 0.9


def function_alarms(alarms: Alarms, stacks: Iterable[Stack]) -> None:
    """Watch that every function works, and that those that read streams keep up."""
    for function in functions(stacks):
        alarms.when(
            "FunctionErrors",
            function.function.metric_errors(statistic="Sum", period=PERIOD),
            ">=",
            1,
            # Everything is tried again: one failure is none, failures for a quarter of an hour are one.
            Lasting(3, 6),
            f"The function {function.package} fails again and again.",
            subject=function.package,
        )
        if reads_a_stream(function):
            alarms.when(
                "StreamBehind",
                function.function.metric("IteratorAge", statistic="Maximum", period=PERIOD),
                ">",
                STREAM_BEHIND.to_milliseconds(),
                Lasting(3, 3),
                f"The function {function.package} is more than 15 minutes behind its stream.",
                subject=function.package,
            )


def queue_alarms(alarms: Alarms, stacks: Iterable[Stack]) -> None:
    """Watch that queues move, and that what failed for good is taken into the inbox."""
    for work in work_queues(stacks):
        if work.name in WORK_FOR_DAYS:
            continue
        limit = QUEUE_BEHIND.get(work.name, QUEUE_BEHIND_OTHERWISE)
        alarms.when(
            "QueueBehind",
            work.queue.metric_approximate_age_of_oldest_message(statistic="Maximum", period=PERIOD),
            ">",
            limit.to_seconds(),
            Lasting(3, 3),
            f"Work in the queue {work.name} has waited for more than {int(limit.to_minutes())} minutes.",
            subject=work.name,
        )
    for last in last_queues(stacks):
        alarms.when(
            "DeadLetters",
            # A message that the inbox fails on is hidden most of the time; each minute it is one or the other.
            cloudwatch.MathExpression(
                expression="visible + hidden",
                using_metrics={
                    "visible": last.queue.metric_approximate_number_of_messages_visible(statistic="Average"),
                    "hidden": last.queue.metric_approximate_number_of_messages_not_visible(statistic="Average"),
                },
                period=PERIOD,
                label="messages",
            ),
            ">",
            LEFT_LYING,
            Lasting(3, 3),
            f"What failed for good lies in {last.name} and is not taken into the inbox.",
            subject=last.name,
        )


def archive_alarms(alarms: Alarms, ids: WatchedQueue) -> None:
    """Watch that collectors collect while there is something to collect.

    Both numbers are the queue's own, because it tells a nought too: what functions count is missing when none runs,
    and CloudWatch fills no gap of a metric that it has no point of.
    """
    alarms.when(
        "ArchiveStalled",
        cloudwatch.MathExpression(
            expression="IF(waiting > 0, IF(worked_off < 1, 1, 0), 0)",
            using_metrics={
                "waiting": ids.queue.metric_approximate_number_of_messages_visible(statistic="Minimum"),
                "worked_off": ids.queue.metric_number_of_messages_deleted(statistic="Sum"),
            },
            period=PERIOD,
            label="ids wait and none is collected",
        ),
        ">=",
        1,
        Lasting(6, 6),
        "Ids wait for the archive, and for half an hour none was collected.",
    )


def stream_alarms(alarms: Alarms, stream: kinesis.IStream) -> None:
    """Watch that the event stream has room."""
    alarms.when(
        "StreamFull",
        stream.metric("WriteProvisionedThroughputExceeded", statistic="Sum", period=PERIOD),
        ">=",
        1,
        Lasting(3, 3),
        "The event stream refuses records because it has too few shards.",
    )


def table_alarms(alarms: Alarms, tables: Iterable[dynamodb.TableV2]) -> None:
    """Watch that no table refuses requests for their number."""
    for table in tables:
        for kind in ("Read", "Write"):
            alarms.when(
                "TableThrottled",
                table.metric(f"{kind}ThrottleEvents", statistic="Sum", period=PERIOD),
                ">=",
                THROTTLED_REQUESTS,
                Lasting(2, 3),
                f"The table {table.node.id} refuses {kind.lower()}s because one of its partitions gets too many.",
                subject=f"{table.node.id}{kind}s",
            )


def inbox_alarms(alarms: Alarms) -> None:
    """Watch what the watch over operations has found out."""
    alarms.when(
        "FailuresOpen",
        gauge("FailuresOpen"),
        ">=",
        1,
        Lasting(2, 2),
        "Failures wait in the inbox for somebody to replay or discard them.",
        missing=cloudwatch.TreatMissingData.IGNORE,
    )
    alarms.when(
        "EnrichmentBehind",
        gauge("EnrichmentWaitSeconds"),
        ">",
        ENRICHMENT_WAIT.to_seconds(),
        Lasting(3, 3),
        "Titles that viewers look for have waited for their card for more than 2 hours.",
        missing=cloudwatch.TreatMissingData.IGNORE,
    )
    alarms.when(
        "SchedulesMissed",
        gauge("SchedulesMissed"),
        ">=",
        1,
        Lasting(2, 2),
        "Something that runs by the clock did not run.",
        missing=cloudwatch.TreatMissingData.IGNORE,
    )
    alarms.when(
        "JobsStopped",
        gauge("JobsStopped", statistic="Sum"),
        ">=",
        1,
        Lasting(1, 1),
        "A run stopped without saying so and was set to failed.",
    )
    alarms.when(
        "WatchSilent",
        gauge("FailuresOpen", statistic="SampleCount"),
        "<",
        1,
        Lasting(3, 3),
        "Nothing has watched over operations for 15 minutes: other alarms may be silent for that alone.",
        missing=cloudwatch.TreatMissingData.BREACHING,
    )
