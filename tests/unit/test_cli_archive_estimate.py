"""What a harvest would take is told before it runs, from the same files and by the same rules."""

import json
from typing import Any

import pytest
from pyroaring import BitMap

from archive_harvester import stores
from cli import archive_estimate
from cli.archive_costs import MEASURED, Found, estimate
from cli.archive_estimate import said
from cli.archive_survey import FOLDER, Surveyor, sizes
from marquee import aws
from marquee.harvesting import HarvestRefused
from marquee.models.harvests import ArchiveState
from marquee.repositories.archive_states import ArchiveStates
from tests.fakes.archive_place import ArchivePlace
from tests.fakes.exports import BUCKET, TODAY, YESTERDAY, HarvestCloud
from tests.unit.conftest import Cloud

OUTPUTS = {"ArchiveBucket": BUCKET, "TmdbPerSecond": "40", "MediaTypes": "movie,tv,person"}


@pytest.fixture
def tmdb(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> HarvestCloud:
    """An environment that can be harvested, and whose harvests can be estimated."""
    found = HarvestCloud(cloud, monkeypatch)
    surveyor = Surveyor(stores.exports(), stores.changes(), found.ids, ArchiveStates(found.operations))
    monkeypatch.setattr(archive_estimate.Surveyor, "of", lambda place: surveyor)
    ArchivePlace(cloud, OUTPUTS).install(monkeypatch)
    return found


def run(tmdb: HarvestCloud, *options: str) -> dict[str, Any]:
    place = ArchivePlace(tmdb.cloud, OUTPUTS)
    found: dict[str, Any] = json.loads(place.run("estimate", "--day", str(TODAY), *options, "--json").stdout)
    return found


def figures(found: dict[str, Any]) -> dict[str, float]:
    return {each["what"]: each["high"] for each in found["figures"]}


def test_full_harvest_is_of_exactly_the_ids_that_are_then_queued(tmdb: HarvestCloud) -> None:
    tmdb.list_all(movie=range(1, 251), tv=range(1, 31), person=range(1, 6))

    found = run(tmdb, "--mode", "full", "--scope", "exports")
    tmdb.harvest(mode="full", scope="exports")

    queued = {kind: len(ids) for kind, ids in tmdb.sent_ids().items()}
    assert (
        {each["media_type"]: each["ids"] for each in found["types"]} == queued == {"movie": 250, "tv": 30, "person": 5}
    )
    assert (figures(found)["messages"], figures(found)["calls"]) == (5, 287)


def test_filters_hold_for_the_estimate_too(tmdb: HarvestCloud) -> None:
    tmdb.source.publish("movie_ids", range(1, 11), popularity=0.5)

    found = run(tmdb, "--types", "movie", "--mode", "full", "--scope", "exports", "--min-popularity", "1")

    assert figures(found)["ids"] == 0
    assert [each["media_type"] for each in found["types"]] == ["movie"]


def test_differential_harvest_is_of_what_is_new_and_at_most_of_what_has_changed(tmdb: HarvestCloud) -> None:
    tmdb.list_all(movie=range(1, 401))
    tmdb.harvest(mode="full", scope="exports", media_types=["movie"])
    tmdb.source.publish("movie_ids", range(1, 421))
    tmdb.source.change("movie", range(1, 131))
    tmdb.source.change("movie", range(1, 8), YESTERDAY)

    found = run(tmdb, "--types", "movie", "--from", str(YESTERDAY))

    (movies,) = found["types"]
    assert (movies["listed"], movies["changed"], movies["pages"]) == (20, 207, 3)
    assert figures(found)["calls"] == 20 + 207 + 3
    assert [label for label in tmdb.source.asked if label.startswith("movie 2")] == [
        f"movie {YESTERDAY} 1",
        f"movie {TODAY} 1",
    ]


@pytest.mark.parametrize("scope", ["changes", "both"])
def test_renewal_after_a_gap_or_none_is_of_the_ids_that_are_then_queued(tmdb: HarvestCloud, scope: str) -> None:
    tmdb.list_all(movie=range(1, 21))
    tmdb.source.publish("adult_movie_ids", [30])
    tmdb.ids.put_known("movie", BitMap([*range(1, 11), 30, 31]))
    state = ArchiveState(changes_until=TODAY, full_at="2024-01-01T00:00:00.000Z")
    ArchiveStates(tmdb.operations).put("movie", state)

    found = run(tmdb, "--types", "movie", "--scope", scope)
    tmdb.harvest(scope=scope, media_types=["movie"])

    queued = tmdb.sent_ids()["movie"]
    assert queued == {*range(1, 11 if scope == "changes" else 21), 30, 31}
    assert figures(found)["ids"] == len(queued)
    assert set(tmdb.known()["movie"]) == queued - {31}


def test_missing_export_is_told(tmdb: HarvestCloud) -> None:
    tmdb.source.publish("movie_ids", range(1, 11), YESTERDAY)

    found = run(tmdb, "--types", "movie", "--mode", "full", "--scope", "exports")

    assert figures(found)["ids"] == 10
    assert any(str(YESTERDAY) in note for note in found["notes"])
    with pytest.raises(HarvestRefused, match="no export tv_series_ids"):
        run(tmdb, "--types", "tv")


def test_nothing_is_changed_by_an_estimate(tmdb: HarvestCloud) -> None:
    tmdb.list_all(movie=range(1, 11))

    run(tmdb, "--types", "movie", "--mode", "full")

    assert tmdb.sent() == []
    assert {key for key, _ in tmdb.cloud.items(tmdb.operations)} <= {"governor:tmdb"}
    assert "Contents" not in aws.s3().list_objects_v2(Bucket=BUCKET)


def test_harvest_that_takes_too_long_is_told_with_what_to_narrow(
    tmdb: HarvestCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = Found("movie", "full", 40_000_000, 0, 0)
    monkeypatch.setattr(Surveyor, "survey", lambda self, request, media_type, day: many)

    found = run(tmdb, "--types", "movie")

    assert "narrow the media types" in found["notes"][0]


def test_figures_say_what_they_are_computed_from(tmdb: HarvestCloud) -> None:
    tmdb.list_all(movie=range(1, 11))

    shown = ArchivePlace(tmdb.cloud, OUTPUTS).run("estimate", "--day", str(TODAY), "--types", "movie").stdout

    for part in ("97% of 40 calls a second", "list prices of us-east-1", "104 recorded answers"):
        assert part in " ".join(shown.split())


def test_size_is_that_of_what_the_archive_holds_once_it_holds_enough(tmdb: HarvestCloud) -> None:
    for number in range(30):
        aws.s3().put_object(
            Bucket=BUCKET, Key=f"tmdb/movie/{FOLDER}/{number}{FOLDER}.pb.zst", Body=b"x" * (500 + number)
        )

    found = sizes(aws.s3(), BUCKET)

    assert (found["movie"].low, found["movie"].high) == (514.5, 514.5)
    assert "30 that the archive has" in found["movie"].basis
    assert found["tv"] == MEASURED["tv"]


def test_million_of_movies_takes_hours_and_a_few_dollars() -> None:
    movies = Found("movie", "full", 1_000_000, 0, 0)

    found = {each.what: each for each in estimate([movies], MEASURED, per_second=40, collectors=5)}

    assert found["messages"].high == 10_000
    assert found["time"].high == pytest.approx(1_000_000 / 38.8 / 3600)
    assert (found["storage"].low, found["storage"].high) == (1.671e9, 3.546e9)
    assert found["keeping"].high == pytest.approx(3.546 * 0.023)
    # A write and a look at each object, a row file a message; five collectors of 1 GB; the queue; the table.
    s3, functions = 1_010_000 * 5e-6 + 1_000_000 * 4e-7, 25_773 * 5 * 1.33334e-5
    assert found["collecting"].high == pytest.approx(s3 + functions, abs=0.15)


def test_series_count_with_their_seasons() -> None:
    series = Found("tv", "differential", 80, 20, 2)

    found = {each.what: each for each in estimate([series], MEASURED, per_second=40, collectors=1)}

    assert (found["ids"].low, found["ids"].high, found["calls"].high) == (80, 100, 107)
    assert found["storage"].low == 100 * (2462 + 360) + 200 * (8897 + 3120)


def test_figures_are_told_as_people_do() -> None:
    shown = {
        each.what: said(each)
        for each in estimate([Found("movie", "full", 1000, 500, 0)], MEASURED, per_second=40, collectors=5)
    }

    assert shown["ids"] == "1,000 to 1,500"
    assert shown["storage"] == "2.5 MB to 5.3 MB"
    assert shown["time"] == "0.01 hours"
