"""What differs between environments: `cdk.json` values, checked and frozen before a stack sees them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

STREAM_MODES = ("PROVISIONED", "ON_DEMAND")
ARCHITECTURES = ("arm64", "host")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
# The names that CDK has for the periods CloudWatch allows, up to the longest that logs of ours are worth.
LOG_RETENTIONS = (
    *("ONE_DAY", "THREE_DAYS", "ONE_WEEK", "TWO_WEEKS"),
    *("ONE_MONTH", "TWO_MONTHS", "THREE_MONTHS", "SIX_MONTHS", "ONE_YEAR"),
)
# `-c watchmodeUrl=…` points the local cloud at its simulators; elsewhere it could only be a mistake.
URL_OVERRIDES = {"watchmodeUrl": "watchmode_url", "tmdbUrl": "tmdb_url"}


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
    """What one address may send to the API in five minutes; 0 where there is no firewall."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"]
    log_retention: str
    tracing: bool
    architecture: Literal["arm64", "host"]
    """`host` builds for this machine: the local cloud runs the functions in its own Python."""
    bootstrapped: bool
    """Whether `cdk bootstrap` roles deploy; otherwise the caller's credentials do."""
    tls_only: bool
    """Whether queues refuse plain HTTP; the local cloud speaks nothing else."""
    password_sign_in: bool
    """Whether a script may exchange a password for tokens without SRP."""
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
    for key in values:
        if key not in _CHECKS:
            raise ConfigError(f"Environment {name!r} has the unknown key {key!r}; known are {', '.join(_CHECKS)}.")
    for key, (is_usable, wanted) in _CHECKS.items():
        if key not in values:
            raise ConfigError(f"Environment {name!r} lacks {key!r}: set it there or in the defaults of cdk.json.")
        if not is_usable(values[key]):
            raise ConfigError(f"Environment {name!r} has {key} = {values[key]!r}, but it must be {wanted}.")

    for key in _LISTS:
        values[key] = tuple(values[key])
    unknown = sorted(set(values["trusted_producers"]) - set(values["producers"]))
    if unknown:
        raise ConfigError(f"Environment {name!r} trusts {', '.join(unknown)}, which is not among its producers.")
    return _with_overrides(EnvironmentConfig(name=name, **values), context)


def _with_overrides(config: EnvironmentConfig, context: Callable[[str], Any]) -> EnvironmentConfig:
    for option, key in URL_OVERRIDES.items():
        url = context(option)
        if url is None:
            continue
        if config.name != "local":
            raise ConfigError(f"-c {option} is for the local environment only, not for {config.name!r}.")
        if not _is_url(url):
            raise ConfigError(f"-c {option}={url} cannot be used: it must be {_CHECKS[key][1]}.")
        config = replace(config, **{key: url})
    return config


def _mapping(value: Any, key: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ConfigError(f"The context in cdk.json must have an object under {key!r}.")
    return value


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_url(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"https?://[^\s/?#]+(/[^\s/?#]+)*", value) is not None


def _is_schedule(value: Any) -> bool:
    every = r"cron\(\S+( \S+){5}\)|rate\([1-9]\d* (minute|hour|day)s?\)"
    return isinstance(value, str) and re.fullmatch(every, value) is not None


def _is_regions(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(region, str) and re.fullmatch("[A-Z]{2}", region) for region in value)
        and len(set(value)) == len(value)
    )


def _is_names(value: Any) -> bool:
    return (
        isinstance(value, list)
        and all(isinstance(name, str) and re.fullmatch("[a-z][a-z0-9_]{0,39}", name) for name in value)
        and len(set(value)) == len(value)
    )


def _is_sender(value: Any) -> bool:
    return value == "" or (isinstance(value, str) and re.fullmatch(r"[^@\s<>\"]+@[^@\s<>\"]+", value) is not None)


def _one_of(*allowed: str) -> tuple[Callable[[Any], bool], str]:
    return lambda value: value in allowed, "one of " + ", ".join(allowed)


def _between(low: int, high: int) -> tuple[Callable[[Any], bool], str]:
    return lambda value: type(value) is int and low <= value <= high, f"a whole number from {low} to {high}"


_FLAG = (_is_flag, "true or false")
_URL = (_is_url, "an http or https address without a slash, a query or a fragment at its end")
_SCHEDULE = (_is_schedule, "a cron(…) expression of six fields or a rate(…) expression")

_NAMES = (_is_names, "a list of different names of small letters, digits and underscores")
# What cdk.json holds as lists.
_LISTS = ("regions_served", "producers", "trusted_producers", "refused_event_types")

_CHECKS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "regions_served": (_is_regions, "a list of different two-letter country codes in capitals"),
    "reference_schedule": _SCHEDULE,
    "listing_schedule": _SCHEDULE,
    "sweep_schedule": _SCHEDULE,
    "tmdb_daily_schedule": _SCHEDULE,
    "tmdb_weekly_schedule": _SCHEDULE,
    "digest_schedule": _SCHEDULE,
    "email_sender": (_is_sender, "an e-mail address, or empty to send none"),
    "producers": _NAMES,
    "trusted_producers": _NAMES,
    "refused_event_types": _NAMES,
    "events_kept_days": _between(30, 3650),
    "stream_mode": _one_of(*STREAM_MODES),
    "stream_shards": _between(1, 200),
    "stream_retention_hours": _between(24, 168),
    "watchmode_url": _URL,
    "tmdb_url": _URL,
    "watchmode_per_minute": _between(1, 6000),
    "tmdb_per_second": _between(1, 50),
    "api_requests_per_second": _between(1, 10000),
    "api_burst": _between(1, 5000),
    "ingest_requests_per_second": _between(1, 10000),
    "ingest_burst": _between(1, 5000),
    "waf_requests_per_5_minutes": _between(0, 2_000_000_000),
    "log_level": _one_of(*LOG_LEVELS),
    "log_retention": _one_of(*LOG_RETENTIONS),
    "tracing": _FLAG,
    "architecture": _one_of(*ARCHITECTURES),
    "bootstrapped": _FLAG,
    "tls_only": _FLAG,
    "password_sign_in": _FLAG,
    "retain_data": _FLAG,
    "deletion_protection": _FLAG,
    "point_in_time_recovery": _FLAG,
}
