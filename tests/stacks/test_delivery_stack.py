"""The roles of the pipeline: who may take them on, and how little they may do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App

from delivery.bootstrap import wire
from delivery.delivery_stack import ISSUER
from stacks.config import ConfigError
from tests.stacks.assemblies import CONTEXT

REPOSITORY = "octo-org/marquee"
WRITES = {"cognito-idp:AdminCreateUser", "kinesis:PutRecords", "secretsmanager:GetSecretValue"}


def synthesised(folder: Path, **context: str) -> dict[str, Any]:
    app = App(context=CONTEXT | context, outdir=str(folder), builtin_cloud_formation_validation=False)
    wire(app)
    app.synth()
    report = json.loads((folder / "validation-report.json").read_text())
    assert report["pluginReports"] == []
    template: dict[str, Any] = json.loads((folder / "marquee-delivery.template.json").read_text())
    return template


@pytest.fixture(scope="module")
def resources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    found: dict[str, Any] = synthesised(tmp_path_factory.mktemp("delivery"), repository=REPOSITORY)["Resources"]
    return found


def of_type(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: body["Properties"] for name, body in resources.items() if body["Type"] == kind}


def statements(resources: dict[str, Any], environment: str) -> list[dict[str, Any]]:
    (policy,) = [
        body
        for name, body in of_type(resources, "AWS::IAM::Policy").items()
        if name.startswith(f"Deploy{environment.title()}")
    ]
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return found


def actions(statement: dict[str, Any]) -> list[str]:
    found = statement["Action"]
    return found if isinstance(found, list) else [found]


def test_only_jobs_of_the_repository_in_the_environment_may_take_a_role_on(resources: dict[str, Any]) -> None:
    roles = of_type(resources, "AWS::IAM::Role")

    subjects = set()
    for role in roles.values():
        (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Action"] == "sts:AssumeRoleWithWebIdentity"
        # StringEquals knows no wildcards: one subject, one audience.
        assert trust["Condition"].keys() == {"StringEquals"}
        assert trust["Condition"]["StringEquals"][f"{ISSUER}:aud"] == "sts.amazonaws.com"
        assert trust["Principal"]["Federated"] == {"Ref": next(iter(of_type(resources, "AWS::IAM::OIDCProvider")))}
        subjects.add(trust["Condition"]["StringEquals"][f"{ISSUER}:sub"])
        assert "ManagedPolicyArns" not in role
    assert subjects == {f"repo:{REPOSITORY}:environment:{name}" for name in ("dev", "staging", "prod")}


def test_role_deploys_by_the_bootstrap_roles_of_its_account_and_region_alone(resources: dict[str, Any]) -> None:
    for environment in ("dev", "staging", "prod"):
        (assuming,) = [each for each in statements(resources, environment) if "sts:AssumeRole" in actions(each)]
        arns = [json.dumps(each) for each in assuming["Resource"]]
        assert [arn.split("hnb659fds-")[1].split("-role-")[0] for arn in arns] == [
            "deploy",
            "file-publishing",
            "lookup",
        ]
        assert all("*" not in arn and "AWS::AccountId" in arn and "AWS::Region" in arn for arn in arns)


def test_no_role_has_a_wildcard_action_or_the_rights_of_another_environment(resources: dict[str, Any]) -> None:
    for environment, others in (("dev", ("staging", "prod")), ("prod", ("dev", "staging"))):
        found = statements(resources, environment)
        assert not [action for each in found for action in actions(each) if "*" in action]
        assert not [other for other in others if f"marquee-{other}" in json.dumps(found)]


def test_what_only_its_tag_tells_apart_is_asked_for_by_the_tag(resources: dict[str, Any]) -> None:
    for environment in ("dev", "staging", "prod"):
        for statement in statements(resources, environment):
            services = {action.split(":")[0] for action in actions(statement)}
            if services & {"kms", "secretsmanager", "cognito-idp"}:
                condition = {"StringEquals": {"aws:ResourceTag/marquee:environment": environment}}
                assert statement["Condition"] == condition


def test_role_of_prod_reads_and_changes_nothing(resources: dict[str, Any]) -> None:
    given = {action for each in statements(resources, "prod") for action in actions(each)} - {"sts:AssumeRole"}
    verbs = {action.split(":")[1] for action in given}

    assert all(verb.startswith(("Get", "List", "Describe", "BatchGet", "Query", "Decrypt")) for verb in verbs), verbs
    assert not given & WRITES
    for environment in ("dev", "staging"):
        assert {action for each in statements(resources, environment) for action in actions(each)} >= WRITES


def test_each_accepted_finding_has_a_reason(resources: dict[str, Any]) -> None:
    for name, body in resources.items():
        for accepted in body.get("Metadata", {}).get("cdk_nag", {"rules_to_suppress": []})["rules_to_suppress"]:
            assert len(accepted["reason"].split()) >= 8, f"{name}: {accepted}"


def test_account_with_some_environments_and_a_provider_gets_what_it_lacks(tmp_path: Path) -> None:
    arn = f"arn:aws:iam::111122223333:oidc-provider/{ISSUER}"
    template = synthesised(tmp_path, repository=REPOSITORY, deploys="prod", providerArn=arn)

    assert list(template["Outputs"]) == ["RoleArnProd"]
    assert not of_type(template["Resources"], "AWS::IAM::OIDCProvider")
    assert arn in json.dumps(template)


@pytest.mark.parametrize("name", ["", "octo-org", "octo-org/*", "*/marquee", "octo-org/marquee:ref"])
def test_no_more_and_no_less_than_one_repository_is_trusted(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="-c repository=<owner>/<name>"):
        synthesised(tmp_path, repository=name)


def test_unknown_environment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no environment 'production'"):
        synthesised(tmp_path, repository=REPOSITORY, deploys="dev,production")
