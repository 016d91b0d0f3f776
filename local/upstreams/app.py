"""The upstream simulators as one ASGI application: WatchMode, TMDB, Google Drive and sign-in, and the control."""

import time

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount

from local.catalogue import Catalogue, load_catalogue
from local.upstreams.archive_control import archive_routes
from local.upstreams.control import control_routes
from local.upstreams.drive.app import Drive
from local.upstreams.drive.control import drive_routes
from local.upstreams.limits import Clock
from local.upstreams.oidc.app import Oidc
from local.upstreams.state import State
from local.upstreams.tmdb import Tmdb
from local.upstreams.tmdb.exports import TmdbFiles
from local.upstreams.watchmode import Watchmode


def create_app(
    catalogue: Catalogue | None = None, *, clock: Clock = time.time, made: dict[str, int] | None = None
) -> Starlette:
    """Return the application; `app.state.upstreams` is what the simulators share.

    Without a catalogue it serves the demo one; `made` is how many films ("movie"), programmes ("tv") and people
    ("person") TMDB has beside it. All time is read from `clock`, in seconds since 1970.
    """
    state = State(catalogue or load_catalogue(), clock, made=made or {})
    state.catalogue.prepare()
    app = Starlette(
        routes=[
            Mount("/watchmode", app=Watchmode(state)),
            Mount("/tmdb/p", app=TmdbFiles(state)),
            Mount("/tmdb", app=Tmdb(state)),
            Mount("/drive", app=Drive(state)),
            Mount("/oidc", app=Oidc(clock)),
            *archive_routes(state),
            *drive_routes(state),
            *control_routes(state),
        ],
        middleware=[Middleware(GZipMiddleware, minimum_size=1000, compresslevel=1)],
    )
    app.state.upstreams = state
    return app
