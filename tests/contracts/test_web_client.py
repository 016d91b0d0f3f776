"""The web app speaks with the API of today, and is small enough to be there at once."""

import gzip
import html
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from stacks.constructs.web_build import BUILD_FOLDER, WEB, build_web

# What a first visit may load before it shows the guide: bytes of scripts and of styles, and requests for either.
MOST_SCRIPT, MOST_STYLE, MOST_FILES = 195_000, 32_000, 12
ENTRY, GUIDE, TITLE = "index.html", "src/pages/guide/Home.tsx", "src/pages/guide/TitlePage.tsx"
MANTINE = [WEB / "node_modules/@mantine" / package / "styles.css" for package in ("core", "notifications")]
MANTINES_CLASS = re.compile(r"\bm_[0-9a-f]{8}\b")


def test_types_of_the_client_are_those_of_the_document(tmp_path: Path) -> None:
    types = tmp_path / "schema.d.ts"
    command: str = json.loads((WEB / "package.json").read_text())["scripts"]["types"]
    command = command.replace("src/api/schema.d.ts", str(types))

    subprocess.run(f"node_modules/.bin/{command}", shell=True, cwd=WEB, capture_output=True, check=True)

    assert (WEB / "src/api/schema.d.ts").read_text() == types.read_text(), "run `make docs` and commit web/src/api"


def test_first_load_stays_below_its_limit() -> None:
    site = build_web()

    scripts, styles = _needed(site, ENTRY, GUIDE)

    assert _compressed(site, scripts) < MOST_SCRIPT
    assert _compressed(site, styles) < MOST_STYLE
    assert len(scripts) + len(styles) <= MOST_FILES


@pytest.mark.parametrize(("path", "page"), [("/", GUIDE), ("/titles/*", TITLE)])
def test_page_that_is_opened_is_fetched_beside_what_all_pages_need(path: str, page: str) -> None:
    site = build_web()
    index = (site / ENTRY).read_text()
    ahead = json.loads(html.unescape(index.split('data-pages="')[1].split('"')[0]))

    needed = set[str]().union(*_needed(site, ENTRY, page))

    assert {file for file in needed if f"/{file}" not in ahead[path]} == set().union(*_needed(site, ENTRY))


def test_components_have_their_styles() -> None:
    assets = build_web() / "assets"

    used = {each for file in assets.glob("*.js") for each in MANTINES_CLASS.findall(file.read_text())}
    styled = {each for file in assets.glob("*.css") for each in MANTINES_CLASS.findall(file.read_text())}
    known = {each for file in MANTINE for each in MANTINES_CLASS.findall(file.read_text())}

    assert used & known <= styled, "a component is used whose styles src/app/mantine.css does not name"


def _needed(site: Path, *chunks: str) -> tuple[set[str], set[str]]:
    """The scripts and the styles without which none of the chunks starts."""
    manifest: dict[str, Any] = json.loads((site / BUILD_FOLDER / "manifest.json").read_text())
    found = [manifest[name] for chunk in chunks for name in _with_imports(manifest, chunk)]
    return {each["file"] for each in found}, {style for each in found for style in each.get("css", [])}


def _compressed(site: Path, files: set[str]) -> int:
    return sum(len(gzip.compress((site / file).read_bytes())) for file in files)


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
