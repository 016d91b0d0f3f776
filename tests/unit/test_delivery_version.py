"""Which version this is, with git, without it, and in somebody else's clone."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from stacks import version as module
from stacks.version import described, released, version

WHO = ("-c", "user.name=Ada", "-c", "user.email=ada@marquee.test", "-c", "commit.gpgsign=false")


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(("git", *WHO, *arguments), cwd=folder, check=True, capture_output=True)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    if not shutil.which("git"):
        pytest.skip("there is no git on this machine")
    git(tmp_path, "init", "--quiet")
    (tmp_path / "file").write_text("one")
    git(tmp_path, "add", "file")
    git(tmp_path, "commit", "--quiet", "--message", "Begin")
    described.cache_clear()
    return tmp_path


def test_tag_is_the_version_and_a_change_makes_it_dirty(clone: Path) -> None:
    git(clone, "tag", "v1.2.0")
    assert described(clone) == "v1.2.0"

    described.cache_clear()
    (clone / "file").write_text("two")
    assert described(clone) == "v1.2.0-dirty"


def test_commits_after_a_tag_are_counted(clone: Path) -> None:
    git(clone, "tag", "v1.2.0")
    git(clone, "commit", "--quiet", "--allow-empty", "--message", "Go on")

    found = described(clone)

    assert found
    assert found.startswith("v1.2.0-1-g")


def test_copy_within_somebodys_clone_does_not_take_its_version(clone: Path) -> None:
    copy = clone / "marquee"
    copy.mkdir()

    assert described(copy) is None


@pytest.mark.parametrize("command", [("no-such-git",), (sys.executable, "-c", "raise SystemExit(128)")])
def test_missing_or_refusing_git_is_no_error(
    clone: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_DESCRIBE", command)

    assert described(clone) is None


def test_without_git_the_version_is_that_of_the_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    monkeypatch.setattr(module, "ROOT", tmp_path)

    assert version() == released(tmp_path) == "1.2.3"


def test_said_version_goes_before_all_others() -> None:
    assert version("v9") == "v9"


def test_command_tells_the_version() -> None:
    said = subprocess.run([sys.executable, "-m", "cli", "--version"], capture_output=True, text=True, check=True)

    assert said.stdout.strip().removesuffix("-dirty") == version().removesuffix("-dirty")
