"""The shared layer: what is in it, for which machine, and how much."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from stacks.constructs import layer_build, protobuf_build
from stacks.constructs.layer_build import IN_THE_RUNTIME, LayerBuildError, build_layer
from tests.stacks.assemblies import Assembly

# Lambda takes 250 MB with the function's own code. The largest files, zstandard, pyroaring and cryptography (which
# signs in at Google), are 33 MB together.
LIMIT_MB = 60
# What the header of a compiled module says it is made for.
AARCH64 = 183


def layer(assembly: Assembly) -> Path:
    found = next(iter(assembly.resources("AWS::Lambda::LayerVersion")))
    return assembly.asset(found.properties["Content"]) / "python"


def test_every_stack_publishes_the_same_layer(dev: Assembly) -> None:
    # The web stack has one of CDK's own, for uploads.
    layers = [found for found in dev.resources("AWS::Lambda::LayerVersion") if found.stack != "web"]

    assert {found.stack for found in layers} == {
        *("ingestion", "streaming", "notifications", "enrichment", "archive", "library", "operations", "api"),
    }
    assert len({found.properties["Content"]["S3Key"] for found in layers}) == 1


def test_layer_is_small(dev: Assembly) -> None:
    size = sum(item.stat().st_size for item in layer(dev).rglob("*") if item.is_file())

    assert size < LIMIT_MB * 1_000_000


def test_layer_leaves_out_what_the_runtime_has_and_what_nobody_imports(dev: Assembly) -> None:
    top = {item.name for item in layer(dev).iterdir()}

    assert not top & {*IN_THE_RUNTIME, "bin"}
    assert not [name for name in top if name.endswith(".dist-info")]
    assert not [
        item for item in layer(dev).rglob("*") if item.name in ("__pycache__", "tests") or item.suffix == ".pyi"
    ]
    assert not [item for item in (layer(dev) / "zstandard").iterdir() if "cffi" in item.name]


def test_layer_holds_what_the_protobuf_compiler_writes_and_the_dictionaries(dev: Assembly) -> None:
    archive = layer(dev) / "marquee/archive"

    assert {item.name for item in (archive / "schema").iterdir()} == {
        f"{proto.stem}_pb2.py" for proto in protobuf_build.PROTO.rglob("*.proto")
    }
    assert (archive / "trained/current.json").is_file()


def test_layer_holds_the_whole_marquee_package(dev: Assembly) -> None:
    copied, sources = layer(dev) / "marquee", layer_build.SOURCES / "marquee"

    assert {file.relative_to(copied) for file in copied.rglob("*.py")} == {
        file.relative_to(sources) for file in sources.rglob("*.py")
    }


def test_compiled_modules_of_the_cloud_are_for_arm64_and_python_3_13(dev: Assembly) -> None:
    modules = list(layer(dev).rglob("*.so"))

    assert modules
    assert {int.from_bytes(module.read_bytes()[18:20], "little") for module in modules} == {AARCH64}
    assert all("cpython-313" in module.name or "abi3" in module.name for module in modules)


def test_layer_of_local_can_be_imported_here(assemblies: dict[str, Assembly]) -> None:
    folder = layer(assemblies["local"])
    imports = f"import sys; sys.path.insert(0, {str(folder)!r}); import aws_lambda_powertools, httpx, marquee, pydantic"
    imports += "; from marquee.archive import packing; packing.pack('movie', {'id': 1})"

    result = subprocess.run(
        # Isolated and without site-packages: nothing but the layer can answer.
        [sys.executable, "-I", "-S", "-c", imports],
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stderr


def test_same_input_gives_the_same_folder(dev: Assembly) -> None:
    assert build_layer("arm64") == build_layer("arm64")


@pytest.fixture
def own_inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Requirements and sources that a test may change, and a cache of its own."""
    (tmp_path / "python" / "marquee").mkdir(parents=True)
    (tmp_path / "python" / "marquee" / "one.py").write_text("one = 1\n")
    (tmp_path / "requirements.txt").write_text("")
    monkeypatch.setattr(layer_build, "ROOT", tmp_path)
    monkeypatch.setattr(layer_build, "SOURCES", tmp_path / "python")
    monkeypatch.setattr(layer_build, "REQUIREMENTS", tmp_path / "requirements.txt")
    monkeypatch.setattr(layer_build, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(layer_build, "_install", lambda folder, target: (folder / "package.py").touch())
    return tmp_path


def test_changed_source_gives_another_layer_without_another_download(
    own_inputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build_layer("arm64")
    monkeypatch.setattr(layer_build, "_install", None)

    (own_inputs / "python" / "marquee" / "one.py").write_text("one = 2\n")
    second = build_layer("arm64")

    assert second != first
    assert (second / "python" / "marquee" / "one.py").read_text() == "one = 2\n"
    assert (second / "python" / "package.py").is_file()
    assert (first / "python" / "marquee" / "one.py").read_text() == "one = 1\n"


def test_changed_requirements_give_another_layer(own_inputs: Path) -> None:
    first = build_layer("arm64")

    (own_inputs / "requirements.txt").write_text("httpx==0.28.1\n")

    assert build_layer("arm64") != first


def test_failed_build_leaves_nothing_behind(own_inputs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(folder: Path, target: tuple[str, ...]) -> None:
        (folder / "half").touch()
        raise LayerBuildError("no wheel")

    monkeypatch.setattr(layer_build, "_install", fail)

    with pytest.raises(LayerBuildError):
        build_layer("arm64")

    assert list((own_inputs / "cache").iterdir()) == []
