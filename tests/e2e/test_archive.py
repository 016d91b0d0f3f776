"""The archive of TMDB on the running system: harvests under faults, what is kept, who may read, what SQL answers."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from marquee.messages.archive import CollectRequest
from tests.e2e.cloud import Cloud
from tests.e2e.pipeline import invoke
from tests.waiting import ANSWER_SECONDS, wait_until

# Whoever asks for a title's card is counted like the collectors.
pytestmark = pytest.mark.usefixtures("settled")

DAY, NEXT_DAY = "2026-11-10", "2026-11-11"
# Beside the 1,200 ids of the demo catalogue.
MADE = {"movie": 30, "tv": 3, "person": 20}
# The killed collector's message comes again after the visibility timeout of its queue.
HARVEST_SECONDS = 300
ENDED = ("succeeded", "failed")
CRIME = (
    "SELECT title, vote_average FROM movie WHERE contains(genres, 'Crime') AND release_year BETWEEN 1990 AND 1999 "
    "AND vote_count > 1000 ORDER BY vote_average DESC, vote_count DESC LIMIT 10"
)


@pytest.fixture(scope="module")
def tmdb(cloud: Cloud) -> Iterator[httpx.Client]:
    """The control of the simulators, with ids of our own and without changes that nobody has made."""
    with cloud.control() as control:
        control.put("/archive", json={**MADE, "changed_share": 0, "as_of_clock": f"{DAY}T09:00:00Z"}).raise_for_status()
        control.delete("/archive/fetches").raise_for_status()
        try:
            yield control
        finally:
            control.delete("/archive")
            control.delete("/faults")


@pytest.fixture(scope="module")
def operator(cloud: Cloud) -> Iterator[httpx.Client]:
    """Somebody who may start harvests."""
    with cloud.api(cloud.outputs.user("admin")) as client:
        yield client


def start(operator: httpx.Client, **request: object) -> str:
    """Ask for a harvest and return the id of its job."""
    answer = operator.post("/admin/archive/harvest", json=request)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["job_id"])


def job(operator: httpx.Client, job_id: str) -> dict[str, Any]:
    """Return a job as operators see it."""
    found: dict[str, Any] = operator.get(f"/admin/jobs/{job_id}").raise_for_status().json()
    return found


def finished(operator: httpx.Client, job_id: str, seconds: float = HARVEST_SECONDS) -> dict[str, Any]:
    """Wait for the end of a job and return it."""

    def ended() -> dict[str, Any] | None:
        found = job(operator, job_id)
        return found if found["state"] in ENDED else None

    return wait_until(ended, seconds, f"harvest {job_id} to end")


def fetched(tmdb: httpx.Client) -> dict[str, dict[str, int]]:
    """Return by media type how often each id was answered."""
    return {
        kind: tmdb.get("/archive/fetches", params={"type": kind}).raise_for_status().json()["fetches"] for kind in MADE
    }


def tmdb_answers(tmdb: httpx.Client) -> Counter[str]:
    """Return how many of TMDB's answers had which status so far."""
    return Counter(tmdb.get("/counts").raise_for_status().json()["tmdb"]["by_status"])


def keys_below(cloud: Cloud, prefix: str) -> list[str]:
    """Return the names of the objects of the archive below a prefix."""
    pages = cloud.aws.client("s3").get_paginator("list_objects_v2")
    found = pages.paginate(Bucket=cloud.outputs.buckets["archive"], Prefix=prefix)
    return [each["Key"] for page in found for each in page.get("Contents", [])]


def stored(cloud: Cloud, kind: str) -> set[str]:
    """Return the ids of a kind that the archive has."""
    return {key.rpartition("/")[2].removesuffix(".pb.zst") for key in keys_below(cloud, f"tmdb/{kind}/")}


def marquee(cloud: Cloud, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command of operators."""
    return subprocess.run(
        [sys.executable, "-m", "cli", "archive", *arguments],
        env={**os.environ, **cloud.environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def harvest(cloud: Cloud, tmdb: httpx.Client, operator: httpx.Client) -> dict[str, Any]:
    """A full harvest while a tenth of the calls fail, messages come twice and a collector is killed."""
    faults = [{"provider": "tmdb", "path": f"/3/{kind}/*", "status": 500, "rate": 0.1} for kind in MADE]
    tmdb.put("/faults", json=faults).raise_for_status()
    before = tmdb_answers(tmdb)
    job_id = start(operator, mode="full", scope="exports", day=DAY)
    wait_until(lambda: job(operator, job_id)["counts"]["queued"], HARVEST_SECONDS, "ids to be queued")
    wait_until(lambda: keys_below(cloud, "tmdb/movie/"), HARVEST_SECONDS, "the first movie")
    for pid in cloud.processes("archive_collector")[:1]:
        os.kill(pid, signal.SIGKILL)
    ended = finished(operator, job_id)
    tmdb.delete("/faults").raise_for_status()
    return {**ended, "answers": tmdb_answers(tmdb) - before}


def test_every_id_is_kept_though_calls_fail_and_a_collector_dies(
    cloud: Cloud, tmdb: httpx.Client, harvest: dict[str, Any]
) -> None:
    counts, answered = harvest["counts"], fetched(tmdb)

    assert harvest["state"] == "succeeded", harvest["errors"]
    assert harvest["answers"]["500"] > 0
    assert (counts["queued"], counts["failed"]) == (0, 0)
    for kind in MADE:
        assert stored(cloud, kind) == set(answered[kind]), kind
    assert counts["done"] == counts["stored"] + counts["unchanged"] == sum(map(len, answered.values())) > 1000


def test_pace_is_kept_and_ids_are_fetched_again_only_after_a_death(tmdb: httpx.Client, harvest: dict[str, Any]) -> None:
    times = Counter(number for ids in fetched(tmdb).values() for number in ids.values())

    # None on a machine that has time (benchmarks); where processes stand still, a call may leave late.
    assert harvest["answers"]["429"] <= harvest["answers"]["200"] / 100
    # The killed collector had one message in hand, of a hundred ids at most.
    assert times.keys() <= {1, 2}
    assert times[2] <= 100


def test_manifest_says_what_was_done(cloud: Cloud, harvest: dict[str, Any]) -> None:
    body = cloud.aws.client("s3").get_object(
        Bucket=cloud.outputs.buckets["archive"], Key=f"tmdb/_manifests/{harvest['id']}.json"
    )["Body"]
    manifest = json.load(body)

    assert manifest["counts"]["done"] == harvest["counts"]["done"]
    assert manifest["state"] == "succeeded"


def test_message_that_comes_again_changes_nothing(
    cloud: Cloud, tmdb: httpx.Client, operator: httpx.Client, harvest: dict[str, Any]
) -> None:
    before, queue = fetched(tmdb), cloud.outputs.queues["archive"]
    ids = tuple(sorted(map(int, before["person"])))[:100]
    again = CollectRequest(job_id=harvest["id"], media_type="person", chunk=0, ids=ids)
    sqs = cloud.aws.client("sqs")
    for _ in range(3):
        sqs.send_message(QueueUrl=queue, MessageBody=again.model_dump_json())

    def is_empty() -> bool:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        numbers = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
        return not any(map(int, numbers.values()))

    wait_until(is_empty, 60, "the messages to be acknowledged")
    assert fetched(tmdb) == before
    assert job(operator, harvest["id"])["counts"] == harvest["counts"]


def test_signed_in_viewer_reads_what_tmdb_said(cloud: Cloud, viewer: httpx.Client, harvest: dict[str, Any]) -> None:
    upstream = cloud.outputs.upstreams["tmdb"]
    body = viewer.get("/archive/movie/348").raise_for_status().json()["body"]
    direct = httpx.get(
        f"{upstream['url']}/movie/348",
        params={"append_to_response": "credits,keywords", "language": "en-GB"},
        headers={"Authorization": f"Bearer {upstream['key']}"},
        timeout=ANSWER_SECONDS,
        trust_env=False,
    ).json()

    assert {name: body[name] for name in direct} == direct
    assert viewer.get("/archive/movie/999999999").status_code == 404


def test_series_has_its_seasons_with_their_episodes(
    cloud: Cloud, viewer: httpx.Client, harvest: dict[str, Any]
) -> None:
    show, _, number = keys_below(cloud, "tmdb/season/")[0].rpartition("/")[2].removesuffix(".pb.zst").partition("-")

    season = viewer.get(f"/archive/tv/{show}", params={"season": number}).raise_for_status().json()["body"]
    series = viewer.get(f"/archive/tv/{show}").raise_for_status().json()["body"]

    assert season["episodes"]
    assert any(each["season_number"] == season["season_number"] for each in series["seasons"])


def test_only_operators_start_harvests(viewer: httpx.Client, anonymous: httpx.Client, harvest: dict[str, Any]) -> None:
    assert viewer.post("/admin/archive/harvest", json={}).status_code == 403
    assert viewer.get(f"/admin/jobs/{harvest['id']}").status_code == 403
    assert anonymous.post("/admin/archive/harvest", json={}).status_code == 401
    assert anonymous.get("/archive/movie/348").status_code == 401


def test_question_in_sql_is_answered(cloud: Cloud, viewer: httpx.Client, harvest: dict[str, Any]) -> None:
    answer = marquee(cloud, "query", CRIME, "--json")
    found = json.loads(answer.stdout)

    assert answer.returncode == 0, answer.stderr
    assert 3 <= len(found) <= 10
    assert [each["vote_average"] for each in found] == sorted((each["vote_average"] for each in found), reverse=True)
    assert "Pulp Fiction" in {each["title"] for each in found}


def test_next_day_fetches_what_is_new_has_changed_or_is_gone_and_nothing_else(
    cloud: Cloud, tmdb: httpx.Client, operator: httpx.Client, viewer: httpx.Client, harvest: dict[str, Any]
) -> None:
    known = sorted(map(int, stored(cloud, "movie")))
    changed, gone = known[:3], known[-1]
    # It is in no export from the day after on.
    tmdb.put("/archive", json={"gone": {"movie": [gone]}}).raise_for_status()
    edits = {"new": {NEXT_DAY: {"movie": 4}}, "changed": {NEXT_DAY: {"movie": changed}}}
    edited = tmdb.put("/archive", json={"as_of_clock": f"{NEXT_DAY}T09:00:00Z", **edits}).raise_for_status().json()
    tmdb.delete("/archive/fetches").raise_for_status()

    ended = finished(operator, start(operator, day=NEXT_DAY))

    assert ended["state"] == "succeeded", ended["errors"]
    assert set(map(int, fetched(tmdb)["movie"])) == {*changed, gone, *edited["new"][NEXT_DAY]["movie"]}
    assert (fetched(tmdb)["tv"], fetched(tmdb)["person"]) == ({}, {})
    assert (ended["counts"]["stored"], ended["counts"]["gone"]) == (7, 1)
    answer = viewer.get(f"/archive/movie/{gone}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    versions = json.loads(marquee(cloud, "versions", "movie", str(changed[0]), "--json").stdout)
    assert len(versions) == 2


def test_id_that_cannot_be_had_waits_with_its_reason_and_replay_gets_it(
    cloud: Cloud, tmdb: httpx.Client, operator: httpx.Client, harvest: dict[str, Any]
) -> None:
    (bad, *_) = map(int, fetched(tmdb)["movie"])
    day = "2026-11-12"
    edits = {"as_of_clock": f"{day}T09:00:00Z", "changed": {day: {"movie": [bad]}}}
    tmdb.put("/archive", json=edits).raise_for_status()
    tmdb.put("/faults", json={"provider": "tmdb", "path": f"/3/movie/{bad}", "status": 500}).raise_for_status()
    job_id = start(operator, scope="changes", media_types=["movie"], start_date=day, end_date=day, day=day)
    # Each try is three calls.
    wait_until(lambda: job(operator, job_id)["counts"].get("calls", 0) >= 3, 60, "the first try")
    once_more = CollectRequest(job_id=job_id, media_type="movie", chunk=0, ids=(bad,))
    # Each delivery is a try; waiting for the queue to deliver again would take a quarter of an hour.
    for tries in range(2, 6):
        # Something else that succeeds, or failures in a row would open the breaker, and then nobody tries.
        invoke(cloud, "tmdb_cache_refresh", {"scheduleType": "daily"})
        cloud.aws.client("sqs").send_message(
            QueueUrl=cloud.outputs.queues["archive"], MessageBody=once_more.model_dump_json()
        )
        wait_until(lambda tries=tries: job(operator, job_id)["counts"]["calls"] >= 3 * tries, 60, f"try {tries}")
    wait_until(lambda: job(operator, job_id)["counts"]["failed"] == 1, 30, "the id to be given up")
    listed = marquee(cloud, "replay", "--list", "--json").stdout

    assert job(operator, job_id)["state"] == "failed"
    assert str(bad) in listed
    assert "UpstreamUnavailable" in listed

    tmdb.delete("/faults").raise_for_status()
    replayed = marquee(cloud, "replay", "--json")
    wait_until(lambda: job(operator, job_id)["state"] == "succeeded", 60, "the replayed id to be kept")

    assert replayed.returncode == 0, replayed.stderr
    assert job(operator, job_id)["counts"]["failed"] == 0
    assert json.loads(marquee(cloud, "replay", "--list", "--json").stdout) == []


def test_event_of_the_account_starts_a_harvest(
    cloud: Cloud, tmdb: httpx.Client, operator: httpx.Client, harvest: dict[str, Any]
) -> None:
    request = {"scope": "changes", "media_types": ["person"], "day": "2026-11-12", "started_by": "an event"}
    entry = {"Source": "marquee.operator", "DetailType": "Harvest requested", "Detail": json.dumps(request)}
    assert cloud.aws.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0
    dynamodb, table = cloud.aws.client("dynamodb"), cloud.outputs.tables["operations"]

    def started() -> list[Any]:
        found = dynamodb.query(
            TableName=table,
            IndexName="by_kind",
            KeyConditionExpression="kind = :kind",
            ExpressionAttributeValues={":kind": {"S": "archive"}},
        )["Items"]
        return [each for each in found if each["started_by"]["S"] == "an event" and each["state"]["S"] in ENDED]

    (run,) = wait_until(started, 60, "the harvest that the event asked for")
    assert run["state"]["S"] == "succeeded"
