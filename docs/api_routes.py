"""Write docs/api-routes.md: every route of docs/openapi.json, by what it is about."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
DOCUMENT = DOCS / "openapi.json"
PAGE = DOCS / "api-routes.md"
HEAD = """\
# Routes

Written by `make docs` from [openapi.json](openapi.json); do not edit. All are below `/api`. [api.md](api.md) says what
is the same for all of them.
"""
CALLERS = {"idToken": "viewer", "apiKey": "producer"}


def text() -> str:
    """Return the page."""
    document: dict[str, Any] = json.loads(DOCUMENT.read_text())
    rows: dict[str, list[str]] = defaultdict(list)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            answers = ", ".join(sorted(operation["responses"]))
            route = f"`{method.upper()} {path}`"
            row = f"| {route} | {operation['summary']} | {_caller(operation)} | {answers} |"
            rows[operation["tags"][0]].append(row)
    return HEAD + "".join(_section(tag, rows[tag]) for tag in sorted(rows))


def _section(tag: str, rows: list[str]) -> str:
    lines = [f"\n## {tag}\n", "| route | does | for | answers |", "|---|---|---|---|", *sorted(rows)]
    return "\n".join(lines) + "\n"


def _caller(operation: dict[str, Any]) -> str:
    if "security" not in operation:
        return "anybody"
    (scheme,) = operation["security"][0]
    return "operator" if operation["tags"][0] == "Operators" else CALLERS[scheme]


if __name__ == "__main__":
    PAGE.write_text(text())
