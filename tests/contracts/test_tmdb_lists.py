"""The client and the plan of TMDB's lists against the simulated TMDB."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.catalogue import Catalogue
from local.upstreams import TMDB_TOKEN
from marquee.clients.tmdb import TmdbClient
from marquee.clients.tmdb_lists import TitlePage
from marquee.tmdb_cache import PlannedList, label
from marquee.traffic import TrafficClass
from tests.contracts.conftest import InProcess
from tests.fakes.governor import FreeGovernor
from tmdb_cache_refresh.items import cached_items
from tmdb_cache_refresh.plan import RefreshRequest, plan

NOW = "2026-03-10T12:00:00.000Z"
# The horror and children's television that some viewers like have no counterpart of the other type.
LIKED = (27, 10762, 28, 12)
FULL = RefreshRequest.model_validate({"scheduleType": "full"})
LISTS = [*plan(FULL, ["GB"], LIKED, [], NOW).lists, *plan(FULL, ["GB"], [], [], NOW).lists]
PLANNED = list({label(each.name): each for each in LISTS}.values())


@pytest.fixture
def tmdb(app: Any) -> Iterator[TmdbClient]:
    with InProcess(app) as transport:
        yield TmdbClient("http://upstreams/tmdb/3", TMDB_TOKEN, FreeGovernor(), transport=transport)  # type: ignore[arg-type]


def pages(tmdb: TmdbClient, planned: PlannedList) -> list[TitlePage]:
    numbers = range(1, planned.pages + 1)
    return [tmdb.page(planned.path, each, planned.parameters, TrafficClass.SCHEDULED) for each in numbers]


@pytest.mark.parametrize("planned", PLANNED, ids=lambda each: label(each.name))
def test_every_list_of_the_plan_holds_titles_that_can_be_cached(tmdb: TmdbClient, planned: PlannedList) -> None:
    found = pages(tmdb, planned)

    items = cached_items(planned.name, found, NOW)
    assert len(items) >= 10
    assert sum(page.unreadable for page in found) == 0
    assert planned.name.media_type == "all" or {each.content_type for each in items} <= {planned.name.media_type}
    assert len(items) == sum(len(page.titles) for page in found)


def test_mixed_list_says_of_each_title_what_it_is(tmdb: TmdbClient, catalogue: Catalogue) -> None:
    (mixed,) = (each for each in PLANNED if label(each.name) == "trending#all#world")

    items = cached_items(mixed.name, pages(tmdb, mixed), NOW)

    assert {each.content_type for each in items} == {"movie", "tv"}
    assert all((each.content_type, int(each.content_id)) in catalogue.by_tmdb for each in items)


def test_genre_lists_hold_titles_of_their_genre(tmdb: TmdbClient) -> None:
    for planned in PLANNED:
        if planned.name.category.startswith("genre_"):
            wanted = int(planned.name.category.removeprefix("genre_"))
            assert all(wanted in title.genre_ids for page in pages(tmdb, planned) for title in page.titles)
