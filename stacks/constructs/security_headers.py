"""What a browser is told about the site: what it may load and from where, and what it must not do."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudfront as cloudfront

from stacks.constructs.environment_stack import EnvironmentStack

# Posters and backdrops, and the logos of services.
IMAGE_HOSTS = ("https://image.tmdb.org", "https://cdn.watchmode.com")
_NOT_NEEDED = ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")


def content_security_policy(*, connect_to: Sequence[str], tls_only: bool) -> str:
    """Return the policy: our own files, the providers' pictures, and requests to us, sign-in and uploads.

    Styles may be inline, because the component library writes its variables into the page; scripts may not.
    """
    rules = {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", *IMAGE_HOSTS],
        "font-src": ["'self'"],
        "connect-src": ["'self'", *connect_to],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
    policy = "; ".join(f"{name} {' '.join(sources)}" for name, sources in rules.items())
    return f"{policy}; upgrade-insecure-requests" if tls_only else policy


def site_headers(stack: EnvironmentStack, *, connect_to: Sequence[str]) -> cloudfront.ResponseHeadersPolicy:
    """Return the headers of every file of the site."""
    policy = content_security_policy(connect_to=connect_to, tls_only=stack.config.tls_only)
    return cloudfront.ResponseHeadersPolicy(
        stack,
        "SiteHeaders",
        comment="Marquee: files of the web app",
        security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
            content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                content_security_policy=policy, override=True
            ),
            content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
            frame_options=cloudfront.ResponseHeadersFrameOptions(
                frame_option=cloudfront.HeadersFrameOption.DENY, override=True
            ),
            referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                referrer_policy=cloudfront.HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN, override=True
            ),
            strict_transport_security=_https_for_two_years(),
        ),
        custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
            custom_headers=[
                _custom("Permissions-Policy", ", ".join(f"{feature}=()" for feature in _NOT_NEEDED)),
                _custom("Cross-Origin-Opener-Policy", "same-origin"),
                _custom("Cross-Origin-Resource-Policy", "same-origin"),
            ]
        ),
    )


def api_headers(stack: EnvironmentStack) -> cloudfront.ResponseHeadersPolicy:
    """Return the headers of every answer of the API: data, which no browser may take for a page."""
    return cloudfront.ResponseHeadersPolicy(
        stack,
        "ApiHeaders",
        comment="Marquee: answers of the API",
        security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
            content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                content_security_policy="default-src 'none'; frame-ancestors 'none'", override=False
            ),
            content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
            strict_transport_security=_https_for_two_years(),
        ),
        custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
            # What is said to one viewer must not be kept for the next; what is for all says so itself.
            custom_headers=[
                cloudfront.ResponseCustomHeader(header="Cache-Control", value="private, no-store", override=False)
            ]
        ),
    )


def _https_for_two_years() -> cloudfront.ResponseHeadersStrictTransportSecurity:
    return cloudfront.ResponseHeadersStrictTransportSecurity(
        access_control_max_age=Duration.days(730), include_subdomains=True, override=True
    )


def _custom(name: str, value: str) -> cloudfront.ResponseCustomHeader:
    return cloudfront.ResponseCustomHeader(header=name, value=value, override=True)
