"""What TMDB answers, as far as Marquee uses it; unknown fields are ignored, "" and null both mean nothing."""

from itertools import chain
from typing import Annotated, Literal

from pydantic import AliasChoices, AliasPath, BeforeValidator, ConfigDict, Field

from marquee.models import Model


def _text(value: object) -> object:
    return value or None


def _list(value: object) -> object:
    return () if value is None else value


Text = Annotated[str | None, BeforeValidator(_text)]
Words = Annotated[tuple[str, ...], BeforeValidator(_list)]

# Whose certificate counts first: cinema, limited cinema, digital, disc, television, premiere.
RELEASE_ORDER = (3, 2, 4, 5, 6, 1)


class Answer(Model):
    """A part of an answer; its validator is built at first use, which keeps imports cheap."""

    model_config = ConfigDict(defer_build=True)


class TmdbGenre(Answer):
    """A genre."""

    id: int
    name: str


class Keyword(Answer):
    """What a title is about, in a word or two."""

    id: int
    name: str


class CastMember(Answer):
    """Somebody in front of the camera; a low `order` is a leading part."""

    id: int
    name: str
    character: Text = None
    order: int | None = None
    profile_path: Text = None


class CrewMember(Answer):
    """Somebody behind the camera."""

    id: int
    name: str
    job: Text = None
    department: Text = None
    profile_path: Text = None


class Credits(Answer):
    """Cast and crew."""

    cast: tuple[CastMember, ...] = ()
    crew: tuple[CrewMember, ...] = ()


class WatchProvider(Answer):
    """A service at JustWatch, where TMDB's offers come from; a low `display_priority` is a well-known one."""

    provider_id: int
    provider_name: str
    logo_path: Text = None
    display_priority: int | None = None


class RegionProviders(Answer):
    """Who offers a title in one country, by the way of paying; `link` is TMDB's page about it."""

    link: Text = None
    flatrate: tuple[WatchProvider, ...] = ()
    free: tuple[WatchProvider, ...] = ()
    ads: tuple[WatchProvider, ...] = ()
    rent: tuple[WatchProvider, ...] = ()
    buy: tuple[WatchProvider, ...] = ()


class Release(Answer):
    """A release of a movie in one country."""

    certification: Text = None
    type: int


class CountryReleases(Answer):
    """All releases of a movie in one country."""

    iso_3166_1: str
    release_dates: tuple[Release, ...] = ()


class ContentRating(Answer):
    """The age rating of a series in one country."""

    iso_3166_1: str
    rating: Text = None


class TmdbTitle(Answer):
    """What movies and series have in common; image paths are for `image_url`, `vote_average` is 0 to 10."""

    id: int
    title: str = Field(validation_alias=AliasChoices("title", "name"))
    original_title: Text = Field(None, validation_alias=AliasChoices("original_title", "original_name"))
    overview: Text = None
    tagline: Text = None
    status: Text = None
    homepage: Text = None
    release_date: Text = Field(None, validation_alias=AliasChoices("release_date", "first_air_date"))
    imdb_id: Text = Field(None, validation_alias=AliasChoices("imdb_id", AliasPath("external_ids", "imdb_id")))
    original_language: Text = None
    origin_country: Words = ()
    genres: tuple[TmdbGenre, ...] = ()
    poster_path: Text = None
    backdrop_path: Text = None
    popularity: float = 0.0
    vote_average: float = 0.0
    vote_count: int = 0
    adult: bool = False
    credits: Credits = Field(default_factory=Credits)
    # TMDB calls the same list `keywords` for a movie and `results` for a series.
    keywords: tuple[Keyword, ...] = Field(
        (), validation_alias=AliasChoices(AliasPath("keywords", "keywords"), AliasPath("keywords", "results"))
    )
    watch_providers: dict[str, RegionProviders] = Field({}, validation_alias=AliasPath("watch/providers", "results"))

    @property
    def rating(self) -> float | None:
        """Return the average vote, None while nobody has voted."""
        return self.vote_average if self.vote_count else None


class TmdbMovie(TmdbTitle):
    """A movie."""

    media_type: Literal["movie"] = "movie"
    runtime: int | None = None
    releases: tuple[CountryReleases, ...] = Field((), validation_alias=AliasPath("release_dates", "results"))

    @property
    def runtime_minutes(self) -> int | None:
        """Return the length in minutes; TMDB has 0 where it does not know."""
        return self.runtime or None

    def age_rating(self, region: str) -> str | None:
        """Return the certificate in a country (ISO 3166-1 alpha-2)."""
        here = (country.release_dates for country in self.releases if country.iso_3166_1 == region)
        rated = [each for each in chain(*here) if each.certification and each.type in RELEASE_ORDER]
        return min(rated, key=lambda each: RELEASE_ORDER.index(each.type)).certification if rated else None


class TmdbTv(TmdbTitle):
    """A series."""

    media_type: Literal["tv"] = "tv"
    last_air_date: Text = None
    in_production: bool | None = None
    episode_run_time: tuple[int, ...] = ()
    number_of_seasons: int | None = None
    number_of_episodes: int | None = None
    ratings: tuple[ContentRating, ...] = Field((), validation_alias=AliasPath("content_ratings", "results"))

    @property
    def runtime_minutes(self) -> int | None:
        """Return the length of an episode in minutes; TMDB often has none."""
        return next((minutes for minutes in self.episode_run_time if minutes), None)

    def age_rating(self, region: str) -> str | None:
        """Return the age rating in a country (ISO 3166-1 alpha-2)."""
        return next((each.rating for each in self.ratings if each.iso_3166_1 == region and each.rating), None)


class FoundMovie(Answer):
    """A movie that TMDB knows under the id of somebody else."""

    id: int
    media_type: Literal["movie"] = "movie"


class FoundTv(Answer):
    """A series that TMDB knows under the id of somebody else."""

    id: int
    media_type: Literal["tv"] = "tv"


class Found(Answer):
    """The titles behind an external id; persons, seasons and episodes are left out."""

    movie_results: tuple[FoundMovie, ...] = ()
    tv_results: tuple[FoundTv, ...] = ()
