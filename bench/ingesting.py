"""What taking an event costs: the calls it makes."""

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest import mock

from bench.catalogue import forget
from bench.metering import metered

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-west-2",
    "POWERTOOLS_SERVICE_NAME": "ingest_api",
    "POWERTOOLS_METRICS_NAMESPACE": "Marquee",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    "POWERTOOLS_METRICS_DISABLED": "true",
    "EVENT_STREAM": "programme-events",
    "OPERATIONS_TABLE": "operations",
    "PRODUCERS": '{"key": "bench"}',
}
BATCH = 500
# What the logger wants to know of an invocation.
CONTEXT = SimpleNamespace(
    function_name="ingest_api", memory_limit_in_mb=512, invoked_function_arn="bench", aws_request_id="bench"
)


def run() -> dict[str, Any]:
    """Return the calls of each way to send events."""
    return {"calls": calls(), "batch": BATCH}


def tables(found: Mapping[str, Any]) -> str:
    """Return what an event costs as a table."""
    calls = found["calls"]
    return "\n".join(
        [
            "| request | calls to AWS |",
            "|---|---|",
            *(
                f"| {way} | {', '.join(f'{number} {name}' for name, number in made.items())} |"
                for way, made in calls.items()
            ),
        ]
    )


def calls() -> dict[str, dict[str, int]]:
    """Return the calls to AWS of each way to send events, on tables and a stream in memory."""
    events = [_event(number) for number in range(BATCH)]
    named = [{**event, "event_id": f"bench-{number}"} for number, event in enumerate(events)]
    ways: dict[str, tuple[str, object, dict[str, str]]] = {
        "one event": ("/ingest", events[0], {}),
        "one named event": ("/ingest", events[0], {"Idempotency-Key": "bench"}),
        "the same again": ("/ingest", events[0], {"Idempotency-Key": "bench"}),
        f"a batch of {BATCH}": ("/ingest/batch", {"events": events}, {}),
        f"a batch of {BATCH} named events": ("/ingest/batch", {"events": named}, {}),
    }
    with _cloud() as made:
        found = {}
        for name, (path, body, headers) in ways.items():
            made.clear()
            _send(path, body, headers)
            found[name] = dict(sorted(made.items()))
    return found


@contextmanager
def _cloud() -> Iterator[Counter[str]]:
    """Give the function a stream and a table in memory, and count what it asks of them."""
    with mock.patch.dict(os.environ, ENVIRONMENT):
        import boto3
        from moto import mock_aws

        from ingest_api import producers, stores
        from marquee import aws

        forget(aws, stores, producers)
        with mock_aws():
            boto3.setup_default_session()
            key = [{"AttributeName": name, "KeyType": kind} for name, kind in (("PK", "HASH"), ("SK", "RANGE"))]
            boto3.client("dynamodb").create_table(
                TableName=ENVIRONMENT["OPERATIONS_TABLE"],
                KeySchema=key,  # type: ignore[arg-type]
                AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK")],
                BillingMode="PAY_PER_REQUEST",
            )
            boto3.client("kinesis").create_stream(StreamName=ENVIRONMENT["EVENT_STREAM"], ShardCount=2)
            with metered() as meter:
                yield meter.calls
        forget(aws, stores, producers)


def _send(path: str, body: object, headers: dict[str, str]) -> None:
    from ingest_api import handler

    sent = {"Content-Type": "application/json", **headers}
    event = {
        "httpMethod": "POST",
        "path": path,
        "resource": path,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "requestContext": {"requestId": "bench", "stage": "api", "identity": {"apiKeyId": "key"}},
        "body": json.dumps(body),
        "isBase64Encoded": False,
    }
    answer = handler.lambda_handler(event, CONTEXT)
    if answer["statusCode"] != 202:
        raise RuntimeError(f"{path} answered {answer['statusCode']}: {answer['body'][:300]}")


def _event(number: int) -> dict[str, object]:
    return {"event_type": "title_viewed", "payload": {"title_id": 1000 + number}}
