"""The clients of the providers as a function uses them: one each, with the governor that all functions share."""

import time
from functools import cache
from typing import TYPE_CHECKING

from marquee import aws, settings
from marquee.governor import tmdb_limits, watchmode_limits
from marquee.repositories.governors import Governor
from marquee.repositories.table import Table
from marquee.upstream_calls import CountingGovernor

if TYPE_CHECKING:
    from marquee.clients.tmdb import TmdbClient
    from marquee.clients.tmdb_archive import TmdbArchiveClient
    from marquee.clients.watchmode import WatchModeClient


# A rotated key is in use after this many seconds at the latest, or as soon as the provider refuses the old one.
SECRET_SECONDS = 300.0


@cache
def watchmode_governor() -> Governor:
    """Return what paces WatchMode and keeps its credits."""
    return CountingGovernor(_operations(), watchmode_limits(settings.required_number("WATCHMODE_PER_MINUTE")))


@cache
def watchmode() -> "WatchModeClient":
    """Return the client for WatchMode."""
    from marquee.clients.watchmode import WatchModeClient

    key = Secret(settings.required("WATCHMODE_SECRET_ARN"))
    return WatchModeClient(settings.required("WATCHMODE_URL"), key, watchmode_governor())


@cache
def tmdb_governor() -> Governor:
    """Return what paces TMDB."""
    return CountingGovernor(_operations(), tmdb_limits(settings.required_number("TMDB_PER_SECOND")))


@cache
def tmdb() -> "TmdbClient":
    """Return the client for TMDB."""
    from marquee.clients.tmdb import TmdbClient

    key = Secret(settings.required("TMDB_SECRET_ARN"))
    return TmdbClient(settings.required("TMDB_URL"), key, tmdb_governor())


@cache
def tmdb_archive() -> "TmdbArchiveClient":
    """Return the client that takes all that TMDB says of an item."""
    from marquee.clients.tmdb_archive import TmdbArchiveClient

    key = Secret(settings.required("TMDB_SECRET_ARN"))
    return TmdbArchiveClient(settings.required("TMDB_URL"), key, tmdb_governor())


class Secret:
    """A secret that is read again after a while, or when the caller asks for a fresh one."""

    def __init__(self, arn: str) -> None:
        self._arn = arn
        self._value = ""
        self._read_at = float("-inf")

    def __call__(self, fresh: bool) -> str:
        """Return the value."""
        if fresh or time.monotonic() - self._read_at > SECRET_SECONDS:
            self._value = aws.secrets_manager().get_secret_value(SecretId=self._arn)["SecretString"]
            self._read_at = time.monotonic()
        return self._value


def _operations() -> Table:
    return Table(aws.dynamodb(), settings.required("OPERATIONS_TABLE"))
