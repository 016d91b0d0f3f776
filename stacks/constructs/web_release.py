"""How the built site gets into its bucket and into what CloudFront keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from aws_cdk import CfnElement
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as s3_deployment
from aws_cdk.aws_logs import ILogGroup

from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.environment_stack import EnvironmentStack
from stacks.constructs.log_group import log_group
from stacks.constructs.web_build import API_DOCUMENT, CONFIGURATION, HASHED, NAMED, CacheRule, build_web

_MANAGED_POLICY = "arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
_ASSETS = "arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*"


def web_release(
    stack: EnvironmentStack,
    bucket: s3.Bucket,
    distribution: cloudfront.IDistribution,
    configuration: Mapping[str, str | bool | None],
) -> None:
    """Put the site and its configuration into `bucket` and let CloudFront forget the pages of the one before.

    Assets come before the pages that name them, and those of older releases stay for who has an older page open. The
    local cloud uploads the same files by the same rules itself: its emulator cannot run what does it here.
    """
    if stack.config.emulated:
        return
    site = s3_deployment.Source.asset(str(build_web()))
    logs = log_group(stack, "ReleaseLogs", config=stack.config)
    assets = _deployment(stack, bucket, [site], HASHED, logs)
    configured = s3_deployment.Source.json_data(CONFIGURATION, configuration)
    documents = s3_deployment.Source.data(API_DOCUMENT.name, API_DOCUMENT.read_text())
    sources = [site, configured, *([documents] if stack.config.api_docs else [])]
    pages = _deployment(stack, bucket, sources, NAMED, logs, forgetting=distribution)
    pages.node.add_dependency(assets)
    _acknowledge_uploader(stack, bucket)


def _deployment(
    stack: EnvironmentStack,
    bucket: s3.IBucket,
    sources: list[s3_deployment.ISource],
    rule: CacheRule,
    logs: ILogGroup,
    *,
    forgetting: cloudfront.IDistribution | None = None,
) -> s3_deployment.BucketDeployment:
    return s3_deployment.BucketDeployment(
        stack,
        rule.name,
        sources=sources,
        destination_bucket=bucket,
        exclude=list(rule.exclude),
        include=list(rule.include) or None,
        cache_control=[s3_deployment.CacheControl.from_string(rule.cache_control)],
        prune=False,
        distribution=forgetting,
        distribution_paths=["/*"] if forgetting else None,
        memory_limit=512,
        log_group=logs,
    )


def _acknowledge_uploader(stack: EnvironmentStack, bucket: s3.Bucket) -> None:
    """Accept what CDK's own uploading function is given: CDK writes it, not we."""
    uploader = next(each for each in stack.node.children if each.node.id.startswith("Custom::CDKBucketDeployment"))
    role = uploader.node.find_child("ServiceRole")
    acknowledge(uploader, "L1", "CDK chooses the Python that its own function for uploads runs in.")
    managed = "CDK gives its own function for uploads the managed policy for writing logs."
    acknowledge(role, f"IAM4[Policy::{_MANAGED_POLICY}]", managed)
    wide = "CDK's own function for uploads lists, reads and replaces files of the site, as CDK has written it."
    site = stack.get_logical_id(cast(CfnElement, bucket.node.default_child))
    for finding in (
        *(f"Action::s3:{action}*" for action in ("GetBucket", "GetObject", "List", "Abort", "DeleteObject")),
        *(f"Resource::{resource}" for resource in (_ASSETS, f"<{site}.Arn>/*", "*")),
    ):
        acknowledge(role.node.find_child("DefaultPolicy"), f"IAM5[{finding}]", wide)
