"""The guide with services and genres, and TMDB's lists in its cache, as tests of recommendations need them."""

from collections.abc import Iterable
from typing import Any

from guide_api import stores
from marquee import clock, guide, keys
from marquee.models.reference import Genre, Source
from marquee.models.titles import Title
from marquee.models.tmdb_cache import CachedItem, ListName
from marquee.models.viewers import Mark, MarkKind, Preferences
from marquee.repositories.crosswalk import partitions
from marquee.repositories.guide_index import to_row_item
from marquee.repositories.titles import to_item
from marquee.repositories.tmdb_cache import TmdbCache
from marquee.tmdb_cache import KEPT_SECONDS, fixed_names
from tests.fakes.changes import hours_ago
from tests.fakes.titles import listed
from tests.unit.conftest import Cloud

NETFLIX, PRIME, HULU = "203", "26", "157"
COMEDY, CRIME, DRAMA = "4", "5", "7"
SOURCES = [
    Source(id=NETFLIX, name="Netflix", type="sub", regions=("GB", "US")),
    Source(id=PRIME, name="Prime Video", type="sub", regions=("GB",)),
    Source(id=HULU, name="Hulu", type="sub", regions=("US",)),
]
GENRES = [
    Genre(id=COMEDY, name="Comedy", tmdb_id=35),
    Genre(id=CRIME, name="Crime", tmdb_id=80),
    Genre(id=DRAMA, name="Drama", tmdb_id=18),
]


def open_guide(cloud: Cloud) -> Cloud:
    """Let the guide forget what a test before has left, and give it services and genres."""
    for store in vars(stores).values():
        if hasattr(store, "cache_clear"):
            store.cache_clear()
    cloud.reference.reconcile_sources(SOURCES, ["GB", "US"], ["GB", "US"])
    cloud.reference.reconcile_genres(GENRES)
    return cloud


def choose(cloud: Cloud, *sources: str, genres: tuple[str, ...] = (), user: str = "anna") -> None:
    """Let a viewer choose services and genres."""
    cloud.viewers.replace_preferences(user, Preferences(sources=sources, genres=genres))


def put(cloud: Cloud, *titles: Title) -> None:
    """Write titles with all that hangs on them."""
    listed(cloud.titles, *titles)


def put_many(cloud: Cloud, titles: Iterable[Title]) -> None:
    """Write titles in batches, without their offers and words: moto takes minutes for hundreds of transactions."""
    rows = []
    for each in titles:
        rows += [to_item(each), *(to_row_item(row) for row in guide.index_rows(each).values())]
        rows += [{"PK": pk, "SK": "title", "title_id": each.id} for pk in partitions(guide.card(each))]
    cloud.catalogue.batch_write(puts=rows)


def mark_many(cloud: Cloud, kind: MarkKind, title_ids: Iterable[str], *, set_name: str | None = None) -> None:
    """Write marks of Anna in batches; those of a kind that has a set are in it."""
    given = list(title_ids)
    told = [Mark(kind=kind, title_id=each, title="A title", rating=5, at=hours_ago(int(each) + 1)) for each in given]
    rows = [(keys.marked("anna"), keys.marked_at(kind, each.at, each.title_id), each) for each in told]
    rows += [(keys.user("anna"), keys.mark(kind, each.title_id), each) for each in told]
    cloud.viewers_table.batch_write(puts=[{"PK": pk, "SK": sk, **each.model_dump()} for pk, sk, each in rows])
    if set_name:
        cloud.viewers_table.update(
            keys.user("anna"),
            keys.MARKS,
            "ADD #set :ids",
            {":ids": set(map(int, given))},
            ExpressionAttributeNames={"#set": set_name},
        )


def mark(kind: MarkKind, *title_ids: str, rating: int | None = None, at: str | None = None, user: str = "anna") -> None:
    """Let a viewer mark titles."""
    for title_id in title_ids:
        told = Mark(kind=kind, title_id=title_id, title="A title", rating=rating, at=at or clock.now())
        stores.marks().put(user, told)


def cache(cloud: Cloud, category: str, *tmdb_ids: int, type: str = "movie", hours: float = 1, **more: Any) -> None:
    """Put a list into the cache as TMDB said it some hours ago: movies or series in the order of their ids."""
    name, at = ListName(category, type, **more), hours_ago(hours)  # type: ignore[arg-type]
    fetched = int(clock.parse(at).timestamp())
    items = [
        CachedItem(
            cache_key=f"{category}#{type}#{tmdb_id}",
            content_id=str(tmdb_id),
            content_type="movie" if type == "all" else type,  # type: ignore[arg-type]
            category=category,
            rank=rank,
            title=f"TMDB {tmdb_id}",
            fetched_at=fetched * 1000,
            expires_at=fetched + KEPT_SECONDS,
        )
        for rank, tmdb_id in enumerate(tmdb_ids, start=1)
    ]
    cached = TmdbCache(cloud.tmdb_cache)
    version = f"{name.region or keys.WORLD}@{at}"
    before = next((each for each in cached.lists([name.region] if name.region else []) if each.name == name), None)
    cached.replace(name, items, version=version, checked_at=at, before=before)


def cache_all(cloud: Cloud, *tmdb_ids: int, hours: float = 1) -> None:
    """Put the same titles into every list that there must be in the United Kingdom."""
    for name in fixed_names(["GB"]):
        cache(cloud, name.category, *tmdb_ids, type=name.media_type, hours=hours, region=name.region)
