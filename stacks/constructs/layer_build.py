"""Build the folder of the shared layer with pip alone, without Docker.

The third-party half is downloaded once and kept under `.layer-cache/`, named by a hash of what decides its
content: the requirements, the platform and this file. Until one of them changes, a synth needs no network.
"""

from __future__ import annotations

import compileall
import hashlib
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import distributions
from pathlib import Path
from py_compile import PycInvalidationMode

from stacks.constructs.protobuf_build import ProtobufBuildError, build_protobuf

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "layers" / "shared" / "requirements.txt"
SOURCES = ROOT / "layers" / "shared" / "python"
CACHE = ROOT / ".layer-cache"

# Wheels for Amazon Linux 2023 (glibc 2.34) on Graviton; the older tag is the one most projects still publish.
LAMBDA_PLATFORM = (
    *("--platform", "manylinux2014_aarch64", "--platform", "manylinux_2_28_aarch64"),
    *("--implementation", "cp", "--python-version", "3.13"),
)
# The runtime brings these; a copy would cost 20 MB and hide the runtime's security updates.
IN_THE_RUNTIME = ("boto3", "botocore", "s3transfer")
# `bin` holds scripts that name the Python of the building machine; zstandard comes a second time for PyPy.
NOT_IMPORTED = (
    *("bin", "*.dist-info", "**/tests", "**/__pycache__", *IN_THE_RUNTIME),
    *("zstandard/_cffi*", "zstandard/backend_cffi.py", "google/protobuf/compiler", "**/*.pyi"),
)


class LayerBuildError(Exception):
    """The layer cannot be built; the message says why and what to do."""


def build_layer(architecture: str) -> Path:
    """Return the folder of the layer for `arm64` or for this `host`, building what the cache lacks.

    Raises LayerBuildError when a wheel cannot be had, a package is not pinned or a `.proto` file is wrong.
    """
    try:
        build_protobuf()
    except ProtobufBuildError as error:
        raise LayerBuildError(str(error)) from error
    target = LAMBDA_PLATFORM if architecture == "arm64" else ()
    platform = " ".join(target) or f"{sysconfig.get_platform()} {sys.implementation.cache_tag}"
    recipe = _digest([platform.encode(), REQUIREMENTS.read_bytes(), Path(__file__).read_bytes()])
    dependencies = _cached(f"{architecture}-{recipe}", lambda folder: _install(folder, target))

    sources = sorted(_source_files())
    content = _digest(part for file in sources for part in (str(file.relative_to(SOURCES)).encode(), file.read_bytes()))
    return _cached(
        f"{architecture}-{recipe}-{content}",
        lambda folder: _assemble(folder, dependencies, sources, compiled=not target),
    )


def _install(folder: Path, target: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--only-binary=:all:"]
    result = subprocess.run(
        [*command, *target, "--target", str(folder), "--requirement", str(REQUIREMENTS)],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise LayerBuildError(
            f"pip could not build the shared layer (its first build needs a network):\n{result.stderr}"
        )

    pinned = {_name(line.split("==")[0]) for line in REQUIREMENTS.read_text().splitlines() if "==" in line}
    installed = {_name(distribution.metadata["Name"]) for distribution in distributions(path=[str(folder)])}
    if unpinned := sorted(installed - pinned):
        raise LayerBuildError(f"{REQUIREMENTS.relative_to(ROOT)} does not pin {', '.join(unpinned)}.")

    for pattern in NOT_IMPORTED:
        for unwanted in list(folder.glob(pattern)):
            shutil.rmtree(unwanted) if unwanted.is_dir() else unwanted.unlink()


def _assemble(folder: Path, dependencies: Path, sources: list[Path], *, compiled: bool) -> None:
    shutil.copytree(dependencies, folder / "python", copy_function=_link)
    for file in sources:
        copy = folder / "python" / file.relative_to(SOURCES)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    if compiled:
        # The local emulator unpacks the layer anew for every worker; without hashes to check, the bytecode holds
        # although the files are new. On AWS the Python differs from the builder's, so nothing is compiled.
        compileall.compile_dir(
            folder,
            quiet=1,
            stripdir=str(folder),
            prependdir="/opt",
            invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
        )


def _link(source: str, destination: str) -> None:
    Path(destination).hardlink_to(source)


def _source_files() -> Iterator[Path]:
    files = (file for file in SOURCES.rglob("*") if file.is_file() and file.suffix != ".pyi")
    return (file for file in files if "__pycache__" not in file.parts)


def _cached(name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder of the cache, made if need be and shown in one rename: synths may run side by side."""
    finished = CACHE / name
    if finished.is_dir():
        return finished
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="building-") as scratch:
        folder = Path(scratch) / name
        folder.mkdir()
        make(folder)
        try:
            folder.rename(finished)
        except OSError:
            # Another process was faster, with the same content.
            if not finished.is_dir():
                raise
    return finished


def _digest(parts: Iterator[bytes] | list[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:12]


def _name(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).strip().lower()
