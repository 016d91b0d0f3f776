"""What is written about Marquee is true where a machine can tell: routes, links, commands, folders."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs import api_routes

ROOT = Path(__file__).resolve().parents[2]
TOP = sorted(path for path in ROOT.glob("*.md"))
PAGES = [*TOP, *sorted(ROOT.glob("docs/*.md")), *sorted(ROOT.glob("docs/decisions/*.md"))]
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
FENCE = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_table_of_routes_is_that_of_the_document() -> None:
    assert api_routes.PAGE.read_text() == api_routes.text(), "run `make docs` and commit docs/api-routes.md"


def test_site_builds_and_every_link_of_it_leads_somewhere(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "0001-the-title-record-is-the-truth" in (tmp_path / "site/decisions/index.html").read_text()
    assert (tmp_path / "site/contributing/index.html").exists()


@pytest.mark.parametrize("page", TOP, ids=lambda page: page.name)
def test_links_of_pages_at_the_top_lead_somewhere(page: Path) -> None:
    missing = [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()]

    assert not missing


def named_targets(page: str) -> set[str]:
    """The targets of make that a page tells to use, in its text and in its blocks of commands."""
    said = re.findall(r"`make ([a-z][a-z0-9-]*)", page)
    typed = re.findall(r"^make ([a-z][a-z0-9-]*)", "\n".join(FENCE.findall(page)), re.MULTILINE)
    return {*said, *typed}


def test_commands_that_pages_name_are_there() -> None:
    targets = set(re.findall(r"^([a-z][a-z0-9-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    unknown = {(page.name, name) for page in PAGES for name in named_targets(page.read_text()) - targets}

    assert not unknown


def test_map_of_the_readme_names_folders_that_are_there() -> None:
    rows = re.findall(r"^\| (`.*?) \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    folders = [name for row in rows for name in re.findall(r"`([^`]+)`", row)]

    assert "lambdas/" in folders
    assert [name for name in folders if not (ROOT / name).exists()] == []
