"""Simulators of the two upstream APIs, WatchMode v1 and TMDB v3, over one catalogue."""

from local.upstreams.keys import FREE_WATCHMODE_KEY, TMDB_API_KEY, TMDB_TOKEN, WATCHMODE_KEY

__all__ = ["FREE_WATCHMODE_KEY", "TMDB_API_KEY", "TMDB_TOKEN", "WATCHMODE_KEY"]
