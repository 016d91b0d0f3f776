"""Buckets that nobody but Marquee reads: closed, encrypted, each forgetting by rules of its own."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_s3 as s3

from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.environment_stack import EnvironmentStack

BROKEN_UPLOADS_KEPT = Duration.days(1)


def private_bucket(
    stack: EnvironmentStack,
    name: str,
    *,
    lifecycle_rules: Sequence[s3.LifecycleRule],
    versioned: bool = False,
    cors: Sequence[s3.CorsRule] = (),
    unlogged_because: str,
) -> s3.Bucket:
    """Return the bucket; `unlogged_because` says why nobody needs a log of each access."""
    bucket = s3.Bucket(
        stack,
        name,
        versioned=versioned,
        cors=list(cors) or None,
        encryption=s3.BucketEncryption.S3_MANAGED,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        enforce_ssl=stack.config.tls_only,
        minimum_tls_version=1.2 if stack.config.tls_only else None,
        lifecycle_rules=[
            *lifecycle_rules,
            s3.LifecycleRule(abort_incomplete_multipart_upload_after=BROKEN_UPLOADS_KEPT),
        ],
        removal_policy=stack.data_removal_policy,
    )
    if not stack.config.tls_only:
        acknowledge(bucket, "S10", "The local cloud speaks nothing but plain HTTP on the loopback interface.")
    acknowledge(bucket, "S1", unlogged_because)
    return bucket
