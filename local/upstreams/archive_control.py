"""The control endpoint's calls about TMDB's ids: how many there are, what changes, what was fetched.

    GET    /control/archive          the state, the fetches of each kind, and the list of these calls
    PUT    /control/archive          change the state; each of these may be left out:
                                     movie, tv, person   how many made ids there are beside the catalogue's
                                     changed_share       which part of the ids changes on a day: 0-1, 0 for none
                                     missing             patterns of export files that are not there: ["tv_series_*"]
                                     as_of_clock         TMDB's clock, "2026-06-02T09:00:00Z", going on from there;
                                                         null for the real one
                                     new                 {"2026-06-02": {"movie": 50, "tv": [901, 902]}}: ids that are
                                                         there from a day on, so many or these
                                     changed             {"2026-06-02": {"movie": [550]}}: ids that change on a day
                                     gone                {"movie": [550]}: ids that are gone from now on
                                     The last three add to what was said before.
    DELETE /control/archive          the state and the counts as at the start
    GET    /control/archive/fetches  ?type=movie[&offset=&limit=]: how often each id was fetched, ascending by id
    DELETE /control/archive/fetches  forget how often ids were fetched

A fetch is an answered call for details, with success or 404; calls that fail on purpose or are over the limit are none.
"""

import inspect
from datetime import date, datetime
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from local.upstreams.control import Action, routes_of
from local.upstreams.edits import EditError
from local.upstreams.population import KINDS, Population
from local.upstreams.state import State

_MADE_AT_MOST = 50_000_000
_FETCHES_A_PAGE = 100_000


def archive_routes(state: State) -> list[Route]:
    """Return the routes of the control endpoint that are about TMDB's ids."""
    table: list[tuple[str, str, Action]] = [
        ("GET", "/control/archive", _show),
        ("PUT", "/control/archive", _put),
        ("DELETE", "/control/archive", _reset),
        ("GET", "/control/archive/fetches", _fetches),
        ("DELETE", "/control/archive/fetches", _forget_fetches),
    ]
    return routes_of(state, table)


def made_counts(text: str) -> dict[str, int]:
    """Read how many made ids there are: a number for each kind, or `movie=20000,tv=5000`.

    Raises ValueError for any other text.
    """
    if text.isdigit():
        return _counts(dict.fromkeys(KINDS, int(text)))
    pairs = (pair.partition("=") for pair in text.split(","))
    return _counts({kind.strip(): int(number) for kind, _, number in pairs})


def _counts(values: dict[str, int]) -> dict[str, int]:
    if wrong := [kind for kind, number in values.items() if kind not in KINDS or not 0 <= number <= _MADE_AT_MOST]:
        raise ValueError(f"{wrong[0]} must be one of {', '.join(KINDS)}, with a number from 0 to {_MADE_AT_MOST}")
    return values


def _show(state: State, request: Request, body: Any) -> Any:
    population = state.population
    today = population.today
    kinds = {
        kind: {
            "listed": population.count(kind, today),
            "made": population.made.get(kind, 0),
            "changed_today": len(set(population.changed_on(kind, today))),
            "gone": len(population.gone[kind]),
            "fetches": state.fetches.as_json(kind),
        }
        for kind in KINDS
    }
    return {
        "now": population.now.isoformat(timespec="seconds"),
        "changed_share": population.changed_share,
        "missing": population.missing,
        "types": kinds,
        "new": _by_day(population),
        "help": inspect.cleandoc(__doc__ or "").split("\n"),
    }


def _by_day(population: Population) -> dict[str, dict[str, list[int]]]:
    days: dict[str, dict[str, list[int]]] = {}
    for kind in KINDS:
        for number, day in population.added[kind].items():
            days.setdefault(day.isoformat(), {}).setdefault(kind, []).append(number)
    return dict(sorted(days.items()))


def _put(state: State, request: Request, body: Any) -> Any:
    unknown = body.keys() - {*KINDS, "changed_share", "missing", "as_of_clock", "new", "changed", "gone"}
    if unknown:
        raise EditError(f"Unknown: {', '.join(sorted(unknown))}")
    population = state.population
    population.made = {**population.made, **_counts({kind: int(body[kind]) for kind in KINDS if kind in body})}
    share = float(body.get("changed_share", population.changed_share))
    if not 0 <= share <= 1:
        raise EditError("changed_share must be from 0 to 1")
    population.changed_share = share
    population.missing = [str(pattern) for pattern in body.get("missing", population.missing)]
    if "as_of_clock" in body:
        text = body["as_of_clock"]
        population.begin_at(_moment(text) if text else None)
    for day, kinds in body.get("new", {}).items():
        for kind, ids in _known(kinds).items():
            population.add(kind, date.fromisoformat(day), ids)
    for day, kinds in body.get("changed", {}).items():
        for kind, ids in _known(kinds).items():
            population.change(kind, date.fromisoformat(day), ids)
    for kind, ids in _known(body.get("gone", {})).items():
        population.remove(kind, ids)
    return _show(state, request, body)


def _known(kinds: dict[str, Any]) -> dict[str, Any]:
    if unknown := kinds.keys() - set(KINDS):
        raise EditError(f"{min(unknown)} is not one of {', '.join(KINDS)}")
    return kinds


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise EditError("as_of_clock needs its zone: 2026-06-02T09:00:00Z")
    return moment


def _reset(state: State, request: Request, body: Any) -> Any:
    state.reset_population()
    return _show(state, request, body)


def _fetches(state: State, request: Request, body: Any) -> Any:
    parameters = request.query_params
    kind = parameters.get("type", "")
    if kind not in KINDS:
        raise EditError(f"type must be one of {', '.join(KINDS)}")
    times = sorted(state.fetches.times(kind).items())
    offset, limit = int(parameters.get("offset", 0)), int(parameters.get("limit", _FETCHES_A_PAGE))
    chosen = times[offset : offset + limit]
    return {"total": len(times), "fetches": {str(number): count for number, count in chosen}}


def _forget_fetches(state: State, request: Request, body: Any) -> Any:
    state.fetches.clear()
    return {"reset": True}
