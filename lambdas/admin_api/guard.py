"""Who may ask, and a trace of what was asked for: an operator does nothing that is not written down first."""

import json
import time
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from admin_api import stores
from marquee.rest import operator

# A replay of many stops when less is left of the time for which the gateway waits.
RESERVE_SECONDS = 8
# What an entry shows of a body; 64 KB is the most that a body may have.
INPUT_LENGTH = 2_000


def guarded(app: APIGatewayRestResolver, next_middleware: Callable[..., Any]) -> Response[Any]:
    """Let nobody but operators pass, and write down what they start or change: before it is done, and how it ended."""
    who = operator(app)
    event = app.current_event
    if event.http_method == "GET":
        return passed_on(app, next_middleware)
    entry = stores.audit().begin(who=who, what=f"{event.http_method} {event.path}", input=told(event.body))
    try:
        answer = passed_on(app, next_middleware)
    except Exception as error:
        stores.audit().end(entry, f"{type(error).__name__}: {error}")
        raise
    stores.audit().end(entry, outcome(answer))
    return answer


def passed_on(app: APIGatewayRestResolver, next_middleware: Callable[..., Any]) -> Response[Any]:
    """Return the answer of whoever is next."""
    answer: Response[Any] = next_middleware(app)
    return answer


def told(body: str | None) -> dict[str, object]:
    """Return the body of a request as an entry keeps it."""
    if not body:
        return {}
    if len(body) > INPUT_LENGTH:
        return {"beginning": body[:INPUT_LENGTH]}
    found = json.loads(body)
    return found if isinstance(found, dict) else {"body": found}


def outcome(answer: Response[Any]) -> str:
    """Return what came of a request, in a few words: its status, and the short facts that were answered."""
    body = answer.body if isinstance(answer.body, dict) else {}
    facts = (f"{name} {body[name]}" for name in ("job_id", "state", "replayed", "failed", "left") if name in body)
    return ", ".join([str(answer.status_code), *facts])


def starter(router: Router) -> str:
    """Return who is asking, as runs and failures name those who started or closed them."""
    return f"admin:{operator(router)}"


def in_time(router: Router) -> Callable[[], bool]:
    """Return what says whether there is time for one more; of a context without a clock there always is."""
    remaining = getattr(router.lambda_context, "get_remaining_time_in_millis", None)
    end = time.monotonic() + remaining() / 1000 - RESERVE_SECONDS if remaining else float("inf")
    return lambda: time.monotonic() < end
