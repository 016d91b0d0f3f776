"""The real `cdk deploy` of the real stacks, onto the emulator."""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from local.emulator import ROOT_CREDENTIALS
from local.errors import LocalCloudError
from local.processes import Processes
from local.providers import Providers
from local.settings import PROJECT, REGION, Settings, clean_environment

DEPLOY_SECONDS = 420
_CDK = PROJECT / "node_modules" / ".bin" / "cdk"
_MINIMUM_NODE = "Node.js 20 or newer"


def deploy(settings: Settings, providers: Providers, processes: Processes) -> dict[str, str]:
    """Deploy all stacks and return their outputs by name; raises LocalCloudError with the end of the log."""
    outputs = settings.state / "stack-outputs.json"
    outputs.unlink(missing_ok=True)
    command = [str(_CDK), "deploy", "--all", "--require-approval", "never", "--outputs-file", str(outputs)]
    command += ["--output", str(settings.state / "cdk.out"), "--concurrency", "4", "--asset-parallelism"]
    command += ["--method", "direct", "--progress", "events", "--no-notices", "--no-version-reporting"]
    command += ["-c", "env=local"]
    command += ["-c", f"watchmodeUrl={providers.watchmode_url}", "-c", f"tmdbUrl={providers.tmdb_url}"]
    command += ["-c", f"tmdbExportsUrl={providers.tmdb_exports_url}", "-c", f"driveUrl={providers.drive_url}"]
    command += ["-c", f"googleIssuer={providers.google_issuer}"]
    command += ["-c", f"awsUrl={settings.aws_url}", "-c", f"webUrl={settings.web_url}"]
    child = processes.start("deploy", command, _environment(settings), PROJECT)
    if child.wait(DEPLOY_SECONDS) != 0:
        raise LocalCloudError(f"cdk deploy failed; the end of its log:\n{child.log_tail()}")
    return named_outputs(outputs)


def named_outputs(path: Path) -> dict[str, str]:
    """Return the outputs of all stacks by output name."""
    stacks: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return {name: value for stack in stacks.values() for name, value in stack.items()}


def check_tools() -> None:
    """Raise LocalCloudError when the CDK command line or Node.js is not installed."""
    if not shutil.which("node"):
        raise LocalCloudError(f"node is not installed; install {_MINIMUM_NODE} and try again.")
    if not _CDK.exists():
        raise LocalCloudError("The CDK command line is not installed; run `npm ci` and try again.")


def _environment(settings: Settings) -> dict[str, Any]:
    environment = clean_environment(build=True) | ROOT_CREDENTIALS
    # `python3 app.py` in cdk.json must be the Python that has the CDK, activated or not.
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", os.defpath)])
    return environment | {
        "AWS_ENDPOINT_URL": settings.aws_url,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        # The developer's own profiles must have no say in where this goes.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "true",
        "NODE_NO_WARNINGS": "1",
    }
