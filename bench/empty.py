"""Requests to the emulator that Marquee has no part in, to be measured beside its own."""

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from bench.load.locusts import HERE, Target
from local.emulator import ROOT_CREDENTIALS
from local.settings import REGION
from marquee import keys
from tests.e2e.cloud import Cloud

CODE = "def handler(event, context):\n    return {'statusCode': 200, 'body': '{}'}\n"
ROLE = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


@contextmanager
def bare_requests(cloud: Cloud) -> Iterator[dict[str, Target]]:
    """Yield, by name, what the emulator is asked without Marquee; the empty function goes at the end."""
    with _empty_function(cloud) as api:
        host = f"{api}.execute-api.localhost:{urlsplit(cloud.outputs.aws_endpoint_url).port}"
        yield {
            "a Query of the guide, straight to the emulator": _target(cloud.outputs.aws_endpoint_url, *_query(cloud)),
            "an empty function behind the emulator's gateway": _target(
                cloud.outputs.aws_endpoint_url, "GET", "/api/", {"Host": host}, None
            ),
            "a small file through the front door": _target(cloud.outputs.web_url, "GET", "/favicon.svg", {}, None),
        }


def _target(host: str, *asked: object) -> Target:
    return Target("Bare", host, {"MARQUEE_BARE": json.dumps(asked)}, HERE / "bare.py")


def _query(cloud: Cloud) -> tuple[str, str, dict[str, str], str]:
    """Return the request for twenty rows of one pair, as `GET /titles` makes it, signed for a quarter of an hour."""
    body = json.dumps(
        {
            "TableName": cloud.outputs.tables["catalogue"],
            "IndexName": "by_popularity",
            "KeyConditionExpression": "PK = :pk",
            "ExpressionAttributeValues": {":pk": {"S": keys.pair("203", "7")}},
            "ScanIndexForward": False,
            "Limit": 20,
        }
    )
    headers = {"X-Amz-Target": "DynamoDB_20120810.Query", "Content-Type": "application/x-amz-json-1.0"}
    request = AWSRequest("POST", f"{cloud.outputs.aws_endpoint_url}/", headers=headers, data=body)
    credentials = Credentials(ROOT_CREDENTIALS["AWS_ACCESS_KEY_ID"], ROOT_CREDENTIALS["AWS_SECRET_ACCESS_KEY"])
    SigV4Auth(credentials, "dynamodb", REGION).add_auth(request)
    return "POST", "/", dict(request.headers.items()), body


@contextmanager
def _empty_function(cloud: Cloud) -> Iterator[str]:
    """Create a function that does nothing behind a REST API of its own; yields the API's id."""
    iam, functions, gateway = (cloud.aws.client(each) for each in ("iam", "lambda", "apigateway"))
    name = f"bench-empty-{uuid4().hex[:8]}"
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(ROLE))["Role"]["Arn"]
    function = functions.create_function(
        FunctionName=name, Runtime="python3.13", Role=role, Handler="empty.handler", Code={"ZipFile": _zipped()}
    )["FunctionArn"]
    api = gateway.create_rest_api(name=name)["id"]
    try:
        _lead(gateway, api, function)
        functions.add_permission(
            FunctionName=name,
            StatementId="gateway",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
        )
        yield api
    finally:
        gateway.delete_rest_api(restApiId=api)
        functions.delete_function(FunctionName=name)
        iam.delete_role(RoleName=name)


def _lead(gateway: Any, api: str, function: str) -> None:
    """Have the root of an API lead to a function."""
    at = {"restApiId": api, "resourceId": gateway.get_resources(restApiId=api)["items"][0]["id"], "httpMethod": "GET"}
    gateway.put_method(**at, authorizationType="NONE")
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations"
    gateway.put_integration(**at, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    gateway.create_deployment(restApiId=api, stageName="api")


def _zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("empty.py", CODE)
    return packed.getvalue()
