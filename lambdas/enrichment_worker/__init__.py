"""Completes and refreshes the titles of the enrichment queue."""

# Before all else, because it settles how often what is loaded next is looked through for garbage (decision 0040).
import marquee
