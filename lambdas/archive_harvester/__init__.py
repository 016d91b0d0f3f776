"""Finds out which ids of TMDB are to be collected and queues them."""
