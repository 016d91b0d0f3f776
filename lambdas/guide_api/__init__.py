"""The guide's part of the REST API: reference data, preferences and titles."""
