"""The Python of the Protocol Buffers is written when, and only when, a `.proto` file has changed."""

import os
from pathlib import Path

import pytest

from stacks.constructs.protobuf_build import PROTO, PYTHON, ProtobufBuildError, build_protobuf

PROTOBUF = 'syntax = "proto3"; package test; message One { int64 id = 1; }'
LATER = 2_000_000_000


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "proto"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner/one.proto").write_text(PROTOBUF)
    return folder


def test_module_and_its_types_are_written_beside_the_package(source: Path, tmp_path: Path) -> None:
    build_protobuf(source, tmp_path / "python")

    assert {path.name for path in (tmp_path / "python/inner").iterdir()} == {"one_pb2.py", "one_pb2.pyi"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["proto", "python"]


def test_second_build_leaves_the_files_alone(source: Path, tmp_path: Path) -> None:
    build_protobuf(source, tmp_path / "python")
    module = tmp_path / "python/inner/one_pb2.py"
    os.utime(module, (LATER, LATER))

    build_protobuf(source, tmp_path / "python")

    assert module.stat().st_mtime == LATER


def test_changed_file_is_compiled_again(source: Path, tmp_path: Path) -> None:
    build_protobuf(source, tmp_path / "python")
    (source / "inner/one.proto").write_text(PROTOBUF.replace("One", "Another"))
    os.utime(source / "inner/one.proto", (LATER, LATER))

    build_protobuf(source, tmp_path / "python")

    assert "Another" in (tmp_path / "python/inner/one_pb2.pyi").read_text()


def test_wrong_file_is_told_and_nothing_is_written(source: Path, tmp_path: Path) -> None:
    (source / "inner/two.proto").write_text("message")

    with pytest.raises(ProtobufBuildError, match=r"two\.proto"):
        build_protobuf(source, tmp_path / "python")

    assert not list((tmp_path / "python").rglob("*_pb2*"))


def test_layer_has_what_its_own_files_describe() -> None:
    build_protobuf()

    described = [
        PYTHON / proto.relative_to(PROTO).with_name(f"{proto.stem}_pb2.py") for proto in PROTO.rglob("*.proto")
    ]
    assert described
    assert all(module.is_file() for module in described)
