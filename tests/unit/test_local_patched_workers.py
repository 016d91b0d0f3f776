"""What the processes of functions share in the local cloud."""

import tempfile
import zipfile
from pathlib import Path

import pytest

from local.patched_workers import SharedZip


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unpack into a folder of the test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def packed(path: Path, text: str) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("python/module.py", text)
    return path


def unpack(source: Path, folder: Path) -> Path:
    folder.mkdir()
    with SharedZip(source) as found:
        found.extractall(folder)
    return folder


def test_the_same_code_is_unpacked_once_whatever_it_is_called(tmp_path: Path) -> None:
    one = unpack(packed(tmp_path / "one.zip", "a = 1"), tmp_path / "first")
    other = unpack(packed(tmp_path / "two.zip", "a = 1"), tmp_path / "second")

    (one / "python" / "__pycache__").mkdir()

    assert (other / "python" / "module.py").read_text() == "a = 1"
    assert (other / "python" / "__pycache__").is_dir()


def test_other_code_is_apart(tmp_path: Path) -> None:
    one = unpack(packed(tmp_path / "one.zip", "a = 1"), tmp_path / "first")
    other = unpack(packed(tmp_path / "two.zip", "a = 2"), tmp_path / "second")

    assert one.resolve() != other.resolve()
    assert (other / "python" / "module.py").read_text() == "a = 2"


def test_what_is_in_a_folder_stays(tmp_path: Path) -> None:
    folder = tmp_path / "full"
    folder.mkdir()
    (folder / "kept").touch()

    with SharedZip(packed(tmp_path / "one.zip", "a = 1")) as found:
        found.extractall(folder)

    assert {each.name for each in folder.iterdir()} == {"kept", "python"}
    assert not folder.is_symlink()
