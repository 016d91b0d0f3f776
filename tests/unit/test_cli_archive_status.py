"""A harvest is asked for, and told of: how far it is, how fast it goes, when it will be done."""

import json
from datetime import date
from typing import Any

import pytest

from cli import archive_status, terminal
from cli.archive_progress import Pace, duration
from marquee import keys
from marquee.messages.archive import HarvestMessage, HarvestRequest
from marquee.models.harvests import ExportProgress, Harvest, TypeHarvest
from marquee.models.jobs import Job
from marquee.queue import QueueUnavailable
from marquee.repositories.archive_states import ArchiveStates
from tests.fakes.archive_place import ArchivePlace
from tests.unit.conftest import Cloud

BEGAN = "2026-11-21T10:00:00.000Z"


@pytest.fixture
def place(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> ArchivePlace:
    return ArchivePlace.within(cloud, monkeypatch)


def job(**changed: Any) -> Job:
    given: dict[str, Any] = {"counts": {}, **changed}
    known = {"id": "j-1", "kind": "archive", "state": "running", "started_at": BEGAN, "started_by": "schedule"}
    return Job.model_validate({**known, **given})


def harvest(**changed: Any) -> Harvest:
    return Harvest.model_validate({"job_id": "j-1", "stage": "queue", "started_at": BEGAN, **changed})


def store(place: ArchivePlace, job: Job, harvest: Harvest | None = None) -> None:
    """Have a harvest stand in the table as its functions write it."""
    table = place.cloud.operations
    table.put({"PK": keys.job(job.id), "SK": keys.RECORD, **job.model_dump(mode="json")})
    ArchiveStates(table).lock(job.id)
    if harvest:
        table.put({"PK": keys.job(job.id), "SK": keys.HARVEST, **harvest.model_dump(mode="json")})


def test_harvest_is_asked_for_with_a_job_that_can_be_watched(place: ArchivePlace) -> None:
    options = ("--types", "tv,movie", "--scope", "exports", "--mode", "full", "--min-popularity", "2.5")
    options += ("--include-adult", "--from", "2026-11-01", "--to", "2026-11-03", "--day", "2026-11-20")

    job_id = place.run("harvest", *options).stdout.strip()

    (body,) = place.messages("HarvestQueueUrl")
    sent = HarvestMessage.model_validate_json(body)
    assert sent.job_id == job_id
    assert sent.request == HarvestRequest(
        mode="full",
        scope="exports",
        media_types=("tv", "movie"),
        minimum_popularity=2.5,
        include_adult=True,
        start_date=date(2026, 11, 1),
        end_date=date(2026, 11, 3),
        day=date(2026, 11, 20),
        started_by=terminal.operator(),
    )
    found = place.cloud.jobs.get(job_id)
    assert found
    assert (found.kind, found.state, found.input["minimum_popularity"]) == ("archive", "running", 2.5)


def test_harvest_without_options_is_of_what_is_new(place: ArchivePlace) -> None:
    job_id = json.loads(place.run("harvest", "--json").stdout)["job_id"]

    sent = HarvestMessage.model_validate_json(place.messages("HarvestQueueUrl")[0])
    assert (sent.request, sent.job_id) == (HarvestRequest(started_by=terminal.operator()), job_id)


@pytest.mark.parametrize("option", [("--types", "movie,radio"), ("--from", "2026-13-01"), ("--min-popularity", "-1")])
def test_what_cannot_be_meant_is_refused(place: ArchivePlace, option: tuple[str, str]) -> None:
    assert place.run("harvest", *option).exit_code == 2
    assert place.messages("HarvestQueueUrl") == []


def test_job_fails_when_nobody_can_be_asked(place: ArchivePlace, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise QueueUnavailable("1 messages were rejected")

    monkeypatch.setattr("cli.archive_harvest.Queue.send", refuse)

    with pytest.raises(QueueUnavailable):
        place.run("harvest")

    (item,) = (each for (pk, _), each in place.cloud.items(place.cloud.operations).items() if pk.startswith("job:"))
    assert item["state"] == {"S": "failed"}


def test_status_tells_of_the_harvest_that_began_last(place: ArchivePlace) -> None:
    counts = {"queued": 60, "done": 30, "failed": 10, "stored": 25, "unchanged": 5, "calls": 45}
    exports = (ExportProgress(name="movie_ids", day=date(2026, 11, 21), state="read", lines=100),)
    changes = {"changed_from": date(2026, 11, 20), "changed_to": date(2026, 11, 21)}
    movies = TypeHarvest(media_type="movie", mode="full", scope="both", exports=exports, messages=1, **changes)
    store(place, job(counts=counts, errors=("movie 7: gone",)), harvest(types=(movies,), notes=("A note.",)))
    place.sqs.send_message(QueueUrl=place.outputs["ArchiveDeadLetterQueueUrl"], MessageBody="{}")

    shown = " ".join(place.run("status").stdout.split())
    told = json.loads(place.run("status", "j-1", "--json").stdout)

    for part in ("j-1: running, queue", "30 of 100 ids done, 10 failed, 60 queued", "note: A note.", "movie 7: gone"):
        assert part in shown
    for part in ("movie_ids of 2026-11-21 read, 100 lines", "2026-11-20 to 2026-11-21 all read", "1 messages could"):
        assert part in shown
    assert (told["progress"]["total"], told["progress"]["done"], told["dead_letters"]) == (100, 30, 1)
    assert told["job"]["id"] == "j-1"


def test_harvest_that_nobody_works_on_yet_has_a_status(place: ArchivePlace) -> None:
    job_id = place.run("harvest").stdout.strip()

    found = json.loads(place.run("status", job_id, "--json").stdout)

    assert (found["harvest"], found["progress"]["seconds_left"]) == (None, None)


@pytest.mark.parametrize(("state", "code"), [("succeeded", 0), ("failed", 1)])
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_watching_goes_on_until_the_end(
    place: ArchivePlace, monkeypatch: pytest.MonkeyPatch, state: str, code: int, form: tuple[str, ...]
) -> None:
    store(place, job(counts={"queued": 1}), harvest())
    ended = job(state=state, finished_at="2026-11-21T11:00:00.000Z", counts={"done": 1})
    monkeypatch.setattr(archive_status, "pause", lambda: store(place, ended))

    found = place.run("status", "--watch", *form)

    assert found.exit_code == code
    if form:
        assert [json.loads(line)["job"]["state"] for line in found.stdout.splitlines()] == ["running", state]
    else:
        assert f"j-1: {state}" in found.stdout


def test_harvest_can_be_followed_from_its_start(place: ArchivePlace, monkeypatch: pytest.MonkeyPatch) -> None:
    def end() -> None:
        items = place.cloud.items(place.cloud.operations)
        (job_id,) = {pk.removeprefix("job:") for pk, _ in items if pk.startswith("job:")}
        store(place, job(id=job_id, state="succeeded", finished_at="2026-11-21T11:00:00.000Z"))

    monkeypatch.setattr(archive_status, "pause", end)

    assert "succeeded" in place.run("harvest", "--follow").stdout


def test_what_there_is_not_is_said(place: ArchivePlace) -> None:
    with pytest.raises(Exception, match="Nothing has been harvested"):
        place.run("status")
    with pytest.raises(Exception, match="no harvest 'j-9'"):
        place.run("status", "j-9")


def seen(pace: Pace, done: int, now: str, **changed: Any) -> tuple[float, float | None]:
    counts = {"queued": 1000 - done, "done": done, "calls": 2 * done}
    found = pace.progress(job(counts=counts, **changed), harvest(), now)
    assert found.calls_a_second == pytest.approx(2 * found.ids_a_second)
    return round(found.ids_a_second, 3), found.seconds_left


def test_pace_is_that_of_the_whole_run_if_it_is_seen_once() -> None:
    assert seen(Pace(), 100, "2026-11-21T10:01:40.000Z") == (1.0, 900)


def test_pace_is_that_of_the_last_minute_if_it_is_watched() -> None:
    pace = Pace()
    moments: list[tuple[int, str]] = [(100, "10:10:00"), (200, "10:10:30"), (500, "10:11:00"), (800, "10:11:30")]

    paces = [seen(pace, done, f"2026-11-21T{at}.000Z")[0] for done, at in moments]

    assert paces == [
        pytest.approx(1 / 6, abs=0.001),
        pytest.approx(100 / 30, abs=0.001),
        pytest.approx(400 / 60, abs=0.001),
        10,
    ]


def test_run_that_has_ended_keeps_its_pace() -> None:
    ended = {"state": "succeeded", "finished_at": "2026-11-21T10:01:40.000Z"}

    assert seen(Pace(), 1000, "2026-11-21T23:00:00.000Z", **ended) == (10.0, 0.0)


@pytest.mark.parametrize("change", [{"stage": "gather"}, {"stage": "start"}])
def test_nobody_knows_the_end_while_ids_are_still_found(change: dict[str, str]) -> None:
    running = job(counts={"queued": 10, "done": 10})

    assert Pace().progress(running, harvest(**change), "2026-11-21T10:01:40.000Z").seconds_left is None


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "unknown"), (9.4, "9 s"), (200, "3 min 20 s"), (7500, "2 h 05 min"), (273_600, "3 d 4 h")],
)
def test_time_that_is_left_is_told_as_people_do(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text
