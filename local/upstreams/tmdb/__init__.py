"""TMDB v3: keys, limits and the endpoints."""

import zlib
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.upstreams.faults import Fault
from local.upstreams.keys import TMDB_API_KEY, TMDB_TOKEN
from local.upstreams.parameters import Parameters
from local.upstreams.population import KINDS
from local.upstreams.provider import Call, Endpoint, Provider
from local.upstreams.tmdb import changes, discover, lists, people, reference, titles
from local.upstreams.tmdb.errors import TmdbError, of_status
from local.upstreams.tmdb.parts import PARTS

# TMDB gives the token and the v3 key to one account and the same rights; either is taken in either place.
_KEYS = frozenset({TMDB_TOKEN, TMDB_API_KEY})


class _Json(JSONResponse):
    media_type = "application/json;charset=utf-8"


class Tmdb(Provider):
    """The simulated TMDB below `/3`."""

    name = "tmdb"
    endpoints = (
        Endpoint("/3/authentication", reference.authentication),
        Endpoint("/3/configuration", reference.configuration),
        Endpoint("/3/configuration/countries", reference.countries),
        Endpoint("/3/configuration/languages", reference.languages),
        Endpoint("/3/genre/movie/list", reference.genres("movie")),
        Endpoint("/3/genre/tv/list", reference.genres("tv")),
        Endpoint("/3/watch/providers/movie", reference.watch_providers),
        Endpoint("/3/watch/providers/tv", reference.watch_providers),
        Endpoint("/3/watch/providers/regions", reference.provider_regions),
        Endpoint("/3/movie/popular", lists.popular("movie")),
        Endpoint("/3/movie/top_rated", lists.top_rated("movie")),
        Endpoint("/3/movie/now_playing", lists.in_cinemas(-45, 0)),
        Endpoint("/3/movie/upcoming", lists.in_cinemas(1, 60)),
        Endpoint("/3/tv/popular", lists.popular("tv")),
        Endpoint("/3/tv/top_rated", lists.top_rated("tv")),
        Endpoint("/3/tv/on_the_air", lists.on_the_air(7)),
        Endpoint("/3/tv/airing_today", lists.on_the_air(1)),
        Endpoint("/3/trending/all/{window}", lists.trending("movie", "tv")),
        Endpoint("/3/trending/movie/{window}", lists.trending("movie")),
        Endpoint("/3/trending/tv/{window}", lists.trending("tv")),
        Endpoint("/3/discover/movie", discover.discover("movie")),
        Endpoint("/3/discover/tv", discover.discover("tv")),
        Endpoint("/3/movie/changes", changes.changed_ids("movie")),
        Endpoint("/3/tv/changes", changes.changed_ids("tv")),
        Endpoint("/3/person/changes", changes.changed_ids("person")),
        Endpoint("/3/find/{id}", titles.find),
        Endpoint("/3/movie/{id}", titles.details("movie")),
        Endpoint("/3/tv/{id}", titles.details("tv")),
        Endpoint("/3/tv/{id}/season/{number}", titles.season),
        Endpoint("/3/tv/{id}/season/{number}/episode/{episode}", titles.episode),
        Endpoint("/3/person/{id}", people.details),
        *(Endpoint(f"/3/person/{{id}}/{name}", people.sub_resource(name)) for name in people.PERSON_PARTS),
        *(Endpoint(f"/3/{kind}/{{id}}/changes", changes.changes_of(kind)) for kind in KINDS),
        *(
            Endpoint(f"/3/{kind}/{{id}}/{name}", titles.sub_resource(kind, name))
            for kind, names in PARTS.items()
            for name in names
        ),
    )

    def answer(self, request: Request, endpoint: Endpoint | None, path: dict[str, str]) -> tuple[Response, int]:
        """Answer a request; nothing costs credits here."""
        try:
            body = self._answer(request, endpoint, path)
        except TmdbError as error:
            return self._error(error), 0
        response = _Json(body, headers={"Cache-Control": "public, max-age=21600"})
        response.headers["ETag"] = f'W/"{zlib.crc32(response.body):08x}"'
        return response, 0

    def fault_response(self, fault: Fault) -> Response:
        """Answer with the status a fault orders, in TMDB's form."""
        assert fault.status is not None
        code, message = of_status(fault.status)
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        return _error_response(fault.status, code, message, headers)

    def _answer(self, request: Request, endpoint: Endpoint | None, path: dict[str, str]) -> Any:
        limits = self.state.tmdb
        if not self._key_is_good(request):
            raise TmdbError(7)
        if not limits.window.take():
            raise TmdbError(25, count=limits.window.requests + 1, limit=limits.window.requests)
        if endpoint is None:
            raise TmdbError(34)
        if request.method not in ("GET", "HEAD"):
            raise TmdbError(4)
        return endpoint.handler(Call(self.state, Parameters(request.query_params), path, credits=0))

    def _key_is_good(self, request: Request) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return (scheme.lower() == "bearer" and token.strip() in _KEYS) or request.query_params.get("api_key") in _KEYS

    def _error(self, error: TmdbError) -> Response:
        limits = self.state.tmdb
        tells = error.code == 25 and limits.retry_after
        headers = {"Retry-After": str(limits.window.retry_after)} if tells else {}
        return _error_response(error.status, error.code, str(error), headers)


def _error_response(status: int, code: int, message: str, headers: dict[str, str]) -> Response:
    return _Json({"success": False, "status_code": code, "status_message": message}, status, headers)
