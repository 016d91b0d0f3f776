"""A film or programme as TMDB tells it: list items and details."""

from datetime import date
from typing import Any

from local.catalogue import Catalogue, Title, texts
from local.catalogue.chance import chance, image_path
from local.catalogue.genres import TMDB_MOVIE, TMDB_TV, tmdb_ids
from local.catalogue.made import is_made
from local.upstreams.tmdb import seasons
from local.upstreams.tmdb.made_parts import made_facts
from local.upstreams.tmdb.recordings import completed


def genre_ids(catalogue: Catalogue, title: Title) -> list[int]:
    """Return a title's genres in TMDB's numbers, those that films or television have."""
    own = [catalogue.genres[number].tmdb_id for number in title.genre_ids if number in catalogue.genres]
    return tmdb_ids(own, str(title.tmdb_type))


def poster_path(title: Title) -> str | None:
    """Return the path of the poster: the known one, else one of the right form."""
    return (title.poster_path or image_path(title.id, "poster")) if title.poster else None


def backdrop_path(title: Title) -> str | None:
    """Return the path of the backdrop; some titles have none."""
    made = image_path(title.id, "backdrop") if title.poster and chance(title.id, "backdrop") < 0.9 else None
    return title.backdrop_path or made


def overview(catalogue: Catalogue, title: Title, language: str) -> str:
    """Return the overview; TMDB has no fallback, so in a language without a text it is empty."""
    return catalogue.overview(title) if language.lower().startswith("en") else ""


def item(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return a title as lists show it, without `media_type`."""
    shared = {
        "adult": title.adult,
        "backdrop_path": backdrop_path(title),
        "genre_ids": genre_ids(catalogue, title),
        "id": title.tmdb_id,
        "original_language": title.language,
        "overview": overview(catalogue, title, language),
        "popularity": title.popularity,
        "poster_path": poster_path(title),
        "softcore": False,
        "vote_average": title.user_rating or 0,
        "vote_count": title.vote_count,
    }
    original = title.original_title or title.title
    if title.tmdb_type == "tv":
        return shared | {
            "name": title.title,
            "original_name": original,
            "first_air_date": title.release_date or "",
            "origin_country": list(title.countries),
        }
    return shared | {
        "title": title.title,
        "original_title": original,
        "release_date": title.release_date or "",
        "video": False,
    }


def details(catalogue: Catalogue, title: Title, language: str, today: date) -> dict[str, Any]:
    """Return a title's details: as recorded where they were, completed by made ones."""
    body = _details(catalogue, title, language, today)
    recorded = completed(recording(catalogue, title))
    body |= {name: value for name, value in recorded.items() if name in body}
    if title.revision:
        body["vote_count"] += title.revision
        body["homepage"] = f"https://example.com/{title.tmdb_type}/{title.tmdb_id}/{title.revision}"
    return body


def recording(catalogue: Catalogue, title: Title) -> dict[str, Any]:
    """Return the recorded body of a title, empty when there is none or the title was changed since."""
    recorded = catalogue.recordings.tmdb.get((str(title.tmdb_type), title.tmdb_id or 0), {})
    return {} if catalogue.changed(title) else recorded


def _details(catalogue: Catalogue, title: Title, language: str, today: date) -> dict[str, Any]:
    listed = item(catalogue, title, language)
    names = TMDB_TV if title.tmdb_type == "tv" else TMDB_MOVIE
    countries = dict(catalogue.countries)
    spoken = {code: (english, own) for code, english, own in catalogue.languages}
    english, own = spoken.get(title.language, (title.language, title.language))
    body = {name: value for name, value in listed.items() if name != "genre_ids"}
    body |= {
        "genres": [{"id": number, "name": names[number]} for number in listed["genre_ids"]],
        "homepage": "",
        "origin_country": list(title.countries),
        "production_companies": [],
        "production_countries": [{"iso_3166_1": code, "name": countries.get(code, code)} for code in title.countries],
        "spoken_languages": [{"english_name": english, "iso_639_1": title.language, "name": own}],
        "tagline": title.tagline or "" if language.lower().startswith("en") else "",
    }
    body |= _programme(catalogue, title) if title.tmdb_type == "tv" else _film(title, today)
    return body | made_facts(catalogue, title) if is_made(title) else body


def _film(title: Title, today: date) -> dict[str, Any]:
    released = (title.release_date or "") <= today.isoformat()
    return {
        "belongs_to_collection": None,
        "budget": 0,
        "imdb_id": title.imdb_id,
        "revenue": 0,
        "runtime": title.runtime or 0,
        "status": "Released" if released else "Post Production",
    }


def _programme(catalogue: Catalogue, title: Title) -> dict[str, Any]:
    last = len(title.seasons)
    episode_count = title.seasons[-1] if title.seasons else 0
    ended = title.end_year is not None
    kinds = {"Documentary": "Documentary", "Reality": "Reality", "Talk": "Talk Show", "News": "News"}
    first_genre = (catalogue.genre_names(title) or [""])[0]
    networks = [catalogue.networks[number] for number in title.network_ids if number in catalogue.networks]
    return {
        "created_by": [],
        "episode_run_time": [title.runtime] if title.runtime else [],
        "first_air_date": title.release_date or texts.air_date(title, 1),
        "in_production": not ended,
        "languages": [title.language],
        "last_air_date": texts.air_date(title, last, episode_count) if last else None,
        "last_episode_to_air": seasons.episode_row(title, last, episode_count) if last else None,
        "networks": [
            {"id": n.tmdb_id, "logo_path": None, "name": n.name, "origin_country": n.origin_country or ""}
            for n in networks
        ],
        "next_episode_to_air": None,
        "number_of_episodes": sum(title.seasons),
        "number_of_seasons": last,
        "seasons": seasons.rows(title),
        "status": "Ended" if ended else "Returning Series",
        "type": "Miniseries" if title.type == "tv_miniseries" else kinds.get(first_genre, "Scripted"),
    }
