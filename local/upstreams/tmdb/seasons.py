"""Seasons and episodes of a programme."""

import zlib
from random import Random
from typing import Any

from local.catalogue import Catalogue, Title, made, texts
from local.catalogue.chance import hex_id, image_path
from local.upstreams.tmdb.recordings import completed
from local.upstreams.tmdb.rows import person_row


def rows(title: Title) -> list[dict[str, Any]]:
    """Return the seasons as a programme's details list them, the specials first where it has some."""
    first = 0 if title.specials else 1
    return [_row(title, number) for number in range(first, len(title.seasons) + 1)]


def season(catalogue: Catalogue, title: Title, number: int) -> dict[str, Any] | None:
    """Return a season with its episodes: as recorded where it was recorded whole, else made; None without one."""
    count = _episode_count(title, number)
    if not count:
        return None
    row = _row(title, number)
    del row["episode_count"]
    body = {"_id": f"{row['id']:024x}", **row, "networks": [], "episodes": []}
    recorded = completed(catalogue.recordings.episodes.get((title.tmdb_id or 0, number), {}))
    if len(recorded.get("episodes", ())) == count and not catalogue.changed(title):
        return body | {name: value for name, value in recorded.items() if name in body}
    episodes = (_with_people(catalogue, title, number, at) for at in range(1, count + 1))
    return {**body, "episodes": list(episodes)}


def episode(catalogue: Catalogue, title: Title, season: int, number: int) -> dict[str, Any] | None:
    """Return one episode with its people: as recorded where it was, else made; None without one."""
    if not 1 <= number <= _episode_count(title, season):
        return None
    body = _with_people(catalogue, title, season, number)
    recorded = catalogue.recordings.episodes.get((title.tmdb_id or 0, season, number), {})
    return body | {name: value for name, value in recorded.items() if name in body}


def episode_row(title: Title, season: int, number: int) -> dict[str, Any]:
    """Return one episode as `last_episode_to_air` shows it."""
    return {
        "air_date": texts.air_date(title, season, number),
        "episode_number": number,
        "episode_type": "finale" if number == _episode_count(title, season) else "standard",
        "id": _number(title, season, number),
        "name": f"Episode {number}",
        "overview": texts.episode_overview(title, season, number),
        "production_code": "",
        "runtime": title.runtime,
        "season_number": season,
        "show_id": title.tmdb_id,
        "still_path": image_path(title.id, season, number) if made.is_made(title) else None,
        "vote_average": title.user_rating or 0,
        "vote_count": 0,
    }


def _row(title: Title, number: int) -> dict[str, Any]:
    return {
        "air_date": texts.air_date(title, number),
        "episode_count": _episode_count(title, number),
        "id": _number(title, number),
        "name": f"Season {number}" if number else "Specials",
        "overview": texts.season_overview(title, number) if number else "",
        "poster_path": image_path(title.id, "season", number) if title.poster else None,
        "season_number": number,
        "vote_average": title.user_rating or 0,
    }


def _episode_count(title: Title, season: int) -> int:
    """Return how many episodes a season has; season 0 holds the specials, and 0 means that there is no such season."""
    if season == 0:
        return title.specials
    return title.seasons[season - 1] if season <= len(title.seasons) else 0


def _number(*parts: object) -> int:
    """Return the id of a season or an episode, of the size that TMDB's have."""
    title = parts[0]
    assert isinstance(title, Title)
    return zlib.crc32(repr((title.id, *parts[1:])).encode()) >> 4


def _with_people(catalogue: Catalogue, title: Title, season: int, number: int) -> dict[str, Any]:
    """Return an episode with its crew and guests, which only made programmes have."""
    row = episode_row(title, season, number)
    if not made.is_made(title):
        return {**row, "crew": [], "guest_stars": []}
    dice = Random(title.id + 100 * season + number)
    first = int(dice.random() * 100_000)
    people = [catalogue.person(made.id_of(first + each)) for each in range(1 + int(dice.random() * 5))]
    crew = {"job": "Director", "department": "Directing", "credit_id": hex_id(row["id"], "crew")}
    guests = [
        {"character": "Guest", "credit_id": hex_id(row["id"], order), "order": 500 + order, **person_row(person)}
        for order, person in enumerate(people[1:])
    ]
    return {**row, "crew": [{**crew, **person_row(people[0])}], "guest_stars": guests}
