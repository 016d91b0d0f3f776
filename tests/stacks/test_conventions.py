"""What holds for every resource of a kind, in every environment."""

from __future__ import annotations

import json
import platform

from tests.stacks.assemblies import Assembly, Resource, actions, statements

PACKAGES = {
    *("reference_refresh", "listing_planner", "title_ingestion", "tmdb_cache_refresh"),
    *("title_consumer", "activity_consumer"),
    *("title_enrichment", "enrichment_sweep", "enrichment_worker", "availability_watch", "preference_watch"),
    "notification_fanout",
    *("archive_harvester", "archive_collector"),
    *("library_writer", "library_importer", "library_recount"),
    *("failure_inbox", "operations_watch", "data_quality"),
    *("guide_api", "ingest_api", "archive_api", "library_api", "admin_api"),
}
# Only where a sender is configured.
EMAIL_PACKAGES = {"digest_planner", "digest_sender"}
# Only where people may sign in with Google.
GOOGLE_PACKAGES = {"sign_up_link"}
COMMON_VARIABLES = {
    "MARQUEE_ENVIRONMENT",
    "POWERTOOLS_SERVICE_NAME",
    "POWERTOOLS_METRICS_NAMESPACE",
    "POWERTOOLS_LOG_LEVEL",
    "PYDANTIC_DISABLE_PLUGINS",
    "PYTHONTZPATH",
}
LOG_LEVELS = {"local": "DEBUG", "dev": "DEBUG", "staging": "INFO", "prod": "INFO"}
# How often a record or a message comes again before it is set aside: as long as an outage of its provider or of a
# table lasts where nothing else would find it again, a few times elsewhere.
RETRIES = {
    "title_consumer": 100,
    "title_enrichment": 3,
    "availability_watch": 1000,
    "preference_watch": 1000,
    "activity_consumer": 1000,
}
DELIVERIES = {
    **{"title_ingestion": 8, "enrichment_worker": 3, "notification_fanout": 10, "digest_sender": 10},
    # They count failures themselves and give up much earlier.
    **{"archive_harvester": 100, "archive_collector": 100},
    **{"library_writer": 100, "library_importer": 10},
}
# A name that someone chose would collide with the same stack in another environment of the account.
NAME_PROPERTIES = {
    *("BucketName", "FunctionName", "LayerName", "LogGroupName", "QueueName", "RoleName", "TableName"),
    *("UserPoolName", "ClientName", "StreamName"),
}


# What AWS narrows to no resource, and what is read of whatever an environment has.
WITHOUT_RESOURCE = {
    *("xray:PutTelemetryRecords", "xray:PutTraceSegments"),
    *("cloudwatch:GetMetricData", "cloudwatch:DescribeAlarms"),
}
NAMED_ALIKE = (["logs:FilterLogEvents"], ["lambda:GetFunctionConfiguration"])


def mapped_package(mapping: Resource) -> str:
    """The package of the function that an event source mapping feeds."""
    function = mapping.template["Resources"][mapping.properties["FunctionName"]["Ref"]]
    return str(function["Properties"]["Handler"]).split(".")[0]


def test_every_function_is_made_alike(assembly: Assembly) -> None:
    host = "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"
    layers = {(found.stack, found.logical_id) for found in assembly.resources("AWS::Lambda::LayerVersion")}

    functions = list(assembly.resources("AWS::Lambda::Function"))
    for function in functions:
        properties = function.properties
        package = properties["Handler"].split(".")[0]
        variables = properties["Environment"]["Variables"]
        assert properties["Runtime"] == "python3.13", function.name
        assert properties["Architectures"] == [host if assembly.environment == "local" else "arm64"], function.name
        assert properties["Handler"] == f"{package}.handler.lambda_handler", function.name
        assert properties["LoggingConfig"]["LogFormat"] == "JSON", function.name
        # Equal, or Lambda drops what the logger writes.
        assert properties["LoggingConfig"]["ApplicationLogLevel"] == LOG_LEVELS[assembly.environment], function.name
        assert variables["POWERTOOLS_LOG_LEVEL"] == LOG_LEVELS[assembly.environment], function.name
        assert {(function.stack, layer["Ref"]) for layer in properties["Layers"]} <= layers, function.name
        assert len(properties["Layers"]) == 1, function.name
        assert variables.keys() >= COMMON_VARIABLES, function.name
        assert variables["POWERTOOLS_SERVICE_NAME"] == package, function.name
        assert variables["MARQUEE_ENVIRONMENT"] == assembly.environment, function.name
        traced = properties.get("TracingConfig", {}).get("Mode") == "Active"
        assert traced == (assembly.environment != "local"), function.name
    expected = PACKAGES | EMAIL_PACKAGES | GOOGLE_PACKAGES if assembly.environment == "local" else PACKAGES
    assert {function.properties["Handler"].split(".")[0] for function in functions} == expected


def test_every_function_has_a_role_and_a_log_group_of_its_own(assembly: Assembly) -> None:
    functions = list(assembly.resources("AWS::Lambda::Function"))

    roles = {(found.stack, found.properties["Role"]["Fn::GetAtt"][0]) for found in functions}
    groups = {(found.stack, found.properties["LoggingConfig"]["LogGroup"]["Ref"]) for found in functions}
    assert len(roles) == len(groups) == len(functions)


def test_every_function_is_found_by_an_output(assembly: Assembly) -> None:
    for function in assembly.resources("AWS::Lambda::Function"):
        package = function.properties["Handler"].split(".")[0]
        output = "Function" + package.replace("_", " ").title().replace(" ", "")
        assert function.template["Outputs"][output]["Value"] == {"Ref": function.logical_id}


def test_every_log_group_forgets(assembly: Assembly) -> None:
    days = {"local": 1, "dev": 14, "staging": 30, "prod": 90}

    for group in assembly.resources("AWS::Logs::LogGroup"):
        assert group.properties["RetentionInDays"] == days[assembly.environment], group.name


def test_only_the_api_gateway_account_role_uses_a_managed_policy(assembly: Assembly) -> None:
    using = [role for role in assembly.resources("AWS::IAM::Role") if "ManagedPolicyArns" in role.properties]

    assert [role.logical_id.startswith("RestApiCloudWatchRole") for role in using] == [True]


def test_no_policy_allows_a_wildcard_action(assembly: Assembly) -> None:
    for policy in assembly.resources("AWS::IAM::Policy"):
        for statement in statements(policy):
            assert statement["Effect"] == "Allow", policy.name
            assert not any("*" in action for action in actions(statement)), policy.name


def test_a_wildcard_resource_has_a_written_reason_and_is_for_reading_what_operates_or_objects_only(
    assembly: Assembly,
) -> None:
    for policy in assembly.resources("AWS::IAM::Policy"):
        for statement in statements(policy):
            if "*" not in json.dumps(statement["Resource"]):
                continue
            if statement["Resource"] == "*":
                assert set(actions(statement)) <= WITHOUT_RESOURCE, policy.name
                accepted = ["Resource::*]"]
            elif actions(statement) in NAMED_ALIKE:
                # Of this environment alone.
                assert f":marquee-{assembly.environment}-*" in json.dumps(statement["Resource"]), policy.name
                accepted = [f":marquee-{assembly.environment}-*]"]
            else:
                allowed = (["s3:GetObject", "s3:PutObject"], ["s3:GetObject"], ["s3:PutObject"])
                assert actions(statement) in allowed, policy.name
                resources = statement["Resource"]
                below = resources if isinstance(resources, list) else [resources]
                accepted = [each["Fn::Join"][1][-1] + "]" for each in below]
                assert all(each.endswith("/*]") for each in accepted), policy.name
            reasons = [each["id"] for each in policy.body["Metadata"]["cdk_nag"]["rules_to_suppress"]]
            for finding in accepted:
                assert [each for each in reasons if each.endswith(finding)], policy.name


def test_no_table_is_scanned(assembly: Assembly) -> None:
    for policy in assembly.resources("AWS::IAM::Policy"):
        assert "dynamodb:Scan" not in json.dumps(policy.body), policy.name


def test_every_stream_mapping_ends_its_retries_and_keeps_what_fails(assembly: Assembly) -> None:
    mappings = [
        mapping
        for mapping in assembly.resources("AWS::Lambda::EventSourceMapping")
        if "StartingPosition" in mapping.properties
    ]

    for mapping in mappings:
        properties = mapping.properties
        assert properties["MaximumRetryAttempts"] == RETRIES[mapped_package(mapping)], mapping.name
        assert 60 <= properties["MaximumRecordAgeInSeconds"] < 168 * 3600, mapping.name
        # What the activity consumer archives together comes together again.
        halved = mapped_package(mapping) != "activity_consumer"
        assert properties["BisectBatchOnFunctionError"] is halved, mapping.name
        assert properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"], mapping.name
        destination = properties["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0]
        assert mapping.template["Resources"][destination]["Type"] == "AWS::SQS::Queue", mapping.name
    assert sorted(map(mapped_package, mappings)) == sorted(RETRIES)


def test_every_queue_mapping_reads_a_queue_with_a_dead_letter_queue(assembly: Assembly) -> None:
    mappings = [
        mapping
        for mapping in assembly.resources("AWS::Lambda::EventSourceMapping")
        if "StartingPosition" not in mapping.properties
    ]

    for mapping in mappings:
        resources = mapping.template["Resources"]
        if mapped_package(mapping) == "failure_inbox":
            continue
        queue = resources[mapping.properties["EventSourceArn"]["Fn::GetAtt"][0]]["Properties"]
        function = resources[mapping.properties["FunctionName"]["Ref"]]["Properties"]
        assert mapping.properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"], mapping.name
        assert mapping.properties["ScalingConfig"]["MaximumConcurrency"] >= 2, mapping.name
        assert queue["RedrivePolicy"]["maxReceiveCount"] == DELIVERIES[mapped_package(mapping)], mapping.name
        # A batch may be retried as a whole, so that its messages have to stay away for longer.
        single = mapping.properties["BatchSize"] == 1
        longest = function["Timeout"] + 30 if single else 6 * function["Timeout"]
        assert queue["VisibilityTimeout"] >= longest, mapping.name
    expected = DELIVERIES.keys() if assembly.environment == "local" else DELIVERIES.keys() - EMAIL_PACKAGES
    found = [package for package in map(mapped_package, mappings) if package != "failure_inbox"]
    assert sorted(found) == sorted(expected)


def test_every_queue_where_something_ends_feeds_the_inbox(assembly: Assembly) -> None:
    queues = list(assembly.resources("AWS::SQS::Queue"))
    last = {(each.stack, each.logical_id) for each in queues if "RedrivePolicy" not in each.properties}
    inbox = assembly.templates["operations"]["Resources"].values()
    read = [
        each["Properties"]
        for each in inbox
        if each["Type"] == "AWS::Lambda::EventSourceMapping" and "StartingPosition" not in each["Properties"]
    ]

    # All but the ids that could not be collected, which `marquee archive replay` looks after.
    assert len(read) == len(last) - 1
    assert {each["FunctionResponseTypes"][0] for each in read} == {"ReportBatchItemFailures"}
    waiting = {each.properties["VisibilityTimeout"] for each in queues if (each.stack, each.logical_id) in last}
    assert waiting == {180}


def test_every_queue_is_encrypted_refuses_plain_http_and_keeps_failures_for_14_days(assembly: Assembly) -> None:
    guarded = {
        (policy.stack, queue["Ref"])
        for policy in assembly.resources("AWS::SQS::QueuePolicy")
        for queue in policy.properties["Queues"]
        if '{"Bool": {"aws:SecureTransport": "false"}}' in json.dumps(policy.properties)
    }

    for queue in assembly.resources("AWS::SQS::Queue"):
        # With SQS's own key, or with the environment's.
        assert queue.properties.get("SqsManagedSseEnabled") is True or queue.properties["KmsMasterKeyId"], queue.name
        assert ((queue.stack, queue.logical_id) in guarded) == (assembly.environment != "local"), queue.name
        if "RedrivePolicy" not in queue.properties:
            assert queue.properties["MessageRetentionPeriod"] == 14 * 24 * 3600, queue.name


def test_every_schedule_retries_and_keeps_what_fails(assembly: Assembly) -> None:
    unattended = {
        config.properties["FunctionName"]["Ref"]: config.properties
        for config in assembly.resources("AWS::Lambda::EventInvokeConfig")
    }

    for schedule in assembly.resources("AWS::Scheduler::Schedule"):
        target = schedule.properties["Target"]
        resources = schedule.template["Resources"]
        started = target["Arn"]["Fn::GetAtt"][0]
        kept = target["DeadLetterConfig"]["Arn"]
        assert target["RetryPolicy"]["MaximumRetryAttempts"] == 2, schedule.name
        assert resources[kept["Fn::GetAtt"][0]]["Type"] == "AWS::SQS::Queue", schedule.name
        if resources[started]["Type"] == "AWS::Lambda::Function":
            assert kept == unattended[started]["DestinationConfig"]["OnFailure"]["Destination"], schedule.name
            assert unattended[started]["MaximumRetryAttempts"] == 2, schedule.name
    assert len(unattended) == (8 if assembly.environment == "local" else 7)


def test_nothing_has_a_physical_name(assembly: Assembly) -> None:
    for resource in assembly.resources(""):
        for name in NAME_PROPERTIES & resource.properties.keys():
            assert not isinstance(resource.properties[name], str), f"{resource.name} has {name}"


def test_data_outlives_its_stack_in_prod_only(assembly: Assembly) -> None:
    stateful = (
        *("AWS::DynamoDB::GlobalTable", "AWS::Kinesis::Stream", "AWS::SecretsManager::Secret"),
        *("AWS::Cognito::UserPool", "AWS::Logs::LogGroup"),
    )

    kept = "Retain" if assembly.environment == "prod" else "Delete"
    for kind in stateful:
        found = list(assembly.resources(kind))
        assert found, kind
        for resource in found:
            assert resource.body["DeletionPolicy"] == resource.body["UpdateReplacePolicy"] == kept, resource.name
