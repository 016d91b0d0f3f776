"""The code of the functions: one package each, changed by its own edits alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_lambda as lambda_

from stacks.constructs.python_function import LAMBDAS, package_asset
from stacks.constructs.shared_layer import RUNTIME
from tests.stacks.assemblies import Assembly
from tests.stacks.test_conventions import EMAIL_PACKAGES, GOOGLE_PACKAGES, PACKAGES


def hashes(folder: Path) -> dict[str, str]:
    """The key under which the code of every function in `folder` is uploaded."""
    app = App(outdir=str(folder.parent / "cdk.out"))
    stack = Stack(app, "Hashes")
    for package in PACKAGES:
        lambda_.Function(stack, package, runtime=RUNTIME, handler="unused", code=package_asset(package, folder))
    resources = app.synth().get_stack_by_name("Hashes").template["Resources"].values()
    keys = [body["Properties"]["Code"]["S3Key"] for body in resources if body["Type"] == "AWS::Lambda::Function"]
    return dict(zip(PACKAGES, keys, strict=True))


@pytest.mark.parametrize("package", sorted(PACKAGES | EMAIL_PACKAGES | GOOGLE_PACKAGES))
def test_zip_holds_the_package_and_nothing_else(local: Assembly, package: str) -> None:
    code = local.asset(local.function(package).properties["Code"])

    assert [item.name for item in code.iterdir()] == [package]
    assert (code / package / "handler.py").is_file()
    assert (code / package / "__init__.py").is_file()
    assert not [item for item in code.rglob("*") if item.name == "__pycache__" or item.suffix == ".pyc"]


def test_editing_one_function_changes_its_own_hash_alone(tmp_path: Path) -> None:
    # Two copies, because CDK remembers the hash of a folder for as long as it runs.
    for copy in ("before", "after"):
        shutil.copytree(LAMBDAS, tmp_path / copy / "lambdas")
    edited = tmp_path / "after" / "lambdas"
    (edited / "guide_api" / "handler.py").write_text("changed = True\n")
    (edited / "title_consumer" / "__pycache__").mkdir(exist_ok=True)
    (edited / "title_consumer" / "__pycache__" / "handler.cpython-313.pyc").write_bytes(b"compiled")

    before, after = hashes(tmp_path / "before" / "lambdas"), hashes(edited)

    assert {package for package in PACKAGES if before[package] != after[package]} == {"guide_api"}
