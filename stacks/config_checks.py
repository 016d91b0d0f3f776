"""What each value of an environment in `cdk.json` has to be."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

STREAM_MODES = ("PROVISIONED", "ON_DEMAND")
ARCHITECTURES = ("arm64", "host")
ROLL_OUTS = ("all_at_once", "canary")
PRICE_CLASSES = ("PRICE_CLASS_100", "PRICE_CLASS_200", "PRICE_CLASS_ALL")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
# The names that CDK has for the periods CloudWatch allows, up to the longest that logs of ours are worth.
LOG_RETENTIONS = (
    *("ONE_DAY", "THREE_DAYS", "ONE_WEEK", "TWO_WEEKS"),
    *("ONE_MONTH", "TWO_MONTHS", "THREE_MONTHS", "SIX_MONTHS", "ONE_YEAR"),
)

# Whether a value can be used, and what it must be, for the sentence about one that cannot.
Check = tuple[Callable[[Any], bool], str]


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def is_url(value: Any) -> bool:
    """Return whether a value is an address without anything at its end that a path could not follow."""
    return isinstance(value, str) and re.fullmatch(r"https?://[^\s/?#]+(/[^\s/?#]+)*", value) is not None


def _is_schedule(value: Any) -> bool:
    every = r"cron\(\S+( \S+){5}\)|rate\([1-9]\d* (minute|hour|day)s?\)"
    return isinstance(value, str) and re.fullmatch(every, value) is not None


def _is_address(value: Any) -> bool:
    return value == "" or (isinstance(value, str) and re.fullmatch(r"[^@\s<>\"]+@[^@\s<>\"]+", value) is not None)


def _different(pattern: str, wanted: str, *, at_least: int = 0) -> Check:
    """Return the check of a list of texts of that pattern, each once."""

    def is_usable(value: Any) -> bool:
        texts = isinstance(value, list) and all(isinstance(each, str) and re.fullmatch(pattern, each) for each in value)
        return texts and len(set(value)) == len(value) >= at_least

    return is_usable, wanted


def _matching(pattern: str, wanted: str) -> Check:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None, wanted


def _one_of(*allowed: str) -> Check:
    return lambda value: value in allowed, "one of " + ", ".join(allowed)


def _between(low: int, high: int) -> Check:
    return lambda value: type(value) is int and low <= value <= high, f"a whole number from {low} to {high}"


_FLAG = (_is_flag, "true or false")
_URL = (is_url, "an http or https address without a slash, a query or a fragment at its end")
_URL_OR_NONE = (lambda value: value == "" or is_url(value), f"{_URL[1]}, or empty")
_SCHEDULE = (_is_schedule, "a cron(…) expression of six fields or a rate(…) expression")

_NAMES = _different("[a-z][a-z0-9_]{0,39}", "a list of different names of small letters, digits and underscores")
_COLLECTION_INTERVAL = (
    lambda value: type(value) is int and (value == 0 or 15 <= value <= 20_160),
    "minutes, a whole number from 15 to 20160 (two weeks), or 0 for no harvest by the clock",
)
# What a rate rule of the firewall can count.
_RATE_OR_NONE = (
    lambda value: type(value) is int and (value == 0 or 10 <= value <= 2_000_000_000),
    "a whole number from 10 to 2000000000, or 0 for no firewall",
)
CHECKS: dict[str, Check] = {
    "regions_served": _different("[A-Z]{2}", "a list of different two-letter country codes in capitals", at_least=1),
    "reference_schedule": _SCHEDULE,
    "listing_schedule": _SCHEDULE,
    "sweep_schedule": _SCHEDULE,
    "tmdb_daily_schedule": _SCHEDULE,
    "tmdb_weekly_schedule": _SCHEDULE,
    "digest_schedule": _SCHEDULE,
    "email_sender": (_is_address, "an e-mail address, or empty to send none"),
    "tmdb_exports_url": _URL,
    "collection_interval": _COLLECTION_INTERVAL,
    "collection_scope": _one_of("exports", "changes", "both"),
    # Lambda reads a queue with two functions at least; a few use all that TMDB permits, more only wait for their turn.
    "collector_concurrency": _between(2, 32),
    "media_types": _different("movie|tv|person", "a list of movie, tv and person, each once", at_least=1),
    "minimum_popularity": _between(0, 10_000),
    "recount_schedule": _SCHEDULE,
    "drive_import": _FLAG,
    "drive_url": _URL,
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
    "waf_requests_per_5_minutes": _RATE_OR_NONE,
    "waf_events_per_5_minutes": _between(10, 2_000_000_000),
    "watch_schedule": _SCHEDULE,
    "quality_schedule": _SCHEDULE,
    "alarm_email": (_is_address, "an e-mail address, or empty to tell nobody"),
    "monthly_budget_dollars": _between(0, 1_000_000),
    "log_level": _one_of(*LOG_LEVELS),
    "log_retention": _one_of(*LOG_RETENTIONS),
    "tracing": _FLAG,
    "architecture": _one_of(*ARCHITECTURES),
    "snap_start": _FLAG,
    "roll_out": _one_of(*ROLL_OUTS),
    "emulated": _FLAG,
    "bootstrapped": _FLAG,
    "tls_only": _FLAG,
    "web_url": _URL_OR_NONE,
    "web_origins": _different(r"https?://[^\s/?#]+", "a list of different http or https origins"),
    "domain_name": _matching(r"([a-z0-9-]+\.)+[a-z]{2,}|", "a domain name in small letters, or empty"),
    "certificate_arn": _matching(
        r"arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate/\S+|", "the ARN of a certificate in us-east-1, or empty"
    ),
    "hosted_zone_id": _matching(r"Z[A-Z0-9]+|", "the id of a Route 53 zone, or empty"),
    "price_class": _one_of(*PRICE_CLASSES),
    "api_docs": _FLAG,
    "aws_url": _URL_OR_NONE,
    "password_sign_in": _FLAG,
    "google_sign_in": _FLAG,
    "google_issuer": _URL,
    "admin_emails": _different(r"[^@\s<>\"]+@[^@\s<>\"]+", "a list of different e-mail addresses"),
    "customer_managed_key": _FLAG,
    "retain_data": _FLAG,
    "deletion_protection": _FLAG,
    "point_in_time_recovery": _FLAG,
}
