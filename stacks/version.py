"""Which version of Marquee this is: what the API, the web app and the command tell of themselves."""

from __future__ import annotations

import subprocess
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_DESCRIBE = ("git", "describe", "--tags", "--always", "--dirty")
_PATIENCE = 10


def version(given: str | None = None) -> str:
    """Return `given` (`cdk … -c version=…`), else what git calls the commit in this folder, else pyproject's version.

    `v1.2.0` is a release, `v1.2.0-3-g2030707` three commits later, `-dirty` one with changes that no commit has. Never
    raises: a folder without git, as an archive of the sources is, has the version that it was released as.
    """
    return given or described(ROOT) or released(ROOT)


@cache
def described(folder: Path) -> str | None:
    """Return git's name of what `folder` holds; None where git is missing, refuses, or knows another folder only."""
    # Without this, a copy that lies inside somebody's repository would get the version of that one.
    if not (folder / ".git").exists():
        return None
    try:
        done = subprocess.run(_DESCRIBE, cwd=folder, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None


def released(folder: Path) -> str:
    """Return the version in the pyproject.toml of `folder`."""
    project: str = tomllib.loads((folder / "pyproject.toml").read_text())["project"]["version"]
    return project
