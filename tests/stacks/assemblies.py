"""The synthesised app, and ways to look through its templates."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CONTEXT: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text())["context"]
# The function that uploads the web app, with its role: CDK writes them, and no rule of ours is about them.
MADE_BY_CDK = "CustomCDKBucketDeployment"
ENVIRONMENTS = tuple(CONTEXT["environments"])


@dataclass(frozen=True)
class Resource:
    """One resource of one template."""

    stack: str
    logical_id: str
    body: dict[str, Any]
    template: dict[str, Any]

    @property
    def properties(self) -> dict[str, Any]:
        properties: dict[str, Any] = self.body.get("Properties", {})
        return properties

    @property
    def name(self) -> str:
        return f"{self.stack}/{self.logical_id}"


@dataclass(frozen=True)
class Assembly:
    """What one environment synthesises to."""

    environment: str
    folder: Path

    @cached_property
    def manifest(self) -> dict[str, Any]:
        manifest: dict[str, Any] = json.loads((self.folder / "manifest.json").read_text())
        return manifest

    @cached_property
    def templates(self) -> dict[str, dict[str, Any]]:
        """Template by domain, such as `data`."""
        return {
            file.name.removesuffix(".template.json").removeprefix(f"marquee-{self.environment}-"): json.loads(
                file.read_text()
            )
            for file in self.template_files
        }

    @property
    def template_files(self) -> list[Path]:
        return sorted(self.folder.glob("*.template.json"))

    def resources(self, kind: str) -> Iterator[Resource]:
        """Every resource of the type `kind`, or of all types when it is empty; none that CDK writes."""
        for stack, template in self.templates.items():
            for logical_id, body in template["Resources"].items():
                if (body["Type"] == kind or not kind) and not logical_id.startswith(MADE_BY_CDK):
                    yield Resource(stack, logical_id, body, template)

    def function(self, package: str) -> Resource:
        """The function made from the folder `package`."""
        handler = f"{package}.handler.lambda_handler"
        return next(
            found for found in self.resources("AWS::Lambda::Function") if found.properties["Handler"] == handler
        )

    def allowed(self, package: str) -> list[tuple[set[str], Any]]:
        """What the function made from the folder `package` may do: actions and the resources they are for."""
        function = self.function(package)
        role = {"Ref": function.properties["Role"]["Fn::GetAtt"][0]}
        return [
            (set(actions(statement)), statement["Resource"])
            for policy in self.resources("AWS::IAM::Policy")
            if policy.stack == function.stack and role in policy.properties["Roles"]
            for statement in statements(policy)
        ]

    def asset(self, code: dict[str, Any]) -> Path:
        """The staged folder of a function's or a layer's code."""
        return self.folder / f"asset.{code['S3Key'].removesuffix('.zip')}"


def run_app(folder: Path, **context: Any) -> subprocess.CompletedProcess[str]:
    """Run `app.py` as the CDK CLI does, with no AWS account, no credentials and no network to be found."""
    unreachable = "http://127.0.0.1:9"
    environment = {
        name: value for name, value in os.environ.items() if name in ("PATH", "HOME") or name.startswith("JSII_")
    }
    return subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=environment
        | {
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "HTTP_PROXY": unreachable,
            "HTTPS_PROXY": unreachable,
            "PIP_NO_INDEX": "1",
            "CDK_OUTDIR": str(folder),
            "CDK_CONTEXT_JSON": json.dumps(CONTEXT | context),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def actions(statement: dict[str, Any]) -> list[str]:
    """The actions of a policy statement, always as a list."""
    return _as_list(statement["Action"])


def statements(policy: Resource) -> list[dict[str, Any]]:
    """The statements of a policy resource, always as a list."""
    found: list[dict[str, Any]] = _as_list(policy.properties["PolicyDocument"]["Statement"])
    return found


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
