"""`make clients`: write the typed clients of the API for Python and TypeScript into .artefacts/clients."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from clients.described import described
from stacks.version import released

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "openapi.json"
CLIENTS = ROOT / ".artefacts" / "clients"
SOURCES = Path(__file__).parent
TYPES = ROOT / "web" / "node_modules" / ".bin" / "openapi-typescript"
PACKAGE = "marquee_client"
PYTHON = {
    "project_name_override": "marquee-client",
    "package_name_override": PACKAGE,
    "literal_enums": True,
    # A class whose only field has the name of its module hides one by the other.
    "class_overrides": {"Error": {"class_name": "ErrorAnswer", "module_name": "error_answer"}},
}


class ClientError(Exception):
    """A client cannot be generated; the message is what the generator said."""


def main() -> None:
    """Write both clients and say where they are."""
    try:
        generate(CLIENTS)
    except ClientError as error:
        sys.exit(str(error))
    print(f"{CLIENTS.relative_to(ROOT)}/python, {CLIENTS.relative_to(ROOT)}/typescript")


def generate(folder: Path) -> None:
    """Write the clients of both languages into `folder`, in place of what is there.

    Raises ClientError when a generator fails or leaves something of the document out.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    document = folder / "openapi.json"
    document.write_text(json.dumps(described(json.loads(DOCUMENT.read_text())), indent=2))
    _python(document, folder / "python")
    _typescript(document, folder / "typescript")


def _python(document: Path, folder: Path) -> None:
    settings = folder.parent / "python.json"
    settings.write_text(json.dumps({**PYTHON, "package_version_override": released(ROOT)}))
    files = ("--path", document, "--output-path", folder, "--config", settings)
    _run([sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning", *map(str, files)])
    settings.unlink()
    for model in (folder / PACKAGE / "models").glob("*.py"):
        model.write_text(_without_hidden_cast(model.read_text()))


def _without_hidden_cast(code: str) -> str:
    """Return the code of a model that can call `cast` although a title's `cast` is a field of it."""
    if not re.search(r"^    cast: ", code, re.MULTILINE):
        return code
    code = re.sub(r"(?<![\w.])cast\(", "typing.cast(", code)
    first = "from __future__ import annotations\n"
    return code.replace(first, f"{first}\nimport typing", 1)


def _typescript(document: Path, folder: Path) -> None:
    shutil.copytree(SOURCES / "typescript", folder)
    schema = folder / "schema.d.ts"
    _run([str(TYPES), str(document), "--output", str(schema), "--alphabetize", "--default-non-nullable", "false"])
    package = json.loads((folder / "package.json").read_text())
    (folder / "package.json").write_text(json.dumps(package | {"version": released(ROOT)}, indent=2) + "\n")


def _run(command: Sequence[str]) -> None:
    # The generator tidies up with ruff, which lies beside this Python.
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    done = subprocess.run(command, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ClientError(done.stdout + done.stderr)


if __name__ == "__main__":
    main()
