"""Alarms on what viewers and producers of events notice: errors, slowness, traffic that is not as usual."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway

from stacks.constructs.alarms import Alarms, Lasting
from stacks.constructs.measures import counted

MINUTE = Duration.minutes(1)
ERROR_RATE = 0.02
# R0 and R2 speak of answers within a second or two; the slowest in a hundred may take one more.
SLOW_MILLISECONDS = 3_000


def viewer_alarms(alarms: Alarms, api: apigateway.RestApi) -> None:
    """Watch the REST API from outside."""
    alarms.when(
        "ApiErrors",
        # The average of this metric is the part of requests that ended so.
        api.metric_server_error(statistic="Average", period=MINUTE),
        ">",
        ERROR_RATE,
        Lasting(3, 5),
        "More than 2 % of the requests to the API end with an error of ours.",
    )
    alarms.when(
        "ApiSlow",
        api.metric_latency(statistic="p99", period=Duration.minutes(5)),
        ">",
        SLOW_MILLISECONDS,
        Lasting(3, 3),
        "One in a hundred requests to the API takes longer than 3 seconds.",
    )
    alarms.when_unusual(
        "ApiTraffic",
        api.metric_count(statistic="Sum"),
        "outside",
        Lasting(3, 3),
        "The API gets far more or far fewer requests than it usually does at this time.",
    )
    alarms.when_unusual(
        "ApiRefusals",
        api.metric_client_error(statistic="Average"),
        "above",
        Lasting(3, 3),
        "The API refuses a far larger part of the requests than it usually does at this time.",
    )
    alarms.when_unusual(
        "EventTraffic",
        counted("EventsAccepted", "ingest_api"),
        "below",
        Lasting(4, 4),
        "Other systems send far fewer events than they usually do at this time.",
    )
