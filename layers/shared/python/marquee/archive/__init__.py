"""The archive of TMDB: how a body becomes bytes, its fingerprint, and the flat rows that answer SQL."""
