"""Configuration, genres, countries, languages and watch providers."""

from typing import Any

from local.catalogue.genres import TMDB_MOVIE, TMDB_TV
from local.upstreams.provider import Call, Handler

_SIZES = {
    "backdrop_sizes": ["w300", "w780", "w1280", "original"],
    "logo_sizes": ["w45", "w92", "w154", "w185", "w300", "w500", "original"],
    "poster_sizes": ["w92", "w154", "w185", "w342", "w500", "w780", "original"],
    "profile_sizes": ["w45", "w185", "h632", "original"],
    "still_sizes": ["w92", "w185", "w300", "original"],
}
_CHANGE_KEYS = [
    "adult", "air_date", "also_known_as", "alternative_titles", "biography", "birthday", "budget", "cast",
    "certifications", "character_names", "created_by", "crew", "deathday", "episode", "episode_number",
    "episode_run_time", "freebase_id", "freebase_mid", "general", "genres", "guest_stars", "homepage", "images",
    "imdb_id", "languages", "name", "network", "origin_country", "original_name", "original_title", "overview",
    "parts", "place_of_birth", "plot_keywords", "production_code", "production_companies",
    "production_countries", "releases", "revenue", "runtime", "season", "season_number", "season_regular",
    "spoken_languages", "status", "tagline", "title", "translations", "tvdb_id", "tvrage_id", "type", "video",
    "videos",
]  # fmt: skip


def authentication(call: Call) -> dict[str, bool]:
    """Answer that the key is good."""
    return {"success": True}


def configuration(call: Call) -> dict[str, Any]:
    """Answer where images are and in which sizes."""
    bases = {"base_url": "http://image.tmdb.org/t/p/", "secure_base_url": "https://image.tmdb.org/t/p/"}
    return {"images": {**bases, **_SIZES}, "change_keys": _CHANGE_KEYS}


def countries(call: Call) -> list[dict[str, str]]:
    """Answer every country."""
    return [{"iso_3166_1": code, "english_name": name, "native_name": name} for code, name in call.catalogue.countries]


def languages(call: Call) -> list[dict[str, str]]:
    """Answer every language."""
    return [
        {"iso_639_1": code, "english_name": english, "name": own} for code, english, own in call.catalogue.languages
    ]


def genres(kind: str) -> Handler:
    """Return the endpoint of the genres of films or of television."""
    names = TMDB_TV if kind == "tv" else TMDB_MOVIE
    return lambda call: {"genres": [{"id": number, "name": name} for number, name in names.items()]}


def watch_providers(call: Call) -> dict[str, Any]:
    """Answer the services, those of `watch_region` alone where it is given."""
    region = call.parameters.text("watch_region")
    rows = [
        {
            "display_priorities": provider.display_priorities,
            "display_priority": provider.display_priorities.get(region or "US", 100),
            "logo_path": provider.logo_path,
            "provider_name": provider.name,
            "provider_id": provider.id,
        }
        for provider in call.catalogue.providers.values()
        if not region or region in provider.display_priorities
    ]
    return {"results": sorted(rows, key=lambda row: row["display_priority"])}


def provider_regions(call: Call) -> dict[str, Any]:
    """Answer the countries in which services are known."""
    served = {region for source in call.catalogue.sources.values() for region in source.regions}
    return {"results": [row for row in countries(call) if row["iso_3166_1"] in served]}
