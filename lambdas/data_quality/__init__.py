"""Measures the quality of the data."""

# Before all else, because it settles how often what is loaded next is looked through for garbage (decision 0040).
import marquee
