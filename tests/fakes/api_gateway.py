"""A REST API that hands requests to a function, as API Gateway does after its authorizer."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from guide_api import handler

Function = Callable[[dict[str, Any], Any], dict[str, Any]]


@dataclass(frozen=True)
class Answer:
    """What a client gets; `json` is the parsed body."""

    status: int
    body: str
    headers: dict[str, Any]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of an error."""
        return str(self.json["error"]["code"])


@dataclass(frozen=True)
class Context:
    """What Lambda tells a function of its invocation."""

    function_name: str = "guide_api"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-west-2:000000000000:function:guide_api"
    aws_request_id: str = "request"


def call(
    method: str,
    path: str,
    *,
    user: str | None = "anna",
    query: dict[str, str | list[str]] | None = None,
    body: object = None,
    token_use: str = "id",
    groups: str = "",
    headers: dict[str, str] | None = None,
    function: Function = handler.lambda_handler,
) -> Answer:
    """Return the answer to a request of `user`, None for somebody without a token; a text goes as it is.

    `groups` is what API Gateway makes of the groups in the token; `function` answers.
    """
    many = {name: value if isinstance(value, list) else [value] for name, value in (query or {}).items()}
    told = {"sub": user, "token_use": token_use, **({"cognito:groups": groups} if groups else {})}
    claims = {"authorizer": {"claims": told}} if user else {}
    sent = {"Content-Type": "application/json", **(headers or {})}
    event = {
        "httpMethod": method,
        "path": path,
        "resource": path,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": {name: values[-1] for name, values in many.items()} or None,
        "multiValueQueryStringParameters": many or None,
        "requestContext": {"requestId": "request", "path": f"/api{path}", "stage": "api", **claims},
        "body": body if isinstance(body, str) or body is None else json.dumps(body),
        "isBase64Encoded": False,
    }
    answer = function(event, Context())
    told_headers = {name: values[0] for name, values in answer["multiValueHeaders"].items()}
    return Answer(answer["statusCode"], answer["body"], told_headers)
