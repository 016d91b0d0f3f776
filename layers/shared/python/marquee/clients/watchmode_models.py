"""What WatchMode answers, as far as Marquee uses it; unknown fields are ignored, nulls are accepted."""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field

from marquee.models import Model

# An app's own scheme; none in which a browser would run or show what the link itself holds.
_APP_LINK = re.compile(r"(?!(?:javascript|vbscript|data|blob|file):)[a-z][a-z0-9+.-]*://")


def _text(value: object) -> object:
    return value or None


def _number(value: object) -> object:
    return None if value == 0 else value


def _list(value: object) -> object:
    return () if value is None else value


def _countries(value: object) -> object:
    """Upper-case, because some of WatchMode's lists name a country twice, once in lower case."""
    return tuple(dict.fromkeys(str(each).upper() for each in value)) if isinstance(value, list) else value


def _web_link(value: object) -> object:
    return value if str(value).startswith(("https://", "http://")) else None


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _app_link(value: object) -> object:
    """Keep links of any scheme, not the sentence ("… paid plans only.") in their place on the free plan."""
    return value if _APP_LINK.match(str(value).lower()) else None


Text = Annotated[str | None, BeforeValidator(_text)]
# 0 and null both mean that there is no such thing at TMDB.
TmdbId = Annotated[int | None, BeforeValidator(_number)]
WebLink = Annotated[str | None, BeforeValidator(_web_link)]
AppLink = Annotated[str | None, BeforeValidator(_app_link)]
# "4K" also arrives as "4k".
Format = Annotated[str | None, BeforeValidator(_upper)]
Ids = Annotated[tuple[int, ...], BeforeValidator(_list)]
Names = Annotated[tuple[str, ...], BeforeValidator(_list)]
Countries = Annotated[tuple[str, ...], BeforeValidator(_countries)]


class Answer(Model):
    """A part of an answer; its validator is built at first use, which keeps imports cheap."""

    model_config = ConfigDict(defer_build=True)


class AccountStatus(Answer):
    """The credits of the account."""

    quota: int
    used: int = Field(validation_alias="quotaUsed")


class WatchModeSource(Answer):
    """A streaming service; `type` is sub, purchase, free or tve."""

    id: int
    name: str
    type: str
    logo_100px: WebLink = None
    ios_appstore_url: WebLink = None
    android_playstore_url: WebLink = None
    regions: Countries = ()


class WatchModeGenre(Answer):
    """A genre; `tmdb_id` is None where TMDB has no counterpart."""

    id: int
    name: str
    tmdb_id: TmdbId = None


class ListedTitle(Answer):
    """A title as a list names it; `popularity_percentile` is 0 to 100."""

    id: int
    title: str
    type: str
    year: int | None = None
    imdb_id: Text = None
    tmdb_id: TmdbId = None
    tmdb_type: Text = None
    popularity_percentile: float | None = None


class TitlePage(Answer):
    """One page of a list, with the totals of the whole list."""

    titles: tuple[ListedTitle, ...]
    page: int
    total_results: int
    total_pages: int


@dataclass(frozen=True)
class PairTitles:
    """All titles that the provider listed for a pair, each once, and how many it says there are."""

    titles: tuple[ListedTitle, ...]
    total_results: int

    @property
    def is_complete(self) -> bool:
        """Return whether nothing is missing, so that a title not among these has left."""
        return len(self.titles) >= self.total_results


class Offer(Answer):
    """One way to see a title: `type` is sub, rent, buy, free or tve, `format` SD, HD or 4K."""

    source_id: int
    name: str
    type: str
    region: str
    web_url: WebLink = None
    ios_url: AppLink = None
    android_url: AppLink = None
    tvos_url: AppLink = None
    android_tv_url: AppLink = None
    roku_url: AppLink = None
    format: Format = None
    price: float | None = None
    seasons: int | None = None
    episodes: int | None = None


class TitleDetails(Answer):
    """A title in full; `user_rating` is 0 to 10, `critic_score` 0 to 100, `sources` None if not asked for."""

    id: int
    title: str
    type: str
    original_title: Text = None
    plot_overview: Text = None
    runtime_minutes: int | None = None
    year: int | None = None
    end_year: int | None = None
    release_date: Text = None
    imdb_id: Text = None
    tmdb_id: TmdbId = None
    tmdb_type: Text = None
    genres: Ids = ()
    genre_names: Names = ()
    user_rating: float | None = None
    critic_score: float | None = None
    us_rating: Text = None
    poster: WebLink = None
    poster_medium: WebLink = Field(None, validation_alias="posterMedium")
    poster_large: WebLink = Field(None, validation_alias="posterLarge")
    backdrop: WebLink = None
    original_language: Text = None
    similar_titles: Ids = ()
    networks: Ids = ()
    network_names: Names = ()
    relevance_percentile: float | None = None
    popularity_percentile: float | None = None
    trailer: WebLink = None
    trailer_thumbnail: WebLink = None
    sources: tuple[Offer, ...] | None = None
