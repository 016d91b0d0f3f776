from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import ValidationError

from marquee.models.jobs import Job
from marquee.models.reference import Genre
from marquee.models.tmdb_cache import CachedList
from marquee.models.viewers import Preferences
from marquee.repositories.tmdb_cache import TmdbCache
from marquee.tmdb_cache import label
from tests.fakes.tmdb import refusal
from tests.fakes.tmdb_lists import FakeTmdbLists, row
from tests.unit.conftest import Cloud, FakeContext
from tmdb_cache_refresh import handler

WATCHABLE = "watch_region={}&with_watch_monetization_types=flatrate|free|ads|rent|buy"
DAILY = [
    *("movie/popular?page=1&region=GB", "movie/popular?page=2&region=GB", "tv/popular?page=1", "tv/popular?page=2"),
    *("trending/movie/day?page=1", "trending/tv/day?page=1", "trending/all/day?page=1"),
]


@dataclass
class FiveMinutes(FakeContext):
    def get_remaining_time_in_millis(self) -> int:
        return 300_000


@pytest.fixture
def tmdb(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> FakeTmdbLists:
    fake = FakeTmdbLists()
    client, governor, _ = fake.connect(cloud.operations)
    monkeypatch.setattr(handler, "tmdb", lambda: client)
    monkeypatch.setattr(handler, "tmdb_governor", lambda: governor)
    handler.jobs.cache_clear()
    return fake


def run(schedule: str, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = handler.lambda_handler({"scheduleType": schedule, **more}, FiveMinutes())  # type: ignore[arg-type]
    return answer


def job(cloud: Cloud, answer: dict[str, Any]) -> Job:
    found = cloud.jobs.get(answer["job_id"])
    assert found is not None
    return found


def lists(cloud: Cloud, *regions: str) -> dict[str, CachedList]:
    return {label(each.name): each for each in TmdbCache(cloud.tmdb_cache).lists(regions or ["GB"])}


def rows(cloud: Cloud) -> dict[tuple[str, str], Any]:
    return {key: each for key, each in cloud.items(cloud.tmdb_cache).items() if key[0] != "current"}


@pytest.fixture
def weekly(cloud: Cloud, tmdb: FakeTmdbLists) -> None:
    """The lists of the week are there."""
    run("weekly")
    tmdb.asked.clear()


@pytest.mark.usefixtures("weekly")
def test_daily_run_makes_exactly_the_calls_of_r2s_table(cloud: Cloud, tmdb: FakeTmdbLists) -> None:
    counts = run("daily")["counts"]

    assert sorted(tmdb.asked) == sorted(DAILY)
    assert {name: counts[name] for name in ("pages", "calls", "calls_failed", "items", "items_written")} == {
        "pages": 7,
        "calls": 7,
        "calls_failed": 0,
        "items": 140,
        "items_written": 140,
    }
    daily = ("popular", "trending")
    assert {name: len(each.items) for name, each in lists(cloud).items() if name.startswith(daily)} == {
        "popular#movie#GB": 40,
        "popular#tv#world": 40,
        "trending#movie#world": 20,
        "trending#tv#world": 20,
        "trending#all#world": 20,
    }


def test_daily_run_makes_up_for_a_weekly_list_that_failed(cloud: Cloud, tmdb: FakeTmdbLists) -> None:
    tmdb.fault = lambda asked: refusal(401, 7, "Invalid API key.") if "vote_count.gte=5000" in asked else None
    failed = run("weekly")
    tmdb.fault = lambda asked: None
    tmdb.asked.clear()

    made_up = run("daily")

    assert job(cloud, failed).counts["failed"] == 2
    assert sorted(tmdb.asked)[:2] == sorted(each for each in tmdb.asked if each.startswith("discover"))
    assert made_up["counts"]["calls"] == 9
    assert all(each.items and each.failure is None for each in lists(cloud).values())
    assert run("daily")["counts"]["calls"] == 7


def test_weekly_run_makes_exactly_the_calls_of_r2s_table(cloud: Cloud, tmdb: FakeTmdbLists) -> None:
    counts = run("weekly")["counts"]

    here = WATCHABLE.format("GB")
    genres = [("movie", 18), ("tv", 18), ("movie", 35), ("tv", 35), ("movie", 80), ("tv", 80)]
    genres += [("movie", 28), ("tv", 10759), ("movie", 99), ("tv", 99)]
    votes = "vote_average.gte=7.2&vote_count.gte=50&vote_count.lte=1500"
    assert sorted(tmdb.asked) == sorted(
        [
            *(f"discover/{kind}?page=1&sort_by=popularity.desc&{here.replace('&', f'&with_genres={number}&')}"
              for kind, number in genres),
            *(f"discover/{kind}?page=1&sort_by=vote_average.desc&{votes}&{here}" for kind in ("movie", "tv")),
            *(f"discover/{kind}?page=1&sort_by=vote_count.desc&vote_average.gte=8&vote_count.gte=5000&{here}"
              for kind in ("movie", "tv")),
        ]
    )  # fmt: skip
    assert (counts["pages"], counts["calls"], counts["items"], counts["done"]) == (14, 14, 280, 14)


@pytest.mark.parametrize(("schedule", "calls"), [("weekly", 28), ("full", 37)])
def test_lists_by_country_are_asked_for_once_per_region(
    cloud: Cloud, tmdb: FakeTmdbLists, monkeypatch: pytest.MonkeyPatch, schedule: str, calls: int
) -> None:
    monkeypatch.setenv("REGIONS", "GB,US")

    assert run(schedule)["counts"]["calls"] == calls

    assert set(Counter(tmdb.asked).values()) == {1}
    assert {name.split("#")[2] for name in lists(cloud, "GB", "US")} >= {"GB", "US"}


def choose(cloud: Cloud, viewer: str, *genres: str, services: tuple[str, ...] = ("203",)) -> None:
    cloud.viewers.replace_preferences(viewer, Preferences(sources=services, genres=genres))
    cloud.viewers.recount(viewer)


def test_genres_are_those_that_most_viewers_chose(cloud: Cloud, tmdb: FakeTmdbLists) -> None:
    tmdb_ids = {"11": 27, "3": 16, "4": 37, "5": 36, "6": 53, "7": 878}
    cloud.reference.reconcile_genres([Genre(id=each, name=each, tmdb_id=tmdb_id) for each, tmdb_id in tmdb_ids.items()])
    # One has many services; the five others' genres have more viewers.
    choose(cloud, "ada", "7", services=("203", "26", "387", "372"))
    for viewer in ("ben", "eve"):
        choose(cloud, viewer, "11", "3", "4", "5", "6")

    run("weekly")

    kept = {name: len(each.items) for name, each in lists(cloud).items() if name.startswith("genre_")}
    assert kept == {
        **{"genre_27#movie#GB": 40, "genre_36#movie#GB": 40, "genre_53#movie#GB": 40},
        **{f"genre_{number}#{kind}#GB": 20 for number in (16, 37) for kind in ("movie", "tv")},
    }


def test_second_run_writes_only_pointers(cloud: Cloud, tmdb: FakeTmdbLists) -> None:
    run("full")
    before = rows(cloud)

    counts = run("full")["counts"]

    assert (counts["items_written"], counts["items_unchanged"]) == (0, 420)
    assert rows(cloud) == before


@pytest.mark.usefixtures("weekly")
def test_one_changed_title_is_one_row(cloud: Cloud, tmdb: FakeTmdbLists) -> None:
    run("daily")
    before = rows(cloud)
    tmdb.rows("tv/popular?page=2")[3]["title"] = "Told anew"

    assert run("daily")["counts"]["items_written"] == 1

    assert len(rows(cloud)) == len(before) + 1
    assert lists(cloud)["popular#tv#world"].items[23].title == "Told anew"


@pytest.mark.usefixtures("weekly")
def test_titles_that_change_places_are_two_rows(cloud: Cloud, tmdb: FakeTmdbLists) -> None:
    run("daily")
    titles = tmdb.rows("trending/all/day?page=1")
    titles[0], titles[1] = titles[1], titles[0]

    assert run("daily")["counts"]["items_written"] == 2
    assert lists(cloud)["trending#all#world"].items[0].content_id == str(titles[0]["id"])


@pytest.mark.usefixtures("weekly")
def test_only_titles_that_can_be_shown_are_cached_and_each_once(cloud: Cloud, tmdb: FakeTmdbLists) -> None:
    mixed = [
        row(1, media_type="movie", popularity=3, vote_average=8, genre_ids=None, adult=None),
        row(2, media_type="person"),
        {"id": 3, "media_type": "tv", "name": "Series", "first_air_date": "2020-02-02", "overview": ""},
        row(4, media_type="movie", adult=True),
        {"id": 5, "media_type": "movie"},
        "nonsense",
        row(1, media_type="tv"),
        row(1, media_type="movie"),
    ]
    tmdb.pages["trending/all/day?page=1"] = mixed
    tmdb.pages["tv/popular?page=2"] = [*tmdb.rows("tv/popular?page=1")[-2:], row(77)]

    answer = run("daily")

    found = lists(cloud)
    assert [(each.rank, each.cache_key) for each in found["trending#all#world"].items] == [
        (1, "trending#movie#1"),
        (2, "trending#tv#3"),
        (3, "trending#tv#1"),
    ]
    series = found["trending#all#world"].items[1]
    assert (series.title, series.release_date, series.overview) == ("Series", "2020-02-02", None)
    assert [each.rank for each in found["popular#tv#world"].items] == list(range(1, 22))
    assert found["popular#tv#world"].items[-1].cache_key == "popular#tv#77"
    assert answer["counts"]["items_failed"] == 2
    assert job(cloud, answer).state == "succeeded"


@pytest.mark.usefixtures("weekly")
def test_job_has_a_part_for_each_list(cloud: Cloud, tmdb: FakeTmdbLists) -> None:
    answer = run("daily", started_by="ada")

    found = job(cloud, answer)
    assert (found.kind, found.state, found.started_by) == ("tmdb_cache", "succeeded", "ada")
    assert found.input["scheduleType"] == "daily"
    parts = {sk for pk, sk in cloud.items(cloud.operations) if pk == f"job:{answer['job_id']}" and sk != "record"}
    assert parts == {f"part:{name}" for name in lists(cloud) if name.startswith(("popular", "trending"))}
    assert found.counts == answer["counts"]


def test_unknown_schedule_starts_no_job(cloud: Cloud, tmdb: FakeTmdbLists) -> None:
    with pytest.raises(ValidationError, match="scheduleType"):
        run("hourly")

    assert cloud.items(cloud.operations) == {}
    assert tmdb.asked == []


def test_viewer_has_only_the_missing_lists_fetched(cloud: Cloud, tmdb: FakeTmdbLists) -> None:
    run("weekly")
    tmdb.asked.clear()

    counts = run("full", only_missing=True, started_by="viewer")["counts"]

    assert sorted(tmdb.asked) == sorted(each for each in DAILY if "page=1" in each)
    assert (counts["pages"], counts["lists_dropped"]) == (5, 0)
    assert run("full", only_missing=True)["counts"]["calls"] == 0


def test_genres_that_left_the_plan_are_dropped_by_the_next_weekly_run(cloud: Cloud, tmdb: FakeTmdbLists) -> None:
    run("full")
    cloud.reference.reconcile_genres([Genre(id="11", name="Horror", tmdb_id=27)])
    choose(cloud, "v", "11")

    assert run("daily")["counts"]["lists_dropped"] == 0
    tmdb.fault = lambda asked: refusal(401, 7, "Invalid API key.") if "with_genres=27" in asked else None
    assert run("weekly")["counts"]["lists_dropped"] == 0
    tmdb.fault = lambda asked: None
    assert run("weekly")["counts"]["lists_dropped"] == 2

    assert "genre_27#movie#GB" in lists(cloud)
    assert not {"genre_99#movie#GB", "genre_99#tv#GB"} & lists(cloud).keys()


def test_run_that_an_operator_has_started_is_done_under_its_own_job(cloud: Cloud, tmdb: FakeTmdbLists) -> None:
    job_id = cloud.jobs.start(
        "tmdb_cache", started_by="cli:ann", input={"scheduleType": "daily"}, lock="tmdb_cache:daily"
    )

    answer = run("daily", started_by="cli:ann", job_id=job_id)

    assert answer["job_id"] == job_id
    assert (job(cloud, answer).state, job(cloud, answer).started_by) == ("succeeded", "cli:ann")
