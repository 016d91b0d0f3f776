"""Counts, archives and applies what other systems report of titles and viewers."""
