"""Keeps the viewer counts of the pairs, and has a new pair listed at once."""
