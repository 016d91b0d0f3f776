"""A title: what the listing, WatchMode and TMDB each say of it, and where it is listed.

Each provider's part has its own `as_of` (clock.timestamp) and is written by its own writer only, so that a
re-listing never erases enrichment and enrichment never erases a listing.
"""

from typing import Literal

from marquee.models import Model

EnrichmentState = Literal["pending", "done", "failed"]


class Listing(Model):
    """What WatchMode's list says of a title; `popularity` is a percentile, 0 to 100."""

    title: str
    type: str
    year: int | None = None
    imdb_id: str | None = None
    tmdb_id: int | None = None
    tmdb_type: str | None = None
    popularity: float | None = None
    as_of: str


class Attribution(Model):
    """One pair in one country under which the provider listed a title; present while `left_at` is None."""

    first_seen: str
    as_of: str
    left_at: str | None = None

    @property
    def present(self) -> bool:
        """Whether the last word of the provider is that the title is there."""
        return self.left_at is None


class Details(Model):
    """What WatchMode's details say; `user_rating` is 0 to 10, `critic_score` 0 to 100."""

    plot_overview: str | None = None
    poster: str | None = None
    backdrop: str | None = None
    user_rating: float | None = None
    critic_score: float | None = None
    runtime_minutes: int | None = None
    release_date: str | None = None
    certification: str | None = None
    original_language: str | None = None
    trailer: str | None = None
    genre_ids: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    similar_ids: tuple[str, ...] = ()
    tmdb_id: int | None = None
    tmdb_type: str | None = None
    imdb_id: str | None = None
    as_of: str


class CastMember(Model):
    """A person in front of the camera."""

    name: str
    character: str | None = None


class TmdbFacts(Model):
    """What TMDB says; `rating` is the vote average 0 to 10, None while nobody has voted.

    `genre_ids` are its genres in WatchMode's numbers, those that WatchMode has too.
    """

    overview: str | None = None
    poster: str | None = None
    backdrop: str | None = None
    rating: float | None = None
    votes: int = 0
    popularity: float | None = None
    runtime_minutes: int | None = None
    release_date: str | None = None
    certification: str | None = None
    original_language: str | None = None
    seasons: int | None = None
    genre_ids: tuple[str, ...] = ()
    cast: tuple[CastMember, ...] = ()
    makers: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    imdb_id: str | None = None
    tmdb_id: int
    tmdb_type: str
    as_of: str


class Title(Model):
    """One film or series, as the catalogue keeps it.

    `attributions` maps `<region>:<source>:<genre>` to when the provider listed it there. `unknown_to` maps a
    provider to the moment it last said that it does not know the title. A title is `followed` while anybody follows it,
    as far as enrichment has noticed. `version` grows with every write.
    """

    id: str
    listing: Listing
    attributions: dict[str, Attribution] = {}
    details: Details | None = None
    tmdb: TmdbFacts | None = None
    unknown_to: dict[str, str] = {}
    enrichment_state: EnrichmentState = "pending"
    followed: bool = False
    version: int = 0


class OfferOption(Model):
    """One way to watch on a service: `type` is sub, free, ads, rent, buy or tve; `price` in the country's currency."""

    type: str
    format: str | None = None
    price: float | None = None
    web_url: str | None = None
    ios_url: str | None = None
    android_url: str | None = None
    seasons: int | None = None
    episodes: int | None = None


class ProviderOffer(Model):
    """What one provider says about a title on a service; gone since `left_at` when that is set.

    `asked_before` is when the same provider was last asked before `first_seen` and did not name the service; None when
    it was asked for the first time, so that nobody knows since when the title has been there.
    """

    options: tuple[OfferOption, ...] = ()
    first_seen: str
    last_seen: str
    left_at: str | None = None
    asked_before: str | None = None


class ListedOffer(Model):
    """That the listing has the title on the service: first and latest sighting, and since when it is gone.

    `as_of` is the latest sighting that was worth a write; a quiet listing writes nothing.
    """

    first_seen: str
    as_of: str
    left_at: str | None = None


class Offer(Model):
    """A title on one service in one country: the word of the listing, of WatchMode's details and of TMDB/JustWatch.

    `source_id` is WatchMode's; a service that only TMDB names has `tmdb-<provider id>`.
    """

    region: str
    source_id: str
    name: str | None = None
    listing: ListedOffer | None = None
    watchmode: ProviderOffer | None = None
    tmdb: ProviderOffer | None = None


class Card(Model):
    """What a list shows of a title; `availability` maps a country to the services that list it there.

    `user_rating` is 0 to 10, `popularity` WatchMode's percentile, 0 to 100.
    """

    id: str
    title: str
    type: str
    year: int | None = None
    plot_overview: str | None = None
    poster: str | None = None
    user_rating: float | None = None
    popularity: float | None = None
    release_date: str | None = None
    genre_ids: tuple[str, ...] = ()
    availability: dict[str, tuple[str, ...]] = {}
    imdb_id: str | None = None
    tmdb_id: int | None = None
    tmdb_type: str | None = None


class IndexRow(Model):
    """One row of the guide index: the card under one pair, for the countries in which that pair lists it.

    `known_genre_ids` are the genres that any provider gives the title; a card shows only those of WatchMode.
    """

    source_id: str
    genre_id: str
    regions: tuple[str, ...]
    known_genre_ids: tuple[str, ...]
    rating_sort: str
    release_sort: str
    popularity_sort: str
    listed_as: str
    card: Card
