"""The guide's part of the REST API: reference data, preferences and titles."""

# Before all else, because it settles what of Powertools is loaded, and how often that is looked through for garbage
# (decision 0040).
import marquee.event_handler
