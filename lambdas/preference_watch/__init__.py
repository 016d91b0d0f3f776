"""Keeps the viewer counts of the pairs, has a new pair listed at once, and has followed titles looked at."""
