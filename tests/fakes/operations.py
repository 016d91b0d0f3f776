"""The operations table in moto, with a count of the requests made to it."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate
from typing import Any

import boto3
from moto import mock_aws

from marquee.repositories.table import Table


class CountedTable(Table):
    """A table that counts the requests to DynamoDB by operation."""

    def __init__(self, client: Any, name: str) -> None:
        super().__init__(client, name)
        self.requests: Counter[str] = Counter()
        client.meta.events.register("before-call.dynamodb", self._count)
        client.meta.events.register("after-call.dynamodb", self._date)
        # What the date of each answer is, if it has one: that of moto is the machine's, not the test's.
        self.now: Callable[[], float] | None = None

    def clear(self) -> None:
        """Remove all items and forget all requests."""
        for item in self.client.scan(TableName=self.name)["Items"]:
            self.client.delete_item(TableName=self.name, Key={name: item[name] for name in ("PK", "SK")})
        self.requests.clear()

    def _date(self, parsed: Any, **_: object) -> None:
        # What a test itself answers has no headers.
        headers = parsed.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        headers.pop("date", None)
        if self.now:
            headers["date"] = formatdate(self.now(), usegmt=True)

    def _count(self, model: Any, **_: object) -> None:
        self.requests[model.name] += 1


@contextmanager
def operations_table() -> Iterator[CountedTable]:
    """Yield an empty table with the keys PK and SK."""
    with mock_aws():
        client = boto3.client(
            "dynamodb", region_name="eu-west-2", aws_access_key_id="test", aws_secret_access_key="test"
        )
        client.create_table(
            TableName="operations",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
            AttributeDefinitions=[
                {"AttributeName": "PK", "AttributeType": "S"},
                {"AttributeName": "SK", "AttributeType": "S"},
            ],
        )
        try:
            yield CountedTable(client, "operations")
        finally:
            # Inside of another mock nothing else would forget it.
            client.delete_table(TableName="operations")
