"""Build the web app with npm, without Docker; what is built is kept until its sources change."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web"
CACHE = ROOT / ".cache" / "web"
_SOURCES = ("src", "public")
_SETTINGS = ("index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts", "opening.ts")


BUILD_FOLDER = ".vite"
"""What Vite says of its own build: for tests, not for visitors."""
CONFIGURATION = "config.json"
"""What the pages are told of their environment, which the deployment writes."""
API_DOCUMENT = ROOT / "docs" / "openapi.json"
"""What the page about the API shows; it lies beside the pages wherever they may show it."""


class WebBuildError(Exception):
    """The web app cannot be built; the message says why and what to do."""


@dataclass(frozen=True)
class CacheRule:
    """Which files of the site may be kept for how long; `exclude` and `include` are patterns, as in `aws s3 sync`."""

    name: str
    cache_control: str
    exclude: tuple[str, ...]
    include: tuple[str, ...] = ()


# What Vite writes to assets/ has a hash of its content in its name, and so never changes.
HASHED = CacheRule("Assets", "public, max-age=31536000, immutable", exclude=("*",), include=("assets/*",))
# Everything else is asked for anew each time; unchanged, it costs one short answer.
NAMED = CacheRule("Pages", "no-cache", exclude=("assets/*", f"{BUILD_FOLDER}/*"))


def build_web() -> Path:
    """Return the folder of the built site, building it if its sources have changed.

    Raises WebBuildError when what it is built with is not installed, or its code is wrong.
    """
    digest = hashlib.sha256()
    for file in _source_files():
        digest.update(str(file.relative_to(WEB)).encode() + b"\0" + file.read_bytes())
    folder = CACHE / digest.hexdigest()[:32]
    if not folder.exists():
        _build(folder)
    return folder


def _source_files() -> Iterator[Path]:
    for name in _SOURCES:
        yield from sorted(path for path in (WEB / name).rglob("*") if path.is_file() and ".test." not in path.name)
    yield from (WEB / name for name in _SETTINGS)


def _build(folder: Path) -> None:
    vite = WEB / "node_modules" / ".bin" / "vite"
    if not vite.exists():
        raise WebBuildError("The web app cannot be built: run `make setup`, which installs what it is built with.")
    CACHE.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=CACHE, prefix="draft-"))
    try:
        command = [str(vite), "build", "--outDir", str(draft), "--emptyOutDir", "--logLevel", "warn"]
        plain = {**os.environ, "NO_COLOR": "1"}
        result = subprocess.run(command, cwd=WEB, env=plain, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            raise WebBuildError(f"The web app could not be built:\n{result.stderr or result.stdout}")
        # Two builds of the same sources end in the same folder; who comes second finds it there.
        if not folder.exists():
            draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
