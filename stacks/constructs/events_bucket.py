"""Where the events of other systems are kept as they were accepted."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_s3 as s3

from stacks.constructs.environment_stack import EnvironmentStack
from stacks.constructs.private_bucket import private_bucket

# Raw events by day, and the answers of queries about them.
EVENTS_PREFIX = "activity/"
QUERIES_PREFIX = "athena/"
RARELY_READ_AFTER = Duration.days(90)
# An event is written once, or again as it was: another version is a mistake, which is seen within a month or never.
OVERWRITTEN_KEPT = Duration.days(30)


def events_bucket(stack: EnvironmentStack, name: str) -> s3.Bucket:
    """Return the bucket of the events, which forgets what is older than the configuration wants it kept."""
    rarely_read = s3.Transition(storage_class=s3.StorageClass.INFREQUENT_ACCESS, transition_after=RARELY_READ_AFTER)
    outlives_that = stack.config.events_kept_days > RARELY_READ_AFTER.to_days()
    return private_bucket(
        stack,
        name,
        versioned=stack.config.retain_data,
        lifecycle_rules=[
            *([s3.LifecycleRule(noncurrent_version_expiration=OVERWRITTEN_KEPT)] if stack.config.retain_data else []),
            s3.LifecycleRule(
                prefix=EVENTS_PREFIX,
                transitions=[rarely_read] if outlives_that else None,
                expiration=Duration.days(stack.config.events_kept_days),
            ),
            s3.LifecycleRule(prefix=QUERIES_PREFIX, expiration=Duration.days(7)),
        ],
        unlogged_because="Written by one function and read by operators, whose calls CloudTrail can record.",
    )
