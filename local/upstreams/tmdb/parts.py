"""The sub-resources of a film or programme, by themselves or appended to its details."""

from collections.abc import Callable
from typing import Any

from local.catalogue import Catalogue, Title
from local.catalogue.chance import hex_id
from local.catalogue.made import DEPARTMENTS, is_made
from local.catalogue.models import Credit
from local.upstreams.tmdb import bodies
from local.upstreams.tmdb.made_parts import MADE_PARTS, translation
from local.upstreams.tmdb.recordings import completed_part
from local.upstreams.tmdb.rows import first_page, image_row, person_row

Part = Callable[[Catalogue, Title, str], dict[str, Any]]

# TMDB's keywords for genres that only WatchMode has.
KEYWORDS = {
    29: (6075, "sport"),
    31: (5565, "biography"),
    32: (4344, "musical"),
    33: (210024, "anime"),
    34: (1918, "cooking"),
    35: (9935, "travel"),
    36: (18330, "nature"),
    37: (6152, "supernatural"),
}
_OFFER_GROUPS = {"sub": "flatrate", "tve": "flatrate", "free": "free", "rent": "rent", "buy": "buy"}
# Free services that live from advertisements: Freevee, Tubi, Pluto TV.
WITH_ADS = frozenset({296, 365, 391})


def offer_group(source_id: int, type_: str) -> str:
    """Return the group in which TMDB shows an offer."""
    return "ads" if source_id in WITH_ADS else _OFFER_GROUPS[type_]


def external_ids(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return the ids at other places."""
    names = ["wikidata_id", "facebook_id", "instagram_id", "twitter_id"]
    if title.tmdb_type == "tv":
        names = ["freebase_mid", "freebase_id", "tvdb_id", "tvrage_id", *names]
    return {"imdb_id": title.imdb_id, **dict.fromkeys(names)}


def credits(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return cast and crew."""
    cast, crew = _split(title)
    return {
        "cast": [
            {
                **person_row(catalogue.person(credit.person_id)),
                **({} if title.tmdb_type == "tv" else {"cast_id": order + 1}),
                "character": credit.character or "",
                "credit_id": hex_id(title.id, credit.person_id, "cast"),
                "order": order,
            }
            for order, credit in enumerate(cast)
        ],
        "crew": [
            {
                **person_row(catalogue.person(credit.person_id)),
                "credit_id": hex_id(title.id, credit.person_id, credit.job),
                "department": DEPARTMENTS.get(credit.job or "", "Directing"),
                "job": credit.job,
            }
            for credit in crew
        ],
    }


def aggregate_credits(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return cast and crew over all episodes of a programme."""
    cast, crew = _split(title)
    count = sum(title.seasons)
    return {
        "cast": [
            {
                **person_row(catalogue.person(credit.person_id)),
                "roles": [
                    {
                        "credit_id": hex_id(title.id, credit.person_id, "cast"),
                        "character": credit.character or "",
                        "episode_count": count,
                    }
                ],
                "total_episode_count": count,
                "order": order,
            }
            for order, credit in enumerate(cast)
        ],
        "crew": [
            {
                **person_row(catalogue.person(credit.person_id)),
                "jobs": [
                    {
                        "credit_id": hex_id(title.id, credit.person_id, credit.job),
                        "job": credit.job,
                        "episode_count": count,
                    }
                ],
                "department": DEPARTMENTS.get(credit.job or "", "Directing"),
                "total_episode_count": count,
            }
            for credit in crew
        ],
    }


def keywords(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return the keywords: a film has `keywords`, a programme `results`."""
    rows = [{"id": number, "name": name} for number, name in _keywords(title)]
    return {"results" if title.tmdb_type == "tv" else "keywords": rows}


def release_dates(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return a film's release in its countries; the certification is known for the US alone."""
    if not title.release_date:
        return {"results": []}
    return {
        "results": [
            {
                "iso_3166_1": country,
                "release_dates": [
                    {
                        "certification": (title.us_rating or "") if country == "US" else "",
                        "descriptors": [],
                        "iso_639_1": "",
                        "note": "",
                        "release_date": f"{title.release_date}T00:00:00.000Z",
                        "type": 3,
                    }
                ],
            }
            for country in sorted({*title.countries, "GB", "US"})
        ]
    }


def content_ratings(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return a programme's rating in the US, where it is known."""
    rating = title.us_rating
    return {"results": [{"descriptors": [], "iso_3166_1": "US", "rating": rating}] if rating else []}


def watch_providers(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return who shows the title per country: the catalogue's offers without links, prices or quality."""
    results: dict[str, dict[str, Any]] = {}
    for offer in title.offers:
        source = catalogue.sources.get(offer.source_id)
        provider = catalogue.providers.get(source.provider_id or 0) if source else None
        if provider is None:
            continue
        path = f"https://www.themoviedb.org/{title.tmdb_type}/{title.tmdb_id}/watch?locale={offer.region}"
        country = results.setdefault(offer.region, {"link": path})
        group = country.setdefault(offer_group(offer.source_id, offer.type), [])
        row = {
            "logo_path": provider.logo_path,
            "provider_id": provider.id,
            "provider_name": provider.name,
            "display_priority": provider.display_priorities.get(offer.region, 100),
        }
        if row not in group:
            group.append(row)
            group.sort(key=lambda row: row["display_priority"])
    return {"results": dict(sorted(results.items()))}


def videos(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return no videos: the catalogue knows of none."""
    return {"results": []}


def images(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return the poster and the backdrop."""
    return {
        "backdrops": _image(bodies.backdrop_path(title), 1920, 1080),
        "logos": [],
        "posters": _image(bodies.poster_path(title), 1000, 1500),
    }


def alternative_titles(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return the titles in other countries: the original one, where it is another."""
    other = title.original_title if title.original_title != title.title else None
    country = title.countries[0] if title.countries else "US"
    rows = [{"iso_3166_1": country, "title": other, "type": ""}] if other else []
    return {"results" if title.tmdb_type == "tv" else "titles": rows}


def translations(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return the translations: there are texts in English alone."""
    return {"translations": [translation(title, "en", "US", "English", catalogue.overview(title))]}


def nothing_listed(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return an empty page: the catalogue knows no reviews, and no lists that people made."""
    return first_page([])


def recommendations(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return the first page of the most popular titles of a kind, each with its media type."""
    rows = [{**row, "media_type": title.tmdb_type} for row in _alike(catalogue, title, language)]
    return first_page(rows)


def similar(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return the first page of the most popular titles of a kind."""
    return first_page(_alike(catalogue, title, language))


_SHARED: dict[str, Part] = {
    "external_ids": external_ids,
    "credits": credits,
    "keywords": keywords,
    "watch/providers": watch_providers,
    "videos": videos,
    "images": images,
    "alternative_titles": alternative_titles,
    "translations": translations,
    "reviews": nothing_listed,
    "lists": nothing_listed,
    "recommendations": recommendations,
    "similar": similar,
}
PARTS: dict[str, dict[str, Part]] = {
    "movie": {**_SHARED, "release_dates": release_dates},
    "tv": {**_SHARED, "aggregate_credits": aggregate_credits, "content_ratings": content_ratings},
}


def part(catalogue: Catalogue, title: Title, name: str, language: str) -> dict[str, Any]:
    """Return a sub-resource without its `id`: as recorded where it was, else made."""
    recorded = bodies.recording(catalogue, title).get(name)
    if isinstance(recorded, dict):
        return completed_part(name, recorded)
    kind = str(title.tmdb_type)
    made = MADE_PARTS[kind].get(name) if is_made(title) else None
    return (made or PARTS[kind][name])(catalogue, title, language)


def keyword_ids(title: Title) -> set[int]:
    """Return the numbers of a title's keywords."""
    return {number for number, _ in _keywords(title)}


def _keywords(title: Title) -> list[tuple[int, str]]:
    return [KEYWORDS[number] for number in title.genre_ids if number in KEYWORDS]


def _split(title: Title) -> tuple[list[Credit], list[Credit]]:
    return [c for c in title.credits if not c.job], [c for c in title.credits if c.job]


def _image(path: str | None, width: int, height: int) -> list[dict[str, Any]]:
    return [image_row(path, width, height)] if path else []


def _alike(catalogue: Catalogue, title: Title, language: str) -> list[dict[str, Any]]:
    return [bodies.item(catalogue, other, language) for other in catalogue.alike(title, same_kind=True)][:20]
