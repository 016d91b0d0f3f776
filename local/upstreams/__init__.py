"""Simulators of the two upstream APIs, WatchMode v1 and TMDB v3, over one catalogue."""
