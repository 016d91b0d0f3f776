"""Events of other systems on the running cloud: who may send them, what becomes of them, and that it is once."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from local.settings import PROJECT
from tests.documented import examples, fits
from tests.e2e.cloud import Cloud
from tests.e2e.pipeline import choose, guide, viewer_items
from tests.waiting import ANSWER_SECONDS, wait_until

PARTNER = "partner"
COUNT = 6_000
KILLS = 3
SENDERS = 24
# Not availability_reported: hundreds of titles to ask about would keep the providers from the tests after this one.
TYPES = "session_started,title_viewed,title_watched,title_rated,title_followed,search_performed"


def stack_outputs(cloud: Cloud) -> dict[str, str]:
    """Return what all stacks put out."""
    pages = cloud.aws.client("cloudformation").get_paginator("describe_stacks").paginate()
    outputs = [output for page in pages for stack in page["Stacks"] for output in stack.get("Outputs", [])]
    return {output["OutputKey"]: output["OutputValue"] for output in outputs}


@pytest.fixture
def demo(cloud: Cloud) -> Iterator[httpx.Client]:
    """The producer that is trusted."""
    headers = {"X-API-Key": cloud.outputs.ingest_api_key}
    with httpx.Client(
        base_url=cloud.outputs.api_url, headers=headers, timeout=ANSWER_SECONDS, trust_env=False
    ) as client:
        yield client


@pytest.fixture
def partner(cloud: Cloud) -> Iterator[httpx.Client]:
    """A producer that is not."""
    arn = stack_outputs(cloud)["IngestKeyArnPartner"]
    key = cloud.aws.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    with httpx.Client(
        base_url=cloud.outputs.api_url, headers={"X-API-Key": key}, timeout=ANSWER_SECONDS, trust_env=False
    ) as client:
        yield client


def send(producer: httpx.Client, event_type: str, **payload: object) -> None:
    """Send one event that is right."""
    answer = producer.post("/ingest", json={"event_type": event_type, "payload": payload})
    assert answer.status_code == 202, answer.text


def archived(cloud: Cloud, where: str) -> list[dict[str, Any]]:
    """Return the archived events for which an SQL condition holds, as Athena finds them."""
    found, athena = stack_outputs(cloud), cloud.aws.client("athena")
    query = athena.start_query_execution(
        QueryString=f"SELECT event_id, event_type, producer, day FROM activity WHERE {where}",
        QueryExecutionContext={"Database": found["EventsDatabase"]},
        WorkGroup=found["EventsWorkgroup"],
    )["QueryExecutionId"]

    def ended() -> str | None:
        state: str = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]["State"]
        return state if state not in ("QUEUED", "RUNNING") else None

    assert wait_until(ended, 30, "Athena's answer") == "SUCCEEDED"
    rows = athena.get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"]
    names, *values = [[cell.get("VarCharValue") for cell in row["Data"]] for row in rows]
    return [dict(zip(names, each, strict=True)) for each in values]


def test_examples_of_the_document_hold(cloud: Cloud) -> None:
    for example in examples():
        status, answer = example.run(cloud.outputs.api_url, cloud.outputs.ingest_api_key)

        assert status == example.status, example.command
        assert fits(example.answer, answer), (example.command, answer)


@pytest.mark.parametrize("key", [None, "", "nobodys-key-0123456789"])
@pytest.mark.parametrize("path", ["/ingest", "/ingest/batch"])
def test_without_a_key_nobody_gets_to_the_function(cloud: Cloud, path: str, key: str | None) -> None:
    with cloud.api() as stranger:
        answer = stranger.post(path, json={}, headers={} if key is None else {"X-API-Key": key})

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")


def test_event_of_a_producer_is_archived_once_under_its_name_and_can_be_asked_for(
    cloud: Cloud, partner: httpx.Client
) -> None:
    name = uuid4().hex
    event = {"event_type": "search_performed", "event_id": name, "payload": {"query": name, "results": 3}}

    first = partner.post("/ingest", json=event)
    again = partner.post("/ingest/batch", json={"events": [event, event]}).json()["results"]

    assert first.status_code == 202
    assert [each["sequenceNumber"] for each in again] == [first.json()["sequenceNumber"]] * 2
    where = f"day >= '2026-01-01' AND CAST(payload AS VARCHAR) LIKE '%{name}%'"
    (found,) = wait_until(lambda: archived(cloud, where), 60, "the event in the archive")
    assert (found["event_type"], found["producer"]) == ("search_performed", PARTNER)


def test_what_a_trusted_producer_says_of_a_viewer_becomes_a_mark(
    cloud: Cloud, demo: httpx.Client, partner: httpx.Client
) -> None:
    with cloud.api(cloud.new_user()) as viewer:
        choose(viewer, ["203"], ["4"])
        trusted, untrusted, *_ = wait_until(lambda: guide(viewer), 30, "the guide of a new viewer")
        viewer.put(f"/ratings/{untrusted}", json={"rating": 3}).raise_for_status()
        me = next(
            pk.removeprefix("user:")
            for pk, sk in viewer_items(cloud)
            if sk == f"rating:{untrusted}" and pk.startswith("user:")
        )

        send(partner, "title_rated", title_id=untrusted, rating=10, user_id=me)
        send(demo, "title_rated", title_id=trusted, rating=9, user_id=me)
        send(demo, "title_followed", title_id=trusted, user_id=me)

        def ratings() -> dict[str, int]:
            return {each["id"]: each["rating"] for each in viewer.get("/ratings").json()["ratings"]}

        wait_until(lambda: ratings().get(trusted), 60, "the rating to be set")
        assert ratings() == {trusted: 9, untrusted: 3}
        follows = wait_until(lambda: viewer.get("/follows").json()["follows"], 60, "the title to be followed")
        assert [each["id"] for each in follows] == [trusted]
        viewer.delete("/me")


def test_report_of_an_offer_is_checked_with_the_provider_and_believes_only_that(
    cloud: Cloud, partner: httpx.Client, viewer: httpx.Client
) -> None:
    title = next(each for each in guide(viewer) if not checked_this_hour(cloud, each))
    before = viewer.get(f"/titles/{title}").json()
    asked = before["as_of"]["tmdb"]

    source = before["offers"][0]["source_id"]
    send(partner, "availability_reported", title_id=title, source_id=source, region="GB", available=False)

    wait_until(
        lambda: viewer.get(f"/titles/{title}").json()["as_of"]["tmdb"] > asked, 90, "the providers to be asked anew"
    )
    after = viewer.get(f"/titles/{title}").json()
    assert source in {offer["source_id"] for offer in after["offers"]}, "the report was believed"


def checked_this_hour(cloud: Cloud, title_id: str) -> bool:
    """Return whether the offers of a title have been checked within this hour, so that no report starts that again."""
    hour = datetime.now(UTC).isoformat()[: len("2026-11-21T08")]
    key = {"PK": {"S": f"event:check:{title_id}:{hour}"}, "SK": {"S": "applied"}}
    return "Item" in cloud.aws.client("dynamodb").get_item(TableName=cloud.outputs.tables["operations"], Key=key)


def command(cloud: Cloud, *arguments: str) -> subprocess.Popen[str]:
    """Start the operator's command."""
    environment = {**os.environ, **cloud.environment, "PYTHONPATH": f"{PROJECT}:{PROJECT}/layers/shared/python"}
    return subprocess.Popen(
        [sys.executable, "-m", "cli", "events", *arguments],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def start_workers(client: httpx.Client) -> None:
    """Have the emulator start as many workers of the function as there will be senders; together they start slowly."""

    def ask(_: int) -> None:
        with suppress(httpx.TimeoutException):
            client.post("/ingest", json={})

    with ThreadPoolExecutor(SENDERS) as senders:
        list(senders.map(ask, range(2 * SENDERS)))


def test_every_event_counts_once_and_is_archived_once_though_consumers_are_killed(
    cloud: Cloud, demo: httpx.Client, tmp_path: Path
) -> None:
    start_workers(demo)
    tally = tmp_path / "tally.json"
    shares = ("--bad", "5%", "--duplicates", "2%", "--bad-records", "20")
    pace = ("--rate", "500", "--batch", "100", "--count", str(COUNT), "--seed", "7")
    target = ("--env", "local", "--types", TYPES)
    sender = command(cloud, "generate", *target, *pace, *shares, "--tally", str(tally), "--json")

    killed: set[int] = set()
    while len(killed) < KILLS and sender.poll() is None:
        (victim, *_) = wait_until(lambda: set(cloud.processes("activity_consumer")) - killed, 60, "a consumer at work")
        os.kill(victim, signal.SIGKILL)
        killed.add(victim)
    told, _ = sender.communicate(timeout=120)

    assert sender.returncode == 0, told[-2000:]
    assert len(killed) == KILLS
    judge = command(cloud, "verify", str(tally), "--wait", "180")
    verdict, _ = judge.communicate(timeout=240)
    assert judge.returncode == 0, verdict[-3000:]
    account = json.loads(tally.read_text())
    assert account["good"] > 0.9 * COUNT
    assert account["bad"] > 0
    assert account["duplicates"] > 0
