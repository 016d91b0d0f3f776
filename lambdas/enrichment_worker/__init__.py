"""Completes and refreshes the titles of the enrichment queue."""
