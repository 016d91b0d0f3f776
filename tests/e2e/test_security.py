"""Who may do what, with IAM enforced, and what the logs hold."""

from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from tests.e2e.cloud import Cloud

PROTECTED = [
    *("/preferences", "/settings", "/titles", "/titles/345534", "/search?q=heat", "/arrivals"),
    *("/follows", "/ratings", "/watched", "/hidden", "/notifications", "/calendar", "/me/export"),
]


@pytest.mark.parametrize("path", PROTECTED)
@pytest.mark.parametrize("token", [None, "nonsense", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."])
def test_nobody_gets_in_without_a_valid_token(anonymous: httpx.Client, path: str, token: str | None) -> None:
    answer = anonymous.get(path, headers={"Authorization": token} if token else {})

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")


def test_access_token_is_no_id_token(cloud: Cloud, anonymous: httpx.Client) -> None:
    user = cloud.outputs.user("viewer")
    tokens = cloud.aws.client("cognito-idp").initiate_auth(
        ClientId=cloud.outputs.user_pool_client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user.email, "PASSWORD": user.password},
    )["AuthenticationResult"]

    assert anonymous.get("/titles", headers={"Authorization": tokens["AccessToken"]}).status_code == 401
    assert anonymous.get("/titles", headers={"Authorization": tokens["IdToken"]}).status_code == 200


KEY = {"PK": {"S": "e2e"}, "SK": {"S": "e2e"}}


@pytest.mark.parametrize(
    ("function", "operation", "table", "arguments"),
    [
        pytest.param("guide_api", "scan", "catalogue", {}, id="the guide scans"),
        pytest.param("guide_api", "put_item", "catalogue", {"Item": KEY}, id="the guide changes a title"),
        pytest.param("title_consumer", "put_item", "viewers", {"Item": KEY}, id="the consumer chooses for a viewer"),
        pytest.param("title_ingestion", "put_item", "catalogue", {"Item": KEY}, id="ingestion goes past the stream"),
        pytest.param("preference_watch", "delete_item", "viewers", {"Key": KEY}, id="the watch deletes a choice"),
        pytest.param("availability_watch", "delete_item", "catalogue", {"Key": KEY}, id="the watch deletes an arrival"),
        pytest.param("availability_watch", "put_item", "viewers", {"Item": KEY}, id="the watch goes past the queue"),
        pytest.param("notification_fanout", "get_item", "catalogue", {"Key": KEY}, id="the fan-out reads titles"),
        pytest.param("notification_fanout", "delete_item", "viewers", {"Key": KEY}, id="the fan-out deletes a notice"),
        pytest.param("digest_sender", "put_item", "viewers", {"Item": KEY}, id="the digest writes notices"),
    ],
)
def test_function_may_do_no_more_than_its_work(
    cloud: Cloud, function: str, operation: str, table: str, arguments: dict[str, Any]
) -> None:
    client = cloud.client_of(function, "dynamodb")

    with pytest.raises(ClientError, match="AccessDenied"):
        getattr(client, operation)(TableName=cloud.outputs.tables[table], **arguments)


def test_no_function_ever_scans_a_table(cloud: Cloud, viewer: httpx.Client) -> None:
    viewer.get("/titles").raise_for_status()

    assert cloud.recorded_calls("Query"), "calls are not recorded"
    by_functions = [call for call in cloud.recorded_calls("Scan") if "ASIA" in call["CloudTrailEvent"]]
    assert by_functions == []


def test_no_key_is_in_any_log(cloud: Cloud) -> None:
    upstreams = cloud.outputs.upstreams
    keys = [upstreams["watchmode"]["key"], upstreams["watchmode"]["free_key"], upstreams["tmdb"]["key"]]
    lines = [line for function in cloud.function_logs().values() for line in function]
    lines += cloud.process_logs().values()

    assert lines
    assert [line for line in lines if any(key in line for key in keys)] == []
