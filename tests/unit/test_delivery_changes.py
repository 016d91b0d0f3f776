"""What a change does to AWS is told: resources, rights, accepted findings, open routes."""

from typing import Any

import pytest

from delivery.changes import changes
from delivery.findings import findings, open_routes
from delivery.permissions import Right, rights, together

TABLE = {"Type": "AWS::DynamoDB::GlobalTable", "Properties": {"BillingMode": "PAY_PER_REQUEST"}}


def stacks(**resources: Any) -> dict[str, dict[str, Any]]:
    return {"marquee-prod-data": {"Resources": resources}}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return {"Type": "AWS::IAM::Policy", "Properties": {"PolicyDocument": document, "Roles": [{"Ref": "Reader"}]}}


def allow(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def test_added_removed_and_changed_resources_are_told_with_what_changed() -> None:
    before = stacks(Gone=TABLE, Kept=TABLE, Same=TABLE)
    after = stacks(New=TABLE, Kept=TABLE | {"Properties": {"BillingMode": "PROVISIONED"}}, Same=TABLE)

    found = [(each.what, each.resource.logical_id, each.parts) for each in changes(before, after)]

    assert found == [("removed", "Gone", ()), ("changed", "Kept", ("BillingMode",)), ("added", "New", ())]


@pytest.mark.parametrize(
    ("after", "loses"),
    [
        pytest.param({}, True, id="removed"),
        pytest.param({"Old": TABLE | {"DeletionPolicy": "Delete"}}, True, id="may go with its stack"),
        pytest.param({"Old": TABLE | {"Properties": {}}}, False, id="other property"),
    ],
)
def test_what_may_cost_data_is_marked(after: dict[str, Any], loses: bool) -> None:
    before = stacks(Old=TABLE | {"DeletionPolicy": "Retain"})
    kept = {name: {"DeletionPolicy": "Retain"} | body for name, body in after.items()}

    (found,) = changes(before, stacks(**kept))

    assert found.loses_data is loses


def test_new_code_alone_is_no_change_of_the_resource() -> None:
    function = {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"S3Key": "a.zip"}, "MemorySize": 256}}
    newer = {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"S3Key": "b.zip"}, "MemorySize": 256}}

    (found,) = changes(stacks(Api=function), stacks(Api=newer))

    assert found.is_code


def test_published_versions_are_not_told_apart() -> None:
    assert changes(stacks(VersionA={"Type": "AWS::Lambda::Version"}), stacks()) == []


def test_right_that_hides_in_a_merged_statement_is_told_alone() -> None:
    before = stacks(P=policy(allow("dynamodb:GetItem", ["a", "b"])))
    after = stacks(P=policy(allow(["dynamodb:GetItem", "dynamodb:DeleteItem"], ["a", "b"])))

    new = rights(after) - rights(before)

    assert together(new) == {
        ("marquee-prod-data/Reader", "Allow", "a", ""): ["dynamodb:DeleteItem"],
        ("marquee-prod-data/Reader", "Allow", "b", ""): ["dynamodb:DeleteItem"],
    }


def test_same_rights_written_otherwise_are_no_change() -> None:
    apart = stacks(P=policy(allow("s3:GetObject", "a"), allow("s3:PutObject", "a")))
    merged = stacks(P=policy(allow(["s3:PutObject", "s3:GetObject"], ["a"])))

    assert rights(apart) == rights(merged)


def test_lost_condition_is_a_wider_right() -> None:
    narrow = stacks(P=policy(allow("kms:Decrypt", "*", Condition={"StringEquals": {"kms:ViaService": "sqs"}})))
    wide = stacks(P=policy(allow("kms:Decrypt", "*")))

    assert rights(wide) - rights(narrow) == {Right("marquee-prod-data/Reader", "Allow", "kms:Decrypt", "*")}


def test_trust_resource_policies_and_invocations_are_rights_too() -> None:
    trust = {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}], "Version": "1"}
    queue = {"Statement": [allow("sqs:SendMessage", "q", Principal="*")], "Version": "2012-10-17"}
    found = rights(
        stacks(
            Role={"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}},
            Queue={"Type": "AWS::SQS::QueuePolicy", "Properties": {"PolicyDocument": queue, "Queues": ["q"]}},
            Call={
                "Type": "AWS::Lambda::Permission",
                "Properties": {"Principal": "*", "Action": "lambda:InvokeFunction", "FunctionName": {"Ref": "Api"}},
            },
            Wide={"Type": "AWS::IAM::Role", "Properties": {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/Admin"]}},
        )
    )

    assert found == {
        Right("*", "Allow", "sts:AssumeRole", "marquee-prod-data/Role"),
        Right("*", "Allow", "sqs:SendMessage", "q"),
        Right("*", "Allow", "lambda:InvokeFunction", "Api"),
        Right("marquee-prod-data/Wide", "Allow", "all of the managed policy", "arn:aws:iam::aws:policy/Admin"),
    }


def test_exceptions_are_not_taken_for_what_they_exclude() -> None:
    document = stacks(P=policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}))

    assert {each.action for each in rights(document)} == {"all but iam:*"}


def test_accepted_findings_and_open_routes_are_told() -> None:
    nag = {"cdk_nag": {"rules_to_suppress": [{"id": "AwsSolutions-SQS3", "reason": "it is the last one"}]}}
    api = stacks(
        Queue={"Type": "AWS::SQS::Queue", "Metadata": nag},
        Titles={"Type": "AWS::ApiGateway::Resource", "Properties": {"PathPart": "titles", "ParentId": {"Ref": "Root"}}},
        Root={"Type": "AWS::ApiGateway::Resource", "Properties": {"PathPart": "v1", "ParentId": {"Fn::GetAtt": ["A"]}}},
        **{
            name: {
                "Type": "AWS::ApiGateway::Method",
                "Properties": {"HttpMethod": method, "ResourceId": {"Ref": "Titles"}, **more},
            }
            for name, method, more in (
                ("Open", "GET", {"AuthorizationType": "NONE"}),
                ("Signed", "PUT", {"AuthorizationType": "COGNITO_USER_POOLS"}),
                ("Keyed", "POST", {"AuthorizationType": "NONE", "ApiKeyRequired": True}),
            )
        },
    )

    assert open_routes(api) == {"GET /v1/titles"}
    assert sorted((each.where, each.rule) for each in findings(api)) == [
        ("GET /v1/titles", "open route"),
        ("marquee-prod-data/Queue", "AwsSolutions-SQS3"),
    ]
