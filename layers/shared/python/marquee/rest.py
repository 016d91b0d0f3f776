"""The one way an API function answers: who is asking, how an error becomes a status, how a cursor is written."""

import base64
import binascii
import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response, content_types
from aws_lambda_powertools.event_handler.api_gateway import BaseRouter, ResponseBuilder, Router
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel

from marquee import audience
from marquee.answer_headers import guarded
from marquee.errors import (
    AccountErased,
    AlreadyRunning,
    Conflict,
    InvalidInput,
    MarqueeError,
    NotFinished,
    NotFound,
    UpstreamError,
)
from marquee.telemetry import logger

# Larger than any body that a route takes; API Gateway itself lets 10 MB through.
BODY_BYTES = 65_536
# Room for a place that is named after a file, in any script.
CURSOR_LENGTH = 1_200
JSON = content_types.APPLICATION_JSON
# The group of the user pool whose members operate Marquee.
OPERATORS = "admin"


class Unauthorized(MarqueeError):
    """The request carries no ID token of a viewer."""


class Forbidden(MarqueeError):
    """The viewer who asks may not do this."""


STATUS: Mapping[type[Exception], tuple[int, str]] = {
    InvalidInput: (400, "invalid_input"),
    Unauthorized: (401, "unauthorized"),
    AccountErased: (401, "account_erased"),
    Forbidden: (403, "forbidden"),
    NotFound: (404, "not_found"),
    Conflict: (409, "conflict"),
    NotFinished: (503, "not_finished"),
    UpstreamError: (503, "upstream_unavailable"),
}


def make_app() -> APIGatewayRestResolver:
    """Return a resolver that answers every error as `{"error": {"code", "message", "details"?}}`."""
    app = APIGatewayRestResolver(enable_validation=True)
    app.exception_handler(list(STATUS))(answer_error)
    app.exception_handler(RequestValidationError)(answer_invalid)
    app.exception_handler([ClientError, BotoCoreError])(answer_unavailable)
    app.exception_handler(Exception)(answer_defect)
    app.not_found(answer_unknown_route)
    app.use([refuse_unknown_parameters])
    return app


def resolve(
    app: APIGatewayRestResolver,
    event: dict[str, Any],
    context: LambdaContext,
    *,
    admit: Callable[[Mapping[str, Any]], object] | None = None,
) -> dict[str, Any]:
    """Answer one request; a body that cannot be read is refused before anything tries to.

    `admit` raises for who may not ask here at all: they are refused before anything that they sent is looked at.
    """
    if refusal := _refusal(event, admit):
        return guarded(ResponseBuilder(refusal).build(APIGatewayProxyEvent(event)))  # type: ignore[arg-type]
    return guarded(app.resolve(event, context))


def _refusal(event: dict[str, Any], admit: Callable[[Mapping[str, Any]], object] | None) -> Response[str] | None:
    try:
        if admit:
            admit(event)
    except MarqueeError as error:
        return answer_error(error)
    except (ClientError, BotoCoreError) as error:
        return answer_unavailable(error)
    return refuse_body(event.get("body") or "", event.get("headers") or {})


def refuse_body(body: str, headers: Mapping[str, str]) -> Response[str] | None:
    """Return the answer to a body that is too large or no JSON, in whatever way it is none; None if it can be read.

    Nesting or numbers without end raise errors that the resolver does not expect of a parser.
    """
    if len(body.encode()) > BODY_BYTES:
        return error_response(400, "body_too_large", f"The body is larger than {BODY_BYTES} bytes.")
    media_type = next((value for name, value in headers.items() if name.lower() == "content-type"), JSON)
    if body and media_type.split(";")[0].strip().lower() != JSON:
        return error_response(415, "unsupported_media_type", f"The body must be {JSON}.")
    try:
        json.loads(body or "null")
    except (ValueError, RecursionError) as error:
        details = [{"field": "body", "problem": str(error)[:200]}]
        return error_response(400, "invalid_input", "The body is not JSON.", details)
    return None


def refuse_unknown_parameters(app: APIGatewayRestResolver, next_middleware: Callable[..., Any]) -> Response[Any]:
    """Refuse a query parameter that the route does not know: a misspelt filter must not look like an answer."""
    known = {parameter.alias for parameter in app.context["_route"].dependant.query_params}
    unknown = sorted(set(app.current_event.query_string_parameters) - known)
    if unknown:
        details = {"unknown": unknown, "known": sorted(known)}
        raise InvalidInput(f"Unknown parameter: {', '.join(unknown)}.", code="unknown_parameter", details=details)
    answer: Response[Any] = next_middleware(app)
    return answer


def viewer_id(router: Router) -> str:
    """Return who is asking, from the ID token that API Gateway has verified; raises Unauthorized without one.

    The authorizer lets access tokens through as well, and tokens for any client of the pool; only an ID token says who
    the viewer is, and only one for a client of ours was meant for us.
    """
    return str(_claims(router.current_event)["sub"])


def operator(router: BaseRouter) -> str:
    """Return which operator is asking: their e-mail, else their id; raises Forbidden for any other viewer."""
    return operator_in(router.current_event)


def is_operator(router: BaseRouter) -> bool:
    """Say whether an operator is asking; raises Unauthorized for who has not signed in."""
    try:
        return bool(operator(router))
    except Forbidden:
        return False


def operator_in(event: Mapping[str, Any]) -> str:
    """Return which operator a request comes from; raises Unauthorized and Forbidden for everybody else."""
    claims = _claims(event)
    # API Gateway makes one text of the list of groups.
    if OPERATORS not in re.split(r"[\s,\[\]]+", str(claims.get("cognito:groups", ""))):
        raise Forbidden("Only operators may do this.")
    return str(claims.get("email") or claims["sub"])


def _claims(event: Mapping[str, Any]) -> Mapping[str, Any]:
    authorizer = event["requestContext"].get("authorizer") or {}
    claims: Mapping[str, Any] = authorizer.get("claims") or {}
    if claims.get("token_use") != "id" or not claims.get("sub"):
        raise Unauthorized("Sign in: this needs an ID token.")
    if not audience.is_known(str(claims.get("aud"))):
        raise Unauthorized("Sign in to Marquee: this token is for somebody else.")
    return claims


def answer_error(error: Exception) -> Response[str]:
    """Answer an error of ours."""
    status, code = next(found for kind, found in STATUS.items() if isinstance(error, kind))
    details = None
    if isinstance(error, InvalidInput):
        code, details = error.code, error.details
    if isinstance(error, AlreadyRunning):
        code, details = "already_running", {"job_id": error.job_id}
    return error_response(status, code, str(error), details)


def answer_invalid(error: RequestValidationError) -> Response[str]:
    """Answer input that does not fit the route: where, why, and the offending value."""
    details = [{"field": _place(each), "problem": each["msg"], "value": _shown(each)} for each in error.errors()[:20]]
    return error_response(400, "invalid_input", "The request does not fit this route.", details)


def answer_unavailable(error: Exception) -> Response[str]:
    """Answer a failure of the store: the caller may try again, the reason stays in the log."""
    logger.error("the store did not answer", error_type=type(error).__name__, reason=str(error))
    return error_response(503, "temporarily_unavailable", "Marquee cannot answer just now. Try again in a moment.")


def answer_defect(error: Exception) -> Response[str]:
    """Answer an error that nobody expected: the log has it whole, the caller learns nothing of the inside."""
    logger.exception("a defect", error_type=type(error).__name__)
    return error_response(500, "internal_error", "Marquee made a mistake. It has been recorded.")


def answer_unknown_route(error: NotFoundError) -> Response[str]:
    """Answer a path that no route serves."""
    return error_response(404, "not_found", "There is nothing at this address.")


def error_response(status: int, code: str, message: str, details: object = None) -> Response[str]:
    """Return an error in the shape that every route uses."""
    error: dict[str, object] = {"code": code, "message": message}
    if details is not None:
        error["details"] = details
    return Response(status, content_types.APPLICATION_JSON, json.dumps({"error": error}, default=str))


def responses(status: int, model: type[BaseModel], refusals: Mapping[int, str]) -> Any:
    """Return the answer that is meant, and why there may be another; errors have one shape, which the document adds."""
    meant = {"description": "Accepted.", "content": {content_types.APPLICATION_JSON: {"model": model}}}
    return {status: meant, **{code: {"description": why, "content": {}} for code, why in refusals.items()}}


def write_cursor(sort: str, position: str) -> str:
    """Return an opaque cursor for the position after which the next page begins."""
    return base64.urlsafe_b64encode(json.dumps([sort, position], ensure_ascii=False).encode()).decode().rstrip("=")


def read_cursor(cursor: str, sort: str, shape: re.Pattern[str]) -> str:
    """Return the position of a cursor; raises InvalidInput for one that was not written for this order.

    `shape` is what positions of the list look like: anybody can write a cursor.
    """
    try:
        if len(cursor) > CURSOR_LENGTH:
            raise ValueError("longer than any that was written")
        padded = cursor + "=" * (-len(cursor) % 4)
        written_for, position = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if written_for != sort or not isinstance(position, str) or not shape.fullmatch(position):
            raise ValueError("written for another list")
    except (ValueError, TypeError, binascii.Error) as error:
        raise InvalidInput(
            "`next` is not a cursor of this list.", code="invalid_cursor", details={"next": cursor[:CURSOR_LENGTH]}
        ) from error
    return position


def _place(problem: Mapping[str, Any]) -> str:
    return ".".join(map(str, problem["loc"][1:] or problem["loc"]))


def _shown(problem: Mapping[str, Any]) -> object:
    value = problem.get("input")
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # JSON knows neither NaN nor Infinity
    return value if isinstance(value, int | float | bool) or value is None else str(value)[:200]
