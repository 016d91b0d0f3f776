"""Alarms on the providers: credits, circuit breakers, and how old what they last said is."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from stacks.config import EnvironmentConfig
from stacks.constructs.alarms import Alarms, Lasting
from stacks.constructs.measures import gauge

PROVIDERS = ("watchmode", "tmdb")
WITH_CREDITS = "watchmode"
# Planned spending stays at 100 % to the last day; below half of it viewers go without long before the renewal.
LEAST_PACE_PERCENT = 50
# A day and half a day: one run that failed is made good by the next. A list of TMDB is stale after just that (R2).
DAILY = Duration.hours(36)
STALE = {"reference": DAILY, "listing": DAILY, "tmdb_daily": DAILY, "tmdb_weekly": Duration.days(8)}


def upstream_alarms(alarms: Alarms, *, config: EnvironmentConfig) -> None:
    """Watch what the watch over operations says of the providers and of their data."""
    for provider in PROVIDERS:
        alarms.when(
            "BreakerOpen",
            gauge("BreakerOpen", provider=provider),
            ">=",
            1,
            Lasting(3, 4),
            f"{provider} has failed so often that it is not called any more.",
            subject=provider,
        )
    alarms.when(
        "CreditsRunningOut",
        gauge("CreditPacePercent", statistic="Minimum", provider=WITH_CREDITS),
        "<",
        LEAST_PACE_PERCENT,
        Lasting(2, 2),
        "What may be spent today is less than half of an even share of the month.",
        subject=WITH_CREDITS,
        missing=cloudwatch.TreatMissingData.IGNORE,
    )
    for data, limit in {**STALE, **_archive(config)}.items():
        alarms.when(
            "DataStale",
            gauge("DataAgeSeconds", data=data),
            ">",
            limit.to_seconds(),
            Lasting(2, 2),
            f"What is shown of {data} is older than {int(limit.to_hours())} hours.",
            subject=data,
            missing=cloudwatch.TreatMissingData.IGNORE,
        )


def _archive(config: EnvironmentConfig) -> dict[str, Duration]:
    """Return when the archive is stale, where the clock starts harvests: it is known by days, and one takes hours."""
    if not config.collection_interval:
        return {}
    return {"archive": Duration.minutes(config.collection_interval).plus(Duration.days(2))}
