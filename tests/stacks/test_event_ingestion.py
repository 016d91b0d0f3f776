"""Who may send events, what keeps others out, and where events are kept."""

from __future__ import annotations

import json

from tests.stacks.assemblies import CONTEXT, Assembly
from tests.stacks.test_api_stack import methods_of
from tests.stacks.test_event_sources import mapping

INGEST = (("POST", "/ingest"), ("POST", "/ingest/batch"))


def test_events_are_taken_from_those_with_a_key_only(assembly: Assembly) -> None:
    methods = methods_of(assembly)

    assert [methods[route]["ApiKeyRequired"] for route in INGEST] == [True, True]
    assert not any(method.get("ApiKeyRequired") for route, method in methods.items() if route not in INGEST)


def test_each_producer_has_a_key_whose_value_no_template_holds(assembly: Assembly) -> None:
    producers = {**CONTEXT["defaults"], **CONTEXT["environments"][assembly.environment]}["producers"]
    keys = list(assembly.resources("AWS::ApiGateway::ApiKey"))
    links = list(assembly.resources("AWS::ApiGateway::UsagePlanKey"))
    outputs = assembly.templates["api"]["Outputs"]

    assert len(keys) == len(links) == len(producers)
    for key in keys:
        assert "{{resolve:secretsmanager:" in json.dumps(key.properties["Value"])
    assert sum(name.startswith("IngestKeyArn") for name in outputs) == len(producers)


def test_each_producer_has_the_limits_of_r3_and_the_route_what_all_have_together(assembly: Assembly) -> None:
    (plan,) = assembly.resources("AWS::ApiGateway::UsagePlan")

    assert plan.properties["Throttle"] == {"RateLimit": 500, "BurstLimit": 1000}
    number = max(1, len(list(assembly.resources("AWS::ApiGateway::ApiKey"))))
    (stage,) = assembly.resources("AWS::ApiGateway::Stage")
    by_path = {each["ResourcePath"]: each for each in stage.properties["MethodSettings"]}
    for path in ("/~1ingest", "/~1ingest~1batch"):
        limits = by_path[path]["ThrottlingRateLimit"], by_path[path]["ThrottlingBurstLimit"]
        assert limits == (500 * number, 1000 * number)


def test_ingest_writes_to_the_stream_and_remembers_names_and_nothing_else(dev: Assembly) -> None:
    granted = {action for actions, _ in dev.allowed("ingest_api") for action in actions}

    assert granted - {"logs:CreateLogStream", "logs:PutLogEvents"} - {
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    } == {"kinesis:PutRecord", "kinesis:PutRecords", "dynamodb:BatchGetItem", "dynamodb:PutItem"}
    policies = json.dumps([each.body for each in dev.resources("AWS::IAM::Policy") if "IngestApi" in each.logical_id])
    assert '{"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["idempotency:*"]}}' in policies


def test_consumer_of_activity_sees_nothing_else(assembly: Assembly) -> None:
    (pattern,) = mapping(assembly, "activity_consumer")["FilterCriteria"]["Filters"]

    assert json.loads(pattern["Pattern"]) == {"data": {"header": {"eventType": [{"prefix": "activity."}]}}}
    assert mapping(assembly, "activity_consumer")["ParallelizationFactor"] == 1


def test_archived_events_are_encrypted_closed_and_forgotten(assembly: Assembly) -> None:
    (bucket,) = (each for each in assembly.resources("AWS::S3::Bucket") if each.stack == "data")
    properties = bucket.properties

    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert properties["BucketEncryption"]
    days = {
        rule.get("Prefix"): rule["ExpirationInDays"]
        for rule in properties["LifecycleConfiguration"]["Rules"]
        if "ExpirationInDays" in rule
    }
    assert days == {"activity/": 400, "athena/": 7}


def test_archive_is_a_table_partitioned_by_day(assembly: Assembly) -> None:
    (table,) = (each for each in assembly.resources("AWS::Glue::Table") if each.stack == "streaming")
    given = table.properties["TableInput"]

    assert [key["Name"] for key in given["PartitionKeys"]] == ["day"]
    assert given["Parameters"]["projection.enabled"] == "true"
    assert given["StorageDescriptor"]["SerdeInfo"]["Parameters"] == {"case.insensitive": "false"}
    assert json.dumps(given["Parameters"]["storage.location.template"]).endswith('activity/day=${day}/"]]}')
    (queries,) = (each for each in assembly.resources("AWS::Athena::WorkGroup") if each.stack == "streaming")
    assert queries.properties["WorkGroupConfiguration"]["EnforceWorkGroupConfiguration"] is True
