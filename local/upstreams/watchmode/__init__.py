"""WatchMode v1: keys, credits, limits and the endpoints."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.upstreams.faults import Fault
from local.upstreams.limits import Plan
from local.upstreams.parameters import InvalidParameter, Parameters
from local.upstreams.provider import Call, Endpoint, Provider
from local.upstreams.watchmode import changes, files, listing, reference, search, titles
from local.upstreams.watchmode.errors import (
    BadRequest,
    NotFound,
    QuotaExceeded,
    RateLimited,
    Unauthorized,
    WatchmodeError,
)

_MAP_PATH = "/datasets/title_id_map.csv"
_FAULT_MESSAGES = {
    400: "Bad request.",
    401: "Invalid API key.",
    402: "The monthly quota of your plan was exceeded.",
    404: "The requested resource could not be found.",
    429: "The rate limit was exceeded.",
}


class Watchmode(Provider):
    """The simulated WatchMode: `/v1/…` with a key, `/datasets/…` without."""

    name = "watchmode"
    endpoints = (
        Endpoint("/v1/status", reference.status),
        Endpoint("/v1/regions", reference.regions),
        Endpoint("/v1/networks", reference.networks),
        Endpoint("/v1/genres", reference.genres),
        Endpoint("/v1/sources", reference.sources),
        Endpoint("/v1/list-titles", listing.list_titles),
        Endpoint("/v1/title/{id}/details", titles.title_details),
        Endpoint("/v1/title/{id}/sources", titles.title_sources),
        Endpoint("/v1/title/{id}/seasons", titles.title_seasons),
        Endpoint("/v1/title/{id}/episodes", titles.title_episodes),
        Endpoint("/v1/title/{id}/cast-crew", titles.title_cast_crew),
        Endpoint("/v1/person/{id}", titles.person),
        Endpoint("/v1/search", search.search),
        Endpoint("/v1/autocomplete-search", search.autocomplete),
        Endpoint("/v1/releases", changes.releases),
        Endpoint("/v1/title-release-dates", changes.title_release_dates, paid=True),
        Endpoint("/v1/changes", changes.changes),
        Endpoint("/v1/changes/{kind}", changes.changes, paid=True),
        Endpoint(_MAP_PATH, lambda call: None),
    )

    def answer(self, request: Request, endpoint: Endpoint | None, path: dict[str, str]) -> tuple[Response, int]:
        """Answer a request; a refused one costs nothing."""
        if endpoint and endpoint.path == _MAP_PATH:
            return files.title_id_map(request, self.state), 0
        plan = self._plan(request)
        try:
            body, credits = self._answer(request, endpoint, path, plan)
        except InvalidParameter as error:
            return self._error(BadRequest(str(error)), plan), 0
        except WatchmodeError as error:
            return self._error(error, plan), 0
        return JSONResponse(body, headers=_headers(plan)), credits

    def fault_response(self, fault: Fault) -> Response:
        """Answer with the status a fault orders, in WatchMode's form."""
        assert fault.status is not None
        message = _FAULT_MESSAGES.get(fault.status, "Something went wrong on our side.")
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        return _error_response(fault.status, message, headers)

    def _answer(
        self, request: Request, endpoint: Endpoint | None, path: dict[str, str], plan: Plan | None
    ) -> tuple[Any, int]:
        if plan is None:
            raise Unauthorized("Invalid API key.")
        if not plan.window.take():
            raise RateLimited("The rate limit was exceeded.")
        if endpoint is None or request.method not in ("GET", "HEAD"):
            raise NotFound("The requested resource could not be found.")
        if endpoint.paid and plan.is_free:
            raise Unauthorized("This endpoint is available on paid plans only.")
        call = Call(self.state, Parameters(request.query_params), path, plan)
        body = endpoint.handler(call)
        if call.credits and plan.quota_used + call.credits > plan.quota:
            raise QuotaExceeded("The monthly quota of your plan was exceeded.")
        plan.quota_used += call.credits
        return body, call.credits

    def _plan(self, request: Request) -> Plan | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        bearer = token.strip() if scheme.lower() == "bearer" else ""
        key = request.headers.get("x-api-key") or bearer or request.query_params.get("apiKey")
        return next((plan for plan in self.state.plans.values() if plan.key == key), None)

    def _error(self, error: WatchmodeError, plan: Plan | None) -> Response:
        return _error_response(error.status, str(error), _headers(plan))


def _headers(plan: Plan | None) -> dict[str, str]:
    """Return the headers about limits; `Retry-After` comes with every answer, as in the documentation's example."""
    if plan is None:
        return {}
    return {
        "X-RateLimit-Limit": str(plan.window.requests),
        "X-RateLimit-Remaining": str(plan.window.remaining),
        "Retry-After": str(plan.window.retry_after),
        "X-Account-Quota": str(plan.quota),
        "X-Account-Quota-Used": str(plan.quota_used),
    }


def _error_response(status: int, message: str, headers: dict[str, str]) -> Response:
    return JSONResponse({"success": False, "statusCode": status, "statusMessage": message}, status, headers)
