"""What API Gateway says when it answers itself: one shape for every error, and the headers of every other answer."""

from __future__ import annotations

import json
from dataclasses import dataclass

from aws_cdk import aws_apigateway as apigateway

# What functions say of their answers, too: nobody keeps them, and no browser takes them for a page.
HEADERS = {"Cache-Control": "'private, no-store'", "X-Content-Type-Options": "'nosniff'"}
_TEXT_OF_GATEWAY = "$context.error.messageString"


@dataclass(frozen=True)
class _Answer:
    """What API Gateway says when it answers itself; without a `status` each error keeps its own."""

    kind: apigateway.ResponseType
    status: str | None
    code: str
    message: str


_TYPE = apigateway.ResponseType
_ANSWERS = {
    "BadBody": _Answer(_TYPE.BAD_REQUEST_BODY, "400", "invalid_input", "The body must be a JSON object."),
    "BadParameters": _Answer(_TYPE.BAD_REQUEST_PARAMETERS, "400", "invalid_input", _TEXT_OF_GATEWAY),
    "NotSignedIn": _Answer(
        _TYPE.UNAUTHORIZED,
        "401",
        "unauthorized",
        "Sign in and send the ID token in the Authorization header.",
    ),
    "Expired": _Answer(_TYPE.EXPIRED_TOKEN, "401", "unauthorized", "The ID token has expired; sign in again."),
    "WrongKey": _Answer(_TYPE.INVALID_API_KEY, "403", "forbidden", "Send a valid API key in the X-API-Key header."),
    "AccessDenied": _Answer(_TYPE.ACCESS_DENIED, "403", "forbidden", "You may not do this."),
    "Filtered": _Answer(_TYPE.WAF_FILTERED, "403", "forbidden", "The firewall takes this request for an attack."),
    # API Gateway asks for a signature on routes that it does not know: to the caller they do not exist.
    "NoRoute": _Answer(_TYPE.MISSING_AUTHENTICATION_TOKEN, "404", "not_found", "There is no such route."),
    "TooLarge": _Answer(_TYPE.REQUEST_TOO_LARGE, "413", "too_large", "The body is too large."),
    "Throttled": _Answer(_TYPE.THROTTLED, "429", "too_many_requests", "Too many requests; try again soon."),
    "TimedOut": _Answer(_TYPE.INTEGRATION_TIMEOUT, "504", "timeout", "The answer took too long; try again."),
    "Default4xx": _Answer(_TYPE.DEFAULT_4_XX, None, "bad_request", _TEXT_OF_GATEWAY),
    "Default5xx": _Answer(_TYPE.DEFAULT_5_XX, None, "internal_error", "Something went wrong on our side."),
}


def gateway_answers(api: apigateway.RestApi) -> None:
    """Give an API the answers to what never gets to a function."""
    for name, answer in _ANSWERS.items():
        api.add_gateway_response(
            name,
            type=answer.kind,
            status_code=answer.status,
            templates={"application/json": _error_body(answer)},
            response_headers=HEADERS,
        )


def _error_body(answer: _Answer) -> str:
    # The gateway's own text arrives in quotes.
    text = answer.message if answer.message == _TEXT_OF_GATEWAY else json.dumps(answer.message)
    return f'{{"error":{{"code":{json.dumps(answer.code)},"message":{text}}}}}'
