"""What a call asks for: an id, a language, parts to append."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from local.catalogue import Person, Title
from local.upstreams.provider import Call
from local.upstreams.tmdb.errors import TmdbError

_APPENDED_AT_MOST = 20


def number_in_path(call: Call) -> int:
    """Return the number that leads the path; letters after it are a slug. Raises TmdbError 6 without one."""
    number = re.match(r"\d{1,9}(?=-|$)", call.path["id"], re.ASCII)
    if not number:
        raise TmdbError(6)
    return int(number[0])


def known_id(call: Call, kind: str) -> int:
    """Return the id in the path; raises TmdbError 34 when nothing has it."""
    number = number_in_path(call)
    if not call.state.population.exists(kind, number):
        raise TmdbError(34)
    return number


def find_title(call: Call, kind: str) -> Title:
    """Return the film or programme in the path; raises TmdbError 34 when there is none."""
    title = call.state.population.title(kind, number_in_path(call))
    if title is None:
        raise TmdbError(34)
    return title


def find_person(call: Call) -> Person:
    """Return the person in the path; raises TmdbError 34 when there is none."""
    person = call.state.population.person(number_in_path(call))
    if person is None:
        raise TmdbError(34)
    return person


def language(call: Call) -> str:
    """Return the language asked for."""
    return call.parameters.text("language") or "en-US"


def today(call: Call) -> date:
    """Return the day it is."""
    return datetime.fromtimestamp(call.state.clock(), UTC).date()


def appended(call: Call, part: Callable[[str], dict[str, Any] | None]) -> dict[str, Any]:
    """Return the parts to append; names of which `part` knows none are skipped.

    Raises TmdbError 27 for more than 20.
    """
    names = call.parameters.words("append_to_response")
    if len(names) > _APPENDED_AT_MOST:
        raise TmdbError(27)
    found = {name: part(name) for name in names}
    return {name: body for name, body in found.items() if body is not None}


def note_fetch(call: Call, kind: str) -> None:
    """Count that the details of the id in the path were asked for."""
    call.state.fetches.note(kind, number_in_path(call), call.parameters.text("append_to_response") or "")
