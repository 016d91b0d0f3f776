"""What a snapshot of an API function would keep: nothing that must be fresh, or different in every container."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = sorted(each.parent.name for each in (ROOT / "lambdas").glob("*_api/handler.py"))
# Imports a handler as Lambda does before it takes a snapshot, and tells what of ours was asked for meanwhile.
LOOK = """
import sys, json, random, secrets, time, uuid, datetime, socket
import botocore.session

asked = []
ours = (sys.argv[1] + "/lambdas/", sys.argv[1] + "/layers/")

def noted(name, function, always=False):
    def called(*args, **kwargs):
        if always or sys._getframe(1).f_code.co_filename.startswith(ours):
            asked.append(name)
        return function(*args, **kwargs)
    return called

session = botocore.session.Session
session.create_client = noted("a client of AWS", session.create_client, always=True)
session.get_credentials = noted("credentials", session.get_credentials, always=True)
socket.socket.connect = noted("a connection", socket.socket.connect, always=True)
for module, names in (
    (random, ("random", "uniform", "randint", "choice", "shuffle", "Random")),
    (secrets, ("token_bytes", "token_hex", "token_urlsafe", "choice")),
    (uuid, ("uuid1", "uuid4")),
    (time, ("time", "monotonic", "perf_counter")),
):
    for name in names:
        setattr(module, name, noted(f"{module.__name__}.{name}", getattr(module, name)))
__import__(sys.argv[2] + ".handler")
print(json.dumps(asked))
"""


def kept(package: str, *folders: Path) -> list[str]:
    """Return what the import of a handler asked for."""
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(folders[0]), package],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(
                str(folder / each) for folder in folders for each in ("lambdas", "layers/shared/python")
            ),
            "POWERTOOLS_SERVICE_NAME": package,
            "POWERTOOLS_METRICS_NAMESPACE": "Marquee",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_an_import_makes_no_client_draws_no_number_and_looks_at_no_clock(package: str) -> None:
    assert kept(package, ROOT) == []


def test_what_must_not_be_kept_would_be_found(tmp_path: Path) -> None:
    package = tmp_path / "lambdas" / "careless_api"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "handler.py").write_text(
        "import time, uuid, boto3\nID, SINCE = uuid.uuid4(), time.time()\n"
        "boto3.client('sqs', region_name='eu-west-2')\n"
    )

    assert kept("careless_api", tmp_path, ROOT)[:3] == ["uuid.uuid4", "time.time", "a client of AWS"]
