"""The keys that the simulators take; they open nothing anywhere else."""

WATCHMODE_KEY = "demo-watchmode-paid-key"
FREE_WATCHMODE_KEY = "demo-watchmode-free-key"
TMDB_TOKEN = "demo-tmdb-read-access-token"
TMDB_API_KEY = "demo-tmdb-v3-api-key"
