"""Where the events of other systems are kept as they were accepted."""

from __future__ import annotations

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.acknowledge import acknowledge

# Raw events by day, and the answers of queries about them.
EVENTS_PREFIX = "activity/"
QUERIES_PREFIX = "athena/"
RARELY_READ_AFTER = Duration.days(90)


def events_bucket(
    scope: Construct, name: str, *, config: EnvironmentConfig, removal_policy: RemovalPolicy
) -> s3.Bucket:
    """Return the bucket: encrypted, closed, and forgetting what is older than the configuration wants it kept."""
    bucket = s3.Bucket(
        scope,
        name,
        encryption=s3.BucketEncryption.S3_MANAGED,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        enforce_ssl=config.tls_only,
        lifecycle_rules=[
            s3.LifecycleRule(
                prefix=EVENTS_PREFIX,
                transitions=[
                    s3.Transition(storage_class=s3.StorageClass.INFREQUENT_ACCESS, transition_after=RARELY_READ_AFTER)
                ]
                if config.events_kept_days > RARELY_READ_AFTER.to_days()
                else None,
                expiration=Duration.days(config.events_kept_days),
            ),
            s3.LifecycleRule(prefix=QUERIES_PREFIX, expiration=Duration.days(7)),
            s3.LifecycleRule(abort_incomplete_multipart_upload_after=Duration.days(1)),
        ],
        removal_policy=removal_policy,
    )
    if not config.tls_only:
        acknowledge(bucket, "S10", "The local cloud speaks nothing but plain HTTP on the loopback interface.")
    acknowledge(bucket, "S1", "Written by one function and read by operators, whose calls CloudTrail can record.")
    return bucket
