from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from marquee import clock
from marquee.models.reference import Genre
from marquee.models.tmdb_cache import CachedList, ListName
from marquee.models.viewers import ChosenPair
from marquee.tmdb_cache import PlannedList, daily_lists, fixed_names, label
from marquee.traffic import TrafficClass
from tmdb_cache_refresh.genres import MOVIE, TV, genre_lists, liked
from tmdb_cache_refresh.plan import RefreshRequest, plan

NOW = "2026-03-10T12:00:00.000Z"
WATCHABLE = {"watch_region": "GB", "with_watch_monetization_types": "flatrate|free|ads|rent|buy"}


def request(schedule_type: str, **more: object) -> RefreshRequest:
    return RefreshRequest.model_validate({"scheduleType": schedule_type, **more})


def pages(lists: Iterable[PlannedList]) -> Counter[str]:
    return Counter({label(each.name): each.pages for each in lists})


def genres(*numbers: int) -> dict[str, int]:
    return dict(pages(list(genre_lists(numbers, ["GB"]))))


def test_daily_plan_is_r2s_table() -> None:
    lists = plan(request("daily"), ["GB"], [], list(week().values()), NOW).lists

    assert [(each.path, each.parameters, each.pages) for each in lists] == [
        ("movie/popular", {"region": "GB"}, 2),
        ("tv/popular", {}, 2),
        ("trending/movie/day", {}, 1),
        ("trending/tv/day", {}, 1),
        ("trending/all/day", {}, 1),
    ]


def test_weekly_plan_is_r2s_table() -> None:
    lists = plan(request("weekly"), ["GB"], [], [], NOW).lists

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


@pytest.mark.parametrize(("schedule", "calls"), [("weekly", 28), ("full", 37)])
def test_second_region_repeats_the_lists_by_country_alone(schedule: str, calls: int) -> None:
    lists = plan(request(schedule), ["GB", "US"], [], [], NOW).lists

    assert pages(lists).total() == calls
    assert len({each.name for each in lists}) == len(lists)


def test_fixed_lists_are_the_plan_without_genres() -> None:
    lists = plan(request("full"), ["GB", "US"], [], [], NOW).lists

    assert {each.name for each in lists if not each.name.category.startswith("genre_")} == set(
        fixed_names(["GB", "US"])
    )


def test_missing_lists_are_filled_with_one_page_each_for_the_viewer_who_waits() -> None:
    wanted = request("full", only_missing=True)
    failed, old = ListName("popular", "movie", "GB"), ListName("popular", "tv")
    stored = [CachedList(failed, failure="tmdb: down"), CachedList(old, (), "2026-01-01T00:00:00.000Z", "world@1")]

    filled, renewed = plan(wanted, ["GB"], [], stored, NOW), plan(request("full"), ["GB"], [], stored, NOW)

    assert failed in {each.name for each in filled.lists}
    assert old not in {each.name for each in filled.lists}
    assert {each.pages for each in filled.lists} == {1}
    assert (filled.traffic, renewed.traffic) == (TrafficClass.VIEWER, TrafficClass.SCHEDULED)


@pytest.mark.parametrize("event", [{}, {"scheduleType": "monthly"}, {"scheduleType": None}])
def test_unknown_schedule_is_refused_by_name(event: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="scheduleType"):
        RefreshRequest.model_validate(event)


def test_genres_of_most_viewers_come_first() -> None:
    chosen = [("1", "7", 3), ("2", "7", 4), ("1", "4", 6), ("2", "28", 9), ("1", "12", 6), ("1", "99", 50)]

    assert most_liked(chosen) == [35, 10402, 18]


def test_viewer_of_many_services_does_not_outvote_several_of_one() -> None:
    of_one_viewer = [(str(service), "7", 1) for service in range(1, 8)]

    assert most_liked([*of_one_viewer, ("1", "4", 2)]) == [35, 18]


def most_liked(chosen: list[tuple[str, str, int]]) -> list[int]:
    """Return the order of genres that (service, genre, viewers) lead to."""
    reference = [("4", 35), ("7", 18), ("12", 10402), ("28", None), ("5", 80)]
    return liked(
        [ChosenPair(source_id=source, genre_id=genre, viewers=viewers) for source, genre, viewers in chosen],
        [Genre(id=number, name=number, tmdb_id=tmdb_id) for number, tmdb_id in reference],
    )


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


def checked(name: ListName, days: float, **more: str) -> CachedList:
    """Return a list that TMDB said in full some days before NOW."""
    return CachedList(name, (), clock.timestamp(clock.parse(NOW) - timedelta(days=days)), "GB@1", **more)


def week(days: float = 2) -> dict[ListName, CachedList]:
    """Return the lists of a weekly run some days before NOW, when no viewer had chosen a genre."""
    return {each.name: checked(each.name, days) for each in plan(request("weekly"), ["GB"], [], [], NOW).lists}


def made_up_for(stored: dict[ListName, CachedList], *liked: int) -> set[ListName]:
    """Return what a daily run fetches beside the daily lists."""
    lists = plan(request("daily"), ["GB"], liked, list(stored.values()), NOW).lists
    return {each.name for each in lists} - {each.name for each in daily_lists(["GB"])}


def test_daily_run_fetches_the_weekly_lists_whose_last_attempt_failed() -> None:
    gems, drama = ListName("hidden_gems", "tv", "GB"), ListName("genre_18", "movie", "GB")
    stored = week() | {
        gems: checked(gems, 2, failure="tmdb: down"),
        drama: CachedList(drama, failure="tmdb: down"),
    }

    assert made_up_for(stored) == {gems, drama}
    assert made_up_for(week()) == set()


@pytest.mark.parametrize(
    ("days", "lists"),
    [
        pytest.param(6.96, 0, id="Sunday at eight, an hour before the weekly run"),
        pytest.param(7.96, 14, id="Monday at eight, when Sunday's run never was"),
    ],
)
def test_daily_run_fetches_weekly_lists_before_they_are_stale(days: float, lists: int) -> None:
    assert len(made_up_for(week(days))) == lists


def test_daily_run_fetches_weekly_lists_that_are_missing() -> None:
    stored = week()
    del stored[ListName("award_winning", "movie", "GB")]

    assert made_up_for(stored) == {ListName("award_winning", "movie", "GB")}
    assert len(made_up_for({})) == 14


def test_genres_that_viewers_come_to_like_wait_for_the_next_weekly_run_or_for_what_is_made_up_for() -> None:
    horror = ListName("genre_27", "movie", "GB")

    assert made_up_for(week(), 27) == set()
    assert horror in made_up_for(week(7.96), 27)


def test_genres_that_left_the_plan_are_outdated() -> None:
    left = checked(ListName("genre_53", "movie", "GB"), 7.96)
    stored = [*week().values(), left, CachedList(ListName("popular", "tv"))]

    assert plan(request("weekly"), ["GB"], [], stored, NOW).outdated == (left,)
    assert plan(request("daily"), ["GB"], [], stored, NOW).outdated == (left,)
    assert plan(request("full", only_missing=True), ["GB"], [], stored, NOW).outdated == ()


def test_daily_run_leaves_a_fresh_list_of_a_genre_to_the_weekly_one() -> None:
    left = checked(ListName("genre_53", "movie", "GB"), 2)

    assert plan(request("daily"), ["GB"], [], [*week().values(), left], NOW).outdated == ()


def test_misspelt_field_is_refused_by_name() -> None:
    with pytest.raises(ValidationError, match="onlyMissing"):
        request("full", onlyMissing=True)
