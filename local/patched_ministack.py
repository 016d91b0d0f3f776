"""MiniStack 1.5.33 with what it gets wrong put right, so that neither stacks nor functions need to work around it.

Each correction says what AWS does. They hold for the pinned version; a newer one may not need them.
"""

import json
import os
import re
import time
from collections import Counter
from typing import Any

from ministack import app  # type: ignore[import-untyped]
from ministack.core import cloudfront_js, iam_actions  # type: ignore[import-untyped]
from ministack.services import (  # type: ignore[import-untyped]
    apigateway_v1,
    athena,
    cloudfront,
    cloudwatch_logs,
    dynamodb_streams,
    kinesis,
    lambda_svc,
)
from ministack.services.cloudformation import provisioners  # type: ignore[import-untyped]

from local.hosted_ui import add_pages
from local.patched_cognito import correct_cognito
from local.patched_partitions import authorize_partitions
from local.patched_persistence import keep_state
from local.patched_workers import share_unpacked_code

# AWS has no permissions of their own for the batch calls of SQS.
_SQS_BATCHES = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}
_SEND_EMAIL = "/v2/email/outbound-emails"
_STREAM_SERVICES = ("dynamodb", "dynamodbstreams", "kinesis")
_STREAMS = ("aws:dynamodb", "aws:kinesis")
_STREAM_ATTEMPTS = 6
_EDGE_SECONDS = 30.0
_API_HOST = re.compile(r"(?P<id>[a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com")
# A pattern that asks for lines in JSON of which a member has a value.
_MEMBER_IS = re.compile(r"""\{\s*\$\.(?P<name>\w+)\s*=\s*"(?P<value>[^"]*)"\s*\}""")
# DuckDB's names of the types that Athena's columns have.
_COLUMN_TYPES = {
    **{"string": "VARCHAR", "int": "INTEGER", "bigint": "BIGINT", "double": "DOUBLE", "boolean": "BOOLEAN"},
    "array<string>": "VARCHAR[]",
}


def authorize_sqs_batches() -> None:
    """Check a batch call of SQS as the single call it stands for."""
    original = iam_actions.extract_iam_action

    def extract_iam_action(*args: Any, **kwargs: Any) -> str | None:
        action: str | None = original(*args, **kwargs)
        return _SQS_BATCHES.get(action, action) if action else action

    iam_actions.extract_iam_action = extract_iam_action


def authorize_mail_by_its_sender() -> None:
    """Check `SendEmail` of SES on the identity that the mail is from, instead of on everything."""
    original = iam_actions._ses_v2_resource_arn

    def resource_arn(method: str, path: str, body: bytes, region: str, account_id: str) -> str:
        if method == "POST" and path.rstrip("/") == _SEND_EMAIL:
            return f"arn:aws:ses:{region}:{account_id}:identity/{json.loads(body)['FromEmailAddress']}"
        found: str = original(method, path, body, region, account_id)
        return found

    iam_actions._ses_v2_resource_arn = resource_arn


def authorize_reading_of_streams() -> None:
    """Check the reading of a stream on that stream, also where the request names only a place in it."""
    original = iam_actions.extract_resource_arn

    def extract_resource_arn(service: str, method: str, path: str, headers: Any, body: bytes, *rest: Any) -> str:
        found: str = original(service, method, path, headers, body, *rest)
        return (_stream_read(body) or found) if found == "*" and service in _STREAM_SERVICES else found

    iam_actions.extract_resource_arn = extract_resource_arn


def _stream_read(body: bytes) -> str | None:
    asked = json.loads(body or b"{}")
    place: dict[str, Any] = {"arn": asked.get("StreamArn")}
    if iterator := asked.get("ShardIterator"):
        place = dynamodb_streams._decode_iterator(iterator) or kinesis._shard_iterators.get(iterator) or {}
    return place.get("arn") or place.get("stream_arn")


def answer_without_body() -> None:
    """Send an empty body where a function's proxy answer says `"body": null`, as API Gateway does."""
    original = app._send_response

    async def send_response(send: Any, status: int, headers: Any, body: Any, **options: Any) -> None:
        await original(send, status, headers, b"" if body is None else body, **options)

    app._send_response = send_response


def name_the_api_key() -> None:
    """Tell a function whose API key a request came with, as API Gateway does in `requestContext.identity`."""
    original = apigateway_v1._build_lambda_event_v1

    def build_event(*args: Any, **kwargs: Any) -> dict[str, Any]:
        event: dict[str, Any] = original(*args, **kwargs)
        sent = {name.lower(): value for name, value in event["headers"].items()}.get("x-api-key")
        key = apigateway_v1._resolve_api_key(sent)
        if key is not None:
            event["requestContext"]["identity"] |= {"apiKey": sent, "apiKeyId": key["id"]}
        return event

    apigateway_v1._build_lambda_event_v1 = build_event


def reach_the_api_from_the_edge() -> None:
    """Let CloudFront forward to an API by its name at Amazon, which is the API of the same id here."""
    connect_target, headers_for = cloudfront._origin_connect_target, cloudfront._origin_request_headers

    def origin_connect_target(origin: dict[str, Any], viewer_is_https: bool) -> tuple[str, int, bool]:
        if _API_HOST.fullmatch(origin["domain_name"]):
            return "127.0.0.1", int(os.environ["GATEWAY_PORT"]), False
        found: tuple[str, int, bool] = connect_target(origin, viewer_is_https)
        return found

    def origin_request_headers(origin: dict[str, Any], *args: Any) -> dict[str, str]:
        headers: dict[str, str] = headers_for(origin, *args)
        if api := _API_HOST.fullmatch(origin["domain_name"]):
            cloudfront._set_header_ci(
                headers, "Host", f"{api['id']}.execute-api.localhost:{os.environ['GATEWAY_PORT']}"
            )
        return headers

    cloudfront._origin_connect_target = origin_connect_target
    cloudfront._origin_request_headers = origin_request_headers


def match_every_path_at_the_edge() -> None:
    """Let a `*` of CloudFront stand for any character, for a line break, too."""
    original = cloudfront._glob_to_regex

    def glob_to_regex(pattern: str) -> re.Pattern[str]:
        return re.compile(original(pattern).pattern, re.DOTALL)

    cloudfront._glob_to_regex = glob_to_regex


def wait_for_functions_of_the_edge() -> None:
    """Give a function of CloudFront the time that its process takes to start here; at Amazon it needs none."""
    cloudfront_js._EVAL_TIMEOUT = _EDGE_SECONDS


def redeliver_failed_stream_records() -> None:
    """Deliver a stream batch again when the function reports failures in it, instead of dropping the records.

    AWS starts again at the first failed record; here the whole batch comes again, a second later. After a few
    attempts the batch is let go, so that one bad record cannot hold up the stream for ever.
    """
    original = lambda_svc._execute_function
    attempts: Counter[str] = Counter()

    def execute_function(function: Any, event: Any, *args: Any, **kwargs: Any) -> Any:
        result = original(function, event, *args, **kwargs)
        failures = _reported_failures(result) if _is_stream_batch(event) else []
        if not failures:
            return result
        key = f"{function['config']['FunctionArn']} {event['Records'][0]['eventID']}"
        attempts[key] += 1
        if attempts[key] >= _STREAM_ATTEMPTS:
            del attempts[key]
            return result
        message = f"{len(failures)} records reported as failed, attempt {attempts[key]}"
        return {**result, "error": True, "body": {"errorType": "PartialBatchFailure", "errorMessage": message}}

    lambda_svc._execute_function = execute_function


def count_every_invocation() -> None:
    """Keep Lambda's numbers of every invocation, whoever invoked, instead of those through Lambda's own API alone."""
    emit, dispatch = lambda_svc._emit_lambda_metrics, lambda_svc._execute_function_dispatch

    def emit_throttles(name: str, duration_ms: float, error: bool, throttle: bool) -> None:
        if throttle:
            emit(name, duration_ms, error, throttle)

    def counted(function: Any, config: dict[str, Any], *args: Any) -> Any:
        started = time.monotonic()
        result = dispatch(function, config, *args)
        emit(config["FunctionName"], (time.monotonic() - started) * 1000, bool(result.get("error")), False)
        return result

    lambda_svc._emit_lambda_metrics, lambda_svc._execute_function_dispatch = emit_throttles, counted


def read_json_tables_as_declared() -> None:
    """Give the columns of a JSON table the types that the catalogue declares, instead of guessing from the files."""
    if athena._table_relation.__module__ == __name__:
        return
    guessed, unknown = athena._table_relation, athena._duckdb_type

    def duckdb_type(column: dict[str, Any]) -> str:
        found: str = _COLUMN_TYPES.get(str(column.get("Type", "")).lower()) or unknown(column)
        return found

    def table_relation(table: dict[str, Any], files: list[str]) -> str:
        columns = (table.get("StorageDescriptor") or {}).get("Columns") or []
        if athena._data_format(table) != "json" or not columns:
            relation: str = guessed(table, files)
            return relation
        typed = ", ".join(f"'{column['Name']}': '{duckdb_type(column)}'" for column in columns)
        partitions = athena._hive_options(athena._path_partition_keys(table, files))
        paths = athena._sql_list(files)
        return f"read_json({paths}, columns = {{{typed}}}, format = 'newline_delimited', {partitions})"

    athena._duckdb_type, athena._table_relation = duckdb_type, table_relation


def name_log_groups_after_their_stack() -> None:
    """Call a log group without a name `<stack>-<logical id>-<suffix>`, as CloudFormation calls all that it makes."""
    kind = provisioners._RESOURCE_HANDLERS["AWS::Logs::LogGroup"]
    create, update = provisioners._cwlogs_create, provisioners._cwlogs_update

    def named(props: dict[str, Any], stack_name: str, logical_id: str) -> dict[str, Any]:
        return {"LogGroupName": provisioners._physical_name(stack_name, logical_id, max_len=512), **props}

    def create_named(logical_id: str, props: dict[str, Any], stack_name: str) -> Any:
        return create(logical_id, named(props, stack_name, logical_id), stack_name)

    def update_named(
        physical_id: str, old: dict[str, Any], new: dict[str, Any], stack_name: str, logical_id: str
    ) -> Any:
        props = [named(each, stack_name, logical_id) for each in (old, new)]
        return update(physical_id, *props, stack_name, logical_id)

    kind |= {"create": create_named, "update": update_named}


def filter_logs_by_members() -> None:
    """Give of a log only the lines in JSON whose member has the value that a pattern asks for, instead of all lines."""
    original = cloudwatch_logs._compile_filter_pattern

    def compile_filter_pattern(pattern: str) -> Any:
        wanted = _MEMBER_IS.fullmatch((pattern or "").strip())
        return (lambda line: _member(line, wanted["name"]) == wanted["value"]) if wanted else original(pattern)

    cloudwatch_logs._compile_filter_pattern = compile_filter_pattern


def _member(line: str, name: str) -> Any:
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told.get(name) if isinstance(told, dict) else None


def _is_stream_batch(event: Any) -> bool:
    records = event.get("Records") if isinstance(event, dict) else None
    return isinstance(records, list) and bool(records) and records[0].get("eventSource") in _STREAMS


def _reported_failures(result: dict[str, Any]) -> list[Any]:
    body = result.get("body")
    if isinstance(body, str | bytes):
        body = json.loads(body or "null")
    return body.get("batchItemFailures") or [] if isinstance(body, dict) and not result.get("error") else []


if __name__ == "__main__":
    authorize_sqs_batches()
    authorize_mail_by_its_sender()
    authorize_reading_of_streams()
    authorize_partitions()
    answer_without_body()
    name_the_api_key()
    reach_the_api_from_the_edge()
    match_every_path_at_the_edge()
    wait_for_functions_of_the_edge()
    share_unpacked_code()
    redeliver_failed_stream_records()
    count_every_invocation()
    read_json_tables_as_declared()
    name_log_groups_after_their_stack()
    filter_logs_by_members()
    correct_cognito()
    add_pages()
    keep_state()
    app.main()
