"""The tables of the synthesised data stack, for tests that need them: what is deployed is what is tested."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache" / "data-template"

# A process of its own: the CDK starts a Node process, which most tests have no use for.
_SYNTHESISE = """
import json, sys
from aws_cdk import App
from stacks.config import load
from stacks.data_stack import DataStack

context = json.load(open("cdk.json"))["context"] | {"env": "dev"}
app = App(context=context, outdir=sys.argv[1])
stack = DataStack(app, config=load(context.get))
json.dump(app.synth().get_stack_by_name(stack.stack_name).template, open(sys.argv[2], "w"))
"""


@cache
def data_template() -> dict[str, Any]:
    """Return the template of the data stack, synthesised again only after `stacks/` or `cdk.json` changed."""
    cached = CACHE / f"{_fingerprint()}.json"
    if not cached.is_file():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            template = Path(scratch) / "template.json"
            result = subprocess.run(
                [sys.executable, "-c", _SYNTHESISE, f"{scratch}/cdk.out", str(template)],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            if result.returncode != 0:
                raise RuntimeError(f"The data stack does not synthesise:\n{result.stderr}")
            template.replace(cached)
    found: dict[str, Any] = json.loads(cached.read_text())
    return found


def create_tables(template: dict[str, Any], client: Any) -> dict[str, str]:
    """Create every table of the data stack with `client`, and return name by table (such as `catalogue`).

    Keys, indexes and streams come from `template`; the names are new, so that no test meets another one's items.
    """
    names = {}
    for output, logical_id in _table_outputs(template).items():
        properties = template["Resources"][logical_id]["Properties"]
        table = re.sub(r"(?<!^)(?=[A-Z])", "_", output.removesuffix("Table")).lower()
        names[table] = f"{table}-{os.urandom(4).hex()}"
        client.create_table(TableName=names[table], **_create_table_input(properties))
        if expiry := properties.get("TimeToLiveSpecification"):
            client.update_time_to_live(
                TableName=names[table],
                TimeToLiveSpecification={"AttributeName": expiry["AttributeName"], "Enabled": True},
            )
    return names


def _table_outputs(template: dict[str, Any]) -> dict[str, str]:
    return {name: output["Value"]["Ref"] for name, output in template["Outputs"].items() if name.endswith("Table")}


def _create_table_input(properties: dict[str, Any]) -> dict[str, Any]:
    copied = ("AttributeDefinitions", "KeySchema", "LocalSecondaryIndexes", "GlobalSecondaryIndexes")
    request = {key: properties[key] for key in copied if key in properties}
    request["BillingMode"] = properties["BillingMode"]
    if stream := properties.get("StreamSpecification"):
        request["StreamSpecification"] = {"StreamEnabled": True, **stream}
    return request


def _fingerprint() -> str:
    digest = hashlib.sha256()
    files = [ROOT / "cdk.json", ROOT / "requirements.txt", Path(__file__), *(ROOT / "stacks").rglob("*.py")]
    for file in sorted(files):
        digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
