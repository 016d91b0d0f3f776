"""Which of the known ids are taken for gone, and which only cannot be seen from where a harvest looks."""

from datetime import date, timedelta

import pytest

from marquee.models.harvests import ArchiveState
from marquee.repositories.archive_states import ArchiveStates
from tests.fakes.exports import TODAY, YESTERDAY, HarvestCloud
from tests.unit.conftest import Cloud

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def harvests(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> HarvestCloud:
    return HarvestCloud(cloud, monkeypatch)


def publish(harvests: HarvestCloud, ids: range, day: date, adult: tuple[int, ...] = ()) -> None:
    """Publish the exports of series, whose lines do not say what is adult."""
    harvests.source.publish("tv_series_ids", ids, day)
    harvests.source.publish("adult_tv_series_ids", adult, day)


def test_adult_ids_stay_known_to_a_harvest_that_does_not_want_them(harvests: HarvestCloud) -> None:
    publish(harvests, range(1, 11), TODAY, adult=(90, 91))
    harvests.harvest(scope="exports", media_types=["tv"], include_adult=True)
    harvests.sent()
    publish(harvests, range(1, 12), TOMORROW, adult=(91, 92))

    harvests.harvest(scope="exports", media_types=["tv"], day=TOMORROW)

    assert harvests.sent_ids()["tv"] == {11, 90}
    assert set(harvests.known()["tv"]) == {*range(1, 12), 91}


def test_nothing_is_gone_while_the_adult_ids_are_not_to_be_had(harvests: HarvestCloud) -> None:
    publish(harvests, range(1, 11), TODAY, adult=(90,))
    harvests.harvest(scope="exports", media_types=["tv"], include_adult=True)
    harvests.sent()
    later = TODAY + timedelta(days=2)
    harvests.source.publish("tv_series_ids", range(2, 12), later)

    job_id = harvests.harvest(scope="exports", media_types=["tv"], day=later)

    assert harvests.sent_ids()["tv"] == {11}
    assert set(harvests.known()["tv"]) == {*range(1, 12), 90}
    assert (
        "tv: the export is without adult_tv_series_ids; what it does not list is not taken for gone."
        in harvests.progress(job_id).notes
    )


@pytest.mark.parametrize("day", [YESTERDAY, TODAY], ids=["a day gone by", "yesterday's in place of today's"])
def test_export_that_is_older_than_the_last_one_makes_nothing_vanish(harvests: HarvestCloud, day: date) -> None:
    publish(harvests, range(1, 11), TODAY)
    harvests.harvest(scope="exports", media_types=["tv"])
    harvests.sent()
    publish(harvests, range(1, 9), YESTERDAY)
    del harvests.source.files["tv_series_ids", TODAY]

    job_id = harvests.harvest(scope="exports", media_types=["tv"], day=day)

    assert harvests.sent() == []
    assert set(harvests.known()["tv"]) == {*range(1, 11)}
    assert (
        f"tv: the export is of {YESTERDAY}, ids are known up to {TODAY}; what it does not list is not taken for gone."
        in harvests.progress(job_id).notes
    )


def test_next_export_compares_again(harvests: HarvestCloud) -> None:
    publish(harvests, range(1, 11), TODAY)
    harvests.harvest(scope="exports", media_types=["tv"])
    publish(harvests, range(1, 9), YESTERDAY)
    harvests.harvest(scope="exports", media_types=["tv"], day=YESTERDAY)
    harvests.sent()
    publish(harvests, range(1, 10), TOMORROW)

    harvests.harvest(scope="exports", media_types=["tv"], day=TOMORROW)

    assert harvests.sent_ids()["tv"] == {10}
    assert set(harvests.known()["tv"]) == {*range(1, 10)}


def test_renewal_of_what_changes_alone_have_brought_lets_go_of_what_is_gone(harvests: HarvestCloud) -> None:
    harvests.source.change("tv", range(1, 11), YESTERDAY)
    harvests.harvest(scope="changes", media_types=["tv"], day=YESTERDAY)
    harvests.sent()
    ArchiveStates(harvests.operations).put(
        "tv", ArchiveState(changes_until=YESTERDAY, full_at="2024-01-01T00:00:00.000Z")
    )
    harvests.source.changed = {}
    harvests.source.change("tv", [3, 50])
    publish(harvests, range(2, 21), TODAY)

    harvests.harvest(scope="changes", media_types=["tv"])
    assert harvests.sent_ids()["tv"] == {*range(1, 11), 50}
    assert set(harvests.known()["tv"]) == {*range(2, 11), 50}

    harvests.harvest(scope="changes", media_types=["tv"])
    assert harvests.sent_ids()["tv"] == {3, 50}
