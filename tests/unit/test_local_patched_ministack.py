import json
from collections.abc import Iterator

import pytest
from ministack import app
from ministack.core import iam_actions
from ministack.services import athena, cloudwatch_logs, dynamodb_streams, lambda_svc
from ministack.services.cloudformation import provisioners

from local import patched_ministack

FUNCTION = {"config": {"FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:consumer"}}
FAILED = {"body": {"batchItemFailures": [{"itemIdentifier": "2"}]}}


@pytest.fixture(autouse=True)
def unpatched() -> Iterator[None]:
    before = iam_actions.extract_iam_action, lambda_svc._execute_function, app._send_response
    of_athena = athena._duckdb_type, athena._table_relation
    arn_of = iam_actions.extract_resource_arn
    log_groups = dict(provisioners._RESOURCE_HANDLERS["AWS::Logs::LogGroup"])
    pattern = cloudwatch_logs._compile_filter_pattern
    yield
    cloudwatch_logs._compile_filter_pattern = pattern
    provisioners._RESOURCE_HANDLERS["AWS::Logs::LogGroup"] |= log_groups
    iam_actions.extract_iam_action, lambda_svc._execute_function, app._send_response = before
    athena._duckdb_type, athena._table_relation = of_athena
    iam_actions.extract_resource_arn = arn_of


def batch(source: str) -> dict[str, list[dict[str, str]]]:
    return {"Records": [{"eventID": "1", "eventSource": source}]}


@pytest.mark.parametrize("source", ["aws:dynamodb", "aws:kinesis"])
def test_stream_batch_with_failures_comes_again_and_is_let_go_in_the_end(source: str):
    lambda_svc._execute_function = lambda function, event: FAILED
    patched_ministack.redeliver_failed_stream_records()

    results = [lambda_svc._execute_function(FUNCTION, batch(source)) for _ in range(7)]

    assert [bool(result.get("error")) for result in results] == [True] * 5 + [False] + [True]


def test_stream_batch_without_failures_is_done():
    lambda_svc._execute_function = lambda function, event: {"body": {"batchItemFailures": []}}
    patched_ministack.redeliver_failed_stream_records()

    assert "error" not in lambda_svc._execute_function(FUNCTION, batch("aws:kinesis"))


def test_queue_batches_are_left_to_ministack():
    lambda_svc._execute_function = lambda function, event: FAILED
    patched_ministack.redeliver_failed_stream_records()

    assert lambda_svc._execute_function(FUNCTION, batch("aws:sqs")) is FAILED


def test_sending_a_batch_needs_the_permission_to_send():
    patched_ministack.authorize_sqs_batches()
    target = {"x-amz-target": "AmazonSQS.SendMessageBatch"}

    assert iam_actions.extract_iam_action("sqs", "POST", "/", target, b"{}", {}) == "sqs:SendMessage"


def test_mail_is_authorized_by_the_identity_of_its_sender():
    patched_ministack.authorize_mail_by_its_sender()
    body = b'{"FromEmailAddress": "a@b.test"}'

    def arn_of(path):
        return iam_actions.extract_resource_arn("ses", "POST", path, {}, body, {}, "us-east-1", "000000000000")

    assert arn_of("/v2/email/outbound-emails") == "arn:aws:ses:us-east-1:000000000000:identity/a@b.test"
    assert arn_of("/v2/email/contact-lists/x/contacts") != arn_of("/v2/email/outbound-emails")


def test_reading_of_a_stream_is_authorized_on_the_stream():
    patched_ministack.authorize_reading_of_streams()
    arn = "arn:aws:dynamodb:us-east-1:000000000000:table/titles/stream/2026"
    iterator = dynamodb_streams._encode_iterator(
        "titles", "shard", 0, account_id="000000000000", region="us-east-1", stream_arn=arn
    )

    def arn_of(service: str, **asked: str) -> str:
        body = json.dumps(asked).encode()
        return iam_actions.extract_resource_arn(service, "POST", "/", {}, body, {}, "us-east-1", "000000000000")

    assert arn_of("dynamodb", StreamArn=arn, ShardId="shard") == arn
    assert arn_of("dynamodb", ShardIterator=iterator) == arn
    assert arn_of("dynamodb", TableName="titles").endswith("table/titles")
    assert arn_of("kinesis", StreamName="events").endswith("stream/events")


def test_other_calls_keep_their_permission():
    patched_ministack.authorize_sqs_batches()
    target = {"x-amz-target": "DynamoDB_20120810.Query"}

    assert iam_actions.extract_iam_action("dynamodb", "POST", "/", target, b"{}", {}) == "dynamodb:Query"


def test_json_table_has_the_types_that_the_catalogue_declares():
    patched_ministack.read_json_tables_as_declared()
    columns = [{"Name": "genres", "Type": "array<string>"}, {"Name": "collected_at", "Type": "string"}]
    table = {"Parameters": {"classification": "json"}, "StorageDescriptor": {"Columns": columns}}

    relation = athena._table_relation(table, ["/rows/collected=2026-11-21/1.ndjson.gz"])

    assert "'genres': 'VARCHAR[]'" in relation
    assert "'collected_at': 'VARCHAR'" in relation


def test_table_of_another_format_is_left_to_ministack():
    guessed = athena._table_relation
    patched_ministack.read_json_tables_as_declared()
    table = {"Parameters": {"classification": "parquet"}, "StorageDescriptor": {"Columns": []}}

    assert athena._table_relation(table, ["/rows/1.parquet"]) == guessed(table, ["/rows/1.parquet"])


def test_log_group_is_named_after_its_stack_and_keeps_its_name():
    patched_ministack.name_log_groups_after_their_stack()
    kind = provisioners._RESOURCE_HANDLERS["AWS::Logs::LogGroup"]

    name, _ = kind["create"]("WatchLogs", {}, "marquee-local-operations")
    updated, _ = kind["update"](name, {}, {"RetentionInDays": 7}, "marquee-local-operations", "WatchLogs")
    given, _ = kind["create"]("Own", {"LogGroupName": "of-its-own"}, "marquee-local-operations")

    assert name.startswith("marquee-local-operations-WatchLogs-")
    assert (updated, given) == (name, "of-its-own")


def test_log_is_filtered_by_a_member_of_its_lines():
    patched_ministack.filter_logs_by_members()
    has_errors = cloudwatch_logs._compile_filter_pattern('{ $.level = "ERROR" }')
    lines = ['{"level": "ERROR"}', '{"level": "INFO", "message": "ERROR"}', "START", "[]", "{"]

    assert [line for line in lines if has_errors(line)] == ['{"level": "ERROR"}']
    assert cloudwatch_logs._compile_filter_pattern("start")("START RequestId")
