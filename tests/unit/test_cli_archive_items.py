"""What the archive has of an item, its versions, what has changed in it, the manifests and the dictionaries."""

import json
import random
from typing import Any

import pytest

from cli.archive_diff import changes
from cli.errors import OperatorError
from marquee.archive import fingerprint
from marquee.errors import NotFound
from marquee.models.archive import Kind
from marquee.repositories.archive import ArchiveStore
from marquee.repositories.archive_dictionaries import DictionaryStore
from marquee.repositories.manifests import Manifests
from tests.fakes.archive_place import BUCKET, ArchivePlace
from tests.unit.conftest import Cloud

CREW = [{"credit_id": "c-1", "id": 7, "name": "Ann"}, {"credit_id": "c-2", "id": 7, "name": "Ann"}]
FILM: dict[str, Any] = {
    "id": 603,
    "title": "The Film",
    "genres": [{"id": 80, "name": "Crime"}],
    "vote_average": 8,
    "credits": {"cast": [], "crew": CREW},
}


@pytest.fixture
def place(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> ArchivePlace:
    return ArchivePlace.within(cloud, monkeypatch)


@pytest.fixture
def archive(place: ArchivePlace) -> ArchiveStore:
    return ArchiveStore(place.s3, BUCKET)


def keep(archive: ArchiveStore, body: dict[str, Any], day: int, kind: Kind = "movie", id: str = "603") -> None:
    at = f"2026-11-{day:02}T10:00:00.000Z"
    over = archive.standing(kind, id)
    archive.put(kind, id, body, sha256=fingerprint.body_hash(body), collected_at=at, over=over)


def test_item_is_shown_with_its_facts(place: ArchivePlace, archive: ArchiveStore) -> None:
    keep(archive, FILM, 20)

    shown = place.run("get", "movie", "603").stdout

    assert "The Film" in shown
    assert "Crime" in shown


def test_json_has_everything_that_was_collected(place: ArchivePlace, archive: ArchiveStore) -> None:
    keep(archive, FILM, 20)

    found = json.loads(place.run("get", "movie", "603", "--json").stdout)

    assert (found["kind"], found["id"], found["body"]) == ("movie", "603", FILM)


def test_season_is_an_item_of_its_own(place: ArchivePlace, archive: ArchiveStore) -> None:
    season = {"id": 9, "season_number": 2, "name": "Season 2", "episodes": []}
    keep(archive, season, 20, "season", "1396-2")

    assert json.loads(place.run("get", "tv", "1396", "--season", "2", "--json").stdout)["body"] == season
    assert "Season 2" in place.run("get", "tv", "1396", "--season", "2").stdout
    assert place.run("get", "movie", "603", "--season", "2").exit_code == 2


def test_earlier_version_is_shown_by_number_and_by_id(place: ArchivePlace, archive: ArchiveStore) -> None:
    for day, title in ((19, "First"), (20, "Second"), (21, "Third")):
        keep(archive, {**FILM, "title": title}, day)

    listed = json.loads(place.run("versions", "movie", "603", "--json").stdout)
    named = ("1", listed[1]["version_id"])

    assert [each["collected_at"][:10] for each in listed] == ["2026-11-21", "2026-11-20", "2026-11-19"]
    assert [each["is_latest"] for each in listed] == [True, False, False]
    found = [json.loads(place.run("get", "movie", "603", "--version", each, "--json").stdout) for each in named]
    assert [each["body"]["title"] for each in found] == ["Second", "Second"]
    assert place.run("versions", "movie", "603", "--limit", "2").stdout.count("2026-11-") == 2


def test_tombstone_is_told_as_such(place: ArchivePlace, archive: ArchiveStore) -> None:
    keep(archive, FILM, 20)
    archive.bury("movie", "603", collected_at="2026-11-21T10:00:00.000Z", over=archive.standing("movie", "603"))

    assert "TMDB had no movie 603 any more" in place.run("get", "movie", "603").stdout
    assert json.loads(place.run("get", "movie", "603", "--json").stdout)["body"] is None
    assert "gone" in place.run("versions", "movie", "603").stdout
    with pytest.raises(OperatorError, match="TMDB had no movie 603 on 2026-11-21"):
        place.run("diff", "movie", "603")


def test_difference_is_between_the_newest_and_the_one_before(place: ArchivePlace, archive: ArchiveStore) -> None:
    keep(archive, {**FILM, "title": "Long ago"}, 18)
    keep(archive, FILM, 19)
    keep(archive, {**FILM, "title": "[The Film]", "runtime": 99}, 20)

    found = json.loads(place.run("diff", "movie", "603", "--json").stdout)

    added = {"path": ["runtime"], "change": "added", "old": None, "new": 99}
    assert found == [added, {"path": ["title"], "change": "changed", "old": "The Film", "new": "[The Film]"}]
    assert "[The Film]" in place.run("diff", "movie", "603").stdout
    assert "Long ago" in place.run("diff", "movie", "603", "2", "0").stdout
    assert "Nothing differs" in place.run("diff", "movie", "603", "0", "0").stdout


def test_what_there_is_not_is_said(place: ArchivePlace, archive: ArchiveStore) -> None:
    with pytest.raises(NotFound, match="no movie 603"):
        place.run("get", "movie", "603")
    with pytest.raises(OperatorError, match="no movie 603"):
        place.run("versions", "movie", "603")
    keep(archive, FILM, 20)
    with pytest.raises(OperatorError, match="no 2 versions of movie 603"):
        place.run("diff", "movie", "603")


def test_objects_of_a_list_are_told_apart_by_their_ids() -> None:
    new = {**FILM, "credits": {"cast": [], "crew": [{**CREW[1], "name": "Anna"}]}, "vote_average": 8.0}

    paths = [(each.place, each.change) for each in changes(FILM, new)]

    assert paths == [("credits › crew › c-1", "removed"), ("credits › crew › c-2 › name", "changed")]


def test_lists_without_names_are_compared_by_place() -> None:
    found = changes({"a": [1, 2], "b": [{"id": 1}, {"id": 1}]}, {"a": [1, 3], "b": [{"id": 1}, {"id": 2}]})

    assert [(each.place, each.change) for each in found if each.path[0] == "a"] == [("a › 1", "changed")]
    assert any(each.path[0] == "b" for each in found)


def test_null_is_told_from_what_is_not_there() -> None:
    assert [each.change for each in changes({"a": None, "b": 1}, {"a": ""})] == ["changed", "removed"]


def test_manifests_are_listed_the_newest_first(place: ArchivePlace) -> None:
    kept = Manifests(place.s3, BUCKET)
    for number in range(1, 4):
        request = {"mode": "full", "scope": "both"}
        known = {"job_id": f"2026112{number}T000000-a", "state": "succeeded", "request": request, "day": "2026-11-21"}
        kept.put(f"2026112{number}T000000-a", {**known, "counts": {"done": 1000 * number}})

    found = json.loads(place.run("manifests", "--limit", "2", "--json").stdout)

    assert [each["job_id"] for each in found] == ["20261123T000000-a", "20261122T000000-a"]
    assert "3,000" in place.run("manifests").stdout
    assert json.loads(place.run("manifests", "20261121T000000-a", "--json").stdout)["counts"] == {"done": 1000}
    with pytest.raises(OperatorError, match="no manifest of a harvest 'x'"):
        place.run("manifests", "x")


def test_dictionary_that_saves_bytes_is_used_and_leaves_the_rest_readable(
    place: ArchivePlace, archive: ArchiveStore
) -> None:
    chance = random.Random(1)
    words = [f"{chance.randrange(16**12):012x}" for _ in range(400)]
    for number in range(1, 301):
        body = {**FILM, "id": number, "overview": " ".join(chance.sample(words, 60))}
        keep(archive, body, 20, id=str(number))
    shipped = DictionaryStore(place.s3, BUCKET).current("tv")

    found = json.loads(place.run("train", "movie", "--json").stdout)
    again = DictionaryStore(place.s3, BUCKET)

    assert found["used"]
    assert found["after"] < found["before"]
    assert again.current("movie") == again.find(found["dictionary_id"])
    assert again.current("tv") == shipped
    keep(archive := ArchiveStore(place.s3, BUCKET), FILM, 21)
    assert [archive.get("movie", id).body is None for id in ("1", "603")] == [False, False]


def test_archive_that_is_too_small_trains_nothing(place: ArchivePlace, archive: ArchiveStore) -> None:
    keep(archive, FILM, 20)

    with pytest.raises(OperatorError, match="1 movie to learn from; it takes 100"):
        place.run("train", "movie")
