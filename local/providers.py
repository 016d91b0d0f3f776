"""The providers this local cloud reads from: the simulators, or the real APIs where a key is set."""

import json
import sys
from dataclasses import dataclass

from local.processes import Processes
from local.settings import PROJECT, Settings, clean_environment
from local.upstreams import FREE_WATCHMODE_KEY, TMDB_TOKEN, WATCHMODE_KEY
from local.upstreams.drive.accounts import user_credentials
from local.upstreams.oidc import CLIENT_ID, CLIENT_SECRET
from local.waiting import answers, wait_until

_REAL_WATCHMODE = "https://api.watchmode.com/v1"
_REAL_TMDB = "https://api.themoviedb.org/3"
_REAL_TMDB_EXPORTS = "https://files.tmdb.org/p/exports"


@dataclass(frozen=True)
class Providers:
    """Addresses and keys; `free_watchmode_key` and `control_url` are the simulators' own."""

    watchmode_url: str
    watchmode_key: str
    tmdb_url: str
    tmdb_token: str
    tmdb_exports_url: str
    drive_url: str
    drive_credentials: str
    google_issuer: str
    google_client: str
    """The client that the user pool is at Google, as the secret has it."""
    free_watchmode_key: str | None = None
    control_url: str | None = None

    @classmethod
    def of(cls, settings: Settings) -> "Providers":
        """Choose for each provider the real API when its key is set, the simulator otherwise."""
        base = settings.upstreams_url
        return cls(
            watchmode_url=_REAL_WATCHMODE if settings.watchmode_key else f"{base}/watchmode/v1",
            watchmode_key=settings.watchmode_key or WATCHMODE_KEY,
            tmdb_url=_REAL_TMDB if settings.tmdb_token else f"{base}/tmdb/3",
            tmdb_token=settings.tmdb_token or TMDB_TOKEN,
            tmdb_exports_url=_REAL_TMDB_EXPORTS if settings.tmdb_token else f"{base}/tmdb/p/exports",
            # Google is always the simulators'; where both other providers are real, there is none.
            drive_url=f"{base}/drive/v3",
            drive_credentials=json.dumps(user_credentials(f"{base}/drive/token")),
            google_issuer=f"{base}/oidc",
            google_client=json.dumps({"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}),
            free_watchmode_key=None if settings.watchmode_key else FREE_WATCHMODE_KEY,
            control_url=f"{base}/control" if settings.needs_simulators else None,
        )


def start_simulators(settings: Settings, processes: Processes) -> None:
    """Start the provider simulators when they are needed; `wait_for_simulators` tells when they answer."""
    if not settings.needs_simulators:
        return
    environment = clean_environment() | dict(settings.simulator_options)
    environment |= {"MARQUEE_UPSTREAMS_PORT": str(settings.upstreams_port), "PYTHONUNBUFFERED": "1"}
    processes.start("upstreams", [sys.executable, "-m", "local.upstreams"], environment, PROJECT)


def wait_for_simulators(settings: Settings, processes: Processes) -> None:
    """Wait until the simulators answer; a large generated catalogue takes a while to make."""
    if settings.needs_simulators:
        wait_until(lambda: answers(settings.upstreams_url), 180, "the provider simulators", alive=processes.check)
