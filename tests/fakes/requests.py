"""How many requests an answer takes, by operation and table."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from marquee import aws


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count the requests to DynamoDB, such as `Query catalogue`."""
    requests: Counter[str] = Counter()

    def count(params: dict[str, Any], model: Any, **_: object) -> None:
        name = params.get("TableName") or next(iter(params["RequestItems"]))
        requests[f"{model.name} {name.rpartition('-')[0]}"] += 1

    events = aws.dynamodb().meta.events
    events.register("provide-client-params.dynamodb", count)
    try:
        yield requests
    finally:
        events.unregister("provide-client-params.dynamodb", count)
