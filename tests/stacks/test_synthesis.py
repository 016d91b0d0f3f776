"""Every environment synthesises, and what comes out passes the checkers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_sqs as sqs

import app as marquee
from stacks.config import load
from tests.stacks.assemblies import CONTEXT, ROOT, Assembly

DOMAINS = {
    "data",
    "auth",
    "ingestion",
    "streaming",
    "notifications",
    "enrichment",
    "archive",
    "library",
    "operations",
    "api",
    "web",
    "observability",
}
# W3005: CDK writes DependsOn beside the GetAtt that implies it. W6001: the web app's configuration, which is put
# together of what other stacks put out, is put out itself for who wants to see it.
ACCEPTED_LINT = ("W3005", "W6001")


def test_environment_synthesises_all_stacks_without_account_region_or_network(assembly: Assembly) -> None:
    assert set(assembly.templates) == DOMAINS

    stacks = [item for item in assembly.manifest["artifacts"].values() if item["type"] == "aws:cloudformation:stack"]
    assert {stack["environment"] for stack in stacks} == {"aws://unknown-account/unknown-region"}
    assert "missing" not in assembly.manifest


def test_security_checks_find_nothing(assembly: Assembly) -> None:
    report = json.loads((assembly.folder / "validation-report.json").read_text())

    assert report["pluginReports"] == []


def test_security_checks_would_stop_a_synth(tmp_path: Path) -> None:
    app = App(context=CONTEXT | {"env": "dev"}, outdir=str(tmp_path))
    marquee.wire(app, load(app.node.try_get_context))
    sqs.Queue(Stack(app, "Careless"), "Queue")

    with pytest.raises(RuntimeError, match="AwsSolutions-SQS4"):
        app.synth()


def test_accepted_findings_stand_on_one_resource_with_a_reason_of_their_own(assembly: Assembly) -> None:
    reasons: dict[str, set[str]] = {}
    for resource in assembly.resources(""):
        nag = resource.body.get("Metadata", {}).get("cdk_nag", {"rules_to_suppress": []})
        for accepted in nag["rules_to_suppress"]:
            assert len(accepted["reason"].split()) >= 8, f"{resource.name}: {accepted}"
            reasons.setdefault(accepted["reason"], set()).add(accepted["id"].split("[")[0])

    # The two rules that ask for an authorizer are about one and the same thing.
    assert all(len(rules) == 1 or rules == {"AwsSolutions-APIG4", "AwsSolutions-COG4"} for rules in reasons.values())


def test_templates_pass_cfn_lint(assemblies: dict[str, Assembly]) -> None:
    files = [str(file) for assembly in assemblies.values() for file in assembly.template_files]

    result = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), "--ignore-checks", *ACCEPTED_LINT, "--", *files],
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout


def test_local_deploys_with_the_callers_credentials_and_the_others_with_bootstrap_roles(assembly: Assembly) -> None:
    for artifact in assembly.manifest["artifacts"].values():
        if artifact["type"] == "aws:cloudformation:stack":
            assert ("assumeRoleArn" in artifact["properties"]) == (assembly.environment != "local")


def test_deploy_does_not_stop_to_ask() -> None:
    assert json.loads((ROOT / "cdk.json").read_text())["requireApproval"] == "never"


def test_stacks_of_prod_are_protected_from_deletion(assembly: Assembly) -> None:
    for artifact in assembly.manifest["artifacts"].values():
        if artifact["type"] == "aws:cloudformation:stack":
            protected = artifact["properties"].get("terminationProtection", False)
            assert protected == (assembly.environment == "prod")


def test_dependencies_between_stacks_point_one_way(dev: Assembly) -> None:
    order = (
        "data",
        "auth",
        "ingestion",
        "notifications",
        "enrichment",
        "streaming",
        "archive",
        "library",
        "operations",
        "api",
        "web",
        "observability",
    )
    for stack, template in dev.templates.items():
        for other in order[order.index(stack) :]:
            assert f'"Fn::ImportValue": "marquee-dev-{other}:' not in json.dumps(template)
