"""What MiniStack unpacks for the processes of functions, shared by them.

Each process would unpack the layer and compile it for itself, which takes it seconds and two cores half of their time.
Lambda has the code of a function there, read-only, before it starts one.
"""

import hashlib
import tempfile
import zipfile
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any

from ministack.core import lambda_runtime  # type: ignore[import-untyped]

_unpacking = Lock()


class SharedZip(zipfile.ZipFile):
    """A packed layer or package that is unpacked once, whoever asks for it."""

    def extractall(self, path: Any = None, members: Any = None, pwd: bytes | None = None) -> None:
        """Make an empty folder a link to what is unpacked; into any other, unpack."""
        folder = Path(path or ".")
        if members is not None or not self.filename or any(folder.iterdir()):
            super().extractall(path, members, pwd)
            return
        shared = self._unpacked(hashlib.sha256(Path(self.filename).read_bytes()).hexdigest())
        folder.rmdir()
        folder.symlink_to(shared, target_is_directory=True)

    def _unpacked(self, digest: str) -> Path:
        """Return the folder with what is packed here; made under another name, so that it is whole or not there."""
        place = Path(tempfile.gettempdir()) / "unpacked"
        shared = place / digest
        with _unpacking:
            if not shared.is_dir():
                place.mkdir(exist_ok=True)
                made = tempfile.mkdtemp(dir=place)
                super().extractall(made)
                Path(made).rename(shared)
        return shared


def share_unpacked_code() -> None:
    """Let the processes of functions share what is unpacked, and what Python compiles of it."""
    shared = ModuleType(zipfile.__name__)
    vars(shared).update(vars(zipfile), ZipFile=SharedZip)
    lambda_runtime.zipfile = shared
