"""The generated clients: typed throughout, and the examples of docs/api.md do with them what they say."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest

from clients.__main__ import DOCUMENT, ROOT, generate
from clients.described import described, short_name

WEB = ROOT / "web" / "node_modules"
OPENAPI: dict[str, Any] = json.loads(DOCUMENT.read_text())
CARD: dict[str, Any] = {
    **{"id": "1", "title": "The Lamp", "year": 1994, "type": "movie", "plot_overview": None, "poster": None},
    **{"user_rating": 8.4, "popularity": None, "release_date": None, "source_ids": ["203"], "genre_ids": ["1"]},
    **{"imdb_id": None, "tmdb_id": 7, "tmdb_type": "movie", "followed": True, "watched": False, "hidden": False},
}
TITLES = {"titles": [CARD, CARD | {"id": "2", "title": "Two Lamps", "year": None}], "next": None, "fallback": False}


@dataclass
class Stub:
    """Stands in for the API: answers as the document says it does, and remembers what it was asked."""

    url: str = ""
    asked: list[tuple[str, str, dict[str, list[str]], Any]] = field(default_factory=list)
    tokens: set[str | None] = field(default_factory=set)
    refuses: bool = False

    def answer(self, method: str, path: str) -> tuple[int, Any]:
        if self.refuses:
            return 401, {"error": {"code": "unauthorized", "message": "No token."}}
        return (204, None) if method == "PUT" else (200, TITLES)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def do_PUT(self) -> None:
                self.do_GET()

            def do_GET(self) -> None:
                address = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                stub.asked.append((self.command, address.path, parse_qs(address.query), json.loads(body or b"null")))
                stub.tokens.add(self.headers.get("Authorization"))
                status, found = stub.answer(self.command, address.path)
                content = b"" if found is None else json.dumps(found).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        return Handler


@pytest.fixture
def api() -> Iterator[Stub]:
    stub = Stub()
    with ThreadingHTTPServer(("127.0.0.1", 0), stub.handler()) as server:
        stub.url = f"http://127.0.0.1:{server.server_port}/api"
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield stub
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both clients, with the examples of docs/api.md beside them."""
    folder = tmp_path_factory.mktemp("clients") / "clients"
    generate(folder)
    page = (ROOT / "docs" / "api.md").read_text()
    for language, example in (("python", "example.py"), ("typescript", "example.ts")):
        (code,) = re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)
        (folder / language / example).write_text(code.replace('"marquee-client"', '"./index.js"'))
    (folder / "typescript" / "node_modules").symlink_to(WEB)
    return folder


def run(command: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True)


@pytest.fixture(scope="module")
def script(clients: Path) -> Path:
    """The TypeScript client and its example as JavaScript, which the compiler only writes when it finds no fault."""
    folder = clients / "typescript"
    options = ["--noEmitOnError", "--types", "node", "--typeRoots", str(WEB / "@types")]
    done = run([str(WEB / ".bin" / "tsc"), "--project", "tsconfig.json", *options], folder)
    assert done.returncode == 0, done.stdout
    return folder / "dist" / "example.js"


def example(clients: Path, language: str, script: Path, api: Stub) -> subprocess.CompletedProcess[str]:
    node = shutil.which("node") or "node"
    command = [sys.executable, "example.py"] if language == "python" else [node, str(script)]
    return run(command, clients / language, API_URL=api.url, TOKEN="the-token")


def test_python_client_and_its_example_are_typed_throughout(clients: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "marquee_client", "example.py"]
    checked = run(command, clients / "python")

    assert checked.returncode == 0, checked.stdout


def test_python_client_has_a_module_for_every_operation(clients: Path) -> None:
    modules = [path for path in clients.glob("python/marquee_client/api/*/*.py") if path.stem != "__init__"]

    assert len(modules) == sum(map(len, OPENAPI["paths"].values()))


@pytest.mark.parametrize("language", ["python", "typescript"])
def test_example_chooses_and_prints_what_can_be_watched(clients: Path, script: Path, api: Stub, language: str) -> None:
    done = example(clients, language, script, api)

    assert done.returncode == 0, done.stderr
    assert [line.rsplit(maxsplit=1)[0] for line in done.stdout.splitlines()] == ["The Lamp", "Two Lamps"]
    (put, address, _, body), (get, listed, query, _) = api.asked
    assert (put, address, body) == ("PUT", "/api/preferences", {"sources": ["203", "26"], "genres": ["1"]})
    assert (get, listed, query["source"], query["limit"]) == ("GET", "/api/titles", ["203", "26"], ["2"])
    assert {token.removeprefix("Bearer ") for token in api.tokens if token} == {"the-token"}


@pytest.mark.parametrize("language", ["python", "typescript"])
def test_refusal_is_told_as_the_api_words_it(clients: Path, script: Path, api: Stub, language: str) -> None:
    api.refuses = True

    done = example(clients, language, script, api)

    assert done.returncode == 1
    assert "No token." in done.stderr


def test_stub_answers_what_the_document_says() -> None:
    answers = OPENAPI["paths"]["/titles"]["get"]["responses"]
    for status, answer in ((200, TITLES), Stub(refuses=True).answer("GET", "/titles")):
        schema = answers[str(status)]["content"]["application/json"]["schema"]
        jsonschema.validate(answer, {**schema, "components": OPENAPI["components"]})


def test_two_operations_of_one_name_are_refused() -> None:
    twice = json.loads(json.dumps(OPENAPI))
    twice["paths"]["/sources"]["get"]["operationId"] = "list_genres"

    with pytest.raises(ValueError, match="two operations of 'Reference' are called 'list_genres'"):
        described(twice)


def test_names_of_operations_lose_what_the_path_says() -> None:
    assert short_name("read_title_titles__title_id__get", "/titles/{title_id}", "get") == "read_title"
