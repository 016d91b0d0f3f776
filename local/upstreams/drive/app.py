"""Google Drive v3 below `/v3`, and Google's token endpoint at `/token`."""

import re
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from local.upstreams.drive import fields, listing
from local.upstreams.drive.errors import DriveError, TokenError, not_found, of_status
from local.upstreams.drive.files import DriveFile
from local.upstreams.drive.store import DriveStore
from local.upstreams.faults import Fault
from local.upstreams.parameters import Parameters
from local.upstreams.provider import Call, Endpoint, Provider

TOKEN = "/token"
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


class _Json(JSONResponse):
    media_type = "application/json; charset=UTF-8"


class Drive(Provider):
    """The simulated Drive; nothing costs credits here."""

    name = "drive"
    endpoints = (
        Endpoint(TOKEN, lambda call: None),
        Endpoint("/v3/files", lambda call: _list(call)),
        Endpoint("/v3/files/{id}", lambda call: _metadata(call)),
    )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what a form says is read before, because answers are made without waiting."""
        request = Request(scope, receive)
        scope["form"] = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        await super().__call__(scope, receive, send)

    def answer(self, request: Request, endpoint: Endpoint | None, path: dict[str, str]) -> tuple[Response, int]:
        """Answer a request in Google's form."""
        try:
            return self._answer(request, endpoint, path), 0
        except (DriveError, TokenError) as error:
            return _Json(error.as_json(), error.status), 0

    def fault_response(self, fault: Fault) -> Response:
        """Answer with the status that a fault orders; 403 and 429 are limits that were exceeded."""
        assert fault.status is not None
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        return _Json(of_status(fault.status).as_json(), fault.status, headers)

    def _answer(self, request: Request, endpoint: Endpoint | None, path: dict[str, str]) -> Response:
        store = self.state.drive
        expected = ("POST",) if endpoint and endpoint.path == TOKEN else ("GET", "HEAD")
        if endpoint is None or request.method not in expected:
            raise DriveError(404, "notFound", "Not Found")
        if endpoint.path == TOKEN:
            return _Json(store.tokens.grant(request.scope["form"], request.url.path))
        store.tokens.check(request.headers.get("authorization", ""))
        call = Call(self.state, Parameters(request.query_params), path, credits=0)
        if "id" in path and call.parameters.text("alt") == "media":
            return _content(call, request.headers.get("range"))
        return _Json(endpoint.handler(call))


def _list(call: Call) -> dict[str, Any]:
    store: DriveStore = call.state.drive
    return listing.page(store.tree, call.parameters, store.page_at_most)


def _metadata(call: Call) -> Any:
    file, text = _file(call), call.parameters.text("fields")
    wanted = fields.selection(text) if text else fields.OF_FILE
    fields.check(wanted, fields.FILE_FIELDS)
    return fields.chosen(file.as_json(), wanted)


def _content(call: Call, wanted: str | None) -> Response:
    """Return what is in a file, from the byte that a Range header names if there is one."""
    file = _file(call)
    if file.content is None:
        message = "Only files with binary content can be downloaded. Use Export with Docs Editors files."
        raise DriveError(403, "fileNotDownloadable", message, location="alt")
    bounds = _RANGE.fullmatch(wanted or "")
    if bounds is None:
        return Response(file.content, media_type=file.mime_type)
    start, size = int(bounds[1]), len(file.content)
    end = min(int(bounds[2] or size), size - 1)
    if start > end:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
    part = {"Content-Range": f"bytes {start}-{end}/{size}"}
    return Response(file.content[start : end + 1], 206, part, media_type=file.mime_type)


def _file(call: Call) -> DriveFile:
    """Return the file of a path; one of a shared drive only for callers that know what that is."""
    file = call.state.drive.tree.files.get(call.path["id"])
    if file is None or (file.drive_id and not listing.sees_shared_drives(call.parameters)):
        raise not_found(call.path["id"])
    return file
