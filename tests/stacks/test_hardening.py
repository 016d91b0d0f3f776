"""What is open, and to whom: nothing speaks plain HTTP or old TLS, and each exception has a reason."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.stacks.assemblies import Assembly, Resource

OPEN_POLICIES = {
    "AWS::S3::Bucket": ("AWS::S3::BucketPolicy", lambda policy: [policy["Bucket"]]),
    "AWS::SQS::Queue": ("AWS::SQS::QueuePolicy", lambda policy: policy["Queues"]),
    "AWS::SNS::Topic": ("AWS::SNS::TopicPolicy", lambda policy: policy["Topics"]),
}
PLAIN_HTTP = {"Bool": {"aws:SecureTransport": "false"}}
OLD_TLS = {"NumericLessThan": {"s3:TlsVersion": 1.2}}
CLOSED = {"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"}
PUBLIC = {
    *(("GET", path) for path in ("/sources", "/genres", "/version", "/calendar/{file}")),
    *(("POST", path) for path in ("/ingest", "/ingest/batch")),
}


def denied(assembly: Assembly, kind: str, resource: Resource) -> list[Any]:
    """The conditions under which the policy of a bucket, a queue or a topic denies everything to everybody."""
    policy_kind, protects = OPEN_POLICIES[kind]
    return [
        statement["Condition"]
        for policy in assembly.resources(policy_kind)
        if policy.stack == resource.stack and {"Ref": resource.logical_id} in protects(policy.properties)
        for statement in policy.properties["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny" and statement["Principal"] in ({"AWS": "*"}, "*")
    ]


def reasons(resource: Resource) -> dict[str, str]:
    """The findings that are accepted on a resource, each with its reason."""
    accepted = resource.body.get("Metadata", {}).get("cdk_nag", {}).get("rules_to_suppress", [])
    return {each["id"].removeprefix("AwsSolutions-"): each["reason"] for each in accepted}


@pytest.mark.parametrize("kind", OPEN_POLICIES)
def test_every_bucket_queue_and_topic_refuses_plain_http_outside_the_local_cloud(assembly: Assembly, kind: str) -> None:
    found = list(assembly.resources(kind))

    assert found
    for resource in found:
        refuses = PLAIN_HTTP in denied(assembly, kind, resource)
        assert refuses == (assembly.environment != "local"), resource.name


def test_every_bucket_is_closed_encrypted_and_refuses_old_tls(assembly: Assembly) -> None:
    for bucket in assembly.resources("AWS::S3::Bucket"):
        closed = bucket.properties["PublicAccessBlockConfiguration"]
        assert {name for name, value in closed.items() if value} == CLOSED, bucket.name
        assert bucket.properties["BucketEncryption"]["ServerSideEncryptionConfiguration"], bucket.name
        owner = bucket.properties["OwnershipControls"]["Rules"]
        assert owner == [{"ObjectOwnership": "BucketOwnerEnforced"}], bucket.name
        refuses = OLD_TLS in denied(assembly, "AWS::S3::Bucket", bucket)
        assert refuses == (assembly.environment != "local"), bucket.name


def test_every_bucket_forgets_what_is_broken_and_what_it_says_it_forgets(assembly: Assembly) -> None:
    for bucket in assembly.resources("AWS::S3::Bucket"):
        rules = bucket.properties["LifecycleConfiguration"]["Rules"]
        versioned = bucket.properties.get("VersioningConfiguration") == {"Status": "Enabled"}
        assert any("AbortIncompleteMultipartUpload" in rule for rule in rules), bucket.name
        # Versions that nobody takes away would be kept, and paid, for ever.
        assert any("NoncurrentVersionExpiration" in rule for rule in rules) == versioned, bucket.name


def test_api_takes_tls_1_2_and_1_3_only(assembly: Assembly) -> None:
    (api,) = assembly.resources("AWS::ApiGateway::RestApi")

    policy = None if assembly.environment == "local" else "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"
    assert api.properties.get("SecurityPolicy") == policy


def test_files_are_put_into_the_bucket_of_uploads_from_pages_of_the_web_app_only(assembly: Assembly) -> None:
    with_cors = [each for each in assembly.resources("AWS::S3::Bucket") if "CorsConfiguration" in each.properties]
    ((rule,),) = [each.properties["CorsConfiguration"]["CorsRules"] for each in with_cors]

    assert rule["AllowedMethods"] == ["PUT"]
    assert rule["AllowedHeaders"] == ["content-type"]
    if assembly.environment == "local":
        assert rule["AllowedOrigins"][0] == "http://localhost:8080"
        assert all(origin.startswith("http://localhost:") for origin in rule["AllowedOrigins"])
    else:
        assert rule["AllowedOrigins"] == ["https://*.cloudfront.net"]


def test_every_secret_is_rotated_or_says_why_not(assembly: Assembly) -> None:
    rotated = {
        (each.stack, each.properties["SecretId"]["Ref"])
        for each in assembly.resources("AWS::SecretsManager::RotationSchedule")
    }

    for secret in assembly.resources("AWS::SecretsManager::Secret"):
        assert (secret.stack, secret.logical_id) in rotated or reasons(secret)["SMG4"], secret.name


def test_every_route_without_sign_in_is_known_and_says_why(assembly: Assembly) -> None:
    resources = assembly.templates["api"]["Resources"]

    def path_of(reference: dict[str, Any]) -> str:
        properties = resources[reference["Ref"]]["Properties"] if "Ref" in reference else None
        return f"{path_of(properties['ParentId'])}/{properties['PathPart']}" if properties else ""

    found = {
        (method.properties["HttpMethod"], path_of(method.properties["ResourceId"])): method
        for method in assembly.resources("AWS::ApiGateway::Method")
        if method.properties["AuthorizationType"] == "NONE"
    }
    assert found.keys() == PUBLIC
    for route, method in found.items():
        assert reasons(method)["APIG4"] == reasons(method)["COG4"], route
        assert method.properties.get("ApiKeyRequired", False) == route[1].startswith("/ingest"), route


def test_no_answer_allows_pages_of_others(assembly: Assembly) -> None:
    assert "Access-Control-Allow-Origin" not in json.dumps(assembly.templates["api"])
    policies = list(assembly.resources("AWS::CloudFront::ResponseHeadersPolicy"))

    assert not any("CorsConfig" in each.properties["ResponseHeadersPolicyConfig"] for each in policies)


def test_browsers_are_told_to_come_by_https_for_two_years(assembly: Assembly) -> None:
    for policy in assembly.resources("AWS::CloudFront::ResponseHeadersPolicy"):
        security = policy.properties["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
        transport = security["StrictTransportSecurity"]
        assert transport["AccessControlMaxAgeSec"] == 730 * 24 * 3600, policy.name
        assert transport["IncludeSubdomains"] is True, policy.name
