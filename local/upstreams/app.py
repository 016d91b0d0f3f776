"""The upstream simulators as one ASGI application: WatchMode, TMDB and the control endpoint."""

import time

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount

from local.catalogue import Catalogue, load_catalogue
from local.upstreams.control import control_routes
from local.upstreams.limits import Clock
from local.upstreams.state import State
from local.upstreams.tmdb import Tmdb
from local.upstreams.watchmode import Watchmode


def create_app(catalogue: Catalogue | None = None, *, clock: Clock = time.time) -> Starlette:
    """Return the application; `app.state.upstreams` is what the simulators share.

    Without a catalogue it serves the demo one. All time is read from `clock`, in seconds since 1970.
    """
    state = State(catalogue or load_catalogue(), clock)
    state.catalogue.prepare()
    app = Starlette(
        routes=[
            Mount("/watchmode", app=Watchmode(state)),
            Mount("/tmdb", app=Tmdb(state)),
            *control_routes(state),
        ],
        middleware=[Middleware(GZipMiddleware, minimum_size=1000, compresslevel=1)],
    )
    app.state.upstreams = state
    return app
