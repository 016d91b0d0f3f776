"""The API of imports as a client sees it: every look at an import brings it on by one step."""

import json
from collections.abc import Sequence
from typing import Any

import httpx

from library_api.import_answers import (
    FailuresAnswer,
    NewImportAnswer,
    UploadAnswer,
    action_answer,
    failure_answer,
    import_detail_answer,
)
from marquee.models.imports import Import, ImportCounts, ImportFailure, ImportPreview, ImportSource, SourceKind

ID = "11111111-2222-3333-4444-555555555555"
PREVIEW = ImportPreview(
    format="CSV",
    columns=("Name", "Kind", "Note"),
    mapping={"title": "Name", "genres": "Kind"},
    rows=({"Name": "Heat [1995]", "Kind": "Crime", "Note": "x"}, {"Name": "Ran\x1b[2J", "Kind": "Drama", "Note": "y"}),
    expected_duplicates=1,
    looked_at=2,
)
PAGE = 2


class ImportsApi(httpx.BaseTransport):
    """Takes one import; `steps` are its counts as they are at each look, `busy` requests are put off before that."""

    def __init__(self, *steps: ImportCounts, failures: Sequence[ImportFailure] = (), busy: int = 0) -> None:
        self.steps = list(steps)
        self.failures = failures
        self.busy = busy
        self.problem: str | None = None
        self.after = "finished"
        self.expired: str | None = None
        self.made: dict[str, Any] = {}
        self.uploaded = b""
        self.actions: list[str] = []
        self.tokens: list[str] = []
        self.now = Import(
            id=ID,
            library="main",
            stored_state="awaiting_upload",
            source=ImportSource(kind="upload", name="x"),
            work=1,
            started_by="ann",
            started_at="2026-11-21T10:00:00.000Z",
            changed_at="2026-11-21T10:00:00.000Z",
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        token = request.headers.get("Authorization", "")
        if request.url.host == "uploads":
            assert not token
            assert int(request.headers["Content-Length"]) == len(request.read())
            self.uploaded = request.content
            return httpx.Response(200)
        self.tokens.append(token)
        if token == self.expired:
            return httpx.Response(401, json={"message": "The incoming token has expired"})
        if self.busy:
            self.busy -= 1
            return httpx.Response(503, json={"error": {"code": "temporarily_unavailable", "message": "Try again."}})
        return self._answer(request, request.url.path.removeprefix("/api/imports").strip("/").split("/")[1:])

    def _answer(self, request: httpx.Request, rest: list[str]) -> httpx.Response:
        if request.method == "POST" and not rest and not self.made:
            return self._make(json.loads(request.read()))
        if request.method == "POST":
            self._act(rest[0])
            return _json(202, action_answer(self.now))
        if rest:
            return self._failures(int(request.url.params.get("next", 0)))
        self._step()
        return _json(200, import_detail_answer(self.now))

    def _make(self, body: dict[str, Any]) -> httpx.Response:
        self.made = body
        kind: SourceKind = body["source"]["kind"]
        if kind != "upload":
            self._change(stored_state="reading")
        address = UploadAnswer(url="https://uploads/x?signed", method="PUT", headers={"Content-Type": "text/csv"})
        upload = address if kind == "upload" else None
        return _json(202, NewImportAnswer(**action_answer(self.now).model_dump(), upload=upload))

    def _act(self, action: str) -> None:
        self.actions.append(action)
        states = {"read": "reading", "start": "running", "cancel": "cancelled"}
        self._change(stored_state=states[action])

    def _step(self) -> None:
        if self.now.stored_state == "reading":
            failed = {"stored_state": "failed", "problem": self.problem}
            self._change(**failed if self.problem else {"stored_state": "preview", "preview": PREVIEW})
        elif self.now.stored_state == "running" and self.steps:
            self._change(counts=self.steps.pop(0), work=1 if self.steps else 0)
            if not self.steps and self.after != "finished":
                self._change(stored_state=self.after)

    def _failures(self, start: int) -> httpx.Response:
        page = self.failures[start : start + PAGE]
        end = start + PAGE
        following = str(end) if end < len(self.failures) else None
        return _json(200, FailuresAnswer(failures=[failure_answer(each) for each in page], next=following))

    def _change(self, **values: Any) -> None:
        self.now = self.now.model_copy(update=values)


def _json(status: int, answer: Any) -> httpx.Response:
    return httpx.Response(status, content=answer.model_dump_json(), headers={"Content-Type": "application/json"})
