"""What differs between environments: `cdk.json` values, checked and frozen before a stack sees them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from stacks.config_checks import CHECKS, is_url

# `-c watchmodeUrl=…` points the local cloud at its simulators; elsewhere it could only be a mistake.
URL_OVERRIDES = {
    "watchmodeUrl": "watchmode_url",
    "tmdbUrl": "tmdb_url",
    "tmdbExportsUrl": "tmdb_exports_url",
    "driveUrl": "drive_url",
    "googleIssuer": "google_issuer",
    "awsUrl": "aws_url",
    "webUrl": "web_url",
}


class ConfigError(Exception):
    """The context does not describe an environment; the message is one sentence for whoever ran `cdk`."""


@dataclass(frozen=True, kw_only=True)
class EnvironmentConfig:
    """The values of one environment; each key in `cdk.json` is a field here, and the other way round."""

    name: str
    regions_served: tuple[str, ...]
    """ISO 3166 country codes; the first is the default for a viewer who chose none."""
    reference_schedule: str
    listing_schedule: str
    sweep_schedule: str
    tmdb_daily_schedule: str
    tmdb_weekly_schedule: str
    digest_schedule: str
    email_sender: str
    """The address that SES sends digests from; empty where Marquee sends no e-mail."""
    tmdb_exports_url: str
    collection_interval: int
    """Minutes between two harvests of the archive (R4's COLLECTION_INTERVAL); 0 leaves starting them to people."""
    collection_scope: Literal["exports", "changes", "both"]
    """Where the ids of a scheduled harvest come from; a mirror of all of TMDB begins with `marquee archive harvest`."""
    collector_concurrency: int
    """Functions that collect at once (R4's COLLECTOR_CONCURRENCY)."""
    media_types: tuple[str, ...]
    """What the archive collects (R4's MEDIA_TYPES)."""
    minimum_popularity: int
    """TMDB's popularity from which a scheduled harvest takes a title or a person."""
    recount_schedule: str
    drive_import: bool
    """Whether operators may import from Google Drive; its credentials are a secret of their own then."""
    drive_url: str
    producers: tuple[str, ...]
    """Systems that may send events, each with an API key of its own; one that is taken out has none any more."""
    trusted_producers: tuple[str, ...]
    """Those whose events about a viewer count as said by the viewer."""
    refused_event_types: tuple[str, ...]
    events_kept_days: int
    """How long the raw events are kept in S3."""
    stream_mode: Literal["PROVISIONED", "ON_DEMAND"]
    stream_shards: int
    """Used in PROVISIONED mode."""
    stream_retention_hours: int
    watchmode_url: str
    tmdb_url: str
    watchmode_per_minute: int
    tmdb_per_second: int
    api_requests_per_second: int
    api_burst: int
    ingest_requests_per_second: int
    ingest_burst: int
    waf_requests_per_5_minutes: int
    """What one address may ask of the API in five minutes; 0 where there is no firewall."""
    waf_events_per_5_minutes: int
    """How often one address may send events in five minutes, which its producer's key bounds, too."""
    watch_schedule: str
    quality_schedule: str
    alarm_email: str
    """Who is told of alarms; empty where nobody is. AWS writes there once, and somebody has to follow the link."""
    monthly_budget_dollars: int
    """What the account may cost in a month before somebody is told; 0 where there is no budget."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"]
    log_retention: str
    tracing: bool
    architecture: Literal["arm64", "host"]
    """`host` builds for this machine: the local cloud runs the functions in its own Python."""
    snap_start: bool
    """Whether new containers of API functions begin as a snapshot of one that has imported everything."""
    roll_out: Literal["all_at_once", "canary"]
    """How API functions change: at once, or for a tenth of the requests first, and back if an alarm rings."""
    emulated: bool
    """Whether an emulator stands in for AWS: it has no alarms of several metrics, budgets or saved log queries."""
    bootstrapped: bool
    """Whether `cdk bootstrap` roles deploy; otherwise the caller's credentials do."""
    tls_only: bool
    """Whether queues refuse plain HTTP; the local cloud speaks nothing else."""
    web_url: str
    """The address of the web app; empty where it is the distribution's own or that of `domain_name`."""
    web_origins: tuple[str, ...]
    """Further addresses from which the web app may sign people in: those of a developer's own server."""
    domain_name: str
    """A domain of the web app's own; empty for CloudFront's."""
    certificate_arn: str
    """The certificate of `domain_name`; CloudFront takes those of us-east-1."""
    hosted_zone_id: str
    """The Route 53 zone that names `domain_name`; empty where its records are kept elsewhere."""
    price_class: Literal["PRICE_CLASS_100", "PRICE_CLASS_200", "PRICE_CLASS_ALL"]
    """From how much of the world CloudFront answers."""
    api_docs: bool
    """Whether the site serves the API's documents, with a page to try them."""
    aws_url: str
    """Where a browser finds sign-in pages and uploads; empty for Amazon's own addresses."""
    password_sign_in: bool
    """Whether a script may exchange a password for tokens without SRP."""
    google_sign_in: bool
    """Whether viewers may sign in with Google; its client is a secret that exists before the deployment."""
    google_issuer: str
    """Who signs Google's ID tokens; another OpenID Connect provider may stand in for Google."""
    admin_emails: tuple[str, ...]
    """Whom the deployment invites as operators; others are made so by `marquee users`."""
    customer_managed_key: bool
    """Whether what is stored is encrypted with a key of the environment's own, instead of with those of AWS."""
    retain_data: bool
    deletion_protection: bool
    """Guards the stateful resources and all stacks."""
    point_in_time_recovery: bool


def load(context: Callable[[str], Any]) -> EnvironmentConfig:
    """Build the configuration that `-c env=…` asks for; `context` looks one context key up.

    Raises ConfigError when the environment is missing or unknown, or one of its values is.
    """
    environments = _mapping(context("environments"), "environments")
    name = context("env")
    known = ", ".join(environments)
    if name is None:
        raise ConfigError(f"Say which environment with -c env=<name>; known are {known}.")
    if name not in environments:
        raise ConfigError(f"There is no environment {name!r}; known are {known}.")

    values = {
        **_mapping(context("defaults"), "defaults"),
        **_mapping(environments[name], f"environments.{name}"),
    }
    # What mends an incident must not wait, nor be stopped by the alarms that the incident has rung.
    if (asked := context("rollOut")) is not None:
        values["roll_out"] = asked
    for key in values:
        if key not in CHECKS:
            raise ConfigError(f"Environment {name!r} has the unknown key {key!r}; known are {', '.join(CHECKS)}.")
    for key, (is_usable, wanted) in CHECKS.items():
        if key not in values:
            raise ConfigError(f"Environment {name!r} lacks {key!r}: set it there or in the defaults of cdk.json.")
        if not is_usable(values[key]):
            raise ConfigError(f"Environment {name!r} has {key} = {values[key]!r}, but it must be {wanted}.")

    values = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    unknown = sorted(set(values["trusted_producers"]) - set(values["producers"]))
    if unknown:
        raise ConfigError(f"Environment {name!r} trusts {', '.join(unknown)}, which is not among its producers.")
    if bool(values["domain_name"]) != bool(values["certificate_arn"]):
        raise ConfigError(f"Environment {name!r} must have both domain_name and certificate_arn, or neither.")
    if values["hosted_zone_id"] and not values["domain_name"]:
        raise ConfigError(f"Environment {name!r} has a hosted_zone_id but no domain_name to put into that zone.")
    return _with_overrides(EnvironmentConfig(name=name, **values), context)


def _with_overrides(config: EnvironmentConfig, context: Callable[[str], Any]) -> EnvironmentConfig:
    for option, key in URL_OVERRIDES.items():
        url = context(option)
        if url is None:
            continue
        if config.name != "local":
            raise ConfigError(f"-c {option} is for the local environment only, not for {config.name!r}.")
        if not is_url(url):
            raise ConfigError(f"-c {option}={url} cannot be used: it must be {CHECKS[key][1]}.")
        config = replace(config, **{key: url})
    return config


def _mapping(value: Any, key: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ConfigError(f"The context in cdk.json must have an object under {key!r}.")
    return value
