"""A followed title arrives, leaves and goes on: each is told once, whatever comes twice."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest

from tests.e2e.cloud import Cloud
from tests.e2e.pipeline import arrivals, choose, deliver_again, drained, guide, list_pair, truth
from tests.waiting import wait_until

pytestmark = pytest.mark.usefixtures("settled")

TOLD_SECONDS = 60
NETFLIX, PRIME, COMEDY = "203", "26", "4"


@pytest.fixture
def control(cloud: Cloud) -> Iterator[httpx.Client]:
    """The providers' control endpoint; after a test they, and the catalogue, are what they were before."""
    with cloud.control() as client:
        yield client
        client.post("/reset").raise_for_status()
        list_pair(cloud, PRIME, COMEDY)


@pytest.fixture
def follower(cloud: Cloud) -> Iterator[httpx.Client]:
    """A viewer of two services, who is gone afterwards."""
    with cloud.api(cloud.new_user()) as client:
        choose(client, [NETFLIX, PRIME], [COMEDY])
        wait_until(lambda: guide(client), 30, "the guide of a new viewer")
        yield client
        with suppress(httpx.HTTPError):
            client.delete("/me")


def only_on_netflix(cloud: Cloud, viewer: httpx.Client) -> str:
    """Return a comedy that is on Netflix, not on Prime Video, and of which no arrival is logged."""
    candidates = truth(cloud, NETFLIX, COMEDY) - truth(cloud, PRIME, COMEDY)
    return next(each for each in sorted(candidates, key=int, reverse=True) if not arrivals(viewer, PRIME, each))


def notifications(viewer: httpx.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (
        viewer.get("/notifications", params={"limit": 100}).raise_for_status().json()["notifications"]
    )
    return found


def test_follower_is_told_once_of_an_arrival_and_once_of_a_departure_however_often_they_are_delivered(
    cloud: Cloud, follower: httpx.Client, control: httpx.Client
) -> None:
    title = only_on_netflix(cloud, follower)
    follower.put(f"/follows/{title}").raise_for_status()
    assert notifications(follower) == []

    offer = {"source_id": int(PRIME), "region": "GB", "type": "sub"}
    control.post(f"/titles/{title}/offers", json=offer).raise_for_status()
    list_pair(cloud, PRIME, COMEDY)

    (told,) = wait_until(lambda: notifications(follower), TOLD_SECONDS, "the arrival to be told")
    assert (told["kind"], told["title_id"], told["source_id"], told["read"]) == ("arrived", title, PRIME, False)
    assert arrivals(follower, PRIME, title) == ["arrived"]
    deliver_again(cloud, PRIME, title, 10)
    list_pair(cloud, PRIME, COMEDY)
    assert [each["id"] for each in notifications(follower)] == [told["id"]]
    assert arrivals(follower, PRIME, title) == ["arrived"]

    control.delete(f"/titles/{title}/offers", params={"source_id": PRIME, "region": "GB"}).raise_for_status()
    list_pair(cloud, PRIME, COMEDY)

    wait_until(lambda: len(notifications(follower)) == 2, TOLD_SECONDS, "the departure to be told")
    deliver_again(cloud, PRIME, title, 10)
    list_pair(cloud, PRIME, COMEDY)
    assert [each["kind"] for each in notifications(follower)] == ["left", "arrived"]
    assert arrivals(follower, PRIME, title) == ["left", "arrived"]


def test_read_notification_stays_read_when_its_change_is_delivered_again(
    cloud: Cloud, follower: httpx.Client, control: httpx.Client
) -> None:
    title = only_on_netflix(cloud, follower)
    follower.put(f"/follows/{title}").raise_for_status()
    control.post(f"/titles/{title}/offers", json={"source_id": int(PRIME), "region": "GB"}).raise_for_status()
    list_pair(cloud, PRIME, COMEDY)
    (told,) = wait_until(lambda: notifications(follower), TOLD_SECONDS, "the arrival to be told")
    assert follower.get("/notifications").json()["unread"] == 1

    assert follower.post(f"/notifications/{told['id']}/read").status_code == 204
    deliver_again(cloud, PRIME, title, 2)

    answer = follower.get("/notifications").json()
    assert (answer["unread"], [each["read"] for each in answer["notifications"]]) == (0, [True])
    assert follower.get("/notifications", params={"unread": "true"}).json()["notifications"] == []


def test_new_season_is_told_once(cloud: Cloud, follower: httpx.Client, control: httpx.Client) -> None:
    shown = guide(follower)
    title = next(each for each, card in shown.items() if card["type"] == "tv_series")
    wait_until(lambda: follower.get(f"/titles/{title}").json()["seasons"], 30, "the number of seasons")
    follower.put(f"/follows/{title}").raise_for_status()
    seasons = int(follower.get(f"/titles/{title}").json()["seasons"])
    control.put(f"/titles/{title}", json={"seasons": [8] * (seasons + 1)}).raise_for_status()

    age_tmdb_part(cloud, title)

    (told,) = wait_until(lambda: notifications(follower), TOLD_SECONDS, "the new season to be told")
    assert (told["kind"], told["title_id"], told["season"]) == ("new_season", title, seasons + 1)
    age_tmdb_part(cloud, title)
    wait_until(lambda: drained(cloud, "notification"), 30, "the announcements to be worked off")
    assert len(notifications(follower)) == 1


def age_tmdb_part(cloud: Cloud, title: str) -> None:
    """Let TMDB's part of a title be old, have it fetched anew, and wait for that."""
    dynamodb, table = cloud.aws.client("dynamodb"), cloud.outputs.tables["catalogue"]
    key = {"PK": {"S": f"title:{title}"}, "SK": {"S": "record"}}
    old = "2026-10-01T00:00:00.000Z"
    dynamodb.update_item(
        TableName=table,
        Key=key,
        UpdateExpression="SET tmdb.as_of = :old, version = version + :one",
        ExpressionAttributeValues={":old": {"S": old}, ":one": {"N": "1"}},
    )
    request = f'{{"title_id": "{title}", "traffic": "scheduled"}}'
    cloud.aws.client("sqs").send_message(QueueUrl=cloud.outputs.queues["enrichment"], MessageBody=request)
    wait_until(
        lambda: dynamodb.get_item(TableName=table, Key=key)["Item"]["tmdb"]["M"]["as_of"]["S"] != old,
        30,
        "the title to be fetched anew",
    )
