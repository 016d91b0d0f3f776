"""Recommendations over the whole demo catalogue and the lists that TMDB makes of it, against the provider's truth."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import pytest

from guide_api import stores
from guide_api.shelves import Shelves
from local.upstreams import TMDB_TOKEN
from marquee import clock, keys, settings
from marquee.clients.tmdb import TmdbClient
from marquee.models.reference import Genre, Source
from marquee.models.tmdb_cache import CachedList
from marquee.repositories.titles import TitleRepository
from marquee.repositories.tmdb_cache import Steps
from marquee.tmdb_cache import PlannedList, acclaimed_lists, daily_lists
from marquee.traffic import TrafficClass
from tests.contracts.conftest import InProcess
from tests.fakes.api_gateway import call
from tests.fakes.governor import FreeGovernor
from tests.fakes.table import MemoryTable
from tests.fakes.titles import listed, listing, title
from tmdb_cache_refresh.items import cached_items

Truth = dict[str, dict[str, Any]]


class Lists:
    """A cache that holds some lists, and forgets what becomes of them and how they are used."""

    def __init__(self, lists: Sequence[CachedList]) -> None:
        self.held = list(lists)

    def lists_in_steps(self, regions: Sequence[str]) -> Steps[list[CachedList]]:
        yield
        return self.held

    def shelf(self, region: str) -> None:
        """Return that no other function has read them."""

    def put_shelf(self, region: str, packed: bytes, seconds: int) -> None:
        """Forget it."""

    def count_use(self, day: str, counts: object) -> None:
        """Forget it."""


@pytest.fixture
def truth(control: Any) -> Truth:
    """The services and genres that the provider gives each title in the United Kingdom."""
    control("PUT", "/limits", json={"tmdb": {"requests": 1_000_000}})
    found = control("GET", "/titles", params={"limit": 10_000})["titles"]
    return {
        str(each["id"]): {
            "sources": [str(source) for source in each["sources"].get("GB", ())],
            "genres": [str(genre) for genre in each["genres"]],
            "listing": {name: each[name] for name in ("title", "type", "year", "tmdb_id", "tmdb_type")},
        }
        for each in found
    }


@pytest.fixture
def guide(truth: Truth) -> MemoryTable:
    """Every title under every pair that the provider gives it."""
    table = MemoryTable()
    given = (
        title(
            title_id,
            *(f"GB:{source}:{genre}" for source in each["sources"] for genre in each["genres"]),
            listing=listing(**each["listing"]),
        )
        for title_id, each in truth.items()
    )
    listed(TitleRepository(table), *given)
    return table


@pytest.fixture
def lists(app: Any) -> Iterator[list[CachedList]]:
    """All lists but those by genre, as TMDB makes them of the same titles."""
    transport, now = InProcess(app), clock.now()
    client = TmdbClient("http://upstreams/tmdb/3", TMDB_TOKEN, FreeGovernor(), transport=transport)  # type: ignore[arg-type]

    def read(planned: PlannedList) -> CachedList:
        asked = [(planned.path, number, planned.parameters) for number in range(1, planned.pages + 1)]
        pages = [client.page(*each, TrafficClass.SCHEDULED) for each in asked]
        return CachedList(planned.name, tuple(cached_items(planned.name, pages, now)), checked_at=now)

    yield [read(planned) for planned in chain(daily_lists(["GB"]), acclaimed_lists(["GB"]))]
    transport.close()


@pytest.fixture
def viewers(
    monkeypatch: pytest.MonkeyPatch, truth: Truth, guide: MemoryTable, lists: list[CachedList]
) -> Iterator[MemoryTable]:
    """The viewers of a guide that stands on tables in memory."""
    monkeypatch.setenv("REGIONS", "GB")
    forget()
    table, known = MemoryTable(), stores.Known()
    known.sources = {each: Source(id=each, name=each, type="sub", regions=("GB",)) for each in named(truth, "sources")}
    known.genres = {each: Genre(id=each, name=each) for each in named(truth, "genres")}
    shelves = Shelves(Lists(lists), guide, start_refresh=lambda: None, trending_here=nothing)  # type: ignore[arg-type]
    for name, store in (("catalogue", guide), ("viewers_table", table), ("known", known), ("shelves", shelves)):
        monkeypatch.setattr(stores, name, lambda store=store: store)
    yield table
    monkeypatch.undo()
    forget()


def nothing() -> Steps[dict[str, int]]:
    """Return, after a request, that nothing trends here."""
    yield
    return {}


def forget() -> None:
    for store in (*vars(stores).values(), settings.regions):
        if hasattr(store, "cache_clear"):
            store.cache_clear()


def named(truth: Truth, kind: str) -> list[str]:
    return sorted(set(chain.from_iterable(each[kind] for each in truth.values())))


def test_every_recommendation_to_anybody_can_be_watched_on_a_service_of_theirs(
    viewers: MemoryTable, truth: Truth
) -> None:
    # A function that is new reads the lists a few requests at a time.
    states = [call("GET", "/recommendations", user="first").json["lists"]["state"] for _ in range(30)]
    assert states[-1] == "fresh"
    checked = 0
    for source in named(truth, "sources"):
        user, genres = f"viewer-{source}", named(truth, "genres")[:: 1 + int(source) % 5]
        for sk in (keys.source(source), *map(keys.genre, genres)):
            viewers.put({"PK": keys.preferences(user), "SK": sk})

        found = call("GET", "/recommendations", user=user, query={"limit": "50"}).json

        assert found["lists"]["state"] == "fresh"
        for each in found["recommendations"]:
            assert source in truth[each["id"]]["sources"], each["title"]
            assert each["on"] == [source]
            checked += 1
    assert checked > 500
