"""IAM hears which partitions a call of DynamoDB names."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack.core import iam_actions, iam_evaluator

from local.patched_partitions import authorize_partitions

TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/operations"
ITEM = {"PK": {"S": "job:1"}, "SK": {"S": "record"}}
OTHER = {"PK": {"S": "governor:tmdb"}, "SK": {"S": "pace"}}


@pytest.fixture(autouse=True)
def corrected() -> Iterator[None]:
    before = (
        iam_actions.dynamodb_service_context,
        iam_actions.dynamodb_transaction_checks,
        iam_evaluator.enforce,
    )
    yield
    (
        iam_actions.dynamodb_service_context,
        iam_actions.dynamodb_transaction_checks,
        iam_evaluator.enforce,
    ) = before


def leading_keys(request: dict[str, Any]) -> list[str] | None:
    found: list[str] | None = iam_actions.dynamodb_service_context(json.dumps(request).encode()).get(
        "dynamodb:LeadingKeys"
    )
    return found


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        pytest.param({"Key": ITEM}, ["job:1"], id="a key"),
        pytest.param({"Item": ITEM}, ["job:1"], id="an item"),
        pytest.param({"RequestItems": {"t": {"Keys": [ITEM, OTHER]}}}, ["governor:tmdb", "job:1"], id="a batch read"),
        pytest.param(
            {"RequestItems": {"t": [{"PutRequest": {"Item": ITEM}}, {"DeleteRequest": {"Key": OTHER}}]}},
            ["governor:tmdb", "job:1"],
            id="a batch of writes",
        ),
        pytest.param(
            {
                "KeyConditionExpression": "SK = :sk AND #pk = :pk",
                "ExpressionAttributeNames": {"#pk": "PK"},
                "ExpressionAttributeValues": {":pk": {"S": "job:1"}, ":sk": {"S": "record"}},
            },
            ["job:1"],
            id="a query",
        ),
        pytest.param(
            {"KeyConditionExpression": "kind = :kind", "ExpressionAttributeValues": {":kind": {"S": "job"}}},
            None,
            id="a query of an index",
        ),
        pytest.param({"TableName": "operations"}, None, id="a scan"),
    ],
)
def test_call_tells_its_partitions(request_: dict[str, Any], expected: list[str] | None) -> None:
    authorize_partitions()

    assert leading_keys(request_) == expected


def test_each_item_of_a_transaction_is_checked_by_its_own_partition(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(
        iam_evaluator, "enforce", lambda *_, **checked: seen.append(checked["service_context"]["dynamodb:LeadingKeys"])
    )
    authorize_partitions()
    items = [{"Put": {"TableName": "operations", "Item": ITEM}}, {"Delete": {"TableName": "operations", "Key": OTHER}}]
    body = json.dumps({"TransactItems": items}).encode()

    checks = iam_actions.dynamodb_transaction_checks("dynamodb:TransactWriteItems", body, "us-east-1", "000000000000")
    for action, arn in checks:
        iam_evaluator.enforce("key", action, "dynamodb", "us-east-1", resource_arn=arn, service_context={})

    assert checks == [("dynamodb:PutItem", TABLE), ("dynamodb:DeleteItem", TABLE)]
    assert seen == [["job:1"], ["governor:tmdb"]]


def test_other_calls_are_no_transactions() -> None:
    authorize_partitions()

    assert iam_actions.dynamodb_transaction_checks("dynamodb:PutItem", b'{"Item": {}}', "us-east-1", "0") == []
