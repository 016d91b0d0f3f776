"""The bodies of WatchMode's answers about one title."""

from collections.abc import Iterable
from typing import Any

from local.catalogue import Catalogue, Offer, Title, links, texts
from local.upstreams.limits import Plan

NO_DEEPLINKS = "Deeplinks available for paid plans only."
NO_EPISODE_LINKS = "Episode links available for paid plans only."


def details(catalogue: Catalogue, title: Title, language: str | None) -> dict[str, Any]:
    """Return a title's details; `english_title` is there only when another language was asked for."""
    body = {
        "id": title.id,
        "title": title.title,
        "original_title": title.original_title or title.title,
        "plot_overview": catalogue.overview(title),
        "type": title.type,
        "runtime_minutes": title.runtime,
        "year": title.year,
        "end_year": title.end_year,
        "release_date": title.release_date,
        "imdb_id": title.imdb_id,
        "tmdb_id": title.tmdb_id,
        "tmdb_type": title.tmdb_type,
        "genres": list(title.genre_ids),
        "genre_names": catalogue.genre_names(title),
        "user_rating": title.user_rating,
        "critic_score": title.critic_score,
        "us_rating": title.us_rating,
        "poster": links.poster(title, 342),
        "posterMedium": links.poster(title, 342),
        "posterLarge": links.poster(title, 780),
        "backdrop": links.backdrop(title),
        "original_language": title.language,
        "similar_titles": [other.id for other in catalogue.alike(title)][:25],
        "networks": list(title.network_ids) or None,
        "network_names": [catalogue.networks[n].name for n in title.network_ids if n in catalogue.networks],
        "relevance_percentile": catalogue.percentile(title, "relevance"),
        "popularity_percentile": catalogue.percentile(title, "popularity"),
        "trailer": None,
        "trailer_thumbnail": None,
    }
    body |= {name: value for name, value in _recording(catalogue, title).items() if name != "sources"}
    if language and language.lower() != "en":
        body["english_title"] = title.title
    return body


def offers(catalogue: Catalogue, title: Title, regions: Iterable[str], plan: Plan) -> list[dict[str, Any]]:
    """Return one row per source, type, region and format; the free plan sees no deep links."""
    wanted = set(regions)
    recorded = _recording(catalogue, title).get("sources", [{}] * len(title.offers))
    counts = {"seasons": len(title.seasons) or None, "episodes": sum(title.seasons) or None}
    return [
        {**_offer(catalogue, title, offer, plan), **counts, **_told(row, plan)}
        for offer, row in zip(title.offers, recorded, strict=True)
        if not wanted or offer.region in wanted
    ]


def _told(row: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """Return what a recorded offer says; the recordings are of the free plan, so a paid one learns no links."""
    return row if plan.is_free else {name: value for name, value in row.items() if value != NO_DEEPLINKS}


def _recording(catalogue: Catalogue, title: Title) -> dict[str, Any]:
    recorded = catalogue.recordings.watchmode.get(title.id, {})
    return {} if catalogue.changed(title) else recorded


def _offer(catalogue: Catalogue, title: Title, offer: Offer, plan: Plan) -> dict[str, Any]:
    source = catalogue.sources.get(offer.source_id)
    ios, android = links.schemes(source)
    return {
        "source_id": offer.source_id,
        "name": source.name if source else f"Source {offer.source_id}",
        "type": offer.type,
        "region": offer.region,
        "ios_url": NO_DEEPLINKS if plan.is_free else links.app_url(title, offer, ios),
        "android_url": NO_DEEPLINKS if plan.is_free else links.app_url(title, offer, android),
        "web_url": links.web_url(title, offer),
        "format": offer.format,
        "price": offer.price,
    }


def seasons(title: Title) -> list[dict[str, Any]]:
    """Return a programme's seasons, newest first."""
    return [
        {
            "id": _season_id(title, number),
            "poster_url": links.poster(title, 342),
            "name": f"Season {number}",
            "overview": texts.season_overview(title, number),
            "number": number,
            "air_date": texts.air_date(title, number),
            "episode_count": title.seasons[number - 1],
        }
        for number in range(len(title.seasons), 0, -1)
    ]


def episodes(catalogue: Catalogue, title: Title, plan: Plan) -> list[dict[str, Any]]:
    """Return a programme's episodes with the offers of the whole title."""
    sources = [_offer(catalogue, title, offer, plan) for offer in title.offers]
    if plan.is_free:
        sources = [{**row, "web_url": NO_EPISODE_LINKS} for row in sources]
    return [
        {
            "id": _season_id(title, season) * 10_000 + number,
            "name": f"Episode {number}",
            "episode_number": number,
            "season_number": season,
            "season_id": _season_id(title, season),
            "tmdb_id": None,
            "imdb_id": None,
            "thumbnail_url": None,
            "release_date": texts.air_date(title, season, number),
            "runtime_minutes": title.runtime,
            "overview": texts.episode_overview(title, season, number),
            "sources": sources,
        }
        for season, count in enumerate(title.seasons, 1)
        for number in range(1, count + 1)
    ]


def cast_and_crew(catalogue: Catalogue, title: Title) -> list[dict[str, Any]]:
    """Return the people of a title, cast first."""
    rows = []
    for order, credit in enumerate(sorted(title.credits, key=lambda credit: credit.job is not None)):
        person = catalogue.people[credit.person_id]
        rows.append(
            {
                "person_id": person.watchmode_id,
                "type": "Crew" if credit.job else "Cast",
                "full_name": person.name,
                "headshot_url": links.headshot(person),
                "role": credit.job or credit.character,
                "episode_count": sum(title.seasons) or None,
                "order": None if credit.job else order,
            }
        )
    return rows


def _season_id(title: Title, number: int) -> int:
    return title.id * 100 + number
