"""What `make site` adds to the documents: pages that lie elsewhere in the repository, and the list of decisions."""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
# Where people and tools look for them is the top of the repository.
ELSEWHERE = {"contributing.md": "CONTRIBUTING.md", "changelog.md": "CHANGELOG.md", "security.md": "SECURITY.md"}
DECISIONS = "decisions/README.md"
FROM_THE_TOP = re.compile(r"\]\((?!https?:|mailto:|#)")
TO_REPOSITORY = re.compile(r"\[(?P<text>[^\]]+)\]\((?:\.\./)+(?P<path>[^)#]+)(?:#[^)]*)?\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages from the top of the repository."""
    for name, source in ELSEWHERE.items():
        # Links are turned into those of a page in docs/.
        content = FROM_THE_TOP.sub("](../", (ROOT / source).read_text()).replace("](../docs/", "](")
        files.append(File.generated(config, name, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let links to the repository's other files lead where the site has them, and list what has been decided."""
    for name, source in ELSEWHERE.items():
        markdown = markdown.replace(f"](../{source}", f"]({name}")
    markdown = TO_REPOSITORY.sub(_named, markdown)
    if page.file.src_uri == DECISIONS:
        decisions = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
        markdown += "\n" + "\n".join(f"- [{title(path)}]({path.name})" for path in decisions)
    return markdown


def _named(link: re.Match[str]) -> str:
    """Return the text of a link to a file that the site does not have; one to nowhere stays, and fails."""
    return link["text"] if (ROOT / link["path"]).exists() else link[0]


def title(path: Path) -> str:
    """Return the heading of a page."""
    found = re.search(r"^# (.+)$", path.read_text(), re.MULTILINE)
    return found[1] if found else path.stem
