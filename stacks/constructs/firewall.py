"""What stands before the API: a bound on what one address may send."""

from __future__ import annotations

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_wafv2 as wafv2

from stacks.config import EnvironmentConfig


def firewall(api: apigateway.RestApi, *, config: EnvironmentConfig) -> None:
    """Refuse an address that sends more than is plausible, before it costs anything."""
    metrics = wafv2.CfnWebACL.VisibilityConfigProperty
    acl = wafv2.CfnWebACL(
        api,
        "Firewall",
        scope="REGIONAL",
        description="Refuses addresses that send too much",
        default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
        visibility_config=metrics(
            cloud_watch_metrics_enabled=True, metric_name="Firewall", sampled_requests_enabled=True
        ),
        rules=[
            wafv2.CfnWebACL.RuleProperty(
                name="TooManyRequests",
                priority=0,
                action=wafv2.CfnWebACL.RuleActionProperty(block={}),
                statement=wafv2.CfnWebACL.StatementProperty(
                    rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
                        aggregate_key_type="IP",
                        limit=config.waf_requests_per_5_minutes,
                        evaluation_window_sec=300,
                    )
                ),
                visibility_config=metrics(
                    cloud_watch_metrics_enabled=True, metric_name="TooManyRequests", sampled_requests_enabled=True
                ),
            )
        ],
    )
    wafv2.CfnWebACLAssociation(
        api, "FirewallAssociation", resource_arn=api.deployment_stage.stage_arn, web_acl_arn=acl.attr_arn
    )
