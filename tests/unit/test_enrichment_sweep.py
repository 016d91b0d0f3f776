import json
from datetime import timedelta
from typing import Any

import pytest

from enrichment_sweep import handler
from marquee import clock, providers
from marquee.governor import watchmode_limits
from marquee.models.jobs import Job
from marquee.models.titles import Title
from marquee.repositories.governors import Governor
from marquee.traffic import TrafficClass
from tests.fakes.clock import FakeClock
from tests.fakes.titles import details, listing, title, tmdb
from tests.unit.conftest import Cloud, FakeContext


@pytest.fixture(autouse=True)
def per_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHMODE_PER_MINUTE", "120")


@pytest.fixture
def credits(cloud: Cloud) -> None:
    """Let WatchMode have credits for hundreds of titles, whatever day it is."""
    providers.watchmode_governor().report_quota(100_000, 0)


@pytest.fixture
def governor(cloud: Cloud, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Governor:
    """The governor 22 days before a month begins, so that 220 credits are 10 a day and 6 for backfill."""
    found = Governor(cloud.operations, watchmode_limits(), clock=clock, sleep=clock.sleep)
    monkeypatch.setattr(handler, "watchmode_governor", lambda: found)
    return found


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


@pytest.mark.usefixtures("credits")
def test_titles_are_queued_in_order_of_need_and_then_of_demand(cloud: Cloud) -> None:
    store(cloud, complete("1", 29), complete("2", 60), without_details("3", 10.0), without_details("4", 90.0))
    store(cloud, pending("5", 1.0), pending("6", 50.0))

    counts, sent = sweep(cloud)

    assert sent == [
        ("6", "scheduled"),
        ("5", "scheduled"),
        ("2", "backfill"),
        ("1", "backfill"),
        ("4", "backfill"),
        ("3", "backfill"),
    ]
    assert counts == {"without_card": 2, "without_details": 2, "stale": 2}


@pytest.mark.usefixtures("credits")
def test_what_is_complete_and_fresh_is_left_alone(cloud: Cloud) -> None:
    unknown = {"watchmode": days_ago(1), "tmdb": days_ago(1)}
    store(cloud, complete("1", 27), title("2", enrichment_state="failed", unknown_to=unknown))

    assert sweep(cloud) == ({"without_card": 0, "without_details": 0, "stale": 0}, [])


def test_title_that_nobody_knew_long_ago_is_asked_for_again(cloud: Cloud) -> None:
    unknown = {"watchmode": days_ago(29), "tmdb": days_ago(29)}
    store(cloud, title("1", enrichment_state="failed", unknown_to=unknown))

    assert sweep(cloud)[1] == [("1", "backfill")]


@pytest.mark.usefixtures("credits")
@pytest.mark.parametrize(
    ("most", "ids"),
    [
        pytest.param(1, ["6", "2", "4"], id="one of each need"),
        pytest.param(2, ["6", "5", "2", "1", "4", "3"], id="two of each need"),
    ],
)
def test_each_need_has_its_own_number_of_titles(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, most: int, ids: list[str]
) -> None:
    assert handler.MOST == 500
    monkeypatch.setattr(handler, "MOST", most)
    store(cloud, complete("1", 40), complete("2", 50), complete("7", 30))
    store(cloud, without_details("3", 10.0), without_details("4", 20.0), without_details("8", 5.0))
    store(cloud, pending("5", 2.0), pending("6", 3.0), pending("9", 1.0))

    assert [title_id for title_id, _ in sweep(cloud)[1]] == ids


@pytest.mark.parametrize(
    ("quota", "spent", "ids"),
    [
        pytest.param(220, 0, ["1", "2", "3"], id="six credits"),
        pytest.param(220, 1, ["1", "2"], id="five credits, half a title"),
        pytest.param(220, 4, ["1"], id="two credits"),
        pytest.param(220, 5, [], id="one credit"),
        pytest.param(220, 10, [], id="more spent than backfill may"),
        pytest.param(0, 0, [], id="no credits at all"),
    ],
)
def test_details_are_queued_as_far_as_the_credits_of_backfill_go(
    cloud: Cloud, governor: Governor, quota: int, spent: int, ids: list[str]
) -> None:
    governor.report_quota(quota, 0)
    if spent:
        with governor.reserve(1, credits=spent, traffic=TrafficClass.SCHEDULED) as reservation:
            reservation.pay()
    store(cloud, *(without_details(str(number), 50.0 - number) for number in range(1, 6)))

    counts, sent = sweep(cloud)

    assert sent == [(each, "backfill") for each in ids]
    assert counts["without_details"] == len(ids)


def test_without_a_known_quota_no_details_are_queued_but_everything_else_is(cloud: Cloud) -> None:
    store(cloud, complete("1", 29), without_details("3", 10.0), pending("5", 1.0))

    counts, sent = sweep(cloud)

    assert sent == [("5", "scheduled"), ("1", "backfill")]
    assert counts == {"without_card": 1, "without_details": 0, "stale": 1}


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
