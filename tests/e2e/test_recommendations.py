"""TMDB's lists and what they are for: recommendations, on the running system and against the simulators."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from local.users import DemoUser
from tests.e2e.cloud import Cloud
from tests.e2e.pipeline import choose, guide, invoke
from tests.waiting import wait_until

DAILY = {
    "/3/movie/popular": 2,
    "/3/tv/popular": 2,
    "/3/trending/movie/{window}": 1,
    "/3/trending/tv/{window}": 1,
    "/3/trending/all/{window}": 1,
}
# Ten pages by genre, two of little-known and two of acclaimed titles; which genre has a page of series varies.
WEEKLY_CALLS = 14
LISTS = (*DAILY, "/3/discover/movie", "/3/discover/tv")


@pytest.fixture
def simulators(cloud: Cloud) -> Iterator[httpx.Client]:
    """The control of the simulators, whose faults end with the test."""
    with cloud.control() as control:
        try:
            yield control
        finally:
            control.delete("/faults")


def list_calls(simulators: httpx.Client) -> Counter[str]:
    """Return how often each of TMDB's lists has been asked for so far."""
    endpoints = simulators.get("/counts").raise_for_status().json()["tmdb"]["by_endpoint"]
    return Counter({name: sum(endpoints.get(name, {}).values()) for name in LISTS})


def tmdb_calls(simulators: httpx.Client) -> int:
    """Return how often TMDB has been asked for anything so far."""
    found: int = simulators.get("/counts").raise_for_status().json()["tmdb"]["requests"]
    return found


def cold(cloud: Cloud) -> None:
    """End the containers of the guide: the next answer is one of a function that has just started."""
    functions, name = cloud.aws.client("lambda"), cloud.outputs.functions["guide_api"]
    # What is live is a version: only another one starts anew. Any update lets one be published, on the emulator.
    timeout = functions.get_function_configuration(FunctionName=name)["Timeout"]
    functions.update_function_configuration(FunctionName=name, Timeout=timeout)
    functions.get_waiter("function_updated_v2").wait(FunctionName=name)
    version = functions.publish_version(FunctionName=name)["Version"]
    functions.update_alias(FunctionName=name, Name="live", FunctionVersion=version)


def alone(cloud: Cloud) -> None:
    """Have requests answered by a new function to which none before it has left anything."""
    cold(cloud)
    cloud.aws.client("dynamodb").delete_item(
        TableName=cloud.outputs.tables["tmdb_cache"], Key={"PK": {"S": "shelf"}, "SK": {"S": "GB"}}
    )


def age_lists(cloud: Cloud, days: int) -> str:
    """Let every list be as old as that, and return the moment of which they are then."""
    dynamodb, table = cloud.aws.client("dynamodb"), cloud.outputs.tables["tmdb_cache"]
    moment = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    for (pk, sk), item in cached(cloud).items():
        if pk == "current" and "checked_at" in item:
            dynamodb.update_item(
                TableName=table,
                Key={"PK": {"S": pk}, "SK": {"S": sk}},
                UpdateExpression="SET checked_at = :at",
                ExpressionAttributeValues={":at": {"S": moment}},
            )
    return moment


def jobs_of_viewers(cloud: Cloud) -> dict[str, str]:
    """Return the states of the runs that viewers' requests have started, by id."""
    pages = (
        cloud.aws.client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=cloud.outputs.tables["operations"],
            FilterExpression="kind = :kind AND started_by = :viewer",
            ExpressionAttributeValues={":kind": {"S": "tmdb_cache"}, ":viewer": {"S": "viewer"}},
        )
    )
    return {item["id"]["S"]: item["state"]["S"] for page in pages for item in page["Items"]}


def refresh(cloud: Cloud, schedule: str, **more: object) -> dict[str, Any]:
    """Refresh the lists and return the job, its state and counts in plain values."""
    job_id = invoke(cloud, "tmdb_cache_refresh", {"scheduleType": schedule, **more})["job_id"]
    item = cloud.aws.client("dynamodb").get_item(
        TableName=cloud.outputs.tables["operations"], Key={"PK": {"S": f"job:{job_id}"}, "SK": {"S": "record"}}
    )["Item"]
    counts = {name: int(value["N"]) for name, value in item["counts"]["M"].items()}
    return {"state": item["state"]["S"], "kind": item["kind"]["S"], **counts}


def cached(cloud: Cloud) -> dict[tuple[str, str], dict[str, Any]]:
    """Return everything in the cache by key."""
    pages = cloud.aws.client("dynamodb").get_paginator("scan").paginate(TableName=cloud.outputs.tables["tmdb_cache"])
    return {(item["PK"]["S"], item["SK"]["S"]): item for page in pages for item in page["Items"]}


def recommended(viewer: httpx.Client, **query: object) -> dict[str, Any]:
    """Return the answer of the recommendations."""
    found: dict[str, Any] = viewer.get("/recommendations", params=query).raise_for_status().json()  # type: ignore[arg-type]
    return found


def recommended_with_lists(viewer: httpx.Client) -> dict[str, Any]:
    """Return the first answer of a function that has read TMDB's lists: a new one does so a few requests at a time."""

    def read() -> dict[str, Any] | None:
        found = recommended(viewer)
        return None if "being read" in (found["lists"]["reason"] or "") else found

    answer: dict[str, Any] = wait_until(read, 120, "TMDB's lists to be read")
    return answer


def test_daily_run_makes_exactly_the_calls_of_the_table(cloud: Cloud, simulators: httpx.Client) -> None:
    before = list_calls(simulators)

    job = refresh(cloud, "daily")

    assert list_calls(simulators) - before == Counter(DAILY)
    assert (job["state"], job["kind"], job["calls"], job["pages_failed"]) == ("succeeded", "tmdb_cache", 7, 0)


def test_weekly_run_makes_exactly_the_calls_of_the_table(cloud: Cloud, simulators: httpx.Client) -> None:
    before = list_calls(simulators)

    job = refresh(cloud, "weekly")

    calls = list_calls(simulators) - before
    assert calls.total() == job["calls"] == WEEKLY_CALLS
    assert set(calls) == {"/3/discover/movie", "/3/discover/tv"}
    assert job["state"] == "succeeded"


def test_second_run_writes_only_what_has_changed(cloud: Cloud, simulators: httpx.Client) -> None:
    refresh(cloud, "full")
    rows = {key: item for key, item in cached(cloud).items() if key[0] not in ("current", "asked", "usage", "shelf")}

    again = refresh(cloud, "full")

    assert again["items_written"] == 0
    assert again["items_unchanged"] == again["items"] > 200
    first = next(item for (pk, _), item in rows.items() if pk.startswith("popular#movie#"))
    title = simulators.get("/titles", params={"limit": 10_000}).json()["titles"]
    changed = next(
        each for each in title if str(each["tmdb_id"]) == first["contentId"]["S"] and each["tmdb_type"] == "movie"
    )
    simulators.put(f"/titles/{changed['id']}", json={"overview": "Told anew."}).raise_for_status()
    after_change = refresh(cloud, "full")
    assert 1 <= after_change["items_written"] <= 12, "the one title stands in a few lists"
    assert {key: item for key, item in cached(cloud).items() if key in rows} == rows


def test_a_third_of_calls_failing_still_completes_without_one_429(cloud: Cloud, simulators: httpx.Client) -> None:
    simulators.put("/faults", json={"provider": "tmdb", "status": 500, "rate": 1 / 3}).raise_for_status()
    refused = simulators.get("/counts").json()["tmdb"]["by_status"].get("429", 0)

    job = refresh(cloud, "full")

    assert (job["state"], job["pages"], job["pages_failed"]) == ("succeeded", 21, 0)
    assert job["calls_failed"] >= 7
    assert job["calls"] == 21 + job["calls_failed"]
    assert simulators.get("/counts").json()["tmdb"]["by_status"].get("429", 0) == refused


def test_recommendations_need_no_call_to_tmdb_and_can_all_be_watched(
    cloud: Cloud, viewer: httpx.Client, simulators: httpx.Client
) -> None:
    mine = set(viewer.get("/preferences").json()["sources"])

    def quietly() -> dict[str, Any] | None:
        """Answer if TMDB was not called meanwhile: after other tests it may be, for titles that are completed.

        A function that is new reads TMDB's lists from the cache a few requests at a time.
        """
        before = tmdb_calls(simulators)
        found = recommended(viewer, limit=50)
        subject = found["recommendations"][0]["id"]
        assert viewer.get(f"/titles/{subject}/similar").raise_for_status().json()["recommendations"]
        return found if tmdb_calls(simulators) == before and found["lists"]["state"] != "missing" else None

    found = wait_until(quietly, 120, "an answer during which TMDB is not called")
    titles = found["recommendations"]
    assert len(titles) == 50
    assert found["lists"]["state"] == "fresh"
    for title in titles:
        offered = simulators.get(f"/titles/{title['id']}/offers").json()["offers"]
        assert mine & {str(offer["source_id"]) for offer in offered if offer["region"] == "GB"}, title["title"]
        assert title["on"], title["title"]
        assert set(title["on"]) <= mine
        assert title["reasons"]
        assert all(reason["text"] for reason in title["reasons"])
    genres = Counter(genre for title in titles[:10] for genre in title["genre_ids"])
    assert len(genres) >= 4, "a wall of one genre"


@pytest.fixture
def newcomer(cloud: Cloud) -> Iterator[httpx.Client]:
    """Somebody who has just chosen services and genres that are listed already, and is gone afterwards."""
    user: DemoUser = cloud.new_user()
    with cloud.api(user) as client:
        choose(client, ["203", "26"], ["7", "5"])
        wait_until(lambda: guide(client), 30, "the guide of a new viewer")
        yield client
        client.delete("/me")


def test_newcomer_gets_good_titles_and_what_is_said_of_them_counts(newcomer: httpx.Client) -> None:
    first = recommended(newcomer)["recommendations"]
    assert len(first) == 20
    ratings = [title["user_rating"] for title in first[:10] if title["user_rating"] is not None]
    assert sum(ratings) / len(ratings) >= 7

    hidden, watched, followed, *rated = (title["id"] for title in first[:8])
    for path in (f"/hidden/{hidden}", f"/watched/{watched}", f"/follows/{followed}"):
        newcomer.put(path).raise_for_status()
    for title_id in rated:
        newcomer.put(f"/ratings/{title_id}", json={"rating": 9}).raise_for_status()

    second = recommended(newcomer, limit=50)["recommendations"]
    assert not {hidden, watched, followed, *rated} & {title["id"] for title in second}
    told = [reason for title in second for reason in title["reasons"] if reason["kind"] == "rated"]
    assert told, "nothing is said to follow from five titles rated 9"
    assert {reason["title_id"] for reason in told} <= set(rated)
    assert all(reason["text"].endswith(" 9") for reason in told)


def test_similar_titles_can_be_watched_and_say_why(newcomer: httpx.Client) -> None:
    subject = next(iter(guide(newcomer)))

    found = newcomer.get(f"/titles/{subject}/similar", params={"limit": 5}).raise_for_status().json()["recommendations"]

    assert found
    assert subject not in {title["id"] for title in found}
    assert all(title["on"] and title["reasons"] for title in found)
    assert newcomer.get("/titles/999999999/similar").status_code == 404


def test_nobody_who_chose_nothing_is_left_without_a_word(cloud: Cloud) -> None:
    with cloud.api(cloud.new_user()) as nobody:
        found = recommended(nobody)
        nobody.delete("/me")

    assert found["recommendations"] == []
    assert "services" in found["reason"]


def test_new_function_knows_with_its_first_answer_what_another_has_read(cloud: Cloud, viewer: httpx.Client) -> None:
    alone(cloud)
    assert "being read" in recommended(viewer)["lists"]["reason"]
    known = recommended_with_lists(viewer)["lists"]
    stored = wait_until(lambda: recommended(viewer) and cached(cloud).get(("shelf", "GB")), 30, "it to be stored")
    assert int(stored["expiresAt"]["N"]) > time.time()

    cold(cloud)

    found = recommended(viewer)["lists"]
    assert (found["state"], found["as_of"], found["reason"]) == (known["state"], known["as_of"], known["reason"])


def test_with_tmdb_down_the_lists_stay_and_say_their_age(
    cloud: Cloud, viewer: httpx.Client, simulators: httpx.Client
) -> None:
    refresh(cloud, "full")
    simulators.put("/faults", json={"provider": "tmdb", "path": "/3/*", "status": 503}).raise_for_status()
    rows = {key for key in cached(cloud) if key[0] not in ("current", "asked", "usage", "shelf")}

    job = refresh(cloud, "daily")

    assert (job["state"], job["pages_failed"]) == ("failed", 7)
    assert rows <= cached(cloud).keys()

    as_of = age_lists(cloud, days=10)
    alone(cloud)
    found = recommended_with_lists(viewer)

    assert len(found["recommendations"]) == 20
    assert (found["lists"]["state"], found["lists"]["as_of"]) == ("stale", as_of)
    assert found["lists"]["age_seconds"] >= 10 * 86_400
    assert "renewed" in found["lists"]["reason"]
    told = {reason["kind"] for title in found["recommendations"] for reason in title["reasons"]}
    assert not told & {"trending", "popular"}, "that was ten days ago"

    simulators.delete("/faults")
    wait_until(lambda: refresh(cloud, "full")["state"] == "succeeded", 300, "TMDB to be asked again")
    alone(cloud)
    assert recommended_with_lists(viewer)["lists"]["state"] == "fresh"


def test_missing_list_is_asked_for_by_the_guide_and_fetched_in_the_background_once(
    cloud: Cloud, viewer: httpx.Client, simulators: httpx.Client
) -> None:
    table, dynamodb = cloud.outputs.tables["tmdb_cache"], cloud.aws.client("dynamodb")
    refresh(cloud, "full")
    pointer = {"PK": {"S": "current"}, "SK": {"S": "GB#hidden_gems#movie"}}
    dynamodb.delete_item(TableName=table, Key=pointer)
    dynamodb.delete_item(TableName=table, Key={"PK": {"S": "asked"}, "SK": {"S": "lists"}})
    before, jobs = list_calls(simulators), jobs_of_viewers(cloud)
    # Long enough for both to find the list missing.
    simulators.put("/faults", json={"provider": "tmdb", "path": "/3/discover/movie", "delay": 3}).raise_for_status()
    alone(cloud)

    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda _: recommended_with_lists(viewer), range(2)))

    assert [answer["lists"]["state"] for answer in answers] == ["missing", "missing"]
    assert all(answer["recommendations"] for answer in answers)

    def asked_for() -> set[str]:
        # An answer takes so many requests; where they did not suffice to ask, the next one does.
        recommended(viewer)
        return jobs_of_viewers(cloud).keys() - jobs.keys()

    (job_id,) = wait_until(asked_for, 30, "the lists to be asked for")
    wait_until(lambda: jobs_of_viewers(cloud)[job_id] == "succeeded", 60, "the missing list")
    assert jobs_of_viewers(cloud).keys() - jobs.keys() == {job_id}
    assert list_calls(simulators) - before == Counter({"/3/discover/movie": 1})
    assert "checked_at" in dynamodb.get_item(TableName=table, Key=pointer)["Item"]
