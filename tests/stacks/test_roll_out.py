"""How API functions change: what is called, what is tried first, and what sends a new version back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_lambda as lambda_

from stacks.config import ConfigError
from stacks.constructs.shared_layer import RUNTIME
from tests.alarm_evaluation import states
from tests.stacks.assemblies import CONTEXT, Assembly, Resource, actions, run_app, statements
from tests.stacks.test_config import loaded

API_FUNCTIONS = {"guide_api", "ingest_api", "archive_api", "library_api", "admin_api"}
CANARY = {"staging", "prod"}


@pytest.fixture(scope="session")
def prod(assemblies: dict[str, Assembly]) -> Assembly:
    """The environment where most is at stake."""
    return assemblies["prod"]


def packages(assembly: Assembly) -> dict[str, str]:
    """The packages of the functions of the API by logical id."""
    found = (each for each in assembly.resources("AWS::Lambda::Function") if each.stack == "api")
    return {each.logical_id: each.properties["Handler"].split(".")[0] for each in found}


def aliases(assembly: Assembly) -> dict[str, Resource]:
    """The aliases by the package of their function."""
    named = packages(assembly)
    return {named[each.properties["FunctionName"]["Ref"]]: each for each in assembly.resources("AWS::Lambda::Alias")}


def alarms(assembly: Assembly) -> dict[str, Resource]:
    """The alarms that a roll-out looks at, by name."""
    prefix = f"marquee-{assembly.environment}-"
    found = {each.properties["AlarmName"].removeprefix(prefix): each for each in _alarms(assembly)}
    return {name: each for name, each in found.items() if name.startswith("RollOut")}


def _alarms(assembly: Assembly) -> list[Resource]:
    return list(assembly.resources("AWS::CloudWatch::Alarm"))


def dimensions(alarm: Resource) -> dict[str, Any]:
    return {each["Name"]: each["Value"] for each in alarm.properties["Dimensions"]}


def test_every_function_of_the_api_is_live_in_a_version_of_its_own(assembly: Assembly) -> None:
    found = aliases(assembly)

    assert found.keys() == API_FUNCTIONS
    for package, alias in found.items():
        version = alias.template["Resources"][alias.properties["FunctionVersion"]["Fn::GetAtt"][0]]
        assert alias.properties["Name"] == "live", package
        assert version["Type"] == "AWS::Lambda::Version", package
        assert version["Properties"]["FunctionName"] == alias.properties["FunctionName"], package


def test_the_gateway_calls_aliases_and_may_call_nothing_else(assembly: Assembly) -> None:
    live = {alias.logical_id for alias in aliases(assembly).values()}
    called = set()
    for method in assembly.resources("AWS::ApiGateway::Method"):
        parts = method.properties["Integration"]["Uri"]["Fn::Join"][1]
        (target,) = (each["Ref"] for each in parts if isinstance(each, dict) and not each["Ref"].startswith("AWS::"))
        called.add(target)
    allowed = [
        each.properties["FunctionName"]["Ref"]
        for each in assembly.resources("AWS::Lambda::Permission")
        if each.properties["Principal"] == "apigateway.amazonaws.com"
    ]

    assert called == live
    assert sorted(allowed) == sorted(live)


def test_only_functions_of_the_api_begin_as_snapshots_and_only_where_requests_matter(assembly: Assembly) -> None:
    snapped = {
        each.properties["Handler"].split(".")[0]: each.properties["SnapStart"]
        for each in assembly.resources("AWS::Lambda::Function")
        if "SnapStart" in each.properties
    }

    expected = API_FUNCTIONS if assembly.environment in CANARY else set()
    assert snapped == {package: {"ApplyOn": "PublishedVersions"} for package in expected}


def test_staging_and_prod_try_a_version_on_a_tenth_and_the_others_change_at_once(assembly: Assembly) -> None:
    groups = {each.logical_id: each.properties for each in assembly.resources("AWS::CodeDeploy::DeploymentGroup")}
    tried = {}
    for package, alias in aliases(assembly).items():
        if "UpdatePolicy" in alias.body:
            tried[package] = alias.body["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]["DeploymentGroupName"]["Ref"]

    assert tried.keys() == (API_FUNCTIONS if assembly.environment in CANARY else set())
    assert sorted(tried.values()) == sorted(groups)
    for group in groups.values():
        assert group["DeploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
        assert group["AutoRollbackConfiguration"] == {
            "Enabled": True,
            "Events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST", "DEPLOYMENT_STOP_ON_ALARM"],
        }


def test_a_version_goes_back_for_its_errors_slow_answers_or_errors_of_the_api(prod: Assembly) -> None:
    known = alarms(prod)
    for package, alias in aliases(prod).items():
        group = alias.body["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]["DeploymentGroupName"]["Ref"]
        configured = alias.template["Resources"][group]["Properties"]["AlarmConfiguration"]
        watched = {each["Name"]["Ref"] for each in configured["Alarms"]}
        wanted = {"RollOutApiErrors", f"RollOutErrors-{package}", f"RollOutSlow-{package}"}
        assert watched == {known[name].logical_id for name in wanted}, package
        assert configured["Enabled"] is True, package
        # Otherwise they could still look at the version before while the new one is tried.
        assert watched | {group} <= set(alias.body["DependsOn"]), package

    assert len(known) == 1 + 2 * len(API_FUNCTIONS)


def test_errors_are_those_of_the_new_version_and_slowness_that_of_all_that_is_live(prod: Assembly) -> None:
    for package, alias in aliases(prod).items():
        function = alias.properties["FunctionName"]
        live = {"Fn::Join": ["", [function, ":live"]]}
        errors, slow = (alarms(prod)[f"{family}-{package}"] for family in ("RollOutErrors", "RollOutSlow"))

        assert dimensions(errors) == {
            "FunctionName": function,
            "Resource": live,
            "ExecutedVersion": alias.properties["FunctionVersion"],
        }
        assert dimensions(slow) == {"FunctionName": function, "Resource": live}
        assert slow.properties["ExtendedStatistic"] == "p99"


def test_every_alarm_rings_while_there_is_a_way_back_and_tells_nobody_else(prod: Assembly) -> None:
    wrong = {"Errors": 1.0, "Duration": 20_001.0, "5XXError": 0.021}
    for name, alarm in alarms(prod).items():
        metric = alarm.properties["MetricName"]
        assert alarm.properties["Period"] == 60, name
        assert "ALARM" in states(alarm.properties, {metric: [None, wrong[metric], wrong[metric]]}), name
        assert "AlarmActions" not in alarm.properties, name


def test_code_deploy_moves_these_aliases_and_nothing_else(prod: Assembly) -> None:
    (role,) = (
        each
        for each in prod.resources("AWS::IAM::Role")
        if "codedeploy.amazonaws.com" in json.dumps(each.properties["AssumeRolePolicyDocument"])
    )
    (policy,) = (each for each in prod.resources("AWS::IAM::Policy") if {"Ref": role.logical_id} in _roles(each))
    moves, looks = sorted(statements(policy), key=lambda each: len(actions(each)), reverse=True)

    assert set(actions(moves)) == {"lambda:GetAlias", "lambda:UpdateAlias", "lambda:GetProvisionedConcurrencyConfig"}
    arns = [{"Fn::GetAtt": [logical_id, "Arn"]} for logical_id in packages(prod)]
    expected = [*arns, *({"Fn::Join": ["", [arn, ":live"]]} for arn in arns)]
    assert sorted(map(json.dumps, moves["Resource"])) == sorted(map(json.dumps, expected))
    assert actions(looks) == ["cloudwatch:DescribeAlarms"]
    assert "ManagedPolicyArns" not in role.properties


def _roles(policy: Resource) -> list[Any]:
    roles: list[Any] = policy.properties["Roles"]
    return roles


def test_what_mends_an_incident_can_be_deployed_at_once() -> None:
    assert loaded("prod").roll_out == "canary"
    assert loaded("prod", rollOut="all_at_once").roll_out == "all_at_once"
    with pytest.raises(ConfigError, match="roll_out = 'slowly', but it must be one of all_at_once, canary"):
        loaded("prod", rollOut="slowly")


def published(folder: Path, *, layer: str, tag: str = "") -> str:
    """The logical id of the version of a function with a layer of that text, under the settings of cdk.json."""
    folder.mkdir(parents=True)
    (folder / "marquee.py").write_text(layer)
    app = App(context=CONTEXT, outdir=str(folder / "cdk.out"))
    stack = Stack(app, "Versions", tags={"tag": tag})
    function = lambda_.Function(
        stack,
        "Function",
        runtime=RUNTIME,
        handler="index.handler",
        code=lambda_.Code.from_inline("unused"),
        layers=[lambda_.LayerVersion(stack, "Layer", code=lambda_.Code.from_asset(str(folder), exclude=["cdk.out"]))],
    )
    lambda_.Alias(stack, "Live", alias_name="live", version=function.current_version)
    resources = app.synth().get_stack_by_name("Versions").template["Resources"]
    (version,) = (name for name, body in resources.items() if body["Type"] == "AWS::Lambda::Version")
    return str(version)


def test_an_edit_of_the_layer_alone_goes_live_too(tmp_path: Path) -> None:
    before = published(tmp_path / "before", layer="answer = 1")

    assert published(tmp_path / "edited", layer="answer = 2") != before
    assert published(tmp_path / "same", layer="answer = 1", tag="another") == before


def test_the_version_that_is_told_can_be_given(tmp_path: Path) -> None:
    done = run_app(tmp_path, env="dev", version="v9.8.7")

    assert done.returncode == 0, done.stderr
    guide = Assembly("dev", tmp_path).function("guide_api").properties["Environment"]["Variables"]
    assert guide["MARQUEE_VERSION"] == "v9.8.7"
