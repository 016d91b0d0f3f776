"""The facts the upstream simulators tell: titles, where they can be watched, who is in them."""

from dataclasses import dataclass

TITLE_TYPES = ("movie", "tv_series", "tv_special", "tv_miniseries", "short_film")
FIRST_PERSON_ID = 700_000_000
OFFER_TYPES = ("sub", "rent", "buy", "free", "tve")


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to watch a title: a source in a region, with its type, picture format and price."""

    source_id: int
    region: str
    type: str
    format: str | None = None
    price: float | None = None
    web_url: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A streaming service or shop as WatchMode's directory lists it, with its number at TMDB."""

    id: int
    name: str
    type: str
    regions: tuple[str, ...] = ()
    logo_100px: str | None = None
    ios_appstore_url: str | None = None
    android_playstore_url: str | None = None
    ios_scheme: str | None = None
    android_scheme: str | None = None
    provider_id: int | None = None


@dataclass(frozen=True, slots=True)
class Genre:
    """A WatchMode genre; `tmdb_id` is 0 where TMDB has no such genre."""

    id: int
    name: str
    tmdb_id: int


@dataclass(frozen=True, slots=True)
class Provider:
    """A TMDB watch provider with its display priority per country."""

    id: int
    name: str
    logo_path: str | None
    display_priorities: dict[str, int]


@dataclass(frozen=True, slots=True)
class Network:
    """A broadcaster with its numbers at both providers."""

    id: int
    name: str
    origin_country: str | None
    tmdb_id: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody before or behind the camera; `id` is TMDB's."""

    id: int
    name: str
    department: str = "Acting"
    popularity: float = 1.0
    gender: int = 0
    profile_path: str | None = None
    adult: bool = False

    @property
    def watchmode_id(self) -> int:
        """Return the WatchMode number: person ids start with 7 and never meet a title id."""
        return FIRST_PERSON_ID + self.id


@dataclass(frozen=True, slots=True)
class Credit:
    """What a person did for a title; `job` is None for the cast."""

    person_id: int
    job: str | None = None
    character: str | None = None


@dataclass(frozen=True, slots=True)
class Title:
    """A film or programme; `id` is WatchMode's, (`tmdb_type`, `tmdb_id`) TMDB's.

    `seasons` holds the number of episodes of each season, `specials` of the season 0. `revision` counts the changes
    that TMDB announced without a fact here being another one. `poster` tells whether WatchMode has a poster at all,
    `poster_path` is TMDB's where it is known.
    """

    id: int
    title: str
    type: str
    year: int | None = None
    end_year: int | None = None
    release_date: str | None = None
    original_title: str | None = None
    language: str = "en"
    countries: tuple[str, ...] = ()
    imdb_id: str | None = None
    tmdb_id: int | None = None
    tmdb_type: str | None = None
    genre_ids: tuple[int, ...] = ()
    runtime: int | None = None
    seasons: tuple[int, ...] = ()
    specials: int = 0
    user_rating: float | None = None
    vote_count: int = 0
    critic_score: int | None = None
    us_rating: str | None = None
    popularity: float = 0.0
    network_ids: tuple[int, ...] = ()
    poster: bool = True
    poster_path: str | None = None
    backdrop_path: str | None = None
    overview: str | None = None
    tagline: str | None = None
    credits: tuple[Credit, ...] = ()
    offers: tuple[Offer, ...] = ()
    adult: bool = False
    revision: int = 0

    @property
    def is_movie(self) -> bool:
        """Tell whether the title is one film rather than a programme with episodes."""
        return self.type in ("movie", "short_film", "tv_movie", "tv_special")
