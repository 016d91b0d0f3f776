import gzip
from datetime import timedelta
from typing import Any

import pytest

from marquee.models.harvests import ArchiveState
from marquee.repositories.archive_states import ArchiveStates
from tests.fakes.exports import TODAY, YESTERDAY, HarvestCloud
from tests.unit.conftest import Cloud


@pytest.fixture
def harvests(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> HarvestCloud:
    return HarvestCloud(cloud, monkeypatch)


def test_first_harvest_queues_everything_listed_by_the_hundred(harvests: HarvestCloud) -> None:
    harvests.list_all(movie=range(1, 251), tv=range(1, 101), person=[7])

    job_id = harvests.harvest(mode="full", scope="exports")

    sent = harvests.sent()
    assert [(each.media_type, each.chunk, len(each.ids)) for each in sent] == [
        *[("movie", 0, 100), ("movie", 1, 100), ("movie", 2, 50)],
        *[("tv", 0, 100), ("person", 0, 1)],
    ]
    assert sent[1].ids == tuple(range(101, 201))
    assert {each.job_id for each in sent} == {job_id}
    assert {name: len(ids) for name, ids in harvests.known().items()} == {"movie": 250, "tv": 100, "person": 1}
    job = harvests.job(job_id)
    assert (job.kind, job.state, job.counts["queued"], job.counts["done"]) == ("archive", "running", 351, 0)
    assert harvests.progress(job_id).stage == "ended"


def test_differential_harvest_queues_what_is_new_has_changed_or_has_vanished(harvests: HarvestCloud) -> None:
    harvests.list_all(movie=range(1, 11))
    harvests.harvest(scope="exports")
    harvests.sent()
    tomorrow = TODAY + timedelta(days=1)
    for name in ("tv_series_ids", "person_ids"):
        harvests.source.publish(name, [], tomorrow)
    harvests.source.publish("movie_ids", [*range(1, 8), 9, 10, 11], tomorrow)
    harvests.source.change("movie", [2, 3, 500], TODAY)
    harvests.source.change("movie", [3], tomorrow)

    job_id = harvests.harvest(day=tomorrow, started_by="operator")

    assert harvests.sent_ids()["movie"] == {2, 3, 8, 11}
    assert set(harvests.known()["movie"]) == {*range(1, 12)} - {8}
    told = harvests.manifest(job_id)["types"]["movie"]
    assert {name: told[name] for name in ("new", "changed", "vanished", "queued", "known", "listed", "lines")} == {
        **{"new": 1, "changed": 2, "vanished": 1, "queued": 4, "known": 10, "listed": 10, "lines": 10},
    }


def test_harvest_that_finds_nothing_to_do_ends_at_once(harvests: HarvestCloud) -> None:
    harvests.list_all(movie=[1])
    harvests.harvest(scope="exports")
    harvests.sent()

    job_id = harvests.harvest(scope="exports")

    assert harvests.sent() == []
    job = harvests.job(job_id)
    assert (job.state, job.counts["queued"]) == ("succeeded", 0)
    assert job.finished_at
    assert harvests.manifest(job_id)["state"] == "succeeded"


def test_changes_alone_need_no_export_and_take_what_is_not_adult(harvests: HarvestCloud) -> None:
    harvests.source.change("movie", range(1, 205), YESTERDAY)
    harvests.source.change("movie", [300], adult=True)
    harvests.source.change("movie", [301], adult=None)

    harvests.harvest(scope="changes", media_types=["movie"])

    assert harvests.sent_ids()["movie"] == {*range(1, 205), 301}
    assert [label for label in harvests.source.asked if "ids" in label] == []
    assert harvests.source.asked[:3] == [f"movie {YESTERDAY} {page}" for page in (1, 2, 3)]


def test_missing_export_is_replaced_by_the_one_of_the_day_before_and_that_is_said(harvests: HarvestCloud) -> None:
    harvests.list_all()
    for name, ids in (("movie_ids", [1, 2]), ("adult_movie_ids", [])):
        del harvests.source.files[name, TODAY]
        harvests.source.publish(name, ids, YESTERDAY)

    job_id = harvests.harvest(scope="exports")

    assert harvests.sent_ids()["movie"] == {1, 2}
    assert (
        f"The export movie_ids of {TODAY} is not there; that of {YESTERDAY} is used."
        in harvests.manifest(job_id)["notes"]
    )
    assert ArchiveStates(harvests.operations).get("movie").exported == YESTERDAY


def test_harvest_without_any_export_fails_with_a_sentence_and_keeps_what_is_known(harvests: HarvestCloud) -> None:
    harvests.list_all(movie=[1, 2])
    del harvests.source.files["person_ids", TODAY]

    job_id = harvests.harvest(scope="exports")

    job = harvests.job(job_id)
    assert (job.state, job.counts["queued"], harvests.sent()) == ("failed", 0, [])
    assert job.errors == (f"There is no export person_ids, neither of {TODAY} nor of the day before.",)
    assert not any(harvests.known().values())
    harvests.source.publish("person_ids", [])
    assert harvests.job(harvests.harvest(scope="exports")).counts["queued"] == 2


def test_lines_that_cannot_be_read_are_counted_and_the_others_used(harvests: HarvestCloud) -> None:
    harvests.list_all()
    name = "Separ\u2028ated"
    lines = ['{"id":1,"popularity":3}', "{broken", "", f'{{"id":2,"name":"{name}"}}', '{"id":"x"}', '{"id":-4}', "[1]"]
    harvests.source.files["movie_ids", TODAY] = gzip.compress("\n".join(lines).encode())

    job_id = harvests.harvest(scope="exports")

    assert harvests.sent_ids()["movie"] == {1, 2}
    assert f"The export movie_ids of {TODAY} has 4 lines of 7 that cannot be read." in harvests.progress(job_id).notes


def test_filters_keep_what_is_adult_or_hardly_known_from_being_queued(harvests: HarvestCloud) -> None:
    harvests.list_all(movie=range(1, 4))
    harvests.source.publish("movie_ids", [1, 2], popularity=1.5)
    harvests.source.publish("adult_movie_ids", [9], adult=True, popularity=80)

    harvests.harvest(scope="exports", media_types=["movie"], minimum_popularity=1.6)
    assert harvests.sent_ids()["movie"] == set()

    harvests.harvest(scope="exports", media_types=["movie"], minimum_popularity=1.5, include_adult=True)
    assert harvests.sent_ids()["movie"] == {1, 2, 9}


def test_export_that_lost_most_of_its_ids_makes_nothing_vanish(harvests: HarvestCloud) -> None:
    harvests.list_all(movie=range(1, 101))
    harvests.harvest(scope="exports")
    harvests.sent()
    harvests.source.publish("movie_ids", range(1, 50))

    job_id = harvests.harvest(scope="exports")

    assert harvests.sent() == []
    assert len(harvests.known()["movie"]) == 100
    assert any("not taken for gone" in note for note in harvests.progress(job_id).notes)


def test_harvest_of_more_than_ten_days_is_refused_with_what_to_narrow(
    harvests: HarvestCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMDB_PER_SECOND", "0.0001")
    harvests.list_all(movie=range(1, 201))

    job = harvests.job(harvests.harvest(scope="exports"))

    assert job.state == "failed"
    assert "narrow the media types" in job.errors[0]
    assert harvests.sent() == []


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        pytest.param({"day": "2999-01-01"}, "has not begun yet", id="a day to come"),
        pytest.param({"end_date": "2999-01-01"}, "has not begun yet", id="changes to come"),
        pytest.param({"start_date": "2024-03-10", "end_date": "2024-03-09"}, "of no day", id="backwards"),
    ],
)
def test_days_that_cannot_be_harvested_are_refused(harvests: HarvestCloud, asked: dict[str, Any], reason: str) -> None:
    job = harvests.job(harvests.harvest(**asked))

    assert job.state == "failed"
    assert reason in job.errors[0]


def test_type_that_is_not_collected_here_is_refused(harvests: HarvestCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIA_TYPES", "movie,tv")

    job = harvests.job(harvests.harvest(media_types=["person"]))

    assert (job.state, job.errors) == ("failed", ("This environment collects movie, tv, not person.",))


def test_next_harvest_asks_for_changes_from_the_last_day_on(harvests: HarvestCloud) -> None:
    ArchiveStates(harvests.operations).put("movie", ArchiveState(changes_until=TODAY - timedelta(days=3)))

    harvests.harvest(scope="changes", media_types=["movie"])

    assert harvests.source.asked == [f"movie {TODAY - timedelta(days=n)} 1" for n in (3, 2, 1, 0)]
    assert ArchiveStates(harvests.operations).get("movie").changes_until == TODAY
