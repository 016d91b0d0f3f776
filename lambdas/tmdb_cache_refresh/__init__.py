"""Fetches TMDB's lists by the plan of R2 and renews those that came in full."""
