"""`/admin/system`: what our functions did in the last hour, and lines of their logs."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import ConfigDict, Field

from admin_api import stores
from admin_api.answers import FunctionsAnswer, LogsAnswer
from marquee.event_handler import new_router
from marquee.models import Shape

router = new_router()


class LogsRequest(Shape):
    """Which lines of a function's log: of the last `minutes`, and of one level where one is named."""

    model_config = ConfigDict(extra="forbid")

    function: Annotated[str, Field(pattern="^[a-z_]{1,60}$")]
    minutes: Annotated[int, Field(ge=1, le=60)] = 15
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 100


@router.get("/admin/system/lambdas", summary="See what functions did", tags=["Operators"])
def list_functions() -> FunctionsAnswer:
    """Return what each of our functions did in the last hour: calls, errors, durations, cold starts."""
    return stores.functions().summary()


@router.post("/admin/system/lambdas/logs", summary="Read a log", tags=["Operators"])
def read_log(body: Annotated[LogsRequest, Body()]) -> LogsAnswer:
    """Return recent lines of the log of one of our functions; 404 for any other."""
    lines = stores.function_logs().lines(body.function, minutes=body.minutes, level=body.level, limit=body.limit)
    return LogsAnswer(lines=lines)
