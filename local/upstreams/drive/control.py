"""The control endpoint's calls about Google Drive.

    GET    /control/drive              which tree there is, its root, how many files, and the list of these calls
    PUT    /control/drive              replace or change it; each of these may be left out:
                                       tree            "demo", or "tmdb5000" for 4,803 files of ../shared/data
                                       folders         "genre" or "year": what the folders of that tree are by
                                       page_at_most    a page of a list has no more files than this: 1-1000
                                       token_seconds   how long access tokens hold that are given out from now on
    DELETE /control/drive              everything as at the start
    GET    /control/drive/credentials  ?kind=service_account|authorized_user: what Google hands out as a file; the key
                                       of the service account is made anew whenever the simulators start
    DELETE /control/drive/tokens       make all access tokens invalid
    GET    /control/drive/files        everything there is, bin and oddities included: ?offset=&limit=
    PUT    /control/drive/files/{id}   change a file: name, content (text), or answers (an error status, null for none)

Faults of the provider `drive` are injected as those of the others are: 403 and 429 say that a limit is exceeded.
"""

import inspect
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from local.upstreams.control import Action, routes_of
from local.upstreams.drive.accounts import user_credentials
from local.upstreams.drive.app import TOKEN
from local.upstreams.drive.listing import MOST
from local.upstreams.edits import EditError, UnknownItem
from local.upstreams.state import State

_SETTINGS = {"tree", "folders", "page_at_most", "token_seconds"}
_CHANGES = {"name", "content", "answers"}
_FILES_A_PAGE = 10_000


def drive_routes(state: State) -> list[Route]:
    """Return the routes of the control endpoint that are about Google Drive."""
    table: list[tuple[str, str, Action]] = [
        ("GET", "/control/drive", _show),
        ("PUT", "/control/drive", _put),
        ("DELETE", "/control/drive", _reset),
        ("GET", "/control/drive/credentials", _credentials),
        ("DELETE", "/control/drive/tokens", lambda state, request, body: {"expired": state.drive.tokens.expire()}),
        ("GET", "/control/drive/files", _files),
        ("PUT", "/control/drive/files/{id}", _put_file),
    ]
    return routes_of(state, table)


def _show(state: State, request: Request, body: Any) -> Any:
    store = state.drive
    return {
        "tree": store.name,
        "folders": store.folders,
        "root": store.tree.root,
        "drives": store.tree.drives,
        "page_at_most": store.page_at_most,
        "token_seconds": store.tokens.lifetime,
        "counts": store.tree.counts(),
        "help": inspect.cleandoc(__doc__ or "").split("\n"),
    }


def _put(state: State, request: Request, body: Any) -> Any:
    if unknown := body.keys() - _SETTINGS:
        raise EditError(f"Unknown: {', '.join(sorted(unknown))}")
    store = state.drive
    if body.keys() & {"tree", "folders"}:
        store.plant(body.get("tree", store.name), body.get("folders", store.folders))
    most, seconds = int(body.get("page_at_most", store.page_at_most)), body.get("token_seconds", store.tokens.lifetime)
    if not 1 <= most <= MOST or int(seconds) < 1:
        raise EditError(f"page_at_most must be from 1 to {MOST}, token_seconds at least 1")
    store.page_at_most, store.tokens.lifetime = most, int(seconds)
    return _show(state, request, body)


def _reset(state: State, request: Request, body: Any) -> Any:
    state.drive.reset()
    return _show(state, request, body)


def _credentials(state: State, request: Request, body: Any) -> Any:
    token_uri = f"{request.base_url}drive{TOKEN}"
    kind = request.query_params.get("kind", "service_account")
    if kind == "service_account":
        return state.drive.account.credentials(token_uri)
    if kind == "authorized_user":
        return user_credentials(token_uri)
    raise EditError("kind must be service_account or authorized_user")


def _files(state: State, request: Request, body: Any) -> Any:
    parameters, files = request.query_params, list(state.drive.tree.files.values())
    offset, limit = int(parameters.get("offset", 0)), int(parameters.get("limit", _FILES_A_PAGE))
    chosen = files[offset : offset + limit]
    return {"total": len(files), "files": [{**each.as_json(), "answers": each.answers} for each in chosen]}


def _put_file(state: State, request: Request, body: Any) -> Any:
    files, file_id = state.drive.tree.files, request.path_params["id"]
    if file_id not in files:
        raise UnknownItem(f"There is no file {file_id}")
    if unknown := body.keys() - _CHANGES:
        raise EditError(f"Unknown: {', '.join(sorted(unknown))}")
    answers = body.get("answers")
    if answers is not None and not 400 <= answers <= 599:
        raise EditError("answers must be an error: 400 to 599, or null")
    change = dict(body)
    if "content" in change:
        change["content"] = str(change["content"]).encode()
    files[file_id] = replace(files[file_id], **change)
    return {**files[file_id].as_json(), "answers": files[file_id].answers}
