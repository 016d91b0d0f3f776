"""TMDB v3: keys, limits and the endpoints."""
from starlette.responses import JSONResponse
from local.upstreams.provider import Provider
class Tmdb(Provider):
    name = "tmdb"
    endpoints = ()
    def answer(self, request, endpoint, path):
        return JSONResponse({}), 0
    def fault_response(self, fault):
        return JSONResponse({}, fault.status)
