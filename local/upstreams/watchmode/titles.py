"""The endpoints about one title or one person."""

from typing import Any

from local.catalogue import Person, Title, links
from local.catalogue.models import FIRST_PERSON_ID
from local.upstreams.parameters import whole_number
from local.upstreams.provider import Call
from local.upstreams.watchmode import bodies
from local.upstreams.watchmode.errors import NotFound

_APPENDABLE = ("sources", "seasons", "episodes", "cast-crew")


def title_details(call: Call) -> dict[str, Any]:
    """Answer details; another id than WatchMode's costs 2 credits, each appended part one more."""
    appended = call.parameters.words("append_to_response", _APPENDABLE)
    regions = call.parameters.regions()
    call.credits = (1 if call.path["id"].isdigit() else 2) + len(appended)
    title = _title(call)
    body = bodies.details(call.catalogue, title, call.parameters.text("language"))
    for name in appended:
        body["cast" if name == "cast-crew" else name] = _part(call, title, name, regions)
    return body


def title_sources(call: Call) -> list[dict[str, Any]]:
    """Answer a title's offers, in all regions unless some are named."""
    regions = call.parameters.regions()
    return _part(call, _title(call), "sources", regions)


def title_seasons(call: Call) -> list[dict[str, Any]]:
    """Answer a programme's seasons."""
    return _part(call, _title(call), "seasons")


def title_episodes(call: Call) -> list[dict[str, Any]]:
    """Answer a programme's episodes."""
    return _part(call, _title(call), "episodes")


def title_cast_crew(call: Call) -> list[dict[str, Any]]:
    """Answer who made a title and who is in it."""
    return _part(call, _title(call), "cast-crew")


def person(call: Call) -> dict[str, Any]:
    """Answer what is known about a person; the number begins with 7."""
    number = whole_number(call.path["id"]) or 0
    found = call.catalogue.people.get(number - FIRST_PERSON_ID)
    if found is None:
        raise NotFound("The person could not be found.")
    return person_body(call, found)


def person_body(call: Call, found: Person) -> dict[str, Any]:
    """Return a person with the titles they are known for."""
    first, _, last = found.name.rpartition(" ")
    return {
        "id": found.watchmode_id,
        "full_name": found.name,
        "first_name": first or last,
        "last_name": last if first else None,
        "tmdb_id": found.id,
        "imdb_id": None,
        "main_profession": "director" if found.department == "Directing" else "actor",
        "secondary_profession": None,
        "tertiary_profession": None,
        "date_of_birth": None,
        "date_of_death": None,
        "place_of_birth": None,
        "gender": None,
        "headshot_url": links.headshot(found),
        "known_for": call.catalogue.by_person.get(found.id, [])[:4],
        "relevance_percentile": None,
    }


def _title(call: Call) -> Title:
    found = call.catalogue.by_watchmode_key(call.path["id"])
    if found is None:
        raise NotFound("The title could not be found.")
    return found


def _part(call: Call, title: Title, name: str, regions: list[str] | None = None) -> list[dict[str, Any]]:
    assert call.plan is not None
    if name == "sources":
        return bodies.offers(call.catalogue, title, regions or (), call.plan)
    if name == "seasons":
        return bodies.seasons(title)
    if name == "episodes":
        return bodies.episodes(call.catalogue, title, call.plan)
    return bodies.cast_and_crew(call.catalogue, title)
