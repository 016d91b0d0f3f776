"""Runs of the ingestion: quiet ones, changed ones, and those during an outage."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from local.waiting import wait_until
from tests.e2e.cloud import Cloud
from tests.e2e.pipeline import catalogue, guide, invoke, run_listing, truth, watchmode_requests

HEALED_SECONDS = 90


@pytest.fixture
def control(cloud: Cloud) -> Iterator[httpx.Client]:
    """The providers, put back to what they were after a test, with their breakers closed again."""
    with cloud.control() as client:
        yield client
        client.post("/reset").raise_for_status()
        wait_until(lambda: not is_open(cloud, "watchmode"), HEALED_SECONDS, "the circuit breaker to close")
        run_listing(cloud, "succeeded")


def is_open(cloud: Cloud, provider: str) -> bool:
    """Return whether the circuit breaker of a provider still lets no call through."""
    key = {"PK": {"S": f"governor:{provider}"}, "SK": {"S": "pace"}}
    table = cloud.outputs.tables["operations"]
    item = cloud.aws.client("dynamodb").get_item(TableName=table, Key=key).get("Item", {})
    return int(item.get("open_until", {"N": "0"})["N"]) > time.time() * 1e6


def settled(cloud: Cloud, viewer: httpx.Client) -> None:
    """Wait until enrichment has left nothing to do, so that only the run under test can write."""
    wait_until(lambda: all(title["plot_overview"] for title in guide(viewer).values()), 60, "enrichment to settle")


def test_unchanged_second_run_writes_no_catalogue_item_and_costs_only_listings(
    cloud: Cloud, viewer: httpx.Client, control: httpx.Client
) -> None:
    settled(cloud, viewer)
    run_listing(cloud, "succeeded")
    control.post("/reset").raise_for_status()
    before = catalogue(cloud)

    job = run_listing(cloud, "succeeded")

    pairs = int(job["counts"]["M"]["done"]["N"])
    assert int(job["counts"]["M"]["changed"]["N"]) == 0
    assert set(watchmode_requests(cloud)) == {"/v1/list-titles"}
    assert watchmode_requests(cloud)["/v1/list-titles"] == pairs
    assert catalogue(cloud) == before


def test_title_that_leaves_a_service_disappears_from_that_service_only(
    cloud: Cloud, viewer: httpx.Client, control: httpx.Client
) -> None:
    chosen = viewer.get("/preferences").json()["sources"]
    titles = guide(viewer)
    title_id = next(each for each, title in titles.items() if len(title["source_ids"]) > 1)
    left, *others = titles[title_id]["source_ids"]
    assert left in chosen

    control.delete(f"/titles/{title_id}/offers", params={"source_id": left, "region": "GB"}).raise_for_status()
    run_listing(cloud, "succeeded")

    wait_until(lambda: title_id not in guide(viewer, source=left), 20, "the title to leave")
    assert title_id in guide(viewer, source=others[0])
    assert guide(viewer)[title_id]["source_ids"] == others


def test_title_that_arrives_is_shown_and_enriched(cloud: Cloud, viewer: httpx.Client, control: httpx.Client) -> None:
    candidates = truth(cloud, "409", "7") - set(guide(viewer))
    title_id = min(candidates, key=int)

    control.post(
        f"/titles/{title_id}/offers", json={"source_id": 203, "region": "GB", "type": "sub"}
    ).raise_for_status()
    run_listing(cloud, "succeeded")

    def enriched() -> Any:
        return (title := guide(viewer, source="203", genre="7").get(title_id)) and title["plot_overview"]

    wait_until(enriched, 30, "the new title to be shown with its plot")


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"status": 500}, id="500"),
        pytest.param({"malformed": True}, id="malformed"),
        pytest.param({"drop": True}, id="dropped"),
    ],
)
def test_outage_is_a_failed_run_that_keeps_all_titles_and_the_next_run_recovers(
    cloud: Cloud, viewer: httpx.Client, control: httpx.Client, fault: dict[str, Any]
) -> None:
    before = guide(viewer)
    control.put("/faults", json={"provider": "watchmode", **fault}).raise_for_status()

    failed = run_listing(cloud, "failed")

    assert failed["errors"]["L"]
    assert guide(viewer) == before
    control.delete("/faults").raise_for_status()
    wait_until(lambda: not is_open(cloud, "watchmode"), HEALED_SECONDS, "the circuit breaker to close")
    run_listing(cloud, "succeeded")
    assert guide(viewer) == before


def test_renamed_service_replaces_the_old_name(cloud: Cloud, anonymous: httpx.Client, control: httpx.Client) -> None:
    control.put("/sources/203", json={"name": "Netflix UK"}).raise_for_status()

    counts = invoke(cloud, "reference_refresh", {"refresh_sources": "Y", "regions": ["GB"]})["counts"]

    names = [each["name"] for each in anonymous.get("/sources").json()["sources"] if each["id"] == "203"]
    assert (counts["sources_renamed"], names) == (1, ["Netflix UK"])
    control.post("/reset").raise_for_status()
    invoke(cloud, "reference_refresh")
    assert [each["name"] for each in anonymous.get("/sources").json()["sources"] if each["id"] == "203"] == ["Netflix"]


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
        "id": 3184039,
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

    wait_until(lambda: ("title:3184039", "record") in catalogue(cloud), 20, "the good event to be applied")

    kept = cloud.aws.client("dynamodb").query(
        TableName=cloud.outputs.tables["operations"],
        IndexName="by_kind",
        KeyConditionExpression="kind = :kind",
        ExpressionAttributeValues={":kind": {"S": "quarantine"}},
    )["Items"]
    assert b"nonsense from e2e" in [item["original"]["B"] for item in kept]
