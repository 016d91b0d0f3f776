"""What fails ends in the inbox and is put right from there; what runs runs once; operators leave a trace."""

import json
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import httpx
import pytest

from local.settings import PROJECT
from local.users import DemoUser, create_user
from marquee import clock
from marquee.repositories.jobs import JobRepository
from marquee.repositories.table import Table
from tests.e2e.cloud import Cloud
from tests.e2e.operating import impatient, marquee, measured, told, without_rights
from tests.e2e.pipeline import drained, ended, invoke
from tests.waiting import wait_until

TITLES = 3
# A film that the simulated TMDB knows: what a title is completed with.
HEAT = 949
FAILED_SECONDS = 120
ENDED_SECONDS = 90
NOBODY = "0" * 32
# What operators may ask for, by route: small things, and failures that there are not.
ASKED: dict[str, dict[str, Any]] = {
    "/admin/reference/refresh": {"genres": True},
    "/admin/titles/refresh": {},
    "/admin/titles/enrich": {"title_ids": ["999999999999"]},
    "/admin/tmdb/refresh": {"schedule_type": "daily"},
    "/admin/library/recount": {"repair": True},
    "/admin/quality/measure": {},
    "/admin/archive/harvest": {"media_types": ["movie"], "minimum_popularity": 1_000_000},
    "/admin/failures/replay": {"ids": [NOBODY]},
    "/admin/failures/{failure_id}/replay": {},
    "/admin/failures/{failure_id}/discard": {"note": "There is none."},
    "/admin/system/lambdas/logs": {"function": "guide_api", "limit": 1},
}
FOR_NOBODY = {"/admin/failures/{failure_id}/replay", "/admin/failures/{failure_id}/discard"}
ROUTES = [
    (method.upper(), path)
    for path, methods in json.loads((PROJECT / "docs" / "openapi.json").read_text(encoding="utf-8"))["paths"].items()
    for method, route in methods.items()
    if "Operators" in route.get("tags", ())
]


@pytest.fixture
def user(cloud: Cloud) -> DemoUser:
    """An operator whom no other test knows."""
    found = DemoUser(f"{uuid4().hex}@marquee.local", group="admin")
    create_user(cloud.aws, cloud.outputs.user_pool_id, found)
    return found


@pytest.fixture
def operator(cloud: Cloud, user: DemoUser) -> Iterator[httpx.Client]:
    """The API as that operator sees it."""
    with cloud.api(user) as client:
        yield client


def answer(client: httpx.Client, path: str, **query: Any) -> dict[str, Any]:
    found: dict[str, Any] = client.get(path, params=query).raise_for_status().json()
    return found


def opened(operator: httpx.Client, source: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer(operator, "/admin/failures", source=source, limit=100)["failures"]
    return found


def publish(cloud: Cloud) -> list[str]:
    """Put titles on the stream that nobody has heard of before; returns their ids."""
    moment = clock.now()
    header = {"publishingComponent": "e2e", "publishTimestamp": moment, "publishCause": "e2e"}
    numbers = [900_000_000 + secrets.randbelow(90_000_000) for _ in range(TITLES)]
    payloads = [
        {"id": each, "title": f"Heat {each}", "year": 1995, "tmdb_id": HEAT, "tmdb_type": "movie", "type": "movie"}
        for each in numbers
    ]
    records = [json.dumps({"header": header, "payload": each}).encode() for each in payloads]
    cloud.aws.client("kinesis").put_records(
        StreamName=cloud.outputs.streams["programme_events"],
        Records=[{"Data": each, "PartitionKey": "e2e"} for each in records],
    )
    return [str(each) for each in numbers]


def stored(cloud: Cloud, title_ids: list[str]) -> dict[str, dict[str, Any]]:
    keys = [{"PK": {"S": f"title:{each}"}, "SK": {"S": "record"}} for each in title_ids]
    table = cloud.outputs.tables["catalogue"]
    answer = cloud.aws.client("dynamodb").batch_get_item(RequestItems={table: {"Keys": keys}})
    return {item["id"]["S"]: item for item in answer["Responses"][table]}


def with_card(cloud: Cloud, title_ids: list[str]) -> set[str]:
    return {id for id, item in stored(cloud, title_ids).items() if item["enrichment_state"]["S"] == "done"}


def all_enriched(cloud: Cloud) -> bool:
    """Return whether no title waits for its card, nor any other in the queue."""
    found = cloud.aws.client("dynamodb").query(
        TableName=cloud.outputs.tables["catalogue"],
        IndexName="pending_enrichment",
        KeyConditionExpression="enrichment_due = :card",
        ExpressionAttributeValues={":card": {"S": "card"}},
        Select="COUNT",
    )
    return found["Count"] == 0 and drained(cloud, "enrichment")


def test_what_a_dead_enrichment_has_missed_is_made_up_for_by_replay(cloud: Cloud, operator: httpx.Client) -> None:
    wait_until(lambda: all_enriched(cloud), FAILED_SECONDS, "the titles of before to be enriched")
    killed = without_rights(cloud, "title_enrichment", "enrichment_worker")
    with killed, impatient(cloud, stream_reader="title_enrichment", queue="enrichment"):
        titles = publish(cloud)
        wait_until(lambda: len(stored(cloud, titles)) == TITLES, 60, "the titles to be in the catalogue")
        told(cloud, "run", "enrichment", "--input", json.dumps({"title_ids": titles[:1]}))
        wait_until(lambda: opened(operator, "enrichment"), FAILED_SECONDS, "the message to be in the inbox")
        wait_until(lambda: opened(operator, "title_enrichment"), FAILED_SECONDS, "the records to be in the inbox")
        wait_until(lambda: drained(cloud, "enrichment"), 60, "the queue to be empty")

        gauges, status = measured(cloud), marquee(cloud, "status")

    assert gauges["EnrichmentBacklog", "card"] >= TITLES
    assert gauges["EnrichmentWaitSeconds",] > 0
    assert status.returncode == 1
    assert "failures of enrichment are open; `marquee failures list` shows them." in status.stdout
    (message,) = opened(operator, "enrichment")
    records = opened(operator, "title_enrichment")
    assert (message["kind"], {each["kind"] for each in records}) == ("enrichment", {"enrichment"})
    assert {each["way"] for each in records} == {"reread"}
    assert with_card(cloud, titles) == set()

    by_command = told(cloud, "failures", "replay", message["id"])
    wait_until(lambda: with_card(cloud, titles) == {titles[0]}, 60, "the title that was asked for to have its card")
    by_api = operator.post("/admin/failures/replay", json={"source": "title_enrichment"}).json()
    wait_until(lambda: with_card(cloud, titles) == set(titles), 60, "all titles to have their cards")

    assert (by_command["replayed"], by_command["failed"]) == (1, 0)
    assert by_api == {"replayed": len(records), "failed": 0, "left": 0}
    assert opened(operator, "enrichment") == opened(operator, "title_enrichment") == []

    before = stored(cloud, titles)
    again = told(cloud, "failures", "replay", message["id"], *(each["id"] for each in records))

    assert (again["replayed"], again["closed_before"]) == (0, 1 + len(records))
    assert drained(cloud, "enrichment")
    assert stored(cloud, titles) == before


def test_unusable_event_is_in_the_inbox_with_its_reason_until_somebody_discards_it(
    cloud: Cloud, operator: httpx.Client
) -> None:
    known = {each["id"] for each in opened(operator, "quarantine")}
    cloud.aws.client("kinesis").put_record(
        StreamName=cloud.outputs.streams["programme_events"], Data=f"no event {uuid4()}".encode(), PartitionKey="e2e"
    )

    def arrived() -> list[dict[str, Any]]:
        return [each for each in opened(operator, "quarantine") if each["id"] not in known]

    (failure,) = wait_until(arrived, FAILED_SECONDS, "the event to be in the inbox")
    discarded = marquee(cloud, "failures", "discard", failure["id"], "--note", "A test sent it.")
    found = answer(operator, f"/admin/failures/{failure['id']}")

    assert (failure["kind"], failure["state"]) == ("event", "open")
    assert "not JSON" in failure["reason"]
    assert discarded.returncode == 0
    assert (found["state"], found["note"]) == ("discarded", "A test sent it.")
    assert found["who"].startswith("cli:")
    assert {each["id"] for each in opened(operator, "quarantine")} == known
    assert answer(operator, "/admin/audit", limit=1)["entries"][0]["what"] == "marquee failures discard"


@pytest.fixture
def slow_watchmode(cloud: Cloud) -> Iterator[None]:
    """WatchMode takes long enough to answer for the same run to be asked for once more."""
    with cloud.control() as control:
        control.put("/faults", json={"provider": "watchmode", "delay": 4}).raise_for_status()
        yield
        control.delete("/faults", params={"provider": "watchmode"}).raise_for_status()


def test_same_job_is_not_started_twice_at_once(cloud: Cloud, operator: httpx.Client, slow_watchmode: None) -> None:
    first = operator.post("/admin/reference/refresh", json={})
    second = operator.post("/admin/reference/refresh", json={"genres": True})
    third = marquee(cloud, "run", "reference")

    job_id = first.json()["job_id"]
    assert (first.status_code, second.status_code) == (202, 409)
    assert second.json()["error"]["details"] == {"job_id": job_id}
    assert (third.returncode, third.stderr) == (1, f"error: A run of reference is under way: job {job_id}.\n")
    wait_until(lambda: ended(cloud, job_id, "succeeded"), ENDED_SECONDS, "the run to have ended")


def test_job_that_stopped_without_a_word_is_given_up_and_the_next_one_starts(
    cloud: Cloud, operator: httpx.Client
) -> None:
    operations = Table(cloud.aws.client("dynamodb"), cloud.outputs.tables["operations"])
    stopped = JobRepository(operations).start("library_recount", started_by="e2e", input={}, lock="library_recount")
    held = operator.post("/admin/library/recount", json={})
    long_ago = clock.timestamp(datetime.now(UTC) - timedelta(hours=1))
    operations.update(f"job:{stopped}", "record", "SET progress_at = :then", {":then": long_ago})

    looked = invoke(cloud, "operations_watch")
    given_up = answer(operator, f"/admin/jobs/{stopped}")
    following = operator.post("/admin/library/recount", json={})

    assert (held.status_code, held.json()["error"]["details"]) == (409, {"job_id": stopped})
    assert looked["stopped"] == 1
    assert (given_up["state"], given_up["errors"]) == ("failed", ["stopped without a word"])
    assert following.status_code == 202
    wait_until(lambda: ended(cloud, following.json()["job_id"], "succeeded"), ENDED_SECONDS, "the next run to end")


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=[" ".join(each) for each in ROUTES])
def test_route_of_operators_is_closed_to_everybody_else(
    cloud: Cloud, anonymous: httpx.Client, method: str, path: str
) -> None:
    place, body = path.format(failure_id=NOBODY, job_id="nobody"), ASKED.get(path)

    told_viewer = anonymous.request(method, place, json=body, headers={"Authorization": cloud.viewer_token})

    assert told_viewer.status_code == 403
    assert anonymous.request(method, place, json=body).status_code == 401


def test_whatever_operators_ask_for_is_done_and_written_down(
    cloud: Cloud, operator: httpx.Client, user: DemoUser
) -> None:
    assert set(ASKED) == {path for method, path in ROUTES if method == "POST"}

    answers = {path: operator.post(path.format(failure_id=NOBODY), json=body) for path, body in ASKED.items()}

    started = [each.json()["job_id"] for each in answers.values() if "job_id" in each.json()]
    entries = answer(operator, "/admin/audit", limit=100)["entries"]
    written = {each["what"]: each for each in entries if each["who"] == user.email}
    assert len(started) == 7
    assert {path for path, each in answers.items() if each.status_code not in (200, 202)} == FOR_NOBODY
    assert set(written) == {f"POST {path.format(failure_id=NOBODY)}" for path in ASKED}
    assert [written[f"POST {path}"]["input"] for path in ASKED if path not in FOR_NOBODY] == [
        body for path, body in ASKED.items() if path not in FOR_NOBODY
    ]
    assert "begun" not in {each["outcome"] for each in entries}
    for each in started:
        wait_until(partial(ended, cloud, each, "succeeded"), ENDED_SECONDS, f"job {each} to have succeeded")
