"""Questions to the logs that an operator asks again and again, saved in CloudWatch Logs Insights."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.config import EnvironmentConfig

# Insights reads fifty groups at most; a question to more would be refused when it is asked.
MOST_GROUPS = 50

QUERIES = {
    "errors": (
        "What went wrong, the latest first",
        """fields @timestamp, service, level, message, exception_name, exception
| filter level in ["ERROR", "CRITICAL"] or record.status in ["error", "failure", "timeout"]
| sort @timestamp desc
| limit 200""",
    ),
    "errors-by-function": (
        "How often each function failed, and how",
        """filter level in ["ERROR", "CRITICAL"]
| stats count(*) as errors, latest(@timestamp) as last by service, message
| sort errors desc
| limit 100""",
    ),
    "one-request": (
        "All lines of one invocation: put its id in",
        """fields @timestamp, service, level, message
| filter function_request_id = "<request id>" or @requestId = "<request id>"
| sort @timestamp asc
| limit 1000""",
    ),
    "one-title": (
        "What was done to one title: put its id in",
        """fields @timestamp, service, level, message
| filter title_id = "<title id>"
| sort @timestamp asc
| limit 1000""",
    ),
    "one-job": (
        "All lines of one run: put its id in",
        """fields @timestamp, service, level, message
| filter job_id = "<job id>"
| sort @timestamp asc
| limit 1000""",
    ),
    "slowest": (
        "The slowest invocations, cold starts with their own time",
        """filter type = "platform.report"
| fields @timestamp, @log, record.requestId, record.metrics.durationMs,
         coalesce(record.metrics.initDurationMs, record.metrics.restoreDurationMs) as start_ms
| sort record.metrics.durationMs desc
| limit 50""",
    ),
    "memory": (
        "How much of its memory each function uses at most",
        """filter type = "platform.report"
| stats max(record.metrics.maxMemoryUsedMB) as used, max(record.metrics.memorySizeMB) as given by @log
| sort used desc
| limit 50""",
    ),
    "cold-starts": (
        "How many invocations were cold, and how long they took to start, by import or from a snapshot",
        """filter type = "platform.report"
| fields coalesce(record.metrics.initDurationMs, record.metrics.restoreDurationMs) as start_ms
| stats count(*) as invocations, count(start_ms) as cold, pct(start_ms, 99) as p99_ms by @log
| sort cold desc
| limit 50""",
    ),
    "provider-failures": (
        "Calls to providers that were tried again",
        """fields @timestamp, service, message
| filter message like /attempt \\d+ for/
| sort @timestamp desc
| limit 200""",
    ),
}
ACCESS_QUERIES = {
    "api-errors": (
        "Requests that ended with an error of ours",
        """fields @timestamp, method, route, status, error_type, latency_ms, request_id
| filter status >= 500
| sort @timestamp desc
| limit 200""",
    ),
    "api-routes": (
        "How often each route is asked for, and how fast it answers",
        """stats count(*) as requests, pct(latency_ms, 50) as p50_ms, pct(latency_ms, 99) as p99_ms,
      max(status) as worst_status by method, route
| sort requests desc
| limit 100""",
    ),
}


def log_queries(
    scope: Construct, *, config: EnvironmentConfig, functions: Sequence[logs.ILogGroup], access: logs.ILogGroup
) -> None:
    """Save all questions in a folder of the environment. Raises ValueError for more functions than one may ask of."""
    if len(functions) > MOST_GROUPS:
        raise ValueError(f"A question reads {MOST_GROUPS} log groups at most, and there are {len(functions)}.")
    for queries, groups in ((QUERIES, functions), (ACCESS_QUERIES, [access])):
        for name, (meaning, text) in queries.items():
            logs.CfnQueryDefinition(
                scope,
                f"Query{name.title().replace('-', '')}",
                name=f"marquee-{config.name}/{name}",
                log_group_names=[group.log_group_name for group in groups],
                query_string=f"# {meaning}\n{text}",
            )
