"""A title with ten thousand followers. What else is tested must not wait behind them: this comes last (conftest)."""

from typing import Any
from uuid import uuid4

import httpx

from tests.e2e.cloud import Cloud
from tests.e2e.pipeline import arrivals, deliver_again, drained, list_pair, truth
from tests.waiting import wait_until

NETFLIX, PRIME, COMEDY = "203", "26", "4"
FOLLOWERS = 10_000
BATCH = 25


def test_ten_thousand_followers_are_each_told_exactly_once(cloud: Cloud, viewer: httpx.Client) -> None:
    candidates = truth(cloud, NETFLIX, COMEDY) - truth(cloud, PRIME, COMEDY)
    title = next(each for each in sorted(candidates, key=int) if not arrivals(viewer, PRIME, each))
    group = uuid4().hex
    users = [f"{group}-{number:05d}" for number in range(FOLLOWERS)]
    put(cloud, [item for user in users for item in rows_of(user, title)])

    with cloud.control() as control:
        control.post(f"/titles/{title}/offers", json={"source_id": int(PRIME), "region": "GB"}).raise_for_status()
        list_pair(cloud, PRIME, COMEDY)
        control.post("/reset").raise_for_status()

    # All are counted once, at the end: to read the whole table again and again would keep the emulator from telling.
    wait_until(lambda: is_told(cloud, users[-1]), 180, "the last follower to be told")
    wait_until(lambda: drained(cloud, "notification"), 60, "the announcements to be worked off")
    deliver_again(cloud, PRIME, title, 1)
    assert told(cloud, group) == [f"user:{user}" for user in users]


def is_told(cloud: Cloud, user: str) -> bool:
    """Return whether a follower has been told anything."""
    found = cloud.aws.client("dynamodb").query(
        TableName=cloud.outputs.tables["viewers"],
        KeyConditionExpression="PK = :user AND begins_with(SK, :told)",
        ExpressionAttributeValues={":user": {"S": f"user:{user}"}, ":told": {"S": "notification:"}},
    )
    return bool(found["Items"])


def told(cloud: Cloud, group: str) -> list[str]:
    """Return who has been told, in order, as often as they were."""
    pages = (
        cloud.aws.client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=cloud.outputs.tables["viewers"],
            FilterExpression="begins_with(SK, :told) AND contains(PK, :group)",
            ExpressionAttributeValues={":told": {"S": "notification:"}, ":group": {"S": group}},
            ProjectionExpression="PK",
        )
    )
    return sorted(item["PK"]["S"] for page in pages for item in page["Items"])


def rows_of(user: str, title: str) -> list[dict[str, Any]]:
    """Return what the table holds of somebody who follows a title and has the service."""
    follows = {"PK": {"S": f"title:{title}"}, "SK": {"S": f"follower:{user}"}}
    return [follows, {"PK": {"S": f"userpref:{user}"}, "SK": {"S": f"source:{PRIME}"}}]


def put(cloud: Cloud, items: list[dict[str, Any]]) -> None:
    """Put items into the viewers table."""
    dynamodb, table = cloud.aws.client("dynamodb"), cloud.outputs.tables["viewers"]
    for start in range(0, len(items), BATCH):
        requests: Any = [{"PutRequest": {"Item": item}} for item in items[start : start + BATCH]]
        assert not dynamodb.batch_write_item(RequestItems={table: requests})["UnprocessedItems"]
