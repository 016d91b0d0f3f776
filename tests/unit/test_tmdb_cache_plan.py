from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from marquee.governor import TrafficClass
from marquee.models.reference import Genre
from marquee.models.tmdb_cache import CachedList, ListName
from marquee.models.viewers import ChosenPair
from marquee.tmdb_cache import PlannedList, fixed_names, label
from tmdb_cache_refresh.genres import MOVIE, TV, genre_lists, liked
from tmdb_cache_refresh.plan import RefreshRequest, outdated, plan

NOW = "2026-03-10T12:00:00.000Z"
WATCHABLE = {"watch_region": "GB", "with_watch_monetization_types": "flatrate|free|ads|rent|buy"}


def request(schedule_type: str, **more: object) -> RefreshRequest:
    return RefreshRequest.model_validate({"scheduleType": schedule_type, **more})


def pages(lists: list[PlannedList]) -> Counter[str]:
    return Counter({label(each.name): each.pages for each in lists})


def genres(*numbers: int) -> dict[str, int]:
    return dict(pages(list(genre_lists(numbers, ["GB"]))))


def test_daily_plan_is_r2s_table() -> None:
    assert [(each.path, each.parameters, each.pages) for each in plan(request("daily"), ["GB"], [], [], NOW)] == [
        ("movie/popular", {"region": "GB"}, 2),
        ("tv/popular", {}, 2),
        ("trending/movie/day", {}, 1),
        ("trending/tv/day", {}, 1),
        ("trending/all/day", {}, 1),
    ]


def test_weekly_plan_is_r2s_table() -> None:
    lists = plan(request("weekly"), ["GB"], [], [], NOW)

    gems = {"vote_average.gte": "7.2", "vote_count.gte": "50", "vote_count.lte": "1500"}
    assert pages(lists).total() == 14
    assert (lists[0].path, dict(lists[0].parameters)) == (
        "discover/movie",
        {"with_genres": "18", "sort_by": "popularity.desc", **WATCHABLE},
    )
    assert [(each.path, dict(each.parameters)) for each in lists[-4:]] == [
        ("discover/movie", {**gems, "sort_by": "vote_average.desc", **WATCHABLE}),
        ("discover/tv", {**gems, "sort_by": "vote_average.desc", **WATCHABLE}),
        *(
            (path, {"vote_average.gte": "8", "vote_count.gte": "5000", "sort_by": "vote_count.desc", **WATCHABLE})
            for path in ("discover/movie", "discover/tv")
        ),
    ]


@pytest.mark.parametrize(("schedule", "calls"), [("daily", 9), ("weekly", 28), ("full", 37)])
def test_second_region_repeats_the_lists_by_country_alone(schedule: str, calls: int) -> None:
    lists = plan(request(schedule), ["GB", "US"], [], [], NOW)

    assert pages(lists).total() == calls
    assert len({each.name for each in lists}) == len(lists)


def test_fixed_lists_are_the_plan_without_genres() -> None:
    lists = plan(request("full"), ["GB", "US"], [], [], NOW)

    assert {each.name for each in lists if not each.name.category.startswith("genre_")} == set(
        fixed_names(["GB", "US"])
    )


def test_missing_lists_are_filled_with_one_page_each_for_the_viewer_who_waits() -> None:
    wanted = request("full", only_missing=True)
    failed, old = ListName("popular", "movie", "GB"), ListName("popular", "tv")
    stored = [CachedList(failed, failure="tmdb: down"), CachedList(old, (), "2026-01-01T00:00:00.000Z", "world@1")]

    lists = plan(wanted, ["GB"], [], stored, NOW)

    assert failed in {each.name for each in lists}
    assert old not in {each.name for each in lists}
    assert {each.pages for each in lists} == {1}
    assert (wanted.traffic, request("full").traffic) == (TrafficClass.VIEWER, TrafficClass.SCHEDULED)


@pytest.mark.parametrize("event", [{}, {"scheduleType": "monthly"}, {"scheduleType": None}])
def test_unknown_schedule_is_refused_by_name(event: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="scheduleType"):
        RefreshRequest.model_validate(event)


def test_genres_of_most_viewers_come_first() -> None:
    chosen = [("1", "7", 3), ("2", "7", 4), ("1", "4", 6), ("2", "28", 9), ("1", "12", 6), ("1", "99", 50)]
    reference = [("4", 35), ("7", 18), ("12", 10402), ("28", None), ("5", 80)]

    found = liked(
        [ChosenPair(source_id=source, genre_id=genre, viewers=viewers) for source, genre, viewers in chosen],
        [Genre(id=number, name=number, tmdb_id=tmdb_id) for number, tmdb_id in reference],
    )

    assert found == [18, 35, 10402]


def test_genre_common_to_both_types_has_a_page_of_each() -> None:
    assert genres(9648)["genre_9648#movie#GB"] == genres(9648)["genre_9648#tv#GB"] == 1


def test_genre_of_movies_has_its_counterpart_on_television() -> None:
    assert {"genre_878#movie#GB": 1, "genre_10765#tv#GB": 1}.items() <= genres(878).items()
    assert {"genre_10752#movie#GB": 1, "genre_10768#tv#GB": 1}.items() <= genres(10768).items()


def test_genre_of_one_type_has_two_pages_of_that() -> None:
    found = genres(10762, 53)

    assert {"genre_10762#tv#GB": 2, "genre_53#movie#GB": 2}.items() <= found.items()
    assert not {"genre_10762#movie#GB", "genre_53#tv#GB"} & found.keys()


def test_genre_whose_counterpart_is_taken_has_two_pages_of_its_own() -> None:
    assert {"genre_28#movie#GB": 1, "genre_10759#tv#GB": 1, "genre_12#movie#GB": 2}.items() <= genres(28, 12).items()


def test_genre_that_is_there_already_makes_room_for_the_next() -> None:
    found = genres(28, 12, 10759)

    assert [name for name in found if "10759" in name] == ["genre_10759#tv#GB"]
    assert sum(found.values()) == 10


@given(st.lists(st.sampled_from([*MOVIE, *TV, 4711]), unique=True, max_size=27))
def test_there_are_always_ten_pages_of_genres_that_exist(numbers: list[int]) -> None:
    lists = list(genre_lists(numbers, ["GB"]))

    assert pages(lists).total() == 10
    assert len({each.name for each in lists}) == len(lists)
    for each in lists:
        assert int(each.name.category.removeprefix("genre_")) in (MOVIE if each.name.media_type == "movie" else TV)


def test_genres_that_left_the_plan_go_only_after_the_new_ones_are_there() -> None:
    left, kept = ListName("genre_53", "movie", "GB"), ListName("genre_18", "movie", "GB")
    stored = [CachedList(left), CachedList(kept), CachedList(ListName("popular", "tv"))]
    lists = plan(request("weekly"), ["GB"], [], stored, NOW)

    assert outdated(request("weekly"), lists, [], stored) == [left]
    assert outdated(request("weekly"), lists, [ListName("hidden_gems", "tv", "GB")], stored) == [left]
    assert outdated(request("weekly"), lists, [kept], stored) == []
    assert outdated(request("daily"), [], [], stored) == []
    assert outdated(request("full", only_missing=True), lists[:1], [], stored) == []
