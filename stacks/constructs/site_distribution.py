"""The distribution: one address for the web app and, below `/api`, the API."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager

from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.environment_stack import EnvironmentStack
from stacks.constructs.firewall import PASS, VIEWER_ADDRESS
from stacks.constructs.security_headers import api_headers, site_headers

# A page of the app is no file: whatever has no dot in its last part is answered with the app itself.
_ROUTE_TO_APP = """\
function handler(event) {
  var request = event.request;
  if (request.uri.lastIndexOf('.') <= request.uri.lastIndexOf('/')) request.uri = '/index.html';
  return request;
}
"""


# The API sees CloudFront's address: whose request it is is said in a header, which nobody can set for themselves. Who
# has IPv6 has billions of addresses, in a network of his own: that is what he is counted by.
_NAME_VIEWER = """\
function handler(event) {
  var request = event.request;
  request.headers['%s'] = { value: networkOf(event.viewer.ip) };
  return request;
}
function networkOf(ip) {
  if (ip.indexOf(':') < 0) return ip;
  var halves = ip.split('::');
  var groups = halves[0] ? halves[0].split(':') : [];
  var last = halves[1] ? halves[1].split(':') : [];
  while (groups.length + last.length < 8) groups.push('0');
  return groups.concat(last).slice(0, 4).join(':') + '::/64';
}
"""


def site_distribution(
    stack: EnvironmentStack,
    bucket: s3.IBucket,
    api_host: str,
    *,
    firewall_pass: secretsmanager.ISecret | None,
    connect_to: Sequence[str],
) -> cloudfront.Distribution:
    """Return the distribution of the site in `bucket`, with the API of `api_host` below `/api`.

    With the `firewall_pass` of the API's firewall, that is told whose each request is. `connect_to` are further
    addresses that the site may send requests to.
    """
    config = stack.config
    secure = config.tls_only
    viewers = cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS if secure else cloudfront.ViewerProtocolPolicy.ALLOW_ALL
    router = cloudfront.Function(
        stack,
        "Router",
        code=cloudfront.FunctionCode.from_inline(_ROUTE_TO_APP),
        runtime=cloudfront.FunctionRuntime.JS_2_0,
        comment="Answers every page of the app with the app",
    )
    # How long a file is kept is said by the file: no shortest time of the cache's own may come before it.
    as_files_say = cloudfront.CachePolicy(
        stack,
        "AsFilesSay",
        min_ttl=Duration.seconds(0),
        default_ttl=Duration.seconds(0),
        max_ttl=Duration.days(365),
        enable_accept_encoding_brotli=True,
        enable_accept_encoding_gzip=True,
    )
    distribution = cloudfront.Distribution(
        stack,
        "Distribution",
        comment=f"Marquee {config.name}",
        default_root_object="index.html",
        domain_names=[config.domain_name] if config.domain_name else None,
        certificate=(
            acm.Certificate.from_certificate_arn(stack, "Certificate", config.certificate_arn)
            if config.certificate_arn
            else None
        ),
        price_class=getattr(cloudfront.PriceClass, config.price_class),
        http_version=cloudfront.HttpVersion.HTTP2_AND_3,
        # Without a certificate of our own the policy is CloudFront's.
        minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021 if config.certificate_arn else None,
        default_behavior=cloudfront.BehaviorOptions(
            origin=origins.S3BucketOrigin.with_origin_access_control(bucket),
            viewer_protocol_policy=viewers,
            cache_policy=as_files_say,
            compress=True,
            response_headers_policy=site_headers(stack, connect_to=connect_to),
            function_associations=_on_request(router),
        ),
        additional_behaviors={
            "/api/*": cloudfront.BehaviorOptions(
                origin=origins.HttpOrigin(
                    api_host,
                    # A reference that CloudFormation resolves: the word stands in no template.
                    custom_headers={PASS: firewall_pass.secret_value.unsafe_unwrap()} if firewall_pass else None,
                ),
                function_associations=_name_viewer(stack) if firewall_pass else None,
                # A request that has lost its https on the way would carry its token in the clear.
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY if secure else viewers,
                allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
                cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
                origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
                response_headers_policy=api_headers(stack),
                compress=True,
            )
        },
    )
    acknowledge(distribution, "CFR1", "Marquee serves whoever its environment serves; no country is kept out.")
    acknowledge(distribution, "CFR2", "The files are the same for everybody; the API has a firewall of its own.")
    acknowledge(distribution, "CFR3", "The files are public, and the API keeps an access log of its own.")
    if not config.domain_name:
        acknowledge(distribution, "CFR4", "CloudFront's own domain has its own certificate and its own policy.")
    return distribution


def _name_viewer(stack: EnvironmentStack) -> list[cloudfront.FunctionAssociation]:
    function = cloudfront.Function(
        stack,
        "NameViewer",
        code=cloudfront.FunctionCode.from_inline(_NAME_VIEWER % VIEWER_ADDRESS),
        runtime=cloudfront.FunctionRuntime.JS_2_0,
        comment="Tells the firewall whose request it is",
    )
    return _on_request(function)


def _on_request(function: cloudfront.Function) -> list[cloudfront.FunctionAssociation]:
    return [cloudfront.FunctionAssociation(function=function, event_type=cloudfront.FunctionEventType.VIEWER_REQUEST)]
