"""API Gateway → the programme-events stream."""

import json
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response, content_types
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from ingest_api import routes
from ingest_api.checks import Refused
from ingest_api.ingest import BUSY
from marquee.answer_headers import guarded
from marquee.errors import Conflict
from marquee.stream import StreamUnavailable
from marquee.telemetry import MetricUnit, logger, metrics


def answer_refused(error: Refused) -> Response[str]:
    """Answer an event that cannot be taken, as R3 does: `{"error": text}`, and where it is wrong."""
    metrics.add_metric("EventsRejected", MetricUnit.Count, 1)
    logger.info("request refused", status=error.status)
    return _error(error.status, str(error), {"path": error.path} if error.path else {})


def answer_busy(error: Exception) -> Response[str]:
    """Answer when the stream or the store takes nothing: the same request is right in a moment."""
    logger.error("events not taken", error_type=type(error).__name__, reason=str(error))
    return _error(503, BUSY, headers=routes.RETRY)


def answer_defect(error: Exception) -> Response[str]:
    """Answer an error that nobody expected; the caller learns nothing of the inside."""
    logger.exception("a defect", error_type=type(error).__name__)
    return _error(500, "Internal server error")


def answer_unknown_route(error: NotFoundError) -> Response[str]:
    """Answer a path that no route serves."""
    return _error(404, "There is nothing at this address")


def _error(
    status: int, text: str, more: Mapping[str, str] | None = None, *, headers: Mapping[str, str] | None = None
) -> Response[str]:
    body = json.dumps({"error": text, **(more or {})})
    return Response(status, content_types.APPLICATION_JSON, body, headers=dict(headers or {}))


# The routes read and check bodies themselves: the order and the words of the answers are R3's.
app = APIGatewayRestResolver()
app.exception_handler(Refused)(answer_refused)
app.exception_handler([StreamUnavailable, Conflict, ClientError, BotoCoreError])(answer_busy)
app.exception_handler(Exception)(answer_defect)
app.not_found(answer_unknown_route)
app.include_router(routes.router)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Take one request's events."""
    return guarded(app.resolve(event, context))
