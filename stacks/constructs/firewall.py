"""What stands before the API: bounds on what one address may send, and AWS's lists of known attacks."""

from __future__ import annotations

import json

from aws_cdk import RemovalPolicy
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_wafv2 as wafv2

from stacks.config import EnvironmentConfig
from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.firewall_rules import TOO_FAST, blocked, equals, managed, present, sends_events, too_fast, unless

# Set by CloudFront on its way to the API: whose request it is, and the word that only CloudFront knows.
VIEWER_ADDRESS = "x-marquee-viewer-address"
PASS = "x-marquee-pass"
PASS_LENGTH = 40

# No rule of AWS's lists may refuse what our own clients send. Each that could is counted only, and why.
COUNTED_ONLY = {
    "SizeRestrictions_BODY": "Bodies go up to 64 KB and batches of events up to 256 KB; functions refuse more.",
    "SizeRestrictions_QUERYSTRING": "A cursor of 1,200 letters and a search of 100 that are not ASCII are longer.",
    "NoUserAgent_HEADER": "Programs that send events or read a calendar need not say what they are.",
    "CrossSiteScripting_BODY": "A title or a note may hold any letters; the app shows texts as texts.",
    "GenericLFI_BODY": "Events and imports name files and folders; none of it becomes a path of ours.",
    "GenericRFI_BODY": "Events hold addresses of pages; none of them is ever fetched.",
    "EC2MetaDataSSRF_BODY": "Events hold addresses of pages; none of them is ever fetched.",
}
_COMMON, _KNOWN_BAD, _REPUTATION = (
    f"AWSManagedRules{name}" for name in ("CommonRuleSet", "KnownBadInputsRuleSet", "AmazonIpReputationList")
)
# In the shape of every error that does not come from a function.
_TOO_MANY = {
    "error": {
        "code": "too_many_requests",
        "message": "Too many requests from this address; try again in five minutes.",
    }
}


def firewall(api: apigateway.RestApi, *, config: EnvironmentConfig) -> secretsmanager.ISecret:
    """Put the firewall before `api` and return the word by which it knows CloudFront.

    Seen from the API all viewers of the app have the addresses of CloudFront, so they are counted by the header that
    CloudFront sets; whoever sets that header without knowing the word is refused.
    """
    word = _word(api, config)
    acl = wafv2.CfnWebACL(
        api,
        "Firewall",
        scope="REGIONAL",
        description="Refuses addresses that send too much, and known attacks",
        default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
        # Samples are kept of what a rule has stopped, never of what viewers usually do.
        visibility_config=wafv2.CfnWebACL.VisibilityConfigProperty(
            cloud_watch_metrics_enabled=True, metric_name="Firewall", sampled_requests_enabled=False
        ),
        custom_response_bodies={
            TOO_FAST: wafv2.CfnWebACL.CustomResponseBodyProperty(
                content_type="APPLICATION_JSON", content=json.dumps(_TOO_MANY)
            )
        },
        data_protection_config=_hidden(),
        # A reference that CloudFormation resolves: the word stands in no template.
        rules=_rules(config, word.secret_value.unsafe_unwrap()),
    )
    wafv2.CfnWebACLAssociation(
        api, "FirewallAssociation", resource_arn=api.deployment_stage.stage_arn, web_acl_arn=acl.attr_arn
    )
    return word


def _rules(config: EnvironmentConfig, word: str) -> list[wafv2.CfnWebACL.RuleProperty]:
    asking, sending = config.waf_requests_per_5_minutes, config.waf_events_per_5_minutes
    named, events = present(VIEWER_ADDRESS), sends_events()
    return [
        blocked("ForgedAddress", 0, named, unless(equals(PASS, word))),
        too_fast("TooManyOfAViewer", 1, asking, unless(events), header=VIEWER_ADDRESS),
        too_fast("TooManyRequests", 2, asking, unless(named), unless(events)),
        too_fast("TooManyEvents", 3, sending, events),
        managed(_REPUTATION, 10),
        managed(_KNOWN_BAD, 11),
        managed(_COMMON, 12, counted_only=COUNTED_ONLY),
    ]


def _word(api: apigateway.RestApi, config: EnvironmentConfig) -> secretsmanager.Secret:
    word = secretsmanager.Secret(
        api,
        "FirewallPass",
        description="What CloudFront shows the firewall, so that the address it names is believed",
        generate_secret_string=secretsmanager.SecretStringGenerator(
            exclude_punctuation=True, password_length=PASS_LENGTH
        ),
        removal_policy=RemovalPolicy.RETAIN if config.retain_data else RemovalPolicy.DESTROY,
    )
    acknowledge(
        word, "SMG4", "Both who shows it and who checks it take it from here at a deployment; a new one needs one."
    )
    return word


def _hidden() -> wafv2.CfnWebACL.DataProtectionConfigProperty:
    """Take tokens, keys, addresses and words out of whatever the firewall shows of a request."""
    headers = ["authorization", "x-api-key", "cookie", "x-forwarded-for", PASS, VIEWER_ADDRESS]
    protect, field = wafv2.CfnWebACL.DataProtectProperty, wafv2.CfnWebACL.FieldToProtectProperty
    return wafv2.CfnWebACL.DataProtectionConfigProperty(
        data_protections=[
            protect(action="SUBSTITUTION", field=field(field_type="SINGLE_HEADER", field_keys=headers)),
            protect(action="SUBSTITUTION", field=field(field_type="QUERY_STRING")),
            protect(action="SUBSTITUTION", field=field(field_type="BODY")),
        ]
    )
