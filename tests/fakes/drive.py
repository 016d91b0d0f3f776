"""Google Drive over httpx's own mock transport: a tree, its pages, its content, and its refusals."""

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote

import httpx

FOLDER = "application/vnd.google-apps.folder"
SHORTCUT = "application/vnd.google-apps.shortcut"
URL = "https://drive.test/drive/v3"
TOKEN_URL = "https://accounts.test/token"
CONSENT = json.dumps(
    {"refresh_token": "refresh-me", "client_id": "client", "client_secret": "hush", "token_uri": TOKEN_URL}
)


class FakeDrive:
    """Keeps files by id, each with its parents; `faults` are answers by the id that is asked for."""

    def __init__(self) -> None:
        self.files: dict[str, dict[str, Any]] = {}
        self.inside: dict[str, list[str]] = {}
        self.content: dict[str, bytes] = {}
        self.requests: list[httpx.Request] = []
        self.faults: dict[str, Callable[[], httpx.Response]] = {}
        self.token = "token-1"
        self.token_answer: Callable[[], httpx.Response] = self.grant
        self.transport = httpx.MockTransport(self._answer)
        self.shortest_page = 1000
        self.add("root", mimeType=FOLDER)

    def add(self, file_id: str, parent: str = "", **facts: Any) -> str:
        """Add an entry; `content` is bytes, or an object for a JSON file."""
        content = facts.pop("content", None)
        if content is not None:
            self.content[file_id] = content if isinstance(content, bytes) else json.dumps(content).encode()
            facts |= {"size": str(len(self.content[file_id])), "md5Checksum": self._md5(file_id)}
        parents = {"parents": [parent]} if parent else {}
        self.inside.setdefault(parent, []).append(file_id)
        self.files[file_id] = {"id": file_id, "name": file_id, "mimeType": "application/json", **parents, **facts}
        return file_id

    def folder(self, file_id: str, parent: str = "root", **facts: Any) -> str:
        """Add a folder."""
        return self.add(file_id, parent, mimeType=FOLDER, **facts)

    def shortcut(self, file_id: str, target: str, parent: str = "root") -> str:
        """Add a shortcut."""
        return self.add(file_id, parent, mimeType=SHORTCUT, shortcutDetails={"targetId": target})

    def grant(self) -> httpx.Response:
        """Return an access token."""
        return httpx.Response(200, json={"access_token": self.token, "expires_in": 3599, "token_type": "Bearer"})

    def asked(self, kind: str) -> int:
        """Return how many requests there were with this in their address."""
        return sum(kind in str(each.url) for each in self.requests)

    def _md5(self, file_id: str) -> str:
        return hashlib.md5(self.content[file_id], usedforsecurity=False).hexdigest()

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if str(request.url) == TOKEN_URL:
            return self.token_answer()
        if request.headers["Authorization"] != f"Bearer {self.token}":
            return refusal(401, "authError", "Invalid Credentials")
        query = {name: values[0] for name, values in parse_qs(request.url.query.decode()).items()}
        if request.url.path.endswith("/files"):
            return self._list(query)
        return self._one(unquote(request.url.path.rpartition("/")[2]), query, request)

    def _list(self, query: dict[str, str]) -> httpx.Response:
        found = re.fullmatch(r"'(.*)' in parents and trashed=false", query["q"])
        assert found
        folder = found[1]
        assert query["supportsAllDrives"] == query["includeItemsFromAllDrives"] == "true"
        if fault := self.faults.get(folder):
            return fault()
        inside = [self.files[each] for each in self.inside.get(folder, []) if not self.files[each].get("trashed")]
        start, size = int(query.get("pageToken", 0)), min(int(query["pageSize"]), self.shortest_page)
        more = {"nextPageToken": str(start + size)} if len(inside) > start + size else {}
        return httpx.Response(200, json={"files": inside[start : start + size], **more})

    def _one(self, file_id: str, query: dict[str, str], request: httpx.Request) -> httpx.Response:
        if fault := self.faults.get(file_id):
            return fault()
        if file_id not in self.files:
            return refusal(404, "notFound", f"File not found: {file_id}.")
        if query.get("alt") != "media":
            return httpx.Response(200, json=self.files[file_id])
        start = int(request.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
        body = self.content[file_id]
        if start and start >= len(body):
            return httpx.Response(416)
        return httpx.Response(206 if start else 200, content=body[start:])


def refusal(status: int, reason: str, message: str = "No.", *, location: str = "", **headers: str) -> httpx.Response:
    """Return an error as Google words it."""
    each = {"reason": reason, "message": message, "location": location}
    body = {"error": {"code": status, "message": message, "errors": [each]}}
    return httpx.Response(status, json=body, headers={name.replace("_", "-"): text for name, text in headers.items()})
