"""The control endpoint: looks into the simulators and changes what they do.

    GET    /control                          state, and the list of these calls
    GET    /control/counts                   requests by provider, endpoint and status; credits spent
    POST   /control/reset                    everything as at the start: counts, faults, limits, quota, titles
    GET    /control/faults                   the faults in force
    PUT    /control/faults                   replace the faults of the providers named: one fault or a list, each
                                             {provider: watchmode|tmdb|tmdb_files|drive|*, path?: "/v1/title/*",
                                             status?, delay?, malformed?, drop?, retry_after?, rate?: 0-1, times?}
    DELETE /control/faults[?provider=]       remove all, or those of a provider
    GET    /control/limits                   rates, quotas and what is used
    PUT    /control/limits                   {watchmode: {requests?, seconds?, paid?: {quota?, quota_used?}, free?},
                                             tmdb: {requests?, seconds?, retry_after?: bool}}
    GET    /control/titles                   the truth about titles: ?source=&genre=&region=&type=&limit=&offset=
    GET    /control/titles/{id}              the truth about one title
    PUT    /control/titles/{id}              change facts: title, year, user_rating, critic_score, runtime, genres,
                                             overview, poster, popularity, release_date, end_year,
                                             seasons (episodes of each)
    GET    /control/titles/{id}/offers       its offers
    POST   /control/titles/{id}/offers       add an offer {source_id, region, type?, format?, price?}
    DELETE /control/titles/{id}/offers       remove the offers that match ?source_id=&region=&type=&format=
    PUT    /control/sources/{id}             add or change a source {name?, type?, regions?}
    DELETE /control/sources/{id}             drop a source from the directory and from every title
    PUT    /control/genres/{id}              add or change a genre {name?, tmdb_id?}
    DELETE /control/genres/{id}              drop a genre from the list and from every title
    *      /control/archive                 which ids TMDB has, how they change, how often each was fetched: see there
    *      /control/drive                   which files Google Drive has, its credentials and tokens: see there

Errors are `{"error": text}` with status 400 or 404. `source_id` and the like may be strings. What a change does to
titles shows in WatchMode's `/changes` lists too.
"""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import asdict, fields
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.upstreams import edits
from local.upstreams.edits import EditError, UnknownItem
from local.upstreams.faults import Fault
from local.upstreams.limits import Window
from local.upstreams.state import State

PROVIDERS = ("watchmode", "tmdb", "tmdb_files", "drive")

Action = Callable[[State, Request, Any], Any]


def control_routes(state: State) -> list[Route]:
    """Return the routes of the control endpoint."""
    table: list[tuple[str, str, Action]] = [
        ("GET", "/control", _overview),
        ("GET", "/control/counts", lambda state, request, body: state.counts.as_json(PROVIDERS)),
        ("POST", "/control/reset", _reset),
        ("GET", "/control/faults", _faults),
        ("PUT", "/control/faults", _put_faults),
        ("DELETE", "/control/faults", _delete_faults),
        ("GET", "/control/limits", _limits),
        ("PUT", "/control/limits", _put_limits),
        ("GET", "/control/titles", _titles),
        ("GET", "/control/titles/{id}", _title),
        ("PUT", "/control/titles/{id}", _put_title),
        ("GET", "/control/titles/{id}/offers", _offers),
        ("POST", "/control/titles/{id}/offers", _add_offer),
        ("DELETE", "/control/titles/{id}/offers", _remove_offers),
        ("PUT", "/control/sources/{id}", _put_source),
        ("DELETE", "/control/sources/{id}", _drop_source),
        ("PUT", "/control/genres/{id}", _put_genre),
        ("DELETE", "/control/genres/{id}", _drop_genre),
    ]
    return routes_of(state, table)


def routes_of(state: State, table: list[tuple[str, str, Action]]) -> list[Route]:
    """Return the routes of a table of (method, path, action); what an action refuses is answered with 400 or 404."""
    return [Route(path, _endpoint(state, action), methods=[method]) for method, path, action in table]


def _endpoint(state: State, action: Action) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            body = await request.json() if request.method in ("PUT", "POST") and await request.body() else {}
            return JSONResponse(action(state, request, body))
        except UnknownItem as error:
            return JSONResponse({"error": str(error)}, 404)
        except (EditError, ValueError, TypeError, AttributeError) as error:
            return JSONResponse({"error": str(error)}, 400)

    return answer


def _overview(state: State, request: Request, body: Any) -> Any:
    catalogue = state.catalogue
    return {
        "titles": len(catalogue.titles),
        "sources": len(catalogue.sources),
        "genres": len(catalogue.genres),
        "changes": len(state.changes),
        "faults": _faults(state, request, body)["faults"],
        "limits": _limits(state, request, body),
        "help": inspect.cleandoc(__doc__ or "").split("\n"),
    }


def _reset(state: State, request: Request, body: Any) -> Any:
    state.reset()
    return {"reset": True}


def _faults(state: State, request: Request, body: Any) -> Any:
    return {"faults": [fault.as_json() for fault in state.faults.faults]}


def _put_faults(state: State, request: Request, body: Any) -> Any:
    rows = body.get("faults", [body]) if isinstance(body, dict) else body
    faults = [_fault(row) for row in rows]
    for provider in {fault.provider for fault in faults}:
        state.faults.clear(None if provider == "*" else provider)
    state.faults.faults += faults
    return _faults(state, request, body)


def _fault(row: dict[str, Any]) -> Fault:
    names = {field.name for field in fields(Fault)} - {"struck", "_due"}
    if unknown := set(row) - names:
        raise EditError(f"Unknown in a fault: {', '.join(sorted(unknown))}; known are {', '.join(sorted(names))}")
    if row.get("provider") not in (*PROVIDERS, "*"):
        raise EditError(f"A fault needs a provider: {', '.join(PROVIDERS)} or *")
    fault = Fault(**row)
    if not 0 < fault.rate <= 1:
        raise EditError("rate must be above 0 and at most 1")
    if fault.status is not None and not 400 <= fault.status <= 599:
        raise EditError("status must be an error: 400 to 599")
    return fault


def _delete_faults(state: State, request: Request, body: Any) -> Any:
    state.faults.clear(request.query_params.get("provider"))
    return _faults(state, request, body)


def _limits(state: State, request: Request, body: Any) -> Any:
    paid = state.plans["paid"].window
    plans = {plan.name: {"quota": plan.quota, "quota_used": plan.quota_used} for plan in state.plans.values()}
    tmdb = state.tmdb
    return {
        "watchmode": {"requests": paid.requests, "seconds": paid.seconds, **plans},
        "tmdb": {"requests": tmdb.window.requests, "seconds": tmdb.window.seconds, "retry_after": tmdb.retry_after},
    }


def _put_limits(state: State, request: Request, body: Any) -> Any:
    watchmode, tmdb = body.get("watchmode", {}), body.get("tmdb", {})
    for plan in state.plans.values():
        _set_window(plan.window, watchmode)
        values = watchmode.get(plan.name, {})
        plan.quota = int(values.get("quota", plan.quota))
        plan.quota_used = int(values.get("quota_used", plan.quota_used))
    _set_window(state.tmdb.window, tmdb)
    state.tmdb.retry_after = bool(tmdb.get("retry_after", state.tmdb.retry_after))
    return _limits(state, request, body)


def _set_window(window: Window, values: dict[str, Any]) -> None:
    window.requests = int(values.get("requests", window.requests))
    window.seconds = float(values.get("seconds", window.seconds))


def _titles(state: State, request: Request, body: Any) -> Any:
    parameters = request.query_params
    numbers = {name: int(parameters[name]) if parameters.get(name) else None for name in ("source", "genre")}
    found = edits.find(state.catalogue, region=parameters.get("region"), type_=parameters.get("type"), **numbers)
    offset, limit = int(parameters.get("offset", 0)), int(parameters.get("limit", len(found)))
    chosen = found[offset : offset + limit]
    return {"total": len(found), "titles": [edits.truth(state.catalogue.titles[number]) for number in chosen]}


def _title(state: State, request: Request, body: Any) -> Any:
    return edits.truth(edits.title(state.catalogue, request.path_params["id"]))


def _put_title(state: State, request: Request, body: Any) -> Any:
    return edits.truth(edits.change_title(state, request.path_params["id"], body))


def _offers(state: State, request: Request, body: Any) -> Any:
    return {"offers": [asdict(offer) for offer in edits.title(state.catalogue, request.path_params["id"]).offers]}


def _add_offer(state: State, request: Request, body: Any) -> Any:
    edits.add_offer(state, request.path_params["id"], body)
    return _offers(state, request, body)


def _remove_offers(state: State, request: Request, body: Any) -> Any:
    removed = edits.remove_offers(state, request.path_params["id"], dict(request.query_params))
    return {"removed": removed, **_offers(state, request, body)}


def _put_source(state: State, request: Request, body: Any) -> Any:
    return asdict(edits.change_source(state, int(request.path_params["id"]), body))


def _drop_source(state: State, request: Request, body: Any) -> Any:
    return {"titles_changed": edits.drop_source(state, int(request.path_params["id"]))}


def _put_genre(state: State, request: Request, body: Any) -> Any:
    return asdict(edits.change_genre(state, int(request.path_params["id"]), body))


def _drop_genre(state: State, request: Request, body: Any) -> Any:
    return {"titles_changed": edits.drop_genre(state, int(request.path_params["id"]))}
