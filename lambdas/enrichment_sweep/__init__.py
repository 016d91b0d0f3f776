"""Finds titles that lack something or are stale, and queues them."""
