"""The one place where alarms are told."""

from __future__ import annotations

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.acknowledge import acknowledge


def alarm_topic(scope: Construct, name: str, *, config: EnvironmentConfig) -> sns.Topic:
    """Return the topic that alarms and the budget may publish to; `alarm_email` subscribes, if there is one."""
    topic = sns.Topic(
        scope, name, display_name=f"Marquee {config.name}: alarms", enforce_ssl=True if config.tls_only else None
    )
    if not config.tls_only:
        acknowledge(topic, "SNS3", "The emulator of the local cloud answers on the loopback interface without TLS.")
    topic.add_to_resource_policy(
        iam.PolicyStatement(
            actions=["sns:Publish"],
            principals=[iam.ServicePrincipal(f"{service}.amazonaws.com") for service in ("cloudwatch", "budgets")],
            resources=[topic.topic_arn],
            conditions={"StringEquals": {"aws:SourceAccount": Stack.of(scope).account}},
        )
    )
    if config.alarm_email:
        topic.add_subscription(subscriptions.EmailSubscription(config.alarm_email))
    return topic
