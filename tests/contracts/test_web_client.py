"""The web app speaks with the API of today, and is small enough to be there at once."""

import gzip
import json
import subprocess
from pathlib import Path
from typing import Any

from stacks.constructs.web_build import BUILD_FOLDER, WEB, build_web

# What a first visit may load before it shows the guide.
MOST_BYTES = 250_000
ENTRY, GUIDE = "index.html", "src/pages/guide/Home.tsx"


def test_types_of_the_client_are_those_of_the_document(tmp_path: Path) -> None:
    types = tmp_path / "schema.d.ts"
    command: str = json.loads((WEB / "package.json").read_text())["scripts"]["types"]
    command = command.replace("src/api/schema.d.ts", str(types))

    subprocess.run(f"node_modules/.bin/{command}", shell=True, cwd=WEB, capture_output=True, check=True)

    assert (WEB / "src/api/schema.d.ts").read_text() == types.read_text(), "run `make docs` and commit web/src/api"


def test_first_load_stays_below_its_limit() -> None:
    site = build_web()
    manifest: dict[str, Any] = json.loads((site / BUILD_FOLDER / "manifest.json").read_text())

    files = {manifest[chunk]["file"] for chunk in _with_imports(manifest, ENTRY) | _with_imports(manifest, GUIDE)}
    size = sum(len(gzip.compress((site / file).read_bytes())) for file in files if file.endswith(".js"))

    assert size < MOST_BYTES


def _with_imports(manifest: dict[str, Any], chunk: str) -> set[str]:
    """A chunk and whatever it cannot start without."""
    found: set[str] = set()
    waiting = [chunk]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += manifest[name].get("imports", [])
    return found
