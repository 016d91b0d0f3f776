import json
from datetime import timedelta
from typing import Any

import pytest

from enrichment_sweep import handler
from marquee import clock
from marquee.models.operations import Job
from marquee.models.titles import Title
from tests.fakes.titles import details, listing, title, tmdb
from tests.unit.conftest import Cloud, FakeContext


def days_ago(days: float) -> str:
    return clock.timestamp(clock.parse(clock.now()) - timedelta(days=days))


def store(cloud: Cloud, *titles: Title) -> None:
    for each in titles:
        cloud.titles.apply(each.id, lambda _, each=each: each)


def pending(title_id: str, popularity: float) -> Title:
    return title(title_id, listing=listing(popularity=popularity))


def without_details(title_id: str, popularity: float) -> Title:
    return title(title_id, listing=listing(popularity=popularity), tmdb=tmdb(days_ago(1)), enrichment_state="done")


def complete(title_id: str, age: float) -> Title:
    return title(title_id, details=details(days_ago(age)), enrichment_state="done")


def sweep(cloud: Cloud, **event: Any) -> tuple[dict[str, int], list[tuple[str, str]]]:
    counts = handler.lambda_handler(event, FakeContext())["counts"]  # type: ignore[arg-type]
    sent = [json.loads(body) for body in cloud.messages("ENRICHMENT_QUEUE_URL")]
    return counts, [(each["title_id"], each["traffic"]) for each in sent]


def job(cloud: Cloud) -> Job:
    (pk,) = (pk for pk, _ in cloud.items(cloud.operations) if pk.startswith("job:"))
    found = cloud.jobs.get(pk.removeprefix("job:"))
    assert found is not None
    return found


def test_titles_are_queued_in_order_of_need_and_then_of_demand(cloud: Cloud) -> None:
    store(cloud, complete("1", 29), complete("2", 60), without_details("3", 10.0), without_details("4", 90.0))
    store(cloud, pending("5", 1.0), pending("6", 50.0))

    counts, sent = sweep(cloud)

    assert sent == [
        ("6", "scheduled"),
        ("5", "scheduled"),
        ("4", "backfill"),
        ("3", "backfill"),
        ("2", "backfill"),
        ("1", "backfill"),
    ]
    assert counts == {"without_card": 2, "without_details": 2, "stale": 2}


def test_what_is_complete_and_fresh_is_left_alone(cloud: Cloud) -> None:
    unknown = {"watchmode": days_ago(1), "tmdb": days_ago(1)}
    store(cloud, complete("1", 27), title("2", enrichment_state="failed", unknown_to=unknown))

    assert sweep(cloud) == ({"without_card": 0, "without_details": 0, "stale": 0}, [])


def test_title_that_nobody_knew_long_ago_is_asked_for_again(cloud: Cloud) -> None:
    unknown = {"watchmode": days_ago(29), "tmdb": days_ago(29)}
    store(cloud, title("1", enrichment_state="failed", unknown_to=unknown))

    assert sweep(cloud)[1] == [("1", "backfill")]


@pytest.mark.parametrize(
    ("most", "ids"),
    [
        pytest.param(1, ["5"], id="a card first"),
        pytest.param(2, ["5", "3"], id="then details"),
        pytest.param(3, ["5", "3", "1"], id="then what is stale"),
    ],
)
def test_sweep_takes_no_more_than_the_worker_gets_through(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, most: int, ids: list[str]
) -> None:
    monkeypatch.setattr(handler, "MOST", most)
    store(cloud, complete("1", 40), without_details("3", 10.0), pending("5", 1.0))

    assert [title_id for title_id, _ in sweep(cloud)[1]] == ids


def test_second_sweep_queues_the_same_because_nothing_was_done_yet(cloud: Cloud) -> None:
    store(cloud, pending("1", 1.0))

    assert sweep(cloud) == sweep(cloud)


def test_job_tells_what_was_found(cloud: Cloud) -> None:
    store(cloud, pending("1", 1.0))

    sweep(cloud, started_by="admin")

    found = job(cloud)
    assert (found.kind, found.state, found.started_by) == ("enrichment", "succeeded", "admin")
    assert found.counts["without_card"] == 1


def test_sweep_that_fails_is_a_failed_job(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> dict[str, int]:
        raise RuntimeError("broken")

    monkeypatch.setattr(handler, "sweep", refuse)

    with pytest.raises(RuntimeError, match="broken"):
        sweep(cloud)

    assert (job(cloud).state, "broken" in job(cloud).errors[0]) == ("failed", True)
