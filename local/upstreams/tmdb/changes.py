"""What changed: the lists of ids by day, and what changed of one film, programme or person."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from local.catalogue import made
from local.catalogue.chance import chance, hex_id
from local.upstreams.population import days_between
from local.upstreams.provider import Call, Handler
from local.upstreams.tmdb.asked import known_id
from local.upstreams.tmdb.errors import TmdbError
from local.upstreams.tmdb.lists import page_number

_A_PAGE = 100
_LONGEST = timedelta(days=14)
# Recorded pages have up to eleven ids in a hundred whose flags are null.
_UNKNOWN_FLAGS = 0.03
_KEYS = {"movie": "overview", "tv": "overview", "person": "biography"}


def changed_ids(kind: str) -> Handler:
    """Return the endpoint of the ids that changed within a window of days, each once, the latest first."""

    def answer(call: Call) -> dict[str, Any]:
        first, last = window(call)
        page = page_number(call)
        population = call.state.population
        changed = {day: list(population.changed_on(kind, day)) for day in days_between(first, last)}
        for day, number in _edited(call, kind):
            if day in changed:
                changed[day].append(number)
        ids = list(dict.fromkeys(number for numbers in changed.values() for number in numbers))
        rows = ids[(page - 1) * _A_PAGE : page * _A_PAGE]
        return {
            "results": [{"id": number, **_flags(call, kind, number)} for number in rows],
            "page": page,
            "total_pages": max(1, -(-len(ids) // _A_PAGE)),
            "total_results": len(ids),
        }

    return answer


def changes_of(kind: str) -> Handler:
    """Return the endpoint of what changed of one id within a window of days."""

    def answer(call: Call) -> dict[str, Any]:
        return changes(call, kind, known_id(call, kind))

    return answer


def changes(call: Call, kind: str, number: int) -> dict[str, Any]:
    """Return what changed of an id, by key; nothing is an empty list."""
    first, last = window(call)
    days = [day for day in days_between(first, last) if number in call.state.population.changed_on(kind, day)]
    items = [
        {
            "id": hex_id(kind, number, day),
            "action": "updated",
            "time": f"{day} 12:00:00 UTC",
            "iso_639_1": "en",
            "iso_3166_1": "US",
            "value": f"As written on {day}.",
            "original_value": "As written before.",
        }
        for day in days
    ]
    return {"changes": [{"key": _KEYS[kind], "items": items}] if items else []}


def window(call: Call) -> tuple[date, date]:
    """Return the first and the last day asked for; without any they are yesterday and today.

    Raises TmdbError 23 for what is no day and 20 for more than 14 days.
    """
    today = call.state.population.today
    last = _day(call, "end_date") or today
    first = _day(call, "start_date") or min(last, today) - timedelta(days=1)
    if not timedelta(0) <= last - first <= _LONGEST:
        raise TmdbError(20)
    return first, last


def _day(call: Call, name: str) -> date | None:
    text = call.parameters.text(name)
    try:
        # Other forms of ISO dates are none to TMDB.
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date() if text else None
    except ValueError:
        raise TmdbError(23) from None


def _edited(call: Call, kind: str) -> list[tuple[date, int]]:
    """Return the titles that the control endpoint edited, with the day."""
    state = call.state
    found = []
    for change in state.changes:
        title = state.catalogue.titles.get(change.title_id)
        if title and title.tmdb_type == kind and title.tmdb_id:
            found.append((datetime.fromtimestamp(change.at + state.population.shift, UTC).date(), title.tmdb_id))
    return found


def _flags(call: Call, kind: str, number: int) -> dict[str, bool | None]:
    """Return `adult` and `softcore`: null for what is gone, and for some for no reason."""
    if number in call.state.population.gone[kind] or chance(kind, number, "flags") < _UNKNOWN_FLAGS:
        return {"adult": None, "softcore": None}
    place = made.place_of(number)
    return {"adult": kind != "tv" and place is not None and made.is_adult(place), "softcore": False}
