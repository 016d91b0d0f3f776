"""Where the archive of TMDB is kept: versions of every item, for as long as TMDB's terms allow."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_s3 as s3

from stacks.constructs.environment_stack import EnvironmentStack
from stacks.constructs.private_bucket import private_bucket

ARCHIVE_PREFIX = "tmdb/"
TABLES_PREFIX = f"{ARCHIVE_PREFIX}_tables/"
HARVESTS_PREFIX = f"{ARCHIVE_PREFIX}_harvests/"
QUERIES_PREFIX = "athena/"
KINDS = ("movie", "tv", "season", "person")

# TMDB's terms: its data may be kept for six months. An item that is collected again after 90 days begins anew; one that
# is replaced or runs out is kept as a version until the six months are over.
KEPT = Duration.days(120)
KEPT_AS_A_VERSION = Duration.days(60)
WORKING_FILES_KEPT = Duration.days(30)
ANSWERS_KEPT = Duration.days(7)


def archive_bucket(stack: EnvironmentStack, name: str) -> s3.Bucket:
    """Return the bucket of the archive, which keeps versions."""
    kept = {
        **{f"{ARCHIVE_PREFIX}{kind}/": KEPT for kind in KINDS},
        TABLES_PREFIX: KEPT,
        HARVESTS_PREFIX: WORKING_FILES_KEPT,
        QUERIES_PREFIX: ANSWERS_KEPT,
    }
    return private_bucket(
        stack,
        name,
        versioned=True,
        lifecycle_rules=[
            *(s3.LifecycleRule(prefix=prefix, expiration=days) for prefix, days in kept.items()),
            s3.LifecycleRule(noncurrent_version_expiration=KEPT_AS_A_VERSION, expired_object_delete_marker=True),
        ],
        unlogged_because="Written by two functions and read by operators, whose calls CloudTrail can record.",
    )
