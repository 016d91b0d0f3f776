"""Write the Python of the archive's Protocol Buffers into the shared layer.

What is written is never committed: `make` (by `python -m stacks.constructs.protobuf_build`) and the build of the layer
write it whenever a `.proto` file is newer.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

LAYER = Path(__file__).resolve().parents[2] / "layers" / "shared"
PROTO = LAYER / "proto"
PYTHON = LAYER / "python"


class ProtobufBuildError(Exception):
    """A `.proto` file cannot be compiled; the message is the compiler's."""


def build_protobuf(source: Path = PROTO, target: Path = PYTHON) -> None:
    """Compile every `.proto` file below `source` that has changed since, each to the same folder below `target`.

    Raises ProtobufBuildError when one cannot be compiled.
    """
    protos = sorted(source.rglob("*.proto"))
    if all(_is_current(proto, _module(proto, source, target)) for proto in protos):
        return
    # Builds may run side by side: each file appears whole, in one rename, and what is copied meanwhile is beside it.
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".generated-") as scratch:
        _compile(protos, source, Path(scratch))
        for made in Path(scratch).rglob("*_pb2.py*"):
            finished = target / made.relative_to(scratch)
            finished.parent.mkdir(parents=True, exist_ok=True)
            made.replace(finished)


def _compile(protos: list[Path], source: Path, target: Path) -> None:
    outputs = [f"--python_out={target}", f"--pyi_out={target}"]
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{source}", *outputs, *map(str, protos)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise ProtobufBuildError(result.stderr.strip())


def _module(proto: Path, source: Path, target: Path) -> Path:
    relative = proto.relative_to(source)
    return target / relative.with_name(f"{relative.stem}_pb2.py")


def _is_current(proto: Path, module: Path) -> bool:
    return module.exists() and module.stat().st_mtime_ns >= proto.stat().st_mtime_ns


if __name__ == "__main__":
    build_protobuf()
