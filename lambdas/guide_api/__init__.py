"""The guide's part of the REST API: reference data, preferences and titles."""

# Before all else, because it settles how often what is loaded next is looked through for garbage (decision 0040).
import marquee
