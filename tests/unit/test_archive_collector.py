"""What the collector makes of what TMDB says: objects, rows, tombstones, counts."""

import pytest

from marquee.models.archive import Kind
from tests.fakes.collecting import CollectingCloud
from tests.unit.conftest import Cloud


@pytest.fixture
def place(cloud: Cloud) -> CollectingCloud:
    return CollectingCloud(cloud)


def stored(place: CollectingCloud, kind: Kind, id: str) -> int:
    return len(list(place.store.versions(kind, id)))


def counts(place: CollectingCloud, *names: str) -> tuple[int, ...]:
    return tuple(place.job.counts.get(name, 0) for name in names)


def test_items_are_stored_with_their_rows_and_the_harvest_ends(place: CollectingCloud) -> None:
    place.tmdb.add("movie", 550, 551, vote_average=8, softcore=False, unheard_of={"kept": [1]})

    assert place.collect(place.queue("movie", 550, 551)) is None

    item = place.store.get("movie", "550")
    assert item.body == place.tmdb.items["movie", 550]
    assert (item.version.gone, len(item.version.sha256), item.version.bytes > 0) == (False, 64, True)
    assert [(row["id"], row["title"], row["gone"]) for row in place.rows("movie")] == [
        (550, "550", False),
        (551, "551", False),
    ]
    assert place.job.state == "succeeded"
    assert counts(place, "queued", "done", "stored", "failed", "calls") == (0, 2, 2, 0, 2)
    manifest = place.manifests.get(place.job_id)
    assert manifest
    assert (manifest["state"], manifest["counts"]) == ("succeeded", place.job.counts)


def test_unchanged_item_is_not_written_again_and_has_no_new_row(place: CollectingCloud) -> None:
    place.tmdb.add("person", 31, gender=2.0, popularity=8.1)
    place.collect(place.queue("person", 31))
    place.next_harvest()
    place.tmdb.items["person", 31] |= {"gender": 2, "popularity": 9.7}

    place.collect(place.queue("person", 31))

    assert stored(place, "person", "31") == 1
    body = place.store.get("person", "31").body
    assert body
    assert body["popularity"] == 8.1
    assert len(place.rows("person")) == 1
    assert counts(place, "done", "stored", "unchanged") == (1, 0, 1)


def test_changed_item_becomes_a_new_version_with_a_row_of_its_own(place: CollectingCloud) -> None:
    place.tmdb.add("movie", 550)
    place.collect(place.queue("movie", 550))
    place.next_harvest()
    place.tmdb.add("movie", 550, title="Changed")

    place.collect(place.queue("movie", 550))

    newest, oldest = place.store.versions("movie", "550")
    assert place.store.get("movie", "550", oldest.version_id).body == {"id": 550, "title": "550"}
    assert place.store.get("movie", "550").version.version_id == newest.version_id
    assert [row["title"] for row in place.rows("movie")] == ["550", "Changed"]


def test_seasons_are_stored_apart_from_their_series_with_their_episodes(place: CollectingCloud) -> None:
    place.tmdb.add_series(1396, 35)

    place.collect(place.queue("tv", 1396))

    series = place.store.get("tv", "1396").body
    season = place.store.get("season", "1396-35").body
    assert series
    assert len(series["seasons"]) == 35
    assert not [name for name in series if name.startswith("season/")]
    assert season == place.tmdb.items["tv", 1396]["season/35"]
    assert len(place.rows("season")) == len(place.rows("episode")) == 35
    assert {row["season_id"] for row in place.rows("episode")} == {f"1396-{number}" for number in range(1, 36)}
    # Nine seasons come with the series, and then twenty at a time.
    assert counts(place, "calls", "done", "stored") == (3, 1, 1)
    assert all(len(asked.split(",")) <= 20 for asked in place.tmdb.asked[1396])


def test_change_in_a_season_rewrites_only_that_season(place: CollectingCloud) -> None:
    place.tmdb.add_series(1396, 2)
    place.collect(place.queue("tv", 1396))
    place.next_harvest()
    place.tmdb.items["tv", 1396]["season/2"]["name"] = "The last one"

    place.collect(place.queue("tv", 1396))

    assert [stored(place, "tv", "1396"), stored(place, "season", "1396-1"), stored(place, "season", "1396-2")] == [
        *(1, 1, 2)
    ]
    assert [row["id"] for row in place.rows("season")] == ["1396-1", "1396-2", "1396-2"]
    assert counts(place, "stored") == (1,)


def test_season_that_its_series_no_longer_has_gets_a_tombstone(place: CollectingCloud) -> None:
    place.tmdb.add_series(1396, 3)
    place.tmdb.add_series(13960, 1)
    place.collect(place.queue("tv", 1396, 13960))
    place.next_harvest()
    place.tmdb.add_series(1396, 1)
    place.tmdb.items["tv", 1396]["season/0"] = {"season_number": 0, "episodes": []}

    place.collect(place.queue("tv", 1396))

    kept = {name: place.store.get("season", f"1396-{name}").version.gone for name in (0, 1, 2, 3)}
    assert kept == {0: False, 1: False, 2: True, 3: True}
    assert not place.store.get("season", "13960-1").version.gone
    assert [row["id"] for row in place.rows("season") if row["gone"]] == ["1396-2", "1396-3"]


def test_season_that_is_listed_and_does_not_come_is_neither_buried_nor_overlooked(place: CollectingCloud) -> None:
    place.tmdb.add_series(1396, 2)
    place.collect(place.queue("tv", 1396))
    place.next_harvest()
    place.tmdb.add_series(1396, 2, name="Changed")
    del place.tmdb.items["tv", 1396]["season/2"]

    assert place.collect(place.queue("tv", 1396))

    assert counts(place, "queued", "done") == (1, 0)
    assert stored(place, "tv", "1396") == 1
    assert not place.store.get("season", "1396-2").version.gone


@pytest.mark.parametrize("seasons", [None, "unreadable"])
def test_series_that_lists_no_seasons_at_all_buries_none(place: CollectingCloud, seasons: object) -> None:
    place.tmdb.add_series(1396, 2)
    place.collect(place.queue("tv", 1396))
    place.next_harvest()
    place.tmdb.add("tv", 1396, seasons=seasons)

    place.collect(place.queue("tv", 1396))

    assert place.store.seasons(1396) == ["1396-1", "1396-2"]


def test_item_that_is_gone_gets_one_tombstone_with_a_row(place: CollectingCloud) -> None:
    place.tmdb.add("movie", 550)
    place.collect(place.queue("movie", 550))
    del place.tmdb.items["movie", 550]
    for _ in range(2):
        place.next_harvest()
        place.collect(place.queue("movie", 550, 7))

    item = place.store.get("movie", "550")
    assert (item.body, item.version.gone, item.version.bytes) == (None, True, 0)
    assert stored(place, "movie", "550") == 2
    assert [(row["id"], row["gone"]) for row in place.rows("movie")] == [(550, False), (550, True)]
    assert (counts(place, "gone", "done", "failed"), place.job.state) == ((2, 2, 0), "succeeded")


def test_item_that_never_was_stored_and_is_gone_leaves_no_trace(place: CollectingCloud) -> None:
    place.collect(place.queue("movie", 7))
    assert (counts(place, "gone", "done", "failed"), place.job.state) == ((1, 1, 0), "succeeded")
    place.next_harvest()
    place.collect(place.queue("tv", 7))

    assert (counts(place, "gone", "done", "failed"), place.job.state) == ((1, 1, 0), "succeeded")
    assert (stored(place, "movie", "7"), stored(place, "tv", "7")) == (0, 0)
    assert (place.rows("movie"), place.rows("tv")) == ([], [])


def test_series_that_is_gone_takes_its_seasons_with_it(place: CollectingCloud) -> None:
    place.tmdb.add_series(1396, 2)
    place.collect(place.queue("tv", 1396))
    place.next_harvest()
    del place.tmdb.items["tv", 1396]

    place.collect(place.queue("tv", 1396))

    assert place.store.get("tv", "1396").version.gone
    assert [row["id"] for row in place.rows("season") if row["gone"]] == ["1396-1", "1396-2"]
    assert place.store.seasons(1396) == []


def test_item_that_comes_back_is_stored_again(place: CollectingCloud) -> None:
    place.tmdb.add("movie", 550)
    place.collect(place.queue("movie", 550))
    there = place.tmdb.items.pop(("movie", 550))
    place.next_harvest()
    place.collect(place.queue("movie", 550))
    place.next_harvest()
    place.tmdb.items["movie", 550] = there

    place.collect(place.queue("movie", 550))

    assert place.store.get("movie", "550").body
    assert [row["gone"] for row in place.rows("movie")] == [False, True, False]
