"""What functions do to tables, and what the logs hold after real requests."""

from uuid import uuid4

import httpx
import pytest

from tests.e2e.cloud import Cloud

TITLE = "345534"


def test_no_function_ever_scans_a_table(cloud: Cloud, viewer: httpx.Client) -> None:
    viewer.get("/titles").raise_for_status()

    assert cloud.recorded_calls("Query"), "calls are not recorded"
    by_functions = [call for call in cloud.recorded_calls("Scan") if is_of_a_function(call["CloudTrailEvent"])]
    assert by_functions == []


def is_of_a_function(event: str) -> bool:
    """Say whether somebody called with keys of a role who was allowed to; the tests of attacks try it and are not."""
    return "ASIA" in event and "AccessDenied" not in event


def test_no_key_is_in_any_log(cloud: Cloud) -> None:
    upstreams = cloud.outputs.upstreams
    keys = [upstreams["watchmode"]["key"], upstreams["watchmode"]["free_key"], upstreams["tmdb"]["key"]]
    lines = [line for function in cloud.function_logs().values() for line in function]
    lines += cloud.process_logs().values()

    assert lines
    assert [line for line in lines if any(key in line for key in [*keys, cloud.outputs.ingest_api_key])] == []


@pytest.fixture
def said(cloud: Cloud) -> list[str]:
    """Everything private that somebody says of themselves in requests that go well and in such that do not."""
    user, word = cloud.new_user(), f"word{uuid4().hex}"
    token, key = cloud.token(user), {"X-API-Key": cloud.outputs.ingest_api_key}
    with cloud.api(user) as client:
        calendar = client.post("/calendar").json()["path"].removeprefix("/api")
        subject = client.get("/me/export").json()["profile"]["email"]
        client.put(f"/follows/{TITLE}").raise_for_status()
        for path in (f"/search?q={word}", f"/movies/search?title={word}", f"/titles?sort={word}", f"/{word}", calendar):
            assert client.get(path).status_code < 500
        for path, body in (("/settings", {"region": word}), ("/preferences", {"sources": [word], "genres": []})):
            assert client.put(path, json=body).status_code == 400
        client.post("/movies", json={"title": word, "genre": word}, headers={"Idempotency-Key": word})
        client.post("/movies", json={"title": word, "genre": word, "rating": 99})
        client.post("/imports", json={"source": {"kind": "upload", "filename": f"{word}.csv", "size": 9}})
        event = {"event_type": "search_performed", "payload": {"query": word, "user": user.email}}
        for each in (event, {**event, "event_type": word}):
            assert client.post("/ingest", json=each, headers=key).status_code in (202, 400)
        client.delete("/me").raise_for_status()
    assert subject == user.email
    return [token, token.rpartition(".")[2], user.email, word, calendar.removeprefix("/calendar/")[:43], user.password]


def test_nothing_private_is_in_any_log(cloud: Cloud, said: list[str]) -> None:
    lines = [(function, line) for function, lines in cloud.function_logs().items() for line in lines]

    assert [line for line in lines if any(each in line[1] for each in said)] == []
    assert any(function == "guide_api" for function, _ in lines)
