"""Operations are looked after: runs that stopped are ended, old failures closed, and everything is measured."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from marquee import clock, operations_metrics
from marquee.governor import watchmode_limits
from marquee.operations_freshness import archive_freshness, freshness
from marquee.repositories.failures import FailureRepository
from marquee.repositories.governors import Governor
from operations_watch import handler
from tests.fakes.failures import failure
from tests.fakes.titles import listed, title
from tests.unit.conftest import Cloud, FakeContext, forget

Points = dict[tuple[str, ...], float]


def ago(**time: float) -> str:
    return clock.timestamp(datetime.now(UTC) - timedelta(**time))


@pytest.fixture(autouse=True)
def surroundings(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    forget(handler)
    given = {"WATCHMODE_PER_MINUTE": "120", "TMDB_PER_SECOND": "40", "COLLECTION_INTERVAL": "1440"}
    for name, value in {**given, "MEDIA_TYPES": "movie,tv"}.items():
        monkeypatch.setenv(name, value)


def look(capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, Any], Points]:
    """Look after operations once; returns the answer and the last point of each gauge, by name and dimensions."""
    capsys.readouterr()
    answer = handler.lambda_handler({}, FakeContext())  # type: ignore[arg-type]
    points: Points = {}
    for line in capsys.readouterr().out.splitlines():
        told = json.loads(line)
        for directive in told.get("_aws", {}).get("CloudWatchMetrics", ()):
            names = [each for each in directive["Dimensions"][0] if each != "service"]
            for metric in directive["Metrics"]:
                points[metric["Name"], *(told[name] for name in names)] = told[metric["Name"]][0]
    return answer, points


def test_run_that_stopped_is_ended_once_and_others_go_on(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    stopped = cloud.jobs.start("reference", started_by="test", input={}, lock="reference")
    heard = ago(hours=2)
    cloud.operations.update(f"job:{stopped}", "record", "SET progress_at = :at", {":at": heard})
    running = cloud.jobs.start("listing", started_by="test", input={})

    answer, points = look(capsys)
    again, _ = look(capsys)

    assert (answer["stopped"], again["stopped"]) == (1, 0)
    found = [cloud.jobs.get(each) for each in (stopped, running)]
    assert [each.state for each in found if each] == ["failed", "running"]
    assert points["JobsStopped",] == 1
    assert (points["JobsRunning", "listing"], points["JobsRunning", "reference"]) == (1, 0)


def test_failure_that_nobody_looked_at_for_months_is_closed(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    inbox = FailureRepository(cloud.operations)
    inbox.add(failure("a" * 32, last_at=ago(days=91)))
    inbox.add(failure("b" * 32, last_at=ago(days=89), source="digests"))

    answer, points = look(capsys)

    assert answer["discarded"] == 1
    assert (inbox.require("a" * 32).state, inbox.require("b" * 32).state) == ("discarded", "open")
    assert (points["FailuresOpen",], points["FailuresOpenBySource", "digests"]) == (1, 1)
    assert points["FailuresOpenBySource", "listing"] == 0


def test_credits_and_breakers_are_measured(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    governor = Governor(cloud.operations, watchmode_limits(120))
    governor.report_quota(1000, 400)
    for _ in range(5):
        governor.report_failure()

    _, points = look(capsys)

    assert points["CreditsLeft", "watchmode"] == 600
    assert points["CreditPacePercent", "watchmode"] > 0
    assert (points["BreakerOpen", "watchmode"], points["BreakerOpen", "tmdb"]) == (1, 0)
    assert ("CreditsLeft", "tmdb") not in points


def test_schedule_whose_last_success_is_too_old_is_missed(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    for lock, age in (("reference", 1.0), ("listing", 40.0)):
        item = {"PK": f"running:{lock}", "SK": "succeeded", "succeeded_at": ago(hours=age)}
        cloud.operations.put(item)

    answer, points = look(capsys)

    assert answer["missed"] == ["listings"]
    assert points["SchedulesMissed",] == 1
    assert points["DataAgeSeconds", "listing"] == pytest.approx(40 * 3600, abs=60)
    assert ("DataAgeSeconds", "tmdb_daily") not in points


def test_titles_that_wait_for_their_card_are_counted_with_the_longest_wait(
    cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    listed(cloud.titles, title("11", "GB:203:4"), title("12", "GB:203:4"))

    _, points = look(capsys)

    assert points["EnrichmentBacklog", "card"] == 2
    assert points["EnrichmentWaitSeconds",] > 0


def test_every_gauge_of_the_watch_is_known(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    _, points = look(capsys)

    known = {each.name for each in operations_metrics.GAUGES}
    assert {name for name, *_ in points} <= known


def test_archive_is_as_old_as_its_oldest_media_type_and_not_expected_without_a_schedule() -> None:
    now = "2026-11-10T00:00:00.000Z"
    days = [datetime(2026, 11, day).date() for day in (9, 7)]

    (found,) = archive_freshness(days, 1440, now)

    assert (found.age, found.is_fresh) == (3 * 86_400, True)
    assert archive_freshness(days, 0, now) == []
    assert archive_freshness([days[0], None], 1440, now)[0].age is None


def test_what_was_never_done_is_not_fresh() -> None:
    assert not any(each.is_fresh for each in freshness({}, "2026-11-10T00:00:00.000Z"))


def test_full_refresh_of_the_lists_counts_for_those_of_the_day_and_of_the_week() -> None:
    told = freshness({"tmdb_cache:full": "2026-11-10T09:00:00.000Z"}, "2026-11-10T10:00:00.000Z")

    assert {each.what for each in told if each.is_fresh} == {"TMDB's daily lists", "TMDB's weekly lists"}


def test_latest_run_says_how_old_lists_are() -> None:
    successes = {"tmdb_cache:full": "2026-11-08T09:00:00.000Z", "tmdb_cache:daily": "2026-11-10T09:00:00.000Z"}

    ages = {each.what: each.age for each in freshness(successes, "2026-11-10T10:00:00.000Z")}

    assert (ages["TMDB's daily lists"], ages["TMDB's weekly lists"]) == (3600, 49 * 3600)
