"""TMDB's lists as the cache keeps them: R2's attributes, under the names that R2 gives them."""

from dataclasses import dataclass
from typing import Literal

from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from marquee.models import Model

ContentType = Literal["movie", "tv"]
ListType = Literal["movie", "tv", "all"]
ListState = Literal["fresh", "stale", "missing"]


class CachedItem(Model):
    """One place of a list. `fetched_at` is in epoch milliseconds, `expires_at` in epoch seconds; `rank` counts from 1.

    Stored under R2's names (`contentId`, `voteAverage` …); ids of titles are texts, those of genres TMDB's numbers.
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    cache_key: str
    content_id: str
    content_type: ContentType
    category: str
    rank: int
    title: str
    overview: str | None = None
    poster_path: str | None = None
    backdrop_path: str | None = None
    vote_average: float = 0.0
    vote_count: int = 0
    popularity: float = 0.0
    release_date: str | None = None
    genre_ids: tuple[int, ...] = ()
    original_language: str | None = None
    adult: bool = False
    fetched_at: int
    expires_at: int
    source: str = "tmdb_scheduled_fetch"


@dataclass(frozen=True)
class ListName:
    """Which list: `category` is popular, trending, genre_<TMDB id>, hidden_gems or award_winning.

    `media_type` `all` is the mixed list; `region` is None for a list that TMDB has only for the whole world.
    """

    category: str
    media_type: ListType
    region: str | None = None


@dataclass(frozen=True)
class CachedList:
    """The last complete version of a list: `checked_at` is when TMDB last said it in full.

    `versions` names, by rank, the version that each row was written in. `failure` says why the latest attempt, at
    `failed_at`, did not renew it; None when it did. A list that was never complete has no `checked_at` and no items.
    """

    name: ListName
    items: tuple[CachedItem, ...] = ()
    checked_at: str | None = None
    version: str | None = None
    versions: tuple[str, ...] = ()
    failure: str | None = None
    failed_at: str | None = None
