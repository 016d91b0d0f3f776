"""Runs of the ingestion: quiet ones, changed ones, and those during an outage."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.e2e.cloud import Cloud
from tests.e2e.pipeline import catalogue, ended, guide, invoke, run_listing, truth, watchmode_requests
from tests.waiting import wait_until

pytestmark = pytest.mark.usefixtures("settled")

HEALED_SECONDS = 90
RETRIED_SECONDS = 150


@pytest.fixture
def control(cloud: Cloud) -> Iterator[httpx.Client]:
    """The providers' control endpoint; after a test they are what they were before."""
    with cloud.control() as client:
        yield client
        client.post("/reset").raise_for_status()


def breaker_is_open(cloud: Cloud, provider: str) -> bool:
    """Return whether the circuit breaker of a provider lets no call through."""
    key = {"PK": {"S": f"governor:{provider}"}, "SK": {"S": "pace"}}
    table = cloud.outputs.tables["operations"]
    item = cloud.aws.client("dynamodb").get_item(TableName=table, Key=key).get("Item", {})
    return int(item.get("open_until", {"N": "0"})["N"]) > time.time() * 1e6


def everything_listed_and_enriched(cloud: Cloud, viewer: httpx.Client) -> bool:
    """Return whether the demo viewer's guide is complete, so that only a run under test can write."""
    chosen = viewer.get("/preferences").json()
    expected = set().union(*(truth(cloud, source, genre) for source in chosen["sources"] for genre in chosen["genres"]))
    shown = guide(viewer)
    return set(shown) == expected and all(title["plot_overview"] for title in shown.values())


def test_unchanged_second_run_writes_no_catalogue_item_and_costs_only_listings(
    cloud: Cloud, viewer: httpx.Client, control: httpx.Client
) -> None:
    wait_until(lambda: everything_listed_and_enriched(cloud, viewer), 90, "the first run to settle")
    control.post("/reset").raise_for_status()
    before = catalogue(cloud)

    job = run_listing(cloud, "succeeded")

    pairs = int(job["counts"]["M"]["done"]["N"])
    assert int(job["counts"]["M"]["changed"]["N"]) == 0
    assert watchmode_requests(cloud) == {"/v1/list-titles": pairs}
    assert catalogue(cloud) == before


def test_changed_offers_show_on_exactly_the_services_that_changed(
    cloud: Cloud, viewer: httpx.Client, control: httpx.Client
) -> None:
    titles = guide(viewer)
    leaver = next(each for each, title in titles.items() if len(title["source_ids"]) > 1)
    left, *others = titles[leaver]["source_ids"]
    arrival = min(truth(cloud, "409", "7") - set(titles), key=int)
    control.delete(f"/titles/{leaver}/offers", params={"source_id": left, "region": "GB"}).raise_for_status()
    offer = {"source_id": 203, "region": "GB", "type": "sub"}
    control.post(f"/titles/{arrival}/offers", json=offer).raise_for_status()

    run_listing(cloud, "succeeded")

    wait_until(lambda: leaver not in guide(viewer, source=left), 20, "the title to leave")
    assert guide(viewer, source=others[0])[leaver]["source_ids"] == others

    def arrived() -> Any:
        return (title := guide(viewer, source="203", genre="7").get(arrival)) and title["plot_overview"]

    wait_until(arrived, 30, "the new title to be shown and enriched")
    control.post("/reset").raise_for_status()
    run_listing(cloud, "succeeded")
    wait_until(lambda: set(guide(viewer)) == set(titles), 20, "everything to be as it was")


def test_outage_is_a_failed_run_that_keeps_all_titles_and_the_next_run_recovers(
    cloud: Cloud, viewer: httpx.Client, control: httpx.Client
) -> None:
    before = guide(viewer)
    control.put("/faults", json={"provider": "watchmode", "status": 500}).raise_for_status()

    failed = run_listing(cloud, "failed")

    assert failed["errors"]["L"]
    assert guide(viewer) == before
    control.delete("/faults").raise_for_status()
    wait_until(lambda: not breaker_is_open(cloud, "watchmode"), HEALED_SECONDS, "the circuit breaker to close")
    run_listing(cloud, "succeeded")
    assert guide(viewer) == before
    # The pairs that failed came again by themselves, found themselves listed, and put their own run right.
    failed_id = failed["id"]["S"]
    wait_until(lambda: ended(cloud, failed_id, "succeeded"), RETRIED_SECONDS, "the failed pairs to come again")


def test_renamed_service_replaces_the_old_name(cloud: Cloud, anonymous: httpx.Client, control: httpx.Client) -> None:
    control.put("/sources/203", json={"name": "Netflix UK"}).raise_for_status()

    counts = invoke(cloud, "reference_refresh", {"refresh_sources": "Y", "regions": ["GB"]})["counts"]

    names = [each["name"] for each in anonymous.get("/sources").json()["sources"] if each["id"] == "203"]
    assert (counts["sources_renamed"], names) == (1, ["Netflix UK"])
    control.post("/reset").raise_for_status()
    invoke(cloud, "reference_refresh")
    assert [each["name"] for each in anonymous.get("/sources").json()["sources"] if each["id"] == "203"] == ["Netflix"]


def test_dropped_service_leaves_the_guide_and_comes_back(
    cloud: Cloud, viewer: httpx.Client, control: httpx.Client
) -> None:
    before = guide(viewer)
    assert any(title["source_ids"] == ["372"] for title in before.values())
    control.delete("/sources/372").raise_for_status()

    invoke(cloud, "reference_refresh")

    def gone() -> bool:
        return not any("372" in title["source_ids"] for title in guide(viewer).values())

    wait_until(gone, 60, "the titles of the dropped service to leave")
    wait_until(lambda: "372" not in viewer.get("/preferences").json()["sources"], 30, "the choice to be without it")
    control.post("/reset").raise_for_status()
    invoke(cloud, "reference_refresh")
    run_listing(cloud, "succeeded")
    # The choice was kept while the service was away.
    wait_until(lambda: set(guide(viewer)) == set(before), 90, "the service to be back with its titles")


def test_failed_reference_refresh_keeps_the_services(
    cloud: Cloud, anonymous: httpx.Client, control: httpx.Client
) -> None:
    before = anonymous.get("/sources").json()
    control.put("/faults", json={"provider": "watchmode", "status": 500}).raise_for_status()

    answer = invoke(cloud, "reference_refresh")

    assert "watchmode" in answer["errorMessage"]
    assert anonymous.get("/sources").json() == before


def test_unusable_event_is_quarantined_and_the_next_one_is_applied(cloud: Cloud) -> None:
    header = {"publishingComponent": "e2e", "publishTimestamp": "2025-07-04T16:02:51.855Z", "publishCause": "e2e"}
    payload = {
        "id": 999_999_937,
        "title": "MaveriX",
        "year": 2022,
        "tmdb_id": 196556,
        "tmdb_type": "tv",
        "type": "tv_series",
    }
    good = json.dumps({"header": header, "payload": payload}).encode()
    cloud.aws.client("kinesis").put_records(
        StreamName=cloud.outputs.streams["programme_events"],
        Records=[{"Data": b"nonsense from e2e", "PartitionKey": "1"}, {"Data": good, "PartitionKey": "1"}],
    )

    wait_until(lambda: ("title:999999937", "record") in catalogue(cloud), 20, "the good event to be applied")

    dynamodb, table = cloud.aws.client("dynamodb"), cloud.outputs.tables["operations"]
    kept = dynamodb.query(
        TableName=table,
        IndexName="by_kind",
        KeyConditionExpression="kind = :kind",
        ExpressionAttributeValues={":kind": {"S": "quarantine"}},
    )["Items"]
    keys = [{"PK": item["PK"], "SK": item["SK"]} for item in kept if "not JSON" in item["reason"]["S"]]
    assert b"nonsense from e2e" in [
        dynamodb.get_item(TableName=table, Key=key)["Item"]["original"]["B"] for key in keys
    ]
