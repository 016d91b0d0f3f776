"""Recorded TMDB bodies in today's form: older ones lack keys that every answer has by now."""

from typing import Any

_COMPANY = {"logo_path": None, "origin_country": ""}
_PERSON = {"original_name": "", "popularity": 0}
_ROWS: dict[str, dict[str, Any]] = {
    "production_companies": _COMPANY,
    "networks": _COMPANY,
    "spoken_languages": {"english_name": ""},
    "seasons": {"name": "", "overview": "", "vote_average": 0},
    "created_by": {"credit_id": "", "gender": 0},
    "cast": _PERSON,
    "crew": _PERSON,
}
_PARTS: dict[str, dict[str, Any]] = {"external_ids": {"wikidata_id": None}}


def completed(body: dict[str, Any]) -> dict[str, Any]:
    """Return a recorded body, or part of one, whose rows have the keys that were added later."""
    done = dict(body)
    for name, defaults in _ROWS.items():
        if isinstance(done.get(name), list):
            done[name] = [{**defaults, **row} for row in done[name]]
    return done


def completed_part(name: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return a recorded part without its `id`, with the keys that were added later."""
    return {**_PARTS.get(name, {}), **{key: value for key, value in completed(body).items() if key != "id"}}
