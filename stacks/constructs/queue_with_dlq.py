"""Queues: encrypted, closed to plain HTTP, and never a place where a message is lost."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.failure_source import FailureSource

DELIVERIES = 3
LONGEST_RETENTION = Duration.days(14)
# What the function that reads all queues of failures may take; a message stays away for six times as long.
INBOX_TIMEOUT = Duration.seconds(30)
INBOX_VISIBILITY = Duration.minutes(3)


class QueueWithDeadLetter(Construct):
    """A queue that sets a message aside after a few failed deliveries."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        config: EnvironmentConfig,
        function_timeout: Duration,
        deliveries: int = DELIVERIES,
        single_messages: bool = False,
        retention: Duration | None = None,
        fifo: bool = False,
    ) -> None:
        """Make the queue; for a function that reads `single_messages`, one comes again sooner after a crash."""
        super().__init__(scope, name)
        self.dead_letter = _queue(
            self,
            "DeadLetter",
            config=config,
            retention_period=LONGEST_RETENTION,
            visibility_timeout=INBOX_VISIBILITY,
            fifo=fifo,
        )
        self.queue = _queue(
            self,
            "Queue",
            config=config,
            fifo=fifo,
            retention_period=retention,
            # Six times, so that no message comes back while a batch with it is still being retried. A single message
            # is not retried as a part of others: its time is what the function takes at most, and a margin.
            visibility_timeout=function_timeout.plus(Duration.seconds(30))
            if single_messages
            else Duration.seconds(6 * int(function_timeout.to_seconds())),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letter, max_receive_count=deliveries),
        )

    def failures(self, name: str) -> FailureSource:
        """Return what was given up as a source of failures; replayed, a message is in the queue again."""
        return FailureSource(name=name, queue=self.dead_letter, way="send", goes_to=self.queue)


class FailureQueue(Construct):
    """A queue at the end of the line: what failed for good is kept here for 14 days, if the inbox does not take it."""

    def __init__(self, scope: Construct, name: str, *, config: EnvironmentConfig) -> None:
        super().__init__(scope, name)
        self.queue = _queue(
            self,
            "Queue",
            config=config,
            retention_period=LONGEST_RETENTION,
            visibility_timeout=INBOX_VISIBILITY,
        )
        acknowledge(
            self.queue,
            "SQS3",
            "Receives what already failed; its consumer only notes it, and what that cannot note stays for 14 days.",
        )


def _queue(
    scope: Construct,
    name: str,
    *,
    config: EnvironmentConfig,
    retention_period: Duration | None = None,
    visibility_timeout: Duration | None = None,
    dead_letter_queue: sqs.DeadLetterQueue | None = None,
    fifo: bool = False,
) -> sqs.Queue:
    queue = sqs.Queue(
        scope,
        name,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=config.tls_only,
        retention_period=retention_period,
        visibility_timeout=visibility_timeout,
        dead_letter_queue=dead_letter_queue,
        # A queue that is not FIFO has no such property; `false` would be refused.
        fifo=True if fifo else None,
    )
    if not config.tls_only:
        acknowledge(queue, "SQS4", "The local cloud listens on the loopback interface only and has no certificate.")
    return queue
