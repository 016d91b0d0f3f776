"""The rules of the guide: what a card shows, under which pairs it stands, and in which order.

Everything here is pure. The guide index is a projection of the title: `index_rows` says what it has to be, and the
repository writes the difference together with the title, in one transaction.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from marquee.models.titles import (
    Attribution,
    Card,
    IndexRow,
    ListedOffer,
    Listing,
    Title,
)


def attribution_key(region: str, source_id: str, genre_id: str) -> str:
    """Return the key of an attribution in `Title.attributions`."""
    return f"{region}:{source_id}:{genre_id}"


@dataclass(frozen=True)
class Placement:
    """Where an attribution puts a title."""

    region: str
    source_id: str
    genre_id: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Return the place as (region, source id, genre id)."""
        return self.region, self.source_id, self.genre_id


def placements(title: Title, *, present: bool = True) -> dict[Placement, Attribution]:
    """Return where the title is listed, or with `present=False` every place it ever was."""
    return {
        Placement(*key.split(":")): attribution
        for key, attribution in title.attributions.items()
        if attribution.present or not present
    }


def card(title: Title) -> Card:
    """Return what lists show: services only from the listing, genres also from WatchMode's details.

    WatchMode's own words go before TMDB's; a missing value stays missing.
    """
    listed, details, tmdb = title.listing, title.details, title.tmdb
    places = placements(title)
    availability: dict[str, set[str]] = {}
    for place in places:
        availability.setdefault(place.region, set()).add(place.source_id)
    genres = {place.genre_id for place in places} | set(details.genre_ids if details else ())
    return Card(
        id=title.id,
        title=listed.title,
        type=listed.type,
        year=listed.year,
        plot_overview=(details and details.plot_overview) or (tmdb and tmdb.overview) or None,
        poster=(details and details.poster) or (tmdb and tmdb.poster) or None,
        user_rating=_first(details.user_rating if details else None, tmdb.rating if tmdb else None),
        popularity=listed.popularity,
        release_date=(details and details.release_date) or (tmdb and tmdb.release_date) or None,
        genre_ids=in_order(genres),
        availability={region: in_order(sources) for region, sources in sorted(availability.items())},
        imdb_id=listed.imdb_id or (details and details.imdb_id) or (tmdb and tmdb.imdb_id) or None,
        tmdb_id=listed.tmdb_id or (details and details.tmdb_id) or (tmdb and tmdb.tmdb_id) or None,
        tmdb_type=listed.tmdb_type or (details and details.tmdb_type) or (tmdb and tmdb.tmdb_type) or None,
    )


def index_rows(title: Title) -> dict[tuple[str, str], IndexRow]:
    """Return every row that the guide index has to hold for the title, by (source, genre)."""
    regions: dict[tuple[str, str], set[str]] = {}
    for place in placements(title):
        regions.setdefault((place.source_id, place.genre_id), set()).add(place.region)
    if not regions:
        return {}
    shown = card(title)
    # TMDB's are coarser; they stand in until WatchMode's details have the last word.
    known = in_order((*shown.genre_ids, *(title.tmdb.genre_ids if title.tmdb and not title.details else ())))
    return {
        pair: IndexRow(
            source_id=pair[0],
            genre_id=pair[1],
            regions=tuple(sorted(where)),
            known_genre_ids=known,
            rating_sort=rating_sort(shown),
            release_sort=release_sort(shown),
            popularity_sort=popularity_sort(shown),
            listed_as=fingerprint(title.listing),
            card=shown,
        )
        for pair, where in regions.items()
    }


def listed_offers(title: Title) -> dict[tuple[str, str], ListedOffer]:
    """Return by (region, source) since when the listing has the title there, and since when not any more."""
    by_service: dict[tuple[str, str], list[Attribution]] = {}
    for place, attribution in placements(title, present=False).items():
        by_service.setdefault((place.region, place.source_id), []).append(attribution)
    return {
        service: ListedOffer(
            first_seen=min(each.first_seen for each in attributions),
            as_of=max(each.as_of for each in attributions),
            left_at=None
            if any(each.present for each in attributions)
            else max(each.left_at or "" for each in attributions),
        )
        for service, attributions in by_service.items()
    }


def rating_sort(shown: Card) -> str:
    """Return the sort key by rating: total, because the id breaks ties; unrated titles come last when descending."""
    return f"{rating_text(shown.user_rating or 0.0)}#{shown.id.zfill(19)}"


def rating_text(rating: float) -> str:
    """Return a rating as sort keys begin with it: a lower one is a smaller text."""
    return f"{rating:06.3f}"


def release_sort(shown: Card) -> str:
    """Return the sort key by release: the day where it is known, else the year, else nothing; the id breaks ties."""
    day = shown.release_date or (f"{shown.year:04d}" if shown.year else "")
    return f"{day:<10}#{shown.id.zfill(19)}"


def popularity_sort(shown: Card) -> str:
    """Return the sort key by popularity; what nobody has measured comes last when descending, the id breaks ties."""
    return f"{shown.popularity or 0.0:07.3f}#{shown.id.zfill(19)}"


def fingerprint(listing: Listing) -> str:
    """Return a short text that changes when the listing says something new of a title.

    Popularity moves a little every day; only a step of ten percentiles counts, so that a quiet day writes nothing.
    """
    step = None if listing.popularity is None else int(listing.popularity // 10)
    facts = [listing.title, listing.type, listing.year, listing.imdb_id, listing.tmdb_id, listing.tmdb_type, step]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def in_order(ids: Iterable[str]) -> tuple[str, ...]:
    """Return ids once each, in numeric order."""
    return tuple(sorted(set(ids), key=lambda each: (len(each), each)))


def _first(*values: float | None) -> float | None:  # zero is a value, so `or` will not do
    return next((value for value in values if value is not None), None)
