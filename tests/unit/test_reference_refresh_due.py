"""The schedule ticks often; the refresh runs once a day, and until the first success each time."""

from datetime import timedelta
from typing import Any

import pytest

from marquee import clock
from marquee.errors import UpstreamError
from reference_refresh import handler
from tests.fakes.watchmode import FakeWatchMode, refusal, source
from tests.unit.conftest import Cloud, FakeContext

BEGIN = clock.now()


@pytest.fixture
def provider(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> FakeWatchMode:
    fake = FakeWatchMode()
    fake.sources, fake.genres = [source(203, "Netflix", "GB")], [{"id": 4, "name": "Comedy", "tmdb_id": 35}]
    client = fake.client(cloud.operations)
    monkeypatch.setattr(handler, "watchmode", lambda: client)
    handler.jobs.cache_clear()
    return fake


def run(**event: Any) -> dict[str, Any]:
    answer: dict[str, Any] = handler.lambda_handler(event, FakeContext())  # type: ignore[arg-type]
    return answer


def tick() -> dict[str, Any]:
    return run(only_if_due=True)


def at(monkeypatch: pytest.MonkeyPatch, hours: float) -> None:
    moment = clock.timestamp(clock.parse(BEGIN) + timedelta(hours=hours))
    monkeypatch.setattr(clock, "now", lambda: moment)


def job_states(cloud: Cloud) -> list[str]:
    items = cloud.items(cloud.operations).items()
    return [item["state"]["S"] for (pk, sk), item in items if pk.startswith("job:") and sk == "record"]


def test_first_tick_refreshes(cloud: Cloud, provider: FakeWatchMode) -> None:
    assert tick()["counts"]["sources_added"] == 1

    assert (provider.paths, job_states(cloud)) == (["sources", "genres"], ["succeeded"])


def test_tick_within_23_hours_of_a_success_asks_nobody_and_leaves_no_job(
    cloud: Cloud, provider: FakeWatchMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, 0)
    tick()
    before = cloud.items(cloud.operations)
    provider.requests.clear()

    for hours in (0.5, 12, 22.9):
        at(monkeypatch, hours)
        assert set(tick()) == {"skipped"}

    assert (provider.requests, cloud.items(cloud.operations)) == ([], before)


def test_tick_a_day_after_the_last_success_refreshes_again(
    cloud: Cloud, provider: FakeWatchMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hours in (0, 23.1, 46.3):
        at(monkeypatch, hours)
        assert "counts" in tick()

    assert job_states(cloud) == ["succeeded"] * 3


def test_every_tick_tries_until_the_first_success(
    cloud: Cloud, provider: FakeWatchMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.faults["genres"] = refusal(401, "Invalid API key.")
    for hours in (0, 0.5, 1):
        at(monkeypatch, hours)
        with pytest.raises(UpstreamError):
            tick()
    provider.faults.clear()

    at(monkeypatch, 1.5)
    assert "counts" in tick()
    at(monkeypatch, 2)
    assert "skipped" in tick()

    assert sorted(job_states(cloud)) == ["failed"] * 3 + ["succeeded"]


def test_failure_after_a_success_is_tried_again_at_the_next_tick(
    provider: FakeWatchMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, 0)
    tick()
    provider.faults["sources"] = refusal(401, "Invalid API key.")
    at(monkeypatch, 24)
    with pytest.raises(UpstreamError):
        tick()
    provider.faults.clear()

    at(monkeypatch, 24.5)
    assert "counts" in tick()


def test_person_refreshes_whenever_they_want_and_the_schedule_takes_note(
    cloud: Cloud, provider: FakeWatchMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hours in (0, 1, 2):
        at(monkeypatch, hours)
        assert "counts" in run()
    at(monkeypatch, 24.5)
    assert "skipped" in tick()

    assert job_states(cloud) == ["succeeded"] * 3


@pytest.mark.parametrize(
    "part",
    [{"refresh_genres": "Y"}, {"refresh_sources": "Y"}, {"refresh_sources": "N"}, {"regions": ["US"]}],
    ids=["genres", "services", "nothing", "another country"],
)
def test_refresh_of_a_part_is_not_the_success_of_the_day(provider: FakeWatchMode, part: dict[str, Any]) -> None:
    run(**part)

    assert "counts" in tick()
